"""Cards with the controls of a layer or the output, and the icons of activations and initial weights."""

from collections.abc import Mapping
from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Category, Entry, entries, entry
from cadl_desktop.experiment.edits import part_of_kind
from cadl_desktop.experiment.registry import load_reference
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
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.looks import label, set_look
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, notifier, theme

BUTTON = 3 * GRID - 4
LINE = 26
CARD_SETTINGS = frozenset(("units", "activation", "initialiser", "frozen"))
"""Settings with a control of their own; the form below holds all others."""
ICON_SIZE = QSize(20, 14)
_PIXEL_RATIO = 2
_CURVE_STEPS = 80


class PartCard(QWidget):
    """Controls of a layer or the output: kind, activation, settings."""

    edited = Signal(str, object, object)  # label, Part, str | None
    close_wanted = Signal()

    def __init__(self, category: Category) -> None:
        super().__init__()
        self._category: Category = category
        self._part = Part("")
        self.name = ""
        self.title, self.note = label("", "heading"), label("", "muted", "small", wraps=True)
        self.kind = Chooser(choices_of(category))
        self.kind.chosen.connect(self._kind_chosen)
        self.activation = Chooser(choices_of("activation"))
        self.activation.setIconSize(ICON_SIZE)
        self.activation.chosen.connect(self._activation_chosen)
        self.initialiser = IconChooser(choices_of("initialiser"))
        self.initialiser.setIconSize(ICON_SIZE)
        self.initialiser.chosen.connect(self._initialiser_chosen)
        self.frozen = QToolButton()
        self.frozen.setFixedSize(LINE, LINE)
        self.frozen.setCheckable(True)
        self.frozen.clicked.connect(self._freeze)
        self.close_button = small_button("close")
        self.close_button.clicked.connect(self.close_wanted)
        self.form = PartForm(category, leave_out=CARD_SETTINGS)
        self.form.edited.connect(self._edit)
        self.problem = ProblemLine()
        notifier().changed.connect(self._draw_icons)
        self._draw_icons()
        self._lay_out()

    def _lay_out(self) -> None:
        kind = in_row(wide(self.kind), self.frozen, apart=GRID // 2)
        activation_row = in_row(wide(self.activation), self.initialiser, apart=GRID // 2)
        own = self._own_rows()
        title = in_row(wide(self.title), *self._title_buttons(), self.close_button, apart=0)
        in_column(title, kind, *own, activation_row, self.note, self.problem, self.form, on=self)

    def _title_buttons(self) -> list[QToolButton]:
        return []

    def _own_rows(self) -> list[QWidget]:
        """Further rows of a subclass."""
        return []

    def first(self) -> QWidget:
        """Control that has the focus when the card opens."""
        return self.kind

    def tab_widgets(self) -> list[QWidget]:
        """Controls in tab order."""
        middle = [self.kind, self.frozen, *self._own_tabs(), self.activation, self.initialiser]
        return [*self._title_buttons(), self.close_button, *middle, *self.form.tab_widgets()]

    def _own_tabs(self) -> list[QWidget]:
        return []

    def show_part(self, part: Part, name: str) -> None:
        """Shows a part under a name such as 'Layer 2', without emitting signals."""
        self._part, self.name = part, name
        settings = part.as_dict()
        self.title.setText(name)
        self.kind.set_name(part.kind)
        self.activation.setVisible("activation" in settings)
        self.activation.set_name(str(settings.get("activation", "")))
        self.initialiser.setVisible("initialiser" in settings)
        self.initialiser.set_name(str(settings.get("initialiser", "")))
        self.frozen.setVisible(can_freeze(part))
        self.frozen.setChecked(is_frozen(part))
        set_icon(self.frozen, "freeze", "accent" if is_frozen(part) else "muted")
        self.form.show_part(part)
        self.form.setVisible(not self.form.is_empty())
        known = entries(self._category).get(part.kind)
        self.note.setVisible("activation" not in settings)
        self.note.setText(known.help if known else "")
        self._describe(name)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Shows messages by the names of the part's settings."""
        self.form.show_problems(problems)
        for name, control in self._own_controls().items():
            set_look(control, "problem", name in problems)
        # The form shows the problems of its own settings.
        others = [text for name, text in problems.items() if self.form.field(name) is None]
        self.problem.show_problem(others[0] if others else "")

    def controls(self) -> dict[str, QWidget]:
        """Control of each setting, by its name."""
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
        self._edit(*toggled_frozen(self._part))

    @Slot()
    def _draw_icons(self) -> None:
        for index in range(self.activation.count()):
            self.activation.setItemIcon(index, activation_icon(self.activation.itemData(index)))
        for index in range(self.initialiser.count()):
            self.initialiser.setItemIcon(index, initialiser_icon(self.initialiser.itemData(index)))


class LayerCard(PartCard):
    """Card of a hidden layer: adds units and position. Shows one layer at a time."""

    move_wanted = Signal(int, int)  # index, by
    remove_wanted = Signal(int)

    def __init__(self) -> None:
        self.index = 0
        self.units = NumberEdit(1, 4096, whole=True)
        self.units.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.left, self.right, self.remove = (small_button(name) for name in ("left", "right", "remove"))
        self.fewer, self.more = QToolButton(), QToolButton()
        self._units_row = QWidget()
        super().__init__("layer")
        self._refusal = ""
        self.units.value_edited.connect(self._units_edited)
        self.units.refused.connect(self._refuse_units)
        self.left.clicked.connect(lambda: self.move_wanted.emit(self.index, -1))
        self.right.clicked.connect(lambda: self.move_wanted.emit(self.index, 1))
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self.index))
        self.fewer.clicked.connect(lambda: self.units.step(-1))
        self.more.clicked.connect(lambda: self.units.step(1))
        self._describe("Layer")

    def _title_buttons(self) -> list[QToolButton]:
        return [self.left, self.right, self.remove]

    def _own_rows(self) -> list[QWidget]:
        in_row(self.fewer, wide(self.units), self.more, on=self._units_row, apart=GRID // 2)
        for button, name in ((self.fewer, "minus"), (self.more, "plus")):
            set_icon(button, name)
            button.setFixedSize(LINE, LINE)
            # For the mouse only: a press focuses the field, whose arrow keys do the same. With the field as
            # their focus proxy, Tab could never leave the card.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.pressed.connect(self.units.setFocus)
        return [self._units_row]

    def _own_tabs(self) -> list[QWidget]:
        return [self.units]

    def first(self) -> QWidget:
        return self.kind if self._units_row.isHidden() else self.units

    def show_layer(self, layer: Part, index: int, count: int) -> None:
        """Shows a layer and its position among `count`, without emitting signals."""
        if index != self.index:
            self._refuse_units("")
        self.index = index
        self.show_part(layer, f"Layer {index + 1}")
        units = layer.as_dict().get("units")
        self._units_row.setVisible(isinstance(units, int))
        if isinstance(units, int):
            self.units.set_value(units)
        self.left.setEnabled(index > 0)
        self.right.setEnabled(index < count - 1)

    def _own_controls(self) -> dict[str, QWidget]:
        return super()._own_controls() | {"units": self.units}

    def show_problems(self, problems: Mapping[str, str]) -> None:
        super().show_problems(problems)
        self.units.set_problem("units" in problems)
        if not self.problem.text():
            self.problem.show_problem(self._refusal)

    def _describe(self, name: str) -> None:
        super()._describe(name)
        named = (
            (self.units, "units", "How many neurons the layer has."),
            (self.fewer, "one neuron fewer", "Takes one neuron away."),
            (self.more, "one neuron more", "Adds one neuron."),
            (self.left, "move left", "Moves the layer towards the input (Ctrl+Left)."),
            (self.right, "move right", "Moves the layer towards the output (Ctrl+Right)."),
            (self.remove, "remove", "Takes the layer out of the network (Delete)."),
        )
        for widget, what, text in named:
            describe(widget, f"{name}: {what}", text)

    @Slot(str)
    def _refuse_units(self, words: str) -> None:
        if words != self._refusal:
            self._refusal = words
            self.problem.show_problem(words)

    @Slot(object)
    def _units_edited(self, units: int) -> None:
        what = f"{units} unit" if units == 1 else f"{units} units"
        self._edit(what, self._part.has(units=units), "units")


def toggled_frozen(part: Part) -> tuple[str, Part]:
    """Part with its freezing reversed, and a label for the edit."""
    frozen = not is_frozen(part)
    return "frozen" if frozen else "not frozen", part.has(frozen=frozen)


def first_problem(category: Category, part: Part, problems: Mapping[str, str]) -> str:
    """First of a part's problems, preceded by the setting's title if the card has no control of its own for
    it."""
    for name, message in problems.items():
        known = entries(category).get(part.kind)
        titles = {parameter.name: parameter.title for parameter in known.parameters} if known else {}
        if name in titles and name not in CARD_SETTINGS:
            return f"{titles[name]}: {window_text(message)}"
        return message
    return ""


def small_button(name: str) -> QToolButton:
    """Button beside a card's title."""
    button = QToolButton()
    button.setFixedSize(BUTTON, BUTTON)
    set_icon(button, name)
    return button


def initialiser_icon(name: str) -> QIcon:
    """Distribution of the initial weights about 0; empty if the entry has no curve."""
    return _icon("initialiser", name, theme().muted)


def activation_icon(name: str) -> QIcon:
    """Curve of the activation in the theme's text colour; empty if the entry has none."""
    return _icon("activation", name, theme().text)


def _icon(category: Category, name: str, colour: str) -> QIcon:
    known = entries(category).get(name)
    return _curve_icon(known, colour, category == "initialiser") if known and known.curve else QIcon()


@cache
def _curve_icon(entry: Entry, colour: str, is_density: bool) -> QIcon:
    image = QPixmap(ICON_SIZE * _PIXEL_RATIO)
    image.setDevicePixelRatio(_PIXEL_RATIO)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(QPolygonF(_points(entry, is_density)))
    painter.end()
    return QIcon(image)


def _points(entry: Entry, is_density: bool) -> list[QPointF]:
    """Points of the curve in the icon; an activation is scaled from its lowest to its highest value."""
    x = np.linspace(-entry.activation.reach, entry.activation.reach, _CURVE_STEPS + 1)
    settings = entry.part().as_dict() | dict(entry.activation.drawn)
    y = load_reference(entry.curve)(x, settings)
    if not is_density:
        low, high = entry.activation.bounds(settings)
        low, high = (low if np.isfinite(low) else y.min()), (high if np.isfinite(high) else y.max())
        y = 2 * (y - low) / max(high - low, 1e-9) - 1
    half = (ICON_SIZE.height() - 4) / 2
    shares = np.linspace(0.0, 1.0, _CURVE_STEPS + 1)
    return [
        QPointF(1.5 + share * (ICON_SIZE.width() - 3), 2 + half - height * half)
        for share, height in zip(shares, y, strict=True)
    ]
