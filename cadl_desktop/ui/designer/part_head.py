"""The heads of layers and of the output, with the mouse and the keys that go with them."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.experiment.shapes import can_freeze, is_frozen
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.tips import set_tip
from cadl_desktop.ui.designer.head import OpenHead
from cadl_desktop.ui.network.playing.neuron_menu import NEURON_KEYS, asks_for_menu, request_menu

_COMING_BACK = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""Why the keys leave only for a while: for a menu or a small window about the neuron that was walked to."""
_WALKS = {
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Up: (0, -1),
}


class PartHead(OpenHead):
    """Of a layer or the output: 'F' freezes it, 'Z' looks at it closely, Home at everything."""

    freeze_wanted = Signal()
    closer_wanted = Signal()  # as close as its column, or the neuron that the keys are at
    zoom_wanted = Signal(int)  # one step closer or further
    fit_wanted = Signal()

    def __init__(self, category: Category, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = "", ""
        self._silent = ""
        self._category: Category = category
        self._add_actions()

    def _add_actions(self) -> None:
        """What its menu and keys do, in their order."""
        self.freeze = self._add(Action("Freeze", self.freeze_wanted.emit, Qt.Key.Key_F))
        self._add(Action("Settings", self.open_wanted.emit, Qt.Key.Key_Return))
        self._add(Action("Look closer", self.closer_wanted.emit, Qt.Key.Key_Z))

    def _add(self, action: Action) -> QAction:
        made = add_action(self, action, Qt.ShortcutContext.WidgetShortcut)
        made.setShortcutVisibleInContextMenu(True)
        return made

    def show_part(self, part: Part, title: str, short: str, neurons: int) -> None:
        """`short` stands for the title where there is no room for it."""
        self._names, number = (title, short), str(neurons)
        short_number = f"{round(neurons / 1000)}k" if neurons >= 1000 else number
        first = (f"{number} · {self._kind_of(part)}", number, short_number)
        self.show_words(title, first, self._second_line())
        possible, frozen = can_freeze(part), is_frozen(part)
        self.freeze.setVisible(possible)
        self.freeze.setEnabled(possible)
        self.freeze.setText("Unfreeze" if frozen else "Freeze")
        if frozen != self.frozen:
            self.show_frozen(frozen=frozen)

    def show_silent(self, count: int, words: str) -> None:
        """How many of its neurons say the same everywhere, in words such as '22 dead'; or its name."""
        self._silent = words if count else ""
        self.show_words(self.title, self._first, self._second_line())

    def _second_line(self) -> tuple[str, str]:
        """A number alone is always the layer's, never of its neurons."""
        title, short = self._names
        return self._silent or title, short

    def _kind_of(self, part: Part) -> str:
        """What bends its sums, or what it is where nothing does."""
        activation = entries("activation").get(str(part.as_dict().get("activation", "")))
        known = activation or entries(self._category).get(part.kind)
        return known.title if known else part.kind

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Enter or (event.key() == Qt.Key.Key_Space and not control):
            self.open_wanted.emit()
        elif event.key() == Qt.Key.Key_Home:
            self.fit_wanted.emit()
        elif control and event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_wanted.emit(1)
        elif control and event.key() == Qt.Key.Key_Minus:
            self.zoom_wanted.emit(-1)
        elif asks_for_menu(event):
            request_menu(self)
        else:
            super().keyPressEvent(event)

    def _describe(self) -> None:
        self.setAccessibleName(self.title)
        # All that stands on it, of which a narrow one shows a part, and what the keys do.
        said = list(filter(None, (f"{self.words()}.", self.problem, self._help())))
        set_tip(self, "\n".join(said))
        self.setAccessibleDescription(" ".join(said))

    def _help(self) -> str:
        return "Enter opens its settings, F freezes its weights, Z looks closer, Home at everything."


class LayerHead(PartHead):
    """Of one hidden layer. It is taken by the mouse for dragging.

    Ctrl+Left and Ctrl+Right move it, Delete removes it, Insert adds a layer after it, Ctrl+D a copy of it.
    The arrow keys walk its neurons.
    """

    move_wanted = Signal(int)  # by
    duplicate_wanted = Signal()
    delete_pressed = Signal()
    add_wanted = Signal()  # after it
    dragged = Signal(QPoint)  # global position
    dropped = Signal(QPoint)
    drag_ended = Signal()
    walked = Signal(int, int)  # tiles to the right, tiles down
    walk_ended = Signal()
    neuron_key = Signal(int)

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__("layer", parent)
        self.index = index
        self._pressed: QPoint | None = None
        self._dragging = False

    def forget(self) -> None:
        """Its layer is gone, and another one may come in its place."""
        self._silent = ""
        self.show_problem("")
        if self._pressed is not None:
            self._end_drag()  # elsewhere it would take away the mark of another head's

    def _add_actions(self) -> None:
        self._add(Action("Duplicate", self.duplicate_wanted.emit, "Ctrl+D"))
        self._add(Action("Delete", self.delete_pressed.emit, Qt.Key.Key_Delete))
        super()._add_actions()

    def _help(self) -> str:
        return (
            "Click or Enter opens its settings; drag to reorder; Ctrl+Left and Ctrl+Right move, Delete "
            "removes, Insert adds after it, Ctrl+D duplicates, F freezes, the arrows walk its neurons, "
            "Z looks closer, Home at everything, M mutes, + and − scale."
        )

    def _is_lifted(self) -> bool:
        return self._dragging

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._dragging:
            self._end_drag()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and control:
            self.move_wanted.emit(-1 if key == Qt.Key.Key_Left else 1)
        elif key in _WALKS:
            self.walked.emit(*_WALKS[key])
        elif key == Qt.Key.Key_Escape:
            self.walk_ended.emit()
            event.ignore()
        elif key == Qt.Key.Key_Insert:
            self.add_wanted.emit()
        elif key in NEURON_KEYS and not control:
            self.neuron_key.emit(event.key())
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _COMING_BACK:
            self.walk_ended.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.globalPosition().toPoint()
            self.walk_ended.emit()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            event.ignore()
            return
        position = event.globalPosition().toPoint()
        far = (position - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if far or self._dragging:
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragging, pressed = self._dragging, self._pressed is not None
        self._end_drag()
        if dragging:
            self.dropped.emit(event.globalPosition().toPoint())
        elif pressed:
            super().mouseReleaseEvent(event)

    def _end_drag(self) -> None:
        self._pressed, self._dragging = None, False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.update()
        self.drag_ended.emit()
