"""Forms made from the catalog: one control for each setting of a part."""

from collections.abc import Collection, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from cadl_desktop.experiment.catalog import Category, Entry, Parameter, entries
from cadl_desktop.experiment.check import check_part
from cadl_desktop.experiment.part import Part, Value
from cadl_desktop.ui.controls.edits.number_edit import NumberEdit
from cadl_desktop.ui.controls.edits.numbers import Notation
from cadl_desktop.ui.controls.edits.text_edit import TextEdit
from cadl_desktop.ui.controls.fields import (
    LABEL_WIDTH,
    Chooser,
    Field,
    order_tabs,
    parameter_choices,
    tab_start,
)
from cadl_desktop.ui.controls.following import Following
from cadl_desktop.ui.controls.layouts import in_column, laid_out_once
from cadl_desktop.ui.theme.theme import GRID

_MANY = 10_000


class PartForm(QWidget):
    """The settings of one part of the experiment.

    `edited(label, part, merge_key)` says what a person wants; the form shows it when whoever owns the
    part answers with `show_part`. `only` and `leave_out` choose among the settings, by name. Without a
    category, whoever shows a part says what its settings are.
    """

    edited = Signal(str, object, object)  # label, Part, str | None
    return_wanted = Signal(str)  # the name of a setting that is to follow its method again

    def __init__(
        self,
        category: Category | None,
        *,
        only: Collection[str] | None = None,
        leave_out: Collection[str] = (),
        label_width: int = LABEL_WIDTH,
        apart: int = GRID,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._category = category
        self._only, self._leave_out = only, leave_out
        self._label_width = label_width
        self._part = Part("")
        self._fields: dict[str, Field] = {}
        self._start = tab_start(self)
        self._column = in_column(on=self, apart=apart)

    def show_part(self, part: Part, entry: Entry | None = None) -> None:
        """Shows a part's values, and new controls where it is of another kind; emits nothing."""
        if entry is None and self._category is not None:
            entry = entries(self._category).get(part.kind)
        with laid_out_once(self._column):
            if part.kind != self._part.kind:
                self._rebuild(entry)
            self._part = part
            settings = part.as_dict()
            for parameter in entry.parameters if entry else ():
                field = self._fields.get(parameter.name)
                if field is not None:
                    field.setVisible(parameter.matters(settings))
                    _show_value(field.control, settings.get(parameter.name, parameter.default))
        self._column.activate()  # a card asks at once how high it has become

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Shows each problem's message beside the setting of that name, and clears all others."""
        for name, field in self._fields.items():
            field.show_problem(problems.get(name, ""))

    def show_following(self, following: Following) -> None:
        """Says of each setting whether it follows a method, or could; `following` is of this part."""
        for name, field in self._fields.items():
            field.show_following(following.state(name), following.points)

    def field(self, name: str) -> Field | None:
        """The field of one setting, where this form has it."""
        return self._fields.get(name)

    def controls(self) -> dict[str, QWidget]:
        """What sets each setting, by its name."""
        return {name: field.control for name, field in self._fields.items()}

    def tab_widgets(self) -> list[QWidget]:
        """The controls in the order in which Tab visits them."""
        return [self._start, *(field.control for field in self._fields.values())]

    def is_empty(self) -> bool:
        """Whether there is nothing to set."""
        return not any(not field.isHidden() for field in self._fields.values())

    def _rebuild(self, entry: Entry | None) -> None:
        for field in self._fields.values():
            self._column.removeWidget(field)
            field.hide()
            field.deleteLater()
        shown = [p for p in entry.parameters if self._includes(p)] if entry else []
        self._fields = {parameter.name: self._make(parameter) for parameter in shown}
        self._order_tabs()

    def _order_tabs(self) -> None:
        # New controls stand at the end of the window's tab order; they belong where the form stands.
        order_tabs(self.tab_widgets())

    def _includes(self, parameter: Parameter) -> bool:
        if parameter.kind in ("picture", "mask", "points") or parameter.name in self._leave_out:
            return False
        return self._only is None or parameter.name in self._only

    def _make(self, parameter: Parameter) -> Field:
        control = self._control(parameter)
        title, text = parameter.title, parameter.help
        field = Field(title, text, control, parent=self, label_width=self._label_width)
        field.return_wanted.connect(lambda: self.return_wanted.emit(parameter.name))
        self._column.addWidget(field)
        return field

    def _control(self, parameter: Parameter) -> QWidget:
        if parameter.kind == "bool":
            box = QCheckBox()
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
        label = f"{parameter.title} {self._spoken(parameter, value)}"
        merge_key = parameter.name if parameter.kind in ("int", "float", "text") else None
        self.edited.emit(label, self._part.has(**{parameter.name: value}), merge_key)

    def _spoken(self, parameter: Parameter, value: Value) -> str:
        if isinstance(value, bool):
            return "on" if value else "off"
        if isinstance(value, int | float):
            return Notation(hundred=parameter.hundred).write(value)
        titles = {name: title for name, title, _ in parameter_choices(parameter)}
        return titles.get(str(value), str(value))


def number_edit(parameter: Parameter) -> NumberEdit:
    """The field for a parameter that is a number."""
    low = parameter.minimum if parameter.minimum is not None else -1e308
    high = parameter.maximum if parameter.maximum is not None else 1e308
    # A thousand steps of 1 from 100 observations to 1100 are too many: large counts go by 1, 2, 5, 10.
    wide = parameter.kind == "int" and low >= 1 and high / low >= _MANY
    return NumberEdit(
        low,
        high,
        whole=parameter.kind == "int",
        logarithmic=parameter.logarithmic or wide,
        hundred=parameter.hundred,
    )


def _show_value(control: QWidget, value: Value) -> None:
    if isinstance(control, QCheckBox):
        control.setChecked(bool(value))
    elif isinstance(control, Chooser):
        control.set_name(str(value))
    elif isinstance(control, TextEdit):
        control.set_value(str(value))
    elif isinstance(control, NumberEdit) and isinstance(value, int | float):
        control.set_value(value)
