"""Contact sheet: what all trainings make, as large as it fits, growing while they go on."""

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
from cadl_desktop.ui.comparing.view import training_texts
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


class ContactSheet(QAbstractScrollArea):
    """Sheet of tiles. Only visible tiles that have changed are painted.

    While only chosen trainings are shown (`is_narrowed`), walking among them changes which of them is the
    current one.
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
        self._revealed: int | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setProperty("plot", True)
        self.setAccessibleName("Contact sheet")
        text = "Arrow keys or a click choose a run, with Shift all up to it; Ctrl and a click add one."
        set_tip(self, f"What every run makes. {text} Return opens it, B makes it the baseline.")

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
            number: (
                *(made[number], it.value, it.state, it.differs, it is best),
                *(number in chosen, number == selection.number, common),
            )
            for number, it in trainings.by_number.items()
        }
        for number, box in self.tiles.tiles.items():
            if self._faces.get(number) != faces.get(number):
                self.viewport().update(QRect(*box).translated(-self._offset))
        self._faces = faces
        if arrangement != self.tiles.arrangement or before.ratio != trainings.ratio:
            self._lay_out(arrangement)
        if selection.number != self._revealed:
            self._revealed = selection.number
            self._reveal()

    @property
    def _baseline(self) -> Training | None:
        return self._trainings.by_number.get(self.selection.baseline or 0)

    def _lay_out(self, arrangement: Arrangement) -> None:
        room, bar = self.maximumViewportSize(), self.verticalScrollBar().sizeHint().width()
        self.tiles = fitted(arrangement, self._trainings.ratio, room.width(), room.height(), bar)
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

    @property
    def _offset(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, offset = QPainter(self.viewport()), self._offset
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(theme().plot_background))
        for number, box in self.tiles.tiles.items():
            room = QRect(*box).translated(-offset)
            if event.region().intersects(room):
                self._paint_tile(painter, room, number)
        paint_labels(painter, self.tiles, offset, self.viewport().rect())
        if (
            self.hasFocus() and self.selection.number not in self.tiles.tiles
        ):  # no tile shows that keys are here
            paint_focus_ring(painter, QRectF(self.viewport().rect()))

    def _paint_tile(self, painter: QPainter, room: QRect, number: int) -> None:
        trainings, chosen, baseline = self._trainings, self.selection.numbers, self._baseline
        training, marked = trainings.by_number.get(number), {"best": trainings.best, "baseline": baseline}
        picture, words = rooms_in(room, trainings.ratio, self.tiles.line)
        made, frame = self._drawn(training, picture.width()) if training else (None, None)
        draw_made(painter, picture, made, run_colour(theme(), number), frame)
        paint_marks(painter, picture, [mark for mark, it in marked.items() if it and it is training])
        if number in chosen:
            is_current = number == self.selection.number and self.hasFocus()
            paint_outline(painter, picture | words, 3.0 if is_current else 1.5)
        if self.tiles.line:
            values = value_texts(training, trainings.objective, baseline)
            paint_words(painter, words, number, training, values)

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
        texts = training_texts(self._trainings, training, self._trainings.settings)
        return [*texts, *filter(None, (training.message, training.note))]

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
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.selection.toggle(number)
        else:
            self._choose(number, event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().toPoint())
        if number is not None:
            self.open_wanted.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, current, order = Qt.Key(event.key()), self.selection.number, self._order
        if key in _STEPS and order:
            self._choose(self.tiles.beside(current, *_STEPS[key], order), event.modifiers())
        elif current is None or current not in order:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_wanted.emit(current)
        elif key == Qt.Key.Key_B:
            self.selection.set_baseline(None if current == self.selection.baseline else current)
        else:
            super().keyPressEvent(event)

    @property
    def _order(self) -> list[int]:
        """Numbers of the trainings that can be chosen, line by line."""
        return [number for number in self.tiles.order if number in self._trainings.by_number]

    def _choose(self, number: int, held: Qt.KeyboardModifier) -> None:
        """Chooses a training as the current one, with Shift also those on the way to it."""
        order, chosen = self._order, self.selection.numbers
        if held & Qt.KeyboardModifier.ShiftModifier and self.selection.number in order:
            first, last = sorted((order.index(self.selection.number), order.index(number)))
            chosen = (*order[first : last + 1], *chosen)
        elif not self.is_narrowed:
            chosen = ()
        self.selection.select(*dict.fromkeys((number, *chosen)))

    def _reveal(self) -> None:
        """Describes the current tile, and scrolls as little as shows all of it."""
        training, tiles = self._trainings.by_number.get(self.selection.number or 0), self.tiles
        if training is None or training.number not in tiles.tiles:
            return
        self.setAccessibleDescription(", ".join(self._lines(training)))
        left, top, width, height = tiles.tiles[training.number]
        view = self.viewport()
        for bar, first, last, hidden, seen in (
            (self.horizontalScrollBar(), left, left + width, tiles.side, view.width()),
            (self.verticalScrollBar(), top, top + height, tiles.head, view.height()),
        ):
            bar.setValue(min(max(bar.value(), last - seen), first - hidden))
