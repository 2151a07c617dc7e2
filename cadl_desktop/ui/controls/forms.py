"""Forms generated from the catalog: one field for each setting of a part."""

from collections.abc import Collection, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cadl_desktop.experiment.catalog import Category, Entry, Parameter, entries
from cadl_desktop.experiment.check import check_part
from cadl_desktop.experiment.part import Part, Value
from cadl_desktop.ui.controls.fields import (
    LABEL_WIDTH,
    CheckBox,
    Chooser,
    Field,
    order_tabs,
    parameter_choices,
    tab_start,
)
from cadl_desktop.ui.controls.follower import FollowedSettings
from cadl_desktop.ui.controls.layouts import in_column, layout_suspended, remove_widgets
from cadl_desktop.ui.controls.line_edits import NumberEdit, TextEdit
from cadl_desktop.ui.controls.number_text import Notation
from cadl_desktop.ui.theme.theme import GRID

_WIDE_RANGE = 10_000


class PartForm(QWidget):
    """Form for the settings of one part of the experiment.

    `edited(label, part, merge_key)` carries an edit; the form shows it once the owner of the part calls
    `show_part`. `only` and `leave_out` select settings by name. Without a category, `show_part` is given the
    entry that lists the settings.
    """

    edited = Signal(str, object, object)  # label, Part, str | None
    return_wanted = Signal(str)  # name of a setting that shall follow its method again

    def __init__(
        self,
        category: Category | None,
        *,
        only: Collection[str] | None = None,
        leave_out: Collection[str] = (),
        label_width: int = LABEL_WIDTH,
        apart: int = GRID,
    ) -> None:
        super().__init__()
        self._category = category
        self._only, self._leave_out = only, leave_out
        self._label_width = label_width
        self._part = Part("")
        self._fields: dict[str, Field] = {}
        self._start = tab_start(self)
        self._column = in_column(on=self, apart=apart)

    def show_part(self, part: Part, entry: Entry | None = None) -> None:
        """Shows a part's values, rebuilding the fields if its kind has changed; emits nothing."""
        if entry is None and self._category is not None:
            entry = entries(self._category).get(part.kind)
        with layout_suspended(self._column):
            if part.kind != self._part.kind:
                self._rebuild(entry)
            self._part = part
            settings = part.as_dict()
            for parameter in entry.parameters if entry else ():
                field = self._fields.get(parameter.name)
                if field is not None:
                    field.setVisible(parameter.matters(settings))
                    _show_value(field.control, settings.get(parameter.name, parameter.default))
        self._column.activate()  # cards ask for the new height at once

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Shows each message at the setting of that name, and clears all others."""
        for name, field in self._fields.items():
            field.show_problem(problems.get(name, ""))

    def show_following(self, following: FollowedSettings) -> None:
        """Shows for each setting whether it follows a method, or could. `following` is that of this part."""
        for name, field in self._fields.items():
            field.show_following(following.state(name), following.points)

    def field(self, name: str) -> Field | None:
        """The field of a setting; None if the form doesn't have it."""
        return self._fields.get(name)

    def controls(self) -> dict[str, QWidget]:
        """The control of each setting, by name."""
        return {name: field.control for name, field in self._fields.items()}

    def tab_widgets(self) -> list[QWidget]:
        """Controls in tab order."""
        return [self._start, *(field.control for field in self._fields.values())]

    def is_empty(self) -> bool:
        """Whether no field is shown."""
        return all(field.isHidden() for field in self._fields.values())

    def _rebuild(self, entry: Entry | None) -> None:
        remove_widgets(self._column, self._fields.values())
        shown = [p for p in entry.parameters if self._includes(p)] if entry else []
        self._fields = {parameter.name: self._make(parameter) for parameter in shown}
        order_tabs(self.tab_widgets())  # new controls are last in the window's tab order otherwise

    def _includes(self, parameter: Parameter) -> bool:
        if parameter.kind in ("picture", "mask", "points") or parameter.name in self._leave_out:
            return False
        return self._only is None or parameter.name in self._only

    def _make(self, parameter: Parameter) -> Field:
        title, text, control = parameter.title, parameter.help, self._control(parameter)
        field = Field(title, text, control, parent=self, label_width=self._label_width)
        field.return_wanted.connect(lambda: self.return_wanted.emit(parameter.name))
        self._column.addWidget(field)
        return field

    def _control(self, parameter: Parameter) -> QWidget:
        if parameter.kind == "bool":
            box = CheckBox()
            box.clicked.connect(lambda on: self._edit(parameter, on))
            return box
        if parameter.kind == "choice":
            chooser = Chooser(parameter_choices(parameter))
            chooser.chosen.connect(lambda name: self._edit(parameter, name))
            return chooser
        if parameter.kind == "text":
            most = None if parameter.maximum is None else int(parameter.maximum)
            edit = TextEdit(lambda text: self._is_sound(parameter, text), most)
            edit.text_edited.connect(lambda text: self._edit(parameter, text))
            return edit
        number = number_edit(parameter)
        number.value_edited.connect(lambda value: self._edit(parameter, value))
        return number

    def _is_sound(self, parameter: Parameter, text: str) -> bool:
        if self._category is None:
            return True
        changed = self._part.has(**{parameter.name: text})
        return not any(
            problem.field == f"data.{parameter.name}"
            for problem in check_part("data", self._category, changed)
        )

    def _edit(self, parameter: Parameter, value: Value) -> None:
        label = f"{parameter.title} {self._value_text(parameter, value)}"
        merge_key = parameter.name if parameter.kind in ("int", "float", "text") else None
        self.edited.emit(label, self._part.has(**{parameter.name: value}), merge_key)

    def _value_text(self, parameter: Parameter, value: Value) -> str:
        if isinstance(value, bool):
            return "on" if value else "off"
        if isinstance(value, int | float):
            return Notation(hundred=parameter.hundred).write(value)
        titles = {name: title for name, title, _ in parameter_choices(parameter)}
        return titles.get(str(value), str(value))


def number_edit(parameter: Parameter) -> NumberEdit:
    """Creates the field of a numeric parameter."""
    low = parameter.minimum if parameter.minimum is not None else -1e308
    high = parameter.maximum if parameter.maximum is not None else 1e308
    # Counts with a wide range step by 1, 2, 5, 10: steps of 1 from 100 observations to 1100 are too many.
    wide = parameter.kind == "int" and low >= 1 and high / low >= _WIDE_RANGE
    return NumberEdit(
        low,
        high,
        whole=parameter.kind == "int",
        logarithmic=parameter.logarithmic or wide,
        hundred=parameter.hundred,
    )


def _show_value(control: QWidget, value: Value) -> None:
    if isinstance(control, CheckBox):
        control.setChecked(bool(value))
    elif isinstance(control, Chooser):
        control.set_name(str(value))
    elif isinstance(control, TextEdit):
        control.set_value(str(value))
    elif isinstance(control, NumberEdit) and isinstance(value, int | float):
        control.set_value(value)
