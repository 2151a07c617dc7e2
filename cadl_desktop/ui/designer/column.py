"""The cards of the layer designer: input, encoding, one for each layer, output."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QEnterEvent, QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Category, entries, entry
from cadl_desktop.experiment.edits import part_of_kind
from cadl_desktop.experiment.freezing import can_freeze, is_frozen
from cadl_desktop.sentences import filled
from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.controls.fields import (
    Chooser,
    IconChooser,
    ProblemLine,
    choices_of,
    describe,
    translated,
)
from cadl_desktop.ui.controls.layouts import SPRING, in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label, set_look
from cadl_desktop.ui.controls.tips import set_tip
from cadl_desktop.ui.designer.activation_icon import SIZE, activation_icon, initialiser_icon
from cadl_desktop.ui.designer.layer_settings import ON_THE_CARD, LayerSettings
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, notifier

SIDE_WIDTH = 14 * GRID
BUTTON = 3 * GRID - 4
LINE = 26


class Head(QWidget):
    """The controls of a card; says when the pointer leaves the neurons for them."""

    entered = Signal()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.entered.emit()


class Card(QWidget):
    """One column: a head with controls, and below it room for the neurons, which the canvas paints."""

    touched = Signal()  # it looks different: paint again

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(width)
        self.setMouseTracking(True)  # so that the canvas hears where the pointer is
        self.title, self.note = QLabel(), label("", "muted", "small", wraps=True)
        self.problem = ProblemLine()
        self.head = Head()
        self.rows = in_column(on=self.head, apart=GRID // 2, margins=(GRID, GRID, GRID, 0))
        in_column(self.head, SPRING, on=self)

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
        self.title.setMinimumHeight(BUTTON)
        self.rows.addWidget(self.title)
        self.rows.addWidget(self.note)
        self.rows.addWidget(self.problem)

    def show_text(self, title: str, note: str) -> None:
        self.title.setText(title)
        self.note.setText(note)


class PartCard(Card):
    """A card for a layer or the output: its kind, activation and settings."""

    edited = Signal(str, object, object)  # label, Part, str | None
    undo_wanted = Signal()
    redo_wanted = Signal()

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
        self.initialiser = IconChooser(choices_of("initialiser"))
        self.initialiser.setIconSize(SIZE)
        self.initialiser.chosen.connect(self._initialiser_chosen)
        self.frozen = QToolButton()
        self.frozen.setFixedSize(LINE - 2, LINE)
        self.frozen.setCheckable(True)
        self.frozen.clicked.connect(self._freeze)
        self._add_actions()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.settings = QToolButton()
        self.settings.setFixedSize(LINE, LINE)
        set_icon(self.settings, "settings")
        self.settings.clicked.connect(self._open_settings)
        self._popup: LayerSettings | None = None
        self._problems: Mapping[str, str] = {}
        notifier().changed.connect(self._draw_icons)
        self._draw_icons()

    def _kind_row(self) -> QHBoxLayout:
        return in_row(wide(self.kind), self.frozen, self.settings, apart=GRID // 2)

    def _add_rest(self) -> None:
        """The rows that every kind of card ends with."""
        self.rows.addLayout(in_row(wide(self.activation), self.initialiser, apart=GRID // 2))
        for widget in (self.note, self.problem):
            self.rows.addWidget(widget)

    def _add_actions(self) -> None:
        """What the card's menu and keys do, in their order."""
        self.freeze = self._add(Action(self.tr("Freeze"), self._freeze, Qt.Key.Key_F))

    def _add(self, action: Action, within: Within = Within.WidgetShortcut) -> QAction:
        made = add_action(self, action, within)
        made.setShortcutVisibleInContextMenu(True)
        return made

    @property
    def popup(self) -> LayerSettings:
        """The settings, made when they are first wanted: they are more than all the rest of a card."""
        if self._popup is None:
            self._popup = LayerSettings(self._category, self)
            self._popup.edited.connect(self.edited)
            self._popup.undo_wanted.connect(self.undo_wanted)
            self._popup.redo_wanted.connect(self.redo_wanted)
            self._popup.show_part(self._part, self._name)
            self._popup.form.show_problems(self._problems)
        return self._popup

    def show_part(self, part: Part, name: str) -> None:
        """Shows a part under a name such as 'Layer 2'; emits nothing."""
        self._part, self._name = part, name
        settings = part.as_dict()
        self.title.setText(name)
        self.kind.set_name(part.kind)
        self.activation.setVisible("activation" in settings)
        self.activation.set_name(str(settings.get("activation", "")))
        self.initialiser.setVisible("initialiser" in settings)
        self.initialiser.set_name(str(settings.get("initialiser", "")))
        self._show_frozen(part)
        if self._popup is not None:
            self._popup.show_part(part, name)
        self.settings.setVisible(bool(settings.keys() - ON_THE_CARD))
        known = entries(self._category).get(part.kind)
        self.note.setVisible("activation" not in settings)
        self.note.setText(translated(known.help) if known else "")
        self._describe(name)

    def _show_frozen(self, part: Part) -> None:
        possible, frozen = can_freeze(part), is_frozen(part)
        self.frozen.setVisible(possible)
        self.frozen.setChecked(frozen)
        set_icon(self.frozen, "freeze", "accent" if frozen else "muted")
        self.freeze.setVisible(possible)
        self.freeze.setEnabled(possible)
        self.freeze.setText(self.tr("Unfreeze") if frozen else self.tr("Freeze"))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.touched.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.touched.emit()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """`problems` are messages by the names of the part's settings."""
        self._problems = problems
        if self._popup is not None:
            self._popup.form.show_problems(problems)
        hidden = problems.keys() - ON_THE_CARD - {"kind"}
        set_icon(self.settings, "warning" if hidden else "settings", "orange" if hidden else "text")
        for name, control in self._controls().items():
            set_look(control, "problem", name in problems)
        self.problem.show_problem(self._first_of(problems))
        self.touched.emit()

    def _first_of(self, problems: Mapping[str, str]) -> str:
        """The first problem, with its setting's name where that isn't on the card."""
        for name, message in problems.items():
            known = entries(self._category).get(self._part.kind)
            titles = {parameter.name: parameter.title for parameter in known.parameters} if known else {}
            if name in titles and name not in ON_THE_CARD:
                return f"{translated(titles[name])}: {translated(message)}"
            return message
        return ""

    def _controls(self) -> dict[str, QWidget]:
        return {"kind": self.kind, "activation": self.activation, "initialiser": self.initialiser}

    def _describe(self, name: str) -> None:
        describe(
            self.kind, filled(self.tr("{layer}: kind"), layer=name), self.tr("What kind of layer this is.")
        )
        text = self.tr("What bends a neuron's sum; without it many layers are still one line.")
        describe(self.activation, filled(self.tr("{layer}: activation"), layer=name), text)
        text = self.tr("How the weights of this layer are drawn before the first step.")
        describe(self.initialiser, filled(self.tr("{layer}: initial weights"), layer=name), text)
        text = self.tr("Frozen weights stay as they are while all others learn (F).")
        describe(self.frozen, filled(self.tr("{layer}: frozen"), layer=name), text)
        text = self.tr("What bends this layer's sums, and how its weights and biases start, set more finely.")
        describe(self.settings, filled(self.tr("{layer}: settings"), layer=name), text)

    def _edit(self, what: str, part: Part, merge_key: str | None = None) -> None:
        self.edited.emit(f"{self._name}: {what}", part, merge_key)

    @Slot(str)
    def _kind_chosen(self, kind: str) -> None:
        self._edit(self.kind.title(kind), part_of_kind(self._category, self._part, kind))

    @Slot(str)
    def _activation_chosen(self, name: str) -> None:
        self._edit(self.activation.title(name), self._with_choice("activation", name))

    def _with_choice(self, setting: str, name: str) -> Part:
        return entry(self._category, self._part.kind).changed(self._part, setting, name)

    @Slot(str)
    def _initialiser_chosen(self, name: str) -> None:
        self._edit(
            filled(self.tr("initial weights {kind}"), kind=self.initialiser.title(name)),
            self._with_choice("initialiser", name),
        )

    @Slot()
    def _freeze(self) -> None:
        frozen = not is_frozen(self._part)
        self._edit(self.tr("frozen") if frozen else self.tr("not frozen"), self._part.has(frozen=frozen))

    @Slot()
    def _open_settings(self) -> None:
        self.popup.open_below(self.settings)

    @Slot()
    def _draw_icons(self) -> None:
        for index in range(self.activation.count()):
            self.activation.setItemIcon(index, activation_icon(self.activation.itemData(index)))
        for index in range(self.initialiser.count()):
            self.initialiser.setItemIcon(index, initialiser_icon(self.initialiser.itemData(index)))


class OutputCard(PartCard):
    """The last column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("output", SIDE_WIDTH + 5 * GRID, parent)
        self.title.setMinimumHeight(BUTTON)
        self.rows.addWidget(self.title)
        self.rows.addLayout(self._kind_row())
        self._add_rest()

    def tab_widgets(self) -> list[QWidget]:
        return [self, self.kind, self.frozen, self.settings, self.activation, self.initialiser]

    def _describe(self, name: str) -> None:
        super()._describe(name)
        text = self.tr("F freezes its weights.")
        self.setAccessibleName(name)
        self.setAccessibleDescription(text)
        set_tip(self.title, text)
