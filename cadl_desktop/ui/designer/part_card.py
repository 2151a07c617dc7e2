"""The controls of one part of the network, on a card that opens beside it."""

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Category, entries, entry
from cadl_desktop.experiment.edits import part_of_kind
from cadl_desktop.experiment.shapes import can_freeze, is_frozen
from cadl_desktop.ui.controls.fields import (
    Chooser,
    IconChooser,
    ProblemLine,
    choices_of,
    describe,
    window_text,
)
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label, set_look
from cadl_desktop.ui.designer.activation_icon import SIZE, activation_icon, initialiser_icon
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, notifier

BUTTON = 3 * GRID - 4
LINE = 26
ON_THE_CARD = frozenset(("units", "activation", "initialiser", "frozen"))
"""What has a control of its own; the form below holds all other settings."""


class PartCard(QWidget):
    """The controls of a layer or the output: its kind, activation and settings."""

    edited = Signal(str, object, object)  # label, Part, str | None
    close_wanted = Signal()

    def __init__(self, category: Category, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._category: Category = category
        self._part = Part("")
        self.name = ""
        self.title, self.note = label("", "heading"), label("", "muted", "small", wraps=True)
        self.kind = Chooser(choices_of(category))
        self.kind.chosen.connect(self._kind_chosen)
        self.activation = Chooser(choices_of("activation"))
        self.activation.setIconSize(SIZE)
        self.activation.chosen.connect(self._activation_chosen)
        self.initialiser = IconChooser(choices_of("initialiser"))
        self.initialiser.setIconSize(SIZE)
        self.initialiser.chosen.connect(self._initialiser_chosen)
        self.frozen = QToolButton()
        self.frozen.setFixedSize(LINE, LINE)
        self.frozen.setCheckable(True)
        self.frozen.clicked.connect(self._freeze)
        self.close_button = small_button("close")
        self.close_button.clicked.connect(self.close_wanted)
        self.form = PartForm(category, leave_out=ON_THE_CARD)
        self.form.edited.connect(self._edit)
        self.problem = ProblemLine()
        notifier().changed.connect(self._draw_icons)
        self._draw_icons()
        self._lay_out()

    def _lay_out(self) -> None:
        kind = in_row(wide(self.kind), self.frozen, apart=GRID // 2)
        bends = in_row(wide(self.activation), self.initialiser, apart=GRID // 2)
        own = self._own_rows()
        in_column(self._title_row(), kind, *own, bends, self.note, self.problem, self.form, on=self)

    def _title_row(self) -> QHBoxLayout:
        return in_row(wide(self.title), *self._title_buttons(), self.close_button, apart=0)

    def _title_buttons(self) -> list[QToolButton]:
        return []

    def _own_rows(self) -> list[QWidget]:
        """What only this kind of card has."""
        return []

    def first(self) -> QWidget:
        """What has the keys when the card opens."""
        return self.kind

    def tab_widgets(self) -> list[QWidget]:
        """The controls in the order in which Tab visits them."""
        middle = [self.kind, self.frozen, *self._own_tabs(), self.activation, self.initialiser]
        return [*self._title_buttons(), self.close_button, *middle, *self.form.tab_widgets()]

    def _own_tabs(self) -> list[QWidget]:
        return []

    def show_part(self, part: Part, name: str) -> None:
        """Shows a part under a name such as 'Layer 2'; emits nothing."""
        self._part, self.name = part, name
        settings = part.as_dict()
        self.title.setText(name)
        self.kind.set_name(part.kind)
        self.activation.setVisible("activation" in settings)
        self.activation.set_name(str(settings.get("activation", "")))
        self.initialiser.setVisible("initialiser" in settings)
        self.initialiser.set_name(str(settings.get("initialiser", "")))
        self._show_frozen(part)
        self.form.show_part(part)
        self.form.setVisible(not self.form.is_empty())
        known = entries(self._category).get(part.kind)
        self.note.setVisible("activation" not in settings)
        self.note.setText(known.help if known else "")
        self._describe(name)

    def _show_frozen(self, part: Part) -> None:
        possible, frozen = can_freeze(part), is_frozen(part)
        self.frozen.setVisible(possible)
        self.frozen.setChecked(frozen)
        set_icon(self.frozen, "freeze", "accent" if frozen else "muted")

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """`problems` are messages by the names of the part's settings."""
        self.form.show_problems(problems)
        for name, control in self._own_controls().items():
            set_look(control, "problem", name in problems)
        # The form says what is wrong with its own.
        others = [text for name, text in problems.items() if self.form.field(name) is None]
        self.problem.show_problem(others[0] if others else "")

    def controls(self) -> dict[str, QWidget]:
        """What sets each setting, by its name."""
        return self._own_controls() | self.form.controls()

    def _own_controls(self) -> dict[str, QWidget]:
        return {"kind": self.kind, "activation": self.activation, "initialiser": self.initialiser}

    def _describe(self, name: str) -> None:
        describe(self.kind, f"{name}: kind", "What kind of layer this is.")
        text = "What bends a neuron's sum; without it many layers are still one line."
        describe(self.activation, f"{name}: activation", text)
        text = "How the weights of this layer are drawn before the first step."
        describe(self.initialiser, f"{name}: initial weights", text)
        text = "Frozen weights stay as they are while all others learn (F)."
        describe(self.frozen, f"{name}: frozen", text)
        text = "Closes these settings (Escape)."
        describe(self.close_button, f"{name}: close", text)

    def _edit(self, what: str, part: Part, merge_key: str | None = None) -> None:
        self.edited.emit(f"{self.name}: {what}", part, merge_key)

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
        self._edit(f"initial weights {self.initialiser.title(name)}", self._with_choice("initialiser", name))

    @Slot()
    def _freeze(self) -> None:
        self._edit(*frozen_or_not(self._part))

    @Slot()
    def _draw_icons(self) -> None:
        for index in range(self.activation.count()):
            self.activation.setItemIcon(index, activation_icon(self.activation.itemData(index)))
        for index in range(self.initialiser.count()):
            self.initialiser.setItemIcon(index, initialiser_icon(self.initialiser.itemData(index)))


class OutputCard(PartCard):
    """Of the last column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("output", parent)


def frozen_or_not(part: Part) -> tuple[str, Part]:
    """A part that is frozen where it learned, or the other way round, and what one calls that."""
    frozen = not is_frozen(part)
    return "frozen" if frozen else "not frozen", part.has(frozen=frozen)


def first_problem(category: Category, part: Part, problems: Mapping[str, str]) -> str:
    """The first of a part's problems, with its setting's name where the card has no control of its own for
    it."""
    for name, message in problems.items():
        known = entries(category).get(part.kind)
        titles = {parameter.name: parameter.title for parameter in known.parameters} if known else {}
        if name in titles and name not in ON_THE_CARD:
            return f"{titles[name]}: {window_text(message)}"
        return message
    return ""


def small_button(name: str) -> QToolButton:
    """One of those beside a card's title."""
    button = QToolButton()
    button.setFixedSize(BUTTON, BUTTON)
    set_icon(button, name)
    return button
