"""Contact sheet: what all trainings make, as large as it fits, growing while they go on."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip

from cadl_desktop.comparing.arrangement import HEAD, Arrangement, Layout, fitted
from cadl_desktop.comparing.outputs import Outputs, difference
from cadl_desktop.comparing.training import Training, TrainingSet
from cadl_desktop.runs.record import Thumbnail
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.ui.comparing.pictures.made_painting import Frame, draw_made
from cadl_desktop.ui.comparing.pictures.sheet_painting import (
    drawn_difference,
    paint_labels,
    paint_marks,
    paint_outline,
    paint_words,
    rooms_in,
    value_texts,
)
from cadl_desktop.ui.comparing.words import name_text, objective_title, state_text
from cadl_desktop.ui.controls.focus_ring import paint_focus_ring
from cadl_desktop.ui.controls.looks import set_tip, wrapped
from cadl_desktop.ui.theme.theme import run_colour, theme

_LARGER, _MOST_LARGE = 1.25, 12
"""Magnification from which whole outputs are requested in place of previews, and the largest number of tiles
for which they are."""
_ALL = 1 << 30
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Home: (-_ALL, 0),
    Qt.Key.Key_End: (_ALL, 0),
}
"""Steps of keys, across and down."""
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class ContactSheet(QAbstractScrollArea):
    """Sheet of tiles. Only visible tiles that have changed are painted.

    The cursor is the tile that keys move from; it needn't be chosen. While only chosen trainings are shown
    (`is_narrowed`), walking among them changes which of them is the current one.
    """

    open_wanted = Signal(int)

    def __init__(self, selection: Selection, outputs: Outputs) -> None:
        super().__init__()
        self.selection, self._outputs = selection, outputs
        self.tiles = Layout(Arrangement())
        self.is_narrowed = False
        self._trainings = TrainingSet("runs", "")
        self._frame: Frame | None = None
        self._faces: dict[int, object] = {}
        self._zoom = 1.0
        self._cursor: int | None = None
        self._followed: tuple[int, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setProperty("plot", True)
        self.setAccessibleName("Contact sheet")
        text = "Arrow keys or a click choose a training, Space or Ctrl and a click several; Return opens it."
        set_tip(self, f"What every training makes. {text} B makes it the baseline.")

    def show_trainings(self, trainings: TrainingSet, arrangement: Arrangement, frame: Frame | None) -> None:
        """Shows trainings and the selection in an arrangement, and repaints the tiles that change."""
        before, best, outputs, selection = self._trainings, trainings.best, self._outputs, self.selection
        # Kept together with `_faces`, so that the ids in there stay unique.
        self._trainings, self._frame = trainings, frame
        baseline, reference, chosen = self._baseline, outputs.reference, {*selection.numbers}
        made = {it.number: id(outputs.made(it, is_large=False)) for it in trainings.trainings}
        known = baseline and (baseline.number, baseline.value), reference and made[reference.number]
        common = *known, outputs.reach, id(frame)
        faces: dict[int, object] = {
            each: (made[each], it.value, it.state, it.differs, it is best, each in chosen, common)
            for each, it in trainings.by_number.items()
        }
        self._repaint(number for number, face in faces.items() if self._faces.get(number) != face)
        self._faces = faces
        if arrangement != self.tiles.arrangement or before.ratio != trainings.ratio:
            self._lay_out(arrangement)
        if selection.numbers != self._followed:
            self._followed = selection.numbers
            self._move_cursor(selection.number or self._cursor)

    @property
    def _baseline(self) -> Training | None:
        return self._trainings.by_number.get(self.selection.baseline or 0)

    def set_zoom(self, zoom: float) -> None:
        """Shows pictures larger than they fit, by a factor."""
        self._zoom = zoom
        self._lay_out(self.tiles.arrangement)
        self._reveal()

    def _lay_out(self, arrangement: Arrangement) -> None:
        room, bar = self.maximumViewportSize(), self.verticalScrollBar().sizeHint().width()
        size = room.width(), room.height()
        self.tiles = fitted(arrangement, self._trainings.ratio, *size, bar, self._zoom)
        for scroll, whole, seen in (
            (self.horizontalScrollBar(), self.tiles.width, room.width()),
            (self.verticalScrollBar(), self.tiles.height, room.height()),
        ):
            scroll.setRange(0, max(0, whole - seen))
            scroll.setPageStep(seen)
            scroll.setSingleStep(HEAD)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out(self.tiles.arrangement)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Moves what is seen instead of painting all of it again; labels stay where they are."""
        view, side, head = self.viewport(), self.tiles.side, self.tiles.head
        view.scroll(dx, dy)
        view.update(0, 0, side and side + abs(dx), view.height())
        view.update(0, 0, view.width(), head and head + abs(dy))

    @property
    def _offset(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _repaint(self, numbers: Iterable[int | None]) -> None:
        for number in numbers:
            if number in self.tiles.tiles:
                self.viewport().update(QRect(*self.tiles.tiles[number]).translated(-self._offset))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, offset = QPainter(self.viewport()), self._offset
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(theme().plot_background))
        for number, box in self.tiles.tiles.items():
            room = QRect(*box).translated(-offset)
            if event.region().intersects(room):
                self._paint_tile(painter, room, number)
        paint_labels(painter, self.tiles, offset, self.viewport().rect())
        if self.hasFocus() and self._cursor not in self.tiles.tiles:  # no tile shows that the keys are here
            paint_focus_ring(painter, QRectF(self.viewport().rect()))

    def _paint_tile(self, painter: QPainter, room: QRect, number: int) -> None:
        trainings, chosen, baseline = self._trainings, self.selection.numbers, self._baseline
        training, marked = trainings.by_number.get(number), {"best": trainings.best, "baseline": baseline}
        picture, words = rooms_in(room, trainings.ratio)
        made, frame = self._drawn(training, picture.width()) if training else (None, None)
        draw_made(painter, picture, made, run_colour(theme(), number), frame)
        paint_marks(painter, picture, [mark for mark, it in marked.items() if it and it is training])
        is_current = number == self._cursor and self.hasFocus()
        paint_outline(painter, picture | words, is_chosen=number in chosen, is_current=is_current)
        paint_words(painter, words, number, training, value_texts(training, trainings.objective, baseline))

    def _drawn(self, training: Training, width: int) -> tuple[Thumbnail | None, Frame | None]:
        """Returns what is drawn of a training: its output, or the difference from the reference's."""
        outputs, preview, few = self._outputs, training.made, len(self.tiles.tiles) <= _MOST_LARGE
        is_large = few and preview is not None and width > _LARGER * preview.shape[preview.ndim // 2]
        made, reference = outputs.made(training, is_large=is_large), outputs.reference
        if reference is None or reference.number == training.number:
            return made, self._frame
        return drawn_difference(difference(made, outputs.made(reference, is_large=is_large)), outputs.reach)

    def viewportEvent(self, event: QEvent) -> bool:
        if not isinstance(event, QHelpEvent) or event.type() != QEvent.Type.ToolTip:
            return super().viewportEvent(event)
        number = self._at(event.pos())
        text = "" if number is None else "\n".join(self._lines(self._trainings.by_number[number]))
        QToolTip.showText(event.globalPos(), wrapped(text), self)
        return True

    def _lines(self, training: Training) -> list[str]:
        """Returns what there is to know of a training, in lines."""
        objective = self._trainings.objective
        value = value_texts(training, objective, self._baseline)[0]
        state = f"{state_text(training)}, epoch {training.epoch:,}"
        lines = name_text(training), training.differs, f"{objective_title(objective)} {value}", state
        return [line for line in (*lines, training.message, training.note) if line]

    def _at(self, place: QPoint) -> int | None:
        """Returns the number of the training that is seen at a place, and not behind a label."""
        if place.x() < self.tiles.side or place.y() < self.tiles.head:
            return None
        rooms = {number: QRect(*self.tiles.tiles[number]) for number in self._order}
        return next((number for number, room in rooms.items() if room.contains(place + self._offset)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().toPoint())
        if number is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if event.modifiers() & _CTRL:
            self._toggle(number)
        else:
            self._go(number, event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().toPoint())
        if number is not None:
            self.open_wanted.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, cursor, order = Qt.Key(event.key()), self._cursor, self._order
        if key in _STEPS and order:
            self._go(self.tiles.beside(cursor, *_STEPS[key], order), event.modifiers())
        elif cursor is None or cursor not in order:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_wanted.emit(cursor)
        elif key == Qt.Key.Key_Space:
            self._toggle(cursor)
        elif key == Qt.Key.Key_B:
            self.selection.set_baseline(None if cursor == self.selection.baseline else cursor)
        else:
            super().keyPressEvent(event)

    @property
    def _order(self) -> list[int]:
        """Numbers of the trainings that can be chosen, line by line."""
        return [number for number in self.tiles.order if number in self._trainings.by_number]

    def _go(self, number: int, held: Qt.KeyboardModifier) -> None:
        """Moves the cursor and chooses its training; with Shift also those on the way, with Ctrl none."""
        chosen, order = self.selection.numbers, self._order
        if held & _CTRL:
            self._choose(number, chosen)
        elif held & _SHIFT and self._cursor in order:
            first, last = sorted((order.index(self._cursor), order.index(number)))
            self._choose(number, (number, *order[first : last + 1], *chosen))
        else:
            self._choose(number, (number, *chosen) if self.is_narrowed and number in chosen else (number,))

    def _toggle(self, number: int) -> None:
        others = [each for each in self.selection.numbers if each != number]
        self._choose(number, others if number in self.selection.numbers else (number, *others))

    def _choose(self, cursor: int, numbers: Iterable[int]) -> None:
        self._followed = tuple(dict.fromkeys(numbers))
        self.selection.select(*self._followed)
        self._move_cursor(cursor)

    def _move_cursor(self, cursor: int | None) -> None:
        self._repaint((self._cursor, cursor))
        self._cursor = cursor
        self._reveal()

    def _reveal(self) -> None:
        """Describes the tile at the cursor, and scrolls as little as shows all of it."""
        training, tiles, view = self._trainings.by_number.get(self._cursor or 0), self.tiles, self.viewport()
        if training is None or training.number not in tiles.tiles:
            return
        chosen = "chosen" if training.number in self.selection.numbers else "not chosen"
        self.setAccessibleDescription(", ".join([*self._lines(training), chosen]))
        left, top, width, height = tiles.tiles[training.number]
        for bar, first, last, hidden, seen in (
            (self.horizontalScrollBar(), left, left + width, tiles.side, view.width()),
            (self.verticalScrollBar(), top, top + height, tiles.head, view.height()),
        ):
            bar.setValue(min(max(bar.value(), last - seen), first - hidden))
