"""The contact sheet: what all trials make, arranged by two of the settings, growing while they train."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from cadl_desktop.session.sweeps.chosen_trial import SweepSelection
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_folder import Preview, SweepFolder
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.ui.controls.looks import set_tip
from cadl_desktop.ui.controls.number_text import NO_VALUE, figure
from cadl_desktop.ui.runs.pictures import Frame
from cadl_desktop.ui.sweeps.contact.arrangement import Arrangement, arranged, axis_of, points_of
from cadl_desktop.ui.sweeps.contact.geometry import Measures, Sheet, laid_out
from cadl_desktop.ui.sweeps.contact.tile_painting import Tile, paint_tile, tile_size, words_of
from cadl_desktop.ui.sweeps.words import Setting, objective_text, settings_of
from cadl_desktop.ui.theme.theme import GRID, SMALL, text_font, theme

SIZES = (40, 240)
"""The longer side of a picture, at least and at most."""
_FIRST_SIZE = 96
"""Where not all can be seen at once, pictures are as large as this, or as all columns have room."""
_FADED = 0.2
_SHORT_DIGITS = 3
_HEAD, _SIDE, _GAP = 22, 88, GRID
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class ContactSheet(QAbstractScrollArea):
    """Paints what is seen of it, however many trials there are. `open_wanted(number)` says that a trial is to
    be the window's run."""

    open_wanted = Signal(int)
    fitted = Signal(int)
    """That the sheet has chosen another size of its pictures."""

    def __init__(self, selection: SweepSelection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.selection = selection
        self._sweep: Sweep | None = None
        self._standing = SweepStatus()
        self._settings: dict[str, Setting] = {}
        self._previews: Mapping[int, Preview] = {}
        self._frame: Frame | None = None
        self._best: int | None = None
        self._kept: frozenset[int] | None = None
        self._across = self._down = ""
        self._size = _FIRST_SIZE
        self._follows_room = True
        self._pictured = QSize()
        self._arrangement, self._sheet = Arrangement(), Sheet()
        self._known: tuple[object, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setProperty("plot", True)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Contact sheet")
        set_tip(
            self,
            "What every trial makes. Arrow keys or a click choose one, Return or a double click adopts it.",
        )
        selection.changed.connect(self._follow_selection)

    @property
    def sheet(self) -> Sheet:
        """Where the tiles lie, scrolled to the beginning."""
        return self._sheet

    @property
    def arrangement(self) -> Arrangement:
        return self._arrangement

    def show_previews(self, previews: Mapping[int, Preview], frame: Frame | None) -> None:
        """What the trials make, and over what curves are drawn; painted with the next `show_sweep`."""
        self._previews, self._frame = previews, frame

    def show_sweep(self, sweep: Sweep, standing: SweepStatus, folder: SweepFolder) -> None:
        if sweep is not self._sweep:
            self._sweep = sweep
            self._settings = {setting.path: setting for setting in settings_of(sweep)}
            self._known, self._sheet, self._follows_room = (), Sheet(), True
        self._standing = standing
        best = standing.best(sweep.objective)
        self._best = best.number if best else None
        is_first = not self._sheet.tiles
        self._arrange()
        if is_first or self._picture() != self._pictured:
            self._fit()
        self.viewport().update()

    def arrange_by(self, across: str, down: str) -> None:
        """By the paths of two settings; an empty one is none."""
        self._across, self._down = across, down
        self._arrange()
        self._fit()
        self.viewport().update()

    @Slot(object)
    def keep(self, numbers: frozenset[int] | None) -> None:
        """Fades all trials but these; None fades none."""
        self._kept = numbers
        self.viewport().update()

    @property
    def size_of_pictures(self) -> int:
        """Their longer side, in pixels."""
        return self._size

    @Slot(int)
    def set_size(self, size: int) -> None:
        """That a person wants, whatever room there is."""
        if size != self._size:
            self._size, self._follows_room = size, False
            self._lay_out()

    @Slot()
    def _fit(self) -> None:
        """Chooses the largest size at which all of it is seen, or where none is so small the largest one that
        has to be scrolled in one direction only; unless a person has chosen a size."""
        if self._follows_room and self._sheet.tiles and self.isVisible():
            room, bar = self.maximumViewportSize(), self.verticalScrollBar().sizeHint().width()

            def whole(size: int) -> bool:
                return _holds(room, self._laid_out(size, room.width()).size)

            def across(size: int) -> bool:
                width = room.width() - bar
                return self._laid_out(size, width).size.width() <= width

            self._size = _largest(SIZES[1], whole) or _largest(_FIRST_SIZE, across) or SIZES[0]
            self.fitted.emit(self._size)
        self._lay_out()

    # Geometry

    def _arrange(self) -> None:
        if self._sweep is None:
            return
        points = points_of(self._sweep, self._standing)
        wanted = (self._sweep, self._across, self._down, tuple(points))
        if wanted != self._known:
            self._known = wanted
            across, down = (
                axis_of(self._sweep, self._settings[path]) if path in self._settings else None
                for path in (self._across, self._down)
            )
            self._arrangement = arranged(points, across, down)
            self._lay_out()

    @Slot()
    def _lay_out(self) -> None:
        self._sheet, self._pictured = self._laid_out(self._size, self.viewport().width()), self._picture()
        size, room = self._sheet.size, self.viewport().size()
        for bar, whole, seen in (
            (self.horizontalScrollBar(), size.width(), room.width()),
            (self.verticalScrollBar(), size.height(), room.height()),
        ):
            bar.setRange(0, max(0, whole - seen))
            bar.setPageStep(seen)
            bar.setSingleStep(_HEAD)
        self.viewport().update()

    def _laid_out(self, size: int, width: int) -> Sheet:
        measures = Measures(tile_size(self._picture(size)), _GAP, _HEAD, _SIDE)
        return laid_out(self._arrangement, measures, width)

    def _picture(self, size: int | None = None) -> QSize:
        """As the paintings are; curves are wider than high."""
        size = self._size if size is None else size
        first = next(iter(self._previews.values()), None)
        if first is None or first.ndim == 1:
            return QSize(size, round(0.7 * size)) if first is not None else QSize(size, size)
        height, width = first.shape[:2]
        longest = max(height, width)
        return QSize(max(size * width // longest, size // 2), max(size * height // longest, size // 3))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    @property
    def _offset(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(theme().plot_background))
        seen = event.rect().translated(self._offset)
        painter.translate(-self._offset)
        for number, room in self._sheet.tiles.items():
            if room.intersects(seen):
                tile = self._tile(number)
                painter.setOpacity(1.0 if self._kept is None or number in self._kept else _FADED)
                paint_tile(painter, room, tile, self._frame, has_keys=self.hasFocus())
        painter.setOpacity(1.0)
        painter.translate(self._offset)
        self._paint_labels(painter)
        if self.hasFocus() and self.selection.number not in self._sheet.tiles:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme().accent), 2))  # no tile shows that the keys are here
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))

    def _tile(self, number: int) -> Tile:
        trial = self._standing.trials.get(number)
        value, words, short = trial.value if trial else None, "", ""
        if self._sweep is not None and trial is not None:
            words = NO_VALUE if value is None else objective_text(self._sweep.objective, value)
            short = "" if value is None else figure(value, _SHORT_DIGITS)
        return Tile(
            number,
            trial,
            words,
            short,
            self._previews.get(number),
            is_best=number == self._best,
            is_selected=number == self.selection.number,
            is_training=trial is not None and not trial.is_over and self._standing.goes_on,
        )

    def _paint_labels(self, painter: QPainter) -> None:
        """Those of the columns stay at the top unless these go on below, those of the rows at the left, amid
        what is seen of each."""
        painter.setFont(text_font(SMALL))
        offset, room = self._offset, self.viewport().rect()
        ground, middle = QColor(theme().plot_background), Qt.AlignmentFlag.AlignCenter
        if down := self._arrangement.down:
            painter.fillRect(QRect(0, 0, _SIDE, room.height()), ground)
            rooms = [
                QRect(0, top - offset.y(), _SIDE, height).intersected(room)
                for top, height in self._sheet.rows
            ]
            _paint_all(painter, rooms, down.texts)
        if across := self._arrangement.across:
            down_by = offset.y() if self._sheet.wraps else 0
            if not down_by:
                painter.fillRect(QRect(0, 0, room.width(), _HEAD), ground)
            columns = [
                QRect(left - offset.x(), top - down_by, width, _HEAD)
                for left, top, width in self._sheet.columns
            ]
            _paint_all(painter, columns, across.texts)
            if self._arrangement.down:
                painter.fillRect(QRect(0, 0, _SIDE, _HEAD), ground)
        painter.setPen(QColor(theme().muted))
        if not self._sheet.tiles:
            starts, none = "The first trials are being made ready.", "No trial has begun."
            painter.drawText(room, middle, starts if self._standing.goes_on else none)

    # What a person does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().toPoint())
        if number in self._standing.trials:
            self.selection.select(number)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().toPoint())
        if number in self._standing.trials:
            self.open_wanted.emit(number)

    def _at(self, place: QPoint) -> int | None:
        """Whose tile is seen there; not one behind a label."""
        side, head = self._covered
        seen = place.x() >= side and (place.y() >= head or self._sheet.wraps)
        return self._sheet.at(place + self._offset) if seen else None

    @property
    def _covered(self) -> tuple[int, int]:
        """What the labels of rows and columns take at the left and at the top."""
        arrangement = self._arrangement
        return _SIDE if arrangement.down else 0, _HEAD if arrangement.across else 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, chosen = Qt.Key(event.key()), self.selection.number
        if key in _ARROWS:
            self._select(self._sheet.beside(chosen, *_ARROWS[key], among=self._standing.trials))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            numbers = sorted(self._standing.trials)
            self._select(numbers[0 if key == Qt.Key.Key_Home else -1] if numbers else None)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and chosen in self._standing.trials:
            self.open_wanted.emit(chosen)
        else:
            super().keyPressEvent(event)

    def _select(self, number: int | None) -> None:
        if number in self._standing.trials:
            self.selection.select(number)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    @Slot()
    def _follow_selection(self) -> None:
        number = self.selection.number
        room = self._sheet.tiles.get(number) if number is not None else None
        if room is not None and number is not None:
            self._scroll_to(room)
            value = words_of(self._tile(number))[0][0]
            self.setAccessibleDescription(f"Trial {number}: {value}")
        self.viewport().update()

    def _scroll_to(self, room: QRect) -> None:
        """As little as shows all of it, below and beside the labels."""
        (side, head), view = self._covered, self.viewport().size()
        for bar, first, last, hidden, seen in (
            (self.horizontalScrollBar(), room.left(), room.right(), side, view.width()),
            (self.verticalScrollBar(), room.top(), room.bottom(), head, view.height()),
        ):
            if first - hidden < bar.value():
                bar.setValue(first - hidden)
            elif last > bar.value() + seen:
                bar.setValue(last - seen)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(800, 480)


def _paint_all(painter: QPainter, rooms: Sequence[QRect], labels: Sequence[Sequence[str]]) -> None:
    """The longest labels of which all have room, or what there is room for of the shortest."""
    painter.setPen(QColor(theme().muted))
    metrics = painter.fontMetrics()
    wide = max((room.width() for room in rooms), default=0) - GRID // 2  # nothing where it isn't seen
    longest_first = list(zip(*labels, strict=True))
    fits = (texts for texts in longest_first if all(metrics.horizontalAdvance(it) <= wide for it in texts))
    for room, text in zip(rooms, next(fits, longest_first[-1]), strict=False):
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, wide)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, shown)


def _holds(room: QSize, size: QSize) -> bool:
    return size.width() <= room.width() and size.height() <= room.height()


def _largest(most: int, fits: Callable[[int], bool]) -> int | None:
    """Of the sizes up to `most` the largest that fits, as does every smaller one."""
    sizes = range(SIZES[0], most + 1)
    count = bisect_left(sizes, True, key=lambda size: not fits(size))
    return sizes[count - 1] if count else None
