"""The cards of the layer designer: input, encoding, one for each layer, output."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.experiment.edits import part_of_kind
from cadl_desktop.ui.activation_icon import SIZE, activation_icon
from cadl_desktop.ui.fields import Chooser, ProblemLine, catalog_text, choices_of, describe
from cadl_desktop.ui.icons import set_icon
from cadl_desktop.ui.layer_settings import LayerSettings
from cadl_desktop.ui.number_edit import NumberEdit, mark
from cadl_desktop.ui.theme import GRID, notifier

LAYER_WIDTH = 19 * GRID
SIDE_WIDTH = 14 * GRID
_BUTTON = 3 * GRID - 4
_LINE = 26


class Card(QWidget):
    """One column: a head with controls, and below it room for the neurons, which the canvas paints."""

    touched = Signal()  # it looks different: paint again

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(width)
        self.title = QLabel()
        self.note = QLabel()
        self.note.setProperty("muted", True)
        self.note.setProperty("small", True)
        self.note.setWordWrap(True)
        self.problem = ProblemLine()
        self.head = QWidget()
        self.rows = QVBoxLayout(self.head)
        self.rows.setContentsMargins(GRID, GRID, GRID, 0)
        self.rows.setSpacing(GRID // 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.head)
        column.addStretch(1)

    def head_bottom(self) -> int:
        """Where the head ends, in the card's own coordinates."""
        return self.head.sizeHint().height() if self.head.isHidden() else self.head.geometry().bottom()

    def tab_widgets(self) -> list[QWidget]:
        """The controls in the order in which Tab visits them."""
        return []


class InfoCard(Card):
    """A card that only tells: what goes in, what an encoding makes of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(SIDE_WIDTH, parent)
        self.title.setMinimumHeight(_BUTTON)
        self.rows.addWidget(self.title)
        self.rows.addWidget(self.note)
        self.rows.addWidget(self.problem)

    def show_text(self, title: str, note: str) -> None:
        self.title.setText(title)
        self.note.setText(note)


class PartCard(Card):
    """A card for a layer or the output: its kind, activation and settings."""

    edited = Signal(str, object, object)  # label, Part, str | None

    def __init__(self, category: Category, width: int, parent: QWidget | None = None) -> None:
        super().__init__(width, parent)
        self._category: Category = category
        self._part = Part("")
        self._name = ""
        self.kind = Chooser(choices_of(category))
        self.kind.chosen.connect(self._kind_chosen)
        self.activation = Chooser(choices_of("activation"))
        self.activation.setIconSize(SIZE)
        self.activation.chosen.connect(self._activation_chosen)
        self.settings = QToolButton()
        self.settings.setFixedSize(_LINE, _LINE)
        self.settings.clicked.connect(self._open_settings)
        self.popup = LayerSettings(category, self)
        self.popup.edited.connect(self.edited)
        notifier().changed.connect(self._draw_icons)
        self._draw_icons()

    def show_part(self, part: Part, name: str) -> None:
        """Shows a part under a name such as 'Layer 2'; emits nothing."""
        self._part, self._name = part, name
        settings = part.as_dict()
        self.title.setText(name)
        self.kind.set_name(part.kind)
        self.activation.setVisible("activation" in settings)
        self.activation.set_name(str(settings.get("activation", "")))
        self.popup.show_part(part, name)
        self.settings.setVisible(not self.popup.form.is_empty())
        known = entries(self._category).get(part.kind)
        self.note.setVisible("activation" not in settings)
        self.note.setText(catalog_text(known.help) if known else "")
        self._describe(name)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """`problems` are messages by the names of the part's settings."""
        self.popup.form.show_problems(problems)
        hidden = [name for name in problems if self.popup.form.field(name) is not None]
        set_icon(self.settings, "warning" if hidden else "settings", "orange" if hidden else "text")
        for name, control in self._controls().items():
            mark(control, name in problems)
        self.problem.show_problem(next(iter(problems.values()), ""))
        self.touched.emit()

    def _controls(self) -> dict[str, QWidget]:
        return {"kind": self.kind, "activation": self.activation}

    def _describe(self, name: str) -> None:
        describe(self.kind, self.tr("%1: kind").replace("%1", name), self.tr("What kind of layer this is."))
        text = self.tr("What bends a neuron's sum; without it many layers are still one line.")
        describe(self.activation, self.tr("%1: activation").replace("%1", name), text)
        text = self.tr("How the weights and biases of this layer start.")
        describe(self.settings, self.tr("%1: settings").replace("%1", name), text)

    def _edit(self, what: str, part: Part, merge_key: str | None = None) -> None:
        self.edited.emit(f"{self._name}: {what}", part, merge_key)

    @Slot(str)
    def _kind_chosen(self, kind: str) -> None:
        self._edit(self.kind.title(kind), part_of_kind(self._category, self._part, kind))

    @Slot(str)
    def _activation_chosen(self, name: str) -> None:
        self._edit(self.activation.title(name), self._part.has(activation=name))

    @Slot()
    def _open_settings(self) -> None:
        self.popup.open_below(self.settings)

    @Slot()
    def _draw_icons(self) -> None:
        for index in range(self.activation.count()):
            self.activation.setItemIcon(index, activation_icon(self.activation.itemData(index)))


