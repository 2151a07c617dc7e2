"""View of parallel coordinates: which values go together with which results."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QPushButton, QWidget

from cadl_desktop.comparing.comparable import comparable, too_few_settings
from cadl_desktop.comparing.coordinate_lines import Span, Stroke, lines_of, with_few_settings
from cadl_desktop.comparing.points import by_point, with_replicates
from cadl_desktop.comparing.training import TrainingSet
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.ui.comparing.coordinates.painting import (
    Labels,
    Places,
    labels_of,
    paint_axes,
    paint_chosen,
    paint_lines,
)
from cadl_desktop.ui.comparing.view import ComparisonView, training_texts
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row
from cadl_desktop.ui.controls.looks import wrapped
from cadl_desktop.ui.controls.number_text import grouped
from cadl_desktop.ui.controls.speech import announce
from cadl_desktop.ui.theme.theme import GRID, notifier, theme

_NEAR = 7
"""Distance in pixels at which a click hits a line or an axis."""
_END = 5
"""Distance in pixels at which a drag takes an end of a span along."""
_NUDGE = 0.02
_USAGE = (
    "A line for each run: click one to choose it, with Ctrl several; drag along an axis to keep what "
    "passes there. Left and right go to another axis, up and down to the next run along it; with Shift "
    "and with Ctrl they move the ends of what is kept. Delete and Esc keep all again, B makes a run the "
    "baseline, Enter makes it the run of the window."
)
_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class CoordinatesView(ComparisonView):
    """View with an axis for each setting that varies, and the last for the value.

    spans: brushes by the numbers of their axes. kept: (lines,) which lines pass through all of them.
    axis: number of the axis along which keys move.
    """

    title = "Coordinates"

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, parent)
        self.compared = self.trainings
        self.lines = lines_of(self.compared)
        self.labels: list[Labels] = []
        self.spans: dict[int, Span] = {}
        self.kept: NDArray[np.bool_] = np.zeros(0, bool)
        self.axis = 0
        self._stroke: Stroke | None = None
        self._picture = QPixmap()
        """Lines of ended trainings, `_drawn`: painting a thousand takes a tenth of a second."""
        self._drawn: dict[int, bytes] = {}
        describe(self, "Parallel coordinates", _USAGE)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(30 * GRID, 20 * GRID))
        self.clear_button = QPushButton()
        self.clear_button.setProperty("small", True)
        describe(self.clear_button, "Keep all runs", "Removes all brushes (Esc).")
        self.clear_button.clicked.connect(lambda: self.show_brushes({}))
        in_column(SPRING, in_row(self.clear_button, SPRING), on=self, margins=GRID)
        notifier().changed.connect(self._discard_picture)

    def take_set(self, *, is_other: bool) -> None:
        axes, settings = self.lines.axes, self.compared.settings
        self.compared = with_few_settings(by_point(comparable(self.trainings)))
        self.lines = lines_of(self.compared)
        self.labels = [labels_of(axis, self.compared.objective) for axis in self.lines.axes]
        if axes != self.lines.axes or not self._drawn.items() <= self.lines.ended.items():
            self._discard_picture()
        if is_other := is_other or settings != self.compared.settings:
            self.axis = len(self.labels) - 1
        # Nothing is kept any more where another set was shown meanwhile.
        self.show_brushes({} if is_other or self.selection.kept is None else self.spans)

    def draw(self) -> None:
        self.update()

    def obstacle(self, trainings: TrainingSet) -> str:
        reason = too_few_settings(trainings, self.title)
        if not reason and not trainings.trainings:
            return "Each run becomes a line here as soon as it has begun."
        return reason

    def show_brushes(self, spans: dict[int, Span]) -> None:
        """Keeps only lines that pass through these spans of axes, by their numbers."""
        if spans != self.spans:
            self._discard_picture()
        self.spans, self.kept = spans, self.lines.within(spans)
        numbers = with_replicates(self.trainings, self.lines.numbers[self.kept].tolist())
        self.selection.set_kept(numbers if spans else None)
        self.clear_button.setVisible(bool(spans))
        kept = f"{grouped(int(self.kept.sum()))} of {grouped(len(self.kept))} runs kept"
        self.clear_button.setText(f"{kept}: keep all")
        self.update()

    def brush(self, axis: int, span: Span | None) -> None:
        """Keeps only lines that pass an axis within a span; None keeps all."""
        others = {each: kept for each, kept in self.spans.items() if each != axis}
        self.show_brushes(others if span is None else others | {axis: span})

    def texts(self, number: int) -> list[str]:
        """Name, result and settings of a training in words; empty for one without a line."""
        training = self.compared.by_number.get(number)
        return [] if training is None else training_texts(self.compared, training, self.compared.settings)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        places, lines = self.places, self.lines
        if self._picture.isNull():
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(QColor(theme().plot_background))
        if self._drawn != lines.ended:
            fresh = lines.over & ~np.isin(lines.numbers, [*self._drawn])
            painter = QPainter(self._picture)
            paint_lines(painter, places, lines, fresh, self.kept)
            painter.end()
            self._drawn = lines.ended
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        paint_lines(painter, places, lines, ~lines.over, self.kept)
        paint_axes(painter, places, self.labels, self.spans, self.axis if self.hasFocus() else None)
        paint_chosen(painter, places, lines, self.selection.numbers, self.selection.baseline)
        painter.end()

    @Slot()
    def _discard_picture(self) -> None:
        self._picture, self._drawn = QPixmap(), {}
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._discard_picture()

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        axis, number = self._axis_at(event.position()), self._number_at(event.position())
        if axis is not None:
            places, span = self.places, self.spans.get(axis)
            reach, self.axis = _END / places.room.height(), axis
            self._stroke = Stroke.begin(axis, places.place(event.position().y()), span, reach)
        elif number is not None and event.modifiers() & _CONTROL:
            self.selection.toggle(number)
        else:
            self.selection.select(*([] if number is None else [number]))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._stroke is not None:
            self.brush(self._stroke.axis, self._stroke.to(self.places.place(event.position().y())))
            return
        over, number = self._axis_at(event.position()) is not None, self._number_at(event.position())
        self.setCursor(Qt.CursorShape.SplitVCursor if over else Qt.CursorShape.ArrowCursor)
        self.setToolTip(wrapped(_USAGE if number is None else "\n".join(self.texts(number))))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)
        self._stroke = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._number_at(event.position())
        if number is not None and self._axis_at(event.position()) is None:
            self.open_wanted.emit(number)

    def _axis_at(self, at: QPointF) -> int | None:
        places = self.places
        apart = np.abs(places.across - at.x())
        found = int(np.argmin(apart))
        is_beside = places.room.top() - GRID <= at.y() <= places.room.bottom() + GRID
        return found if apart[found] <= _NEAR and is_beside else None

    def _number_at(self, at: QPointF) -> int | None:
        found, away = self.places.nearest(self.lines, self.kept, at)
        return int(self.lines.numbers[found]) if away <= _NEAR else None

    @property
    def places(self) -> Places:
        return Places.of(QRectF(self.rect()), len(self.labels))

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number, key = self.selection.number, event.key()
        by = 1 if key in (Qt.Key.Key_Up, Qt.Key.Key_Right) else -1
        match key:
            case Qt.Key.Key_Up | Qt.Key.Key_Down if event.modifiers() & (_SHIFT | _CONTROL):
                self._nudge(1 if event.modifiers() & _SHIFT else 0, by * _NUDGE)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self.selection.select(*self._next(by))
                announce(self, " · ".join(self.texts(self.selection.number or 0)))
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self.axis = min(max(self.axis + by, 0), len(self.labels) - 1)
                self.update()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if number is not None:
                self.open_wanted.emit(number)
            case Qt.Key.Key_B if number is not None:
                self.selection.set_baseline(None if number == self.selection.baseline else number)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.brush(self.axis, None)
            case Qt.Key.Key_Escape if self.spans:
                self.show_brushes({})
            case _:
                super().keyPressEvent(event)

    def _nudge(self, end: int, by: float) -> None:
        """Moves an end, 0 or 1, of the axis' span, which is the whole axis at first."""
        ends = [*self.spans.get(self.axis, (0.0, 1.0))]
        ends[end] = min(max(ends[end] + by, 0.0), 1.0)
        low, high = sorted(ends)
        self.brush(self.axis, None if (low, high) == (0.0, 1.0) else (low, high))

    def _next(self, by: int) -> list[int]:
        """Returns the number of the next kept line along the axis; none if none is kept."""
        lines, column = self.lines, self.lines.places[:, self.axis]
        known = np.flatnonzero(self.kept & ~np.isnan(column))
        found: list[int] = lines.numbers[known[np.lexsort((lines.numbers[known], column[known]))]].tolist()
        if self.selection.number not in found:
            return found[:1] if by > 0 else found[-1:]
        place = found.index(self.selection.number) + by
        return [found[min(max(place, 0), len(found) - 1)]]
