"""Parallel coordinates as a person brushes them and points at them."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from cadl_desktop.ui.controls.looks import wrapped
from cadl_desktop.ui.sweeps.axes.brushes import Brushes, Stroke
from cadl_desktop.ui.sweeps.axes.painting import (
    Places,
    Span,
    nearest,
    paint_axes,
    paint_chosen,
    paint_faded,
    paint_lines,
)
from cadl_desktop.ui.sweeps.axes.scale import Lines
from cadl_desktop.ui.theme.theme import GRID, notifier, theme

_NEAR = 7
"""Pixels from a line, or from an axis, that still mean it."""
_END = 5
"""Pixels from an end of what is brushed that still mean it."""
_NUDGE = 0.02
_Paint = Callable[[QPainter, Places, Lines, NDArray[np.bool_]], None]


class Canvas(QWidget):
    """Shows what it is given. `chosen(number)` is a click on a line, or the next one along the axis that the
    keys are at; `brushed` says that other lines are kept; `open_wanted` is Enter or a double click."""

    chosen = Signal(object)  # int, or None
    brushed = Signal()
    open_wanted = Signal()

    def __init__(self, texts: Callable[[int], Sequence[str]], parent: QWidget | None = None) -> None:
        """`texts` gives a trial's values on all axes in words, its number before them."""
        super().__init__(parent)
        self._texts = texts
        self.lines: Lines | None = None
        self.brushes = Brushes()
        self.kept: NDArray[np.bool_] = np.zeros(0, bool)
        self.number: int | None = None
        self.axis: int | None = None
        """The axis that the keys are at."""
        self._stroke: Stroke | None = None
        self._drawn: QPixmap | None = None
        self._faded: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(30 * GRID, 20 * GRID))
        notifier().changed.connect(self._paint_anew)

    def show_lines(self, lines: Lines, *, are_other_axes: bool) -> None:
        """Other trials, or news of them, of which only what is new is drawn."""
        before, self.lines = self.lines, lines
        if are_other_axes:
            self.brushes = Brushes()
            self.axis = None
        self._keep()
        if before is None or are_other_axes or before.axes != lines.axes:
            self._paint_anew()
        else:
            ended = lines.over.copy()
            ended[: len(before.over)] &= ~before.over
            self._add_to(self._faded, paint_faded, ended)
            self._add_to(self._drawn, paint_lines, self.kept & ended)
            self.update()

    def show_chosen(self, number: int | None) -> None:
        """Has this trial's line stand out."""
        self.number = number
        self.update()

    def pixels_of(self, axis: int, place: float) -> QPointF:
        """Where a place of an axis is, from 0 to 1."""
        places = self._places()
        return QPointF(float(places.across[axis]), float(places.down(np.array([place]))[0]))

    def brush(self, axis: int, span: Span | None) -> None:
        """Keeps only lines that pass an axis there, or wherever they do."""
        if span != self.brushes.spans.get(axis):
            self.brushes.put(axis, span)
            self._brush()

    def clear_brushes(self) -> None:
        """Keeps all lines."""
        if self.brushes.spans:
            self.brushes.spans.clear()
            self._brush()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme().plot_background))
        if self.lines is not None:
            places = self._places()
            self._paint_lines(painter, places, self.lines)
            focused = self.axis if self.hasFocus() else None
            paint_axes(painter, places, self.lines, self.brushes.spans, focused)
            index = self._index()
            if index is not None and self.number is not None:
                paint_chosen(painter, places, self.lines, index, self._texts(self.number)[1:])
        painter.end()

    def _paint_lines(self, painter: QPainter, places: Places, lines: Lines) -> None:
        """What is over is drawn once and kept; what still trains, and what is chosen, lies over it."""
        if self._drawn is None:
            self._drawn = self._sheet()
            self._add_to(self._drawn, paint_lines, self.kept & lines.over)
        if self.brushes.spans:
            if self._faded is None:
                self._faded = self._sheet()
                self._add_to(self._faded, paint_faded, lines.over)
            painter.drawPixmap(0, 0, self._faded)
            paint_faded(painter, places, lines, ~lines.over)
        painter.drawPixmap(0, 0, self._drawn)
        paint_lines(painter, places, lines, self.kept & ~lines.over)

    def _add_to(self, sheet: QPixmap | None, paint: _Paint, wanted: NDArray[np.bool_]) -> None:
        """Draws lines onto what is kept."""
        if sheet is not None and self.lines is not None and wanted.any():
            painter = QPainter(sheet)
            paint(painter, self._places(), self.lines, wanted)
            painter.end()

    def _sheet(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        sheet = QPixmap(self.size() * ratio)
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(Qt.GlobalColor.transparent)
        return sheet

    @Slot()
    def _paint_anew(self) -> None:
        self._drawn = self._faded = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._paint_anew()

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self.axis is None and self.lines is not None:
            self.axis = len(self.lines.axes) - 1
        super().focusInEvent(event)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        axis = self._axis_at(event.position())
        if event.button() is not Qt.MouseButton.LeftButton or self.lines is None:
            return
        if axis is None:
            self._choose(self._line_at(event.position()))
            return
        places = self._places()
        reach = _END / places.room.height()
        self.axis = axis
        self._stroke = self.brushes.begin(axis, places.place(event.position().y()), reach)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._stroke is not None:
            self._stroke_to(event.position())
            return
        over = self._axis_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.SplitVCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._stroke is not None:
            self._stroke_to(event.position())
            self._stroke = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._axis_at(event.position()) is None and self._line_at(event.position()) is not None:
            self.open_wanted.emit()

    def _stroke_to(self, at: QPointF) -> None:
        assert self._stroke is not None
        stroke = self._stroke
        self.brush(stroke.axis, stroke.to(self._places().place(at.y())))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            number = self._line_at(QPointF(event.pos()))
            if number is not None:
                QToolTip.showText(event.globalPos(), wrapped("\n".join(self._texts(number))), self)
                return True
        return super().event(event)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.lines is None or not self._act(event):
            super().keyPressEvent(event)

    def _act(self, event: QKeyEvent) -> bool:
        """Whether a key meant something."""
        up = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if up is not None:
            self._up(up, event.modifiers())
            return True
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._walk(1 if event.key() == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.open_wanted.emit()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if self.axis is not None:
                self.brush(self.axis, None)
            case Qt.Key.Key_Escape if self.brushes.spans:
                self.clear_brushes()
            case _:
                return False
        return True

    def _up(self, by: int, modifiers: Qt.KeyboardModifier) -> None:
        if self.axis is None:
            return
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.brushes.nudge(self.axis, 1, by * _NUDGE)
            self._brush()
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self.brushes.nudge(self.axis, 0, by * _NUDGE)
            self._brush()
        else:
            self._choose(self._next(by))

    def _walk(self, by: int) -> None:
        """To another axis."""
        assert self.lines is not None
        last = len(self.lines.axes) - 1
        self.axis = min(max((last if self.axis is None else self.axis) + by, 0), last)
        self.update()

    def _next(self, by: int) -> int | None:
        """Of the kept lines the next one along the axis that the keys are at."""
        assert self.lines is not None
        assert self.axis is not None
        column, numbers = self.lines.places[:, self.axis], self.lines.numbers
        known = np.flatnonzero(self.kept & ~np.isnan(column))
        order = known[np.lexsort((numbers[known], column[known]))]
        found = numbers[order].tolist()
        if not found:
            return None
        if self.number not in found:
            return int(found[0] if by > 0 else found[-1])
        return int(found[min(max(found.index(self.number) + by, 0), len(found) - 1)])

    # What is meant

    def _choose(self, number: int | None) -> None:
        self.chosen.emit(number)

    def _brush(self) -> None:
        self._keep()
        self._drawn = None
        self.update()
        self.brushed.emit()

    def _keep(self) -> None:
        self.kept = np.zeros(0, bool) if self.lines is None else self.brushes.kept(self.lines.places)

    def _index(self) -> int | None:
        """Which line is the chosen trial's."""
        if self.lines is None or self.number is None:
            return None
        found = np.flatnonzero(self.lines.numbers == self.number)
        return int(found[0]) if len(found) else None

    def _axis_at(self, at: QPointF) -> int | None:
        if self.lines is None:
            return None
        places = self._places()
        apart = np.abs(places.across - at.x())
        found = int(np.argmin(apart))
        is_beside = places.room.top() - GRID <= at.y() <= places.room.bottom() + GRID
        return found if apart[found] <= _NEAR and is_beside else None

    def _line_at(self, at: QPointF) -> int | None:
        if self.lines is None:
            return None
        found = nearest(self._places(), self.lines, self.kept, at, _NEAR)
        return None if found is None else int(self.lines.numbers[found])

    def _places(self) -> Places:
        return Places.of(QRectF(self.rect()), len(self.lines.axes) if self.lines else 0)