class OutputCard(PartCard):
    """The last column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("output", SIDE_WIDTH + 2 * GRID, parent)
        self.title.setMinimumHeight(_BUTTON)
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        row.addWidget(self.kind, 1)
        row.addWidget(self.settings)
        self.rows.addWidget(self.title)
        self.rows.addLayout(row)
        for widget in (self.activation, self.note, self.problem):
            self.rows.addWidget(widget)
        set_icon(self.settings, "settings")

    def tab_widgets(self) -> list[QWidget]:
        return [self.kind, self.settings, self.activation]


class LayerCard(PartCard):
    """One hidden layer. Its free ground is where it is taken for dragging, and what has the keys.

    Ctrl+Left and Ctrl+Right move it, Delete removes it, Insert adds a layer after it.
    """

    move_wanted = Signal(int, int)  # index, by
    remove_wanted = Signal(int)
    add_wanted = Signal(int)  # where the new layer shall stand
    dragged = Signal(int, QPoint)  # index, global position
    dropped = Signal(int, QPoint)
    drag_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("layer", LAYER_WIDTH, parent)
        self.index = 0
        self._pressed: QPoint | None = None
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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

    def _lay_out(self) -> None:
        self.rows.addLayout(self._title_row())
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        row.addWidget(self.kind, 1)
        row.addWidget(self.settings)
        self.rows.addLayout(row)
        self._units_row = QWidget()
        units = QHBoxLayout(self._units_row)
        units.setContentsMargins(0, 0, 0, 0)
        units.setSpacing(GRID // 2)
        units.addWidget(self.fewer)
        units.addWidget(self.units, 1)
        units.addWidget(self.more)
        for button in (self.fewer, self.more):
            button.setFixedSize(_LINE, _LINE)
            # For the mouse only: the arrow keys of the field between do the same, and it takes the focus.
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            button.setFocusProxy(self.units)
        for widget in (self._units_row, self.activation, self.note, self.problem):
            self.rows.addWidget(widget)

    def _title_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        handle = QLabel()
        set_icon(handle, "drag", "muted")
        handle.setCursor(Qt.CursorShape.OpenHandCursor)
        row.addWidget(handle)
        row.addSpacing(GRID // 2)
        row.addWidget(self.title, 1)
        for button in (self.left, self.right, self.remove):
            button.setFixedSize(_BUTTON, _BUTTON)
            row.addWidget(button)
        return row

    @property
    def is_dragged(self) -> bool:
        return self._dragging

    def show_layer(self, layer: Part, index: int, count: int) -> None:
        """Shows a layer and its place among `count`; emits nothing."""
        self.index = index
        self.show_part(layer, self.tr("Layer %1").replace("%1", str(index + 1)))
        units = layer.as_dict().get("units")
        self._units_row.setVisible(isinstance(units, int))
        if isinstance(units, int):
            self.units.set_value(units)
        self.left.setEnabled(index > 0)
        self.right.setEnabled(index < count - 1)

    def tab_widgets(self) -> list[QWidget]:
        middle = [self.kind, self.settings, self.units, self.activation]
        return [self, *middle, self.left, self.right, self.remove]

    def _controls(self) -> dict[str, QWidget]:
        return super()._controls() | {"units": self.units}

    def show_problems(self, problems: Mapping[str, str]) -> None:
        super().show_problems(problems)
        self.units.set_problem("units" in problems)

    def _describe(self, name: str) -> None:
        super()._describe(name)
        text = self.tr(
            "Drag to reorder; Ctrl+Left and Ctrl+Right move, Delete removes, Insert adds after it."
        )
        describe(self, name, text)
        named = (
            (self.units, self.tr("%1: units"), self.tr("How many neurons the layer has.")),
            (self.fewer, self.tr("%1: one neuron fewer"), self.tr("Takes one neuron away.")),
            (self.more, self.tr("%1: one neuron more"), self.tr("Adds one neuron.")),
            (self.left, self.tr("%1: move left"), self.tr("Moves the layer towards the input (Ctrl+Left).")),
            (
                self.right,
                self.tr("%1: move right"),
                self.tr("Moves the layer towards the output (Ctrl+Right)."),
            ),
            (self.remove, self.tr("%1: remove"), self.tr("Takes the layer out of the network (Delete).")),
        )
        for widget, title, text in named:
            describe(widget, title.replace("%1", name), text)

    @Slot(object)
    def _units_edited(self, units: int) -> None:
        what = self.tr("%1 unit") if units == 1 else self.tr("%1 units")
        self._edit(what.replace("%1", str(units)), self._part.has(units=units), "units")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape and self._dragging:
            self._end_drag()
        elif event.key() == Qt.Key.Key_Left and control:
            self.move_wanted.emit(self.index, -1)
        elif event.key() == Qt.Key.Key_Right and control:
            self.move_wanted.emit(self.index, 1)
        elif event.key() == Qt.Key.Key_Insert:
            self.add_wanted.emit(self.index + 1)
        elif event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit(self.index)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.touched.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.touched.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.globalPosition().toPoint()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
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

    def _end_drag(self) -> None:
        self._pressed, self._dragging = None, False
        self.unsetCursor()
        self.drag_ended.emit()


def _button(name: str) -> QToolButton:
    button = QToolButton()
    set_icon(button, name)
    return button
