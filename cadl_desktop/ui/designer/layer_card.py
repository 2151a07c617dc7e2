"""The card of one hidden layer: units, order, and the mouse and keys that go with them."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QToolButton, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.sentences import filled
from cadl_desktop.ui.controls.action import Action, Within
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.number_edit import NumberEdit
from cadl_desktop.ui.controls.tips import set_tip
from cadl_desktop.ui.designer.column import BUTTON, LINE, PartCard
from cadl_desktop.ui.network.neuron_menu import NEURON_KEYS, asks_for_menu, request_menu
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID

LAYER_WIDTH = 20 * GRID
_COMING_BACK = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""Why the keys leave only for a while: for a menu or a small window about the neuron that was walked to."""
_WALKS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class LayerCard(PartCard):
    """One hidden layer. Its free ground is where it is taken for dragging, and what has the keys.

    Ctrl+Left and Ctrl+Right move it, Delete removes it, Insert adds a layer after it, Ctrl+D a copy of it; F
    freezes it. Up and Down walk its neurons, Enter shows them all.
    """

    move_wanted = Signal(int, int)  # index, by
    remove_wanted = Signal(int)
    duplicate_wanted = Signal(int)
    add_wanted = Signal(int)  # where the new layer shall stand
    dragged = Signal(int, QPoint)  # index, global position
    dropped = Signal(int, QPoint)
    drag_ended = Signal()
    walked = Signal(int, int)  # index, by how many neurons
    walk_ended = Signal()
    sheet_wanted = Signal(int)
    neuron_key = Signal(int, int)  # index, key
    delete_pressed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("layer", LAYER_WIDTH, parent)
        self.index = 0
        self._pressed: QPoint | None = None
        self._dragging = False
        self._told = self._help = ""
        self._shown: tuple[Part, int, int] | None = None
        self.handle = QLabel()
        self.units = NumberEdit(1, 4096, whole=True)
        self.units.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.units.value_edited.connect(self._units_edited)
        self.left, self.right, self.remove = (_button(name) for name in ("left", "right", "close"))
        self.left.clicked.connect(lambda: self.move_wanted.emit(self.index, -1))
        self.right.clicked.connect(lambda: self.move_wanted.emit(self.index, 1))
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self.index))
        self.fewer, self.more = _button("minus"), _button("plus")
        self.fewer.clicked.connect(lambda: self.units.step(-1))
        self.more.clicked.connect(lambda: self.units.step(1))
        self._lay_out()

    def _add_actions(self) -> None:
        duplicate = Action(self.tr("Duplicate"), lambda: self.duplicate_wanted.emit(self.index), "Ctrl+D")
        self._add(duplicate, Within.WidgetWithChildrenShortcut)
        delete = Action(self.tr("Delete"), lambda: self.delete_pressed.emit(self.index), Qt.Key.Key_Delete)
        self._add(delete)
        super()._add_actions()
        title, wanted = self.tr("Show all neurons"), lambda: self.sheet_wanted.emit(self.index)
        self._add(Action(title, wanted, Qt.Key.Key_Return))

    def _lay_out(self) -> None:
        self.rows.addLayout(self._title_row())
        self.rows.addLayout(self._kind_row())
        self._units_row = QWidget()
        in_row(self.fewer, wide(self.units), self.more, on=self._units_row, apart=GRID // 2)
        for button in (self.fewer, self.more):
            button.setFixedSize(LINE, LINE)
            # For the mouse only: the arrow keys of the field between do the same, and it takes the focus. As
            # a proxy of these it would take it from Tab, too, and never let it out of the card.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.pressed.connect(self.units.setFocus)
        self.rows.addWidget(self._units_row)
        self._add_rest()

    def _title_row(self) -> QHBoxLayout:
        set_icon(self.handle, "drag", "muted")
        self.handle.setCursor(Qt.CursorShape.OpenHandCursor)
        buttons = (self.left, self.right, self.remove)
        for button in buttons:
            button.setFixedSize(BUTTON, BUTTON)
        return in_row(wide(in_row(self.handle, wide(self.title), apart=GRID // 2)), *buttons, apart=0)

    @property
    def is_dragged(self) -> bool:
        return self._dragging

    def show_layer(self, layer: Part, index: int, count: int) -> None:
        """Shows a layer and its place among `count`; emits nothing."""
        if (layer, index, count) == self._shown:
            return  # an edit of one layer shall not cost the time of all
        self._shown = (layer, index, count)
        self.index = index
        self.show_part(layer, filled(self.tr("Layer {number}"), number=index + 1))
        units = layer.as_dict().get("units")
        self._units_row.setVisible(isinstance(units, int))
        if isinstance(units, int):
            self.units.set_value(units)
        self.left.setEnabled(index > 0)
        self.right.setEnabled(index < count - 1)

    def copy(self, other: "LayerCard") -> None:
        """Shows what another card shows; emits nothing."""
        if other._shown is not None:
            self.show_layer(*other._shown)

    def tab_widgets(self) -> list[QWidget]:
        middle = [self.kind, self.frozen, self.settings, self.units, self.activation, self.initialiser]
        return [self, *middle, self.left, self.right, self.remove]

    def _controls(self) -> dict[str, QWidget]:
        return super()._controls() | {"units": self.units}

    def show_problems(self, problems: Mapping[str, str]) -> None:
        super().show_problems(problems)
        self.units.set_problem("units" in problems)

    def _describe(self, name: str) -> None:
        super()._describe(name)
        text = self.tr(
            "Drag to reorder; Ctrl+Left and Ctrl+Right move, Delete removes, Insert adds after it, "
            "Ctrl+D duplicates, F freezes, Up and Down walk its neurons, Enter shows them all, "
            "M mutes, + and − scale it."
        )
        self.setAccessibleName(name)
        # Not the whole card: below its head it would cover the neurons.
        for label in (self.handle, self.title):
            set_tip(label, text)
        self._help = text
        self._describe_neurons()
        named = (
            (self.units, self.tr("{layer}: units"), self.tr("How many neurons the layer has.")),
            (self.fewer, self.tr("{layer}: one neuron fewer"), self.tr("Takes one neuron away.")),
            (self.more, self.tr("{layer}: one neuron more"), self.tr("Adds one neuron.")),
            (
                self.left,
                self.tr("{layer}: move left"),
                self.tr("Moves the layer towards the input (Ctrl+Left)."),
            ),
            (
                self.right,
                self.tr("{layer}: move right"),
                self.tr("Moves the layer towards the output (Ctrl+Right)."),
            ),
            (
                self.remove,
                self.tr("{layer}: remove"),
                self.tr("Takes the layer out of the network (Delete)."),
            ),
        )
        for widget, title, text in named:
            describe(widget, filled(title, layer=name), text)

    def tell_neurons(self, told: str) -> None:
        """Takes what a screen reader shall say of the neurons, such as '64 neurons, 12 dead'."""
        if told != self._told:
            self._told = told
            self._describe_neurons()

    def _describe_neurons(self) -> None:
        self.setAccessibleDescription(f"{self._told}. {self._help}" if self._told else self._help)

    @Slot(object)
    def _units_edited(self, units: int) -> None:
        what = self.tr("{count} unit") if units == 1 else self.tr("{count} units")
        self._edit(filled(what, count=units), self._part.has(units=units), "units")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape and self._dragging:
            self._end_drag()
        elif event.key() == Qt.Key.Key_Left and control:
            self.move_wanted.emit(self.index, -1)
        elif event.key() == Qt.Key.Key_Right and control:
            self.move_wanted.emit(self.index, 1)
        elif event.key() in _WALKS:
            self.walked.emit(self.index, _WALKS[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape:
            self.walk_ended.emit()
            event.ignore()
        elif event.key() == Qt.Key.Key_Enter:
            self.sheet_wanted.emit(self.index)
        elif event.key() == Qt.Key.Key_Insert:
            self.add_wanted.emit(self.index + 1)
        elif asks_for_menu(event):
            request_menu(self)
        elif event.key() in NEURON_KEYS and not control:
            self.neuron_key.emit(self.index, event.key())
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
            event.ignore()  # the canvas shows the neuron that is there
            return
        position = event.globalPosition().toPoint()
        far = (position - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if far or self._dragging:
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.dragged.emit(self.index, position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragging = self._dragging
        self._end_drag()
        if dragging:
            self.dropped.emit(self.index, event.globalPosition().toPoint())
        else:
            event.ignore()  # a click is for what the canvas has there

    def _end_drag(self) -> None:
        self._pressed, self._dragging = None, False
        self.unsetCursor()
        self.drag_ended.emit()


def _button(name: str) -> QToolButton:
    button = QToolButton()
    set_icon(button, name)
    return button
