"""Number fields, and forms generated from the catalog."""

from collections.abc import Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QStyleOptionComboBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import Category, entries, part
from cadl_desktop.ui.controls.fields import Chooser, Field, choices_of
from cadl_desktop.ui.controls.forms import PartForm
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.number_text import Notation, next_nice, plain_number, read_number
from cadl_desktop.ui.controls.section import Section
from tests.ui.driving import choose, show, turn_wheel, type_over, unnamed_controls

Control = TypeVar("Control", bound=QWidget)


@pytest.fixture(params=["C", "de_DE", "fr_FR"])
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("text", "whole", "value"),
    [
        ("0.01", False, 0.01),
        ("0,01", False, 0.01),
        ("1e-3", False, 0.001),
        ("1E-3", False, 0.001),
        (".5", False, 0.5),
        ("\u22123", False, -3.0),
        (" 1 000,5 ", False, 1000.5),
        ("64", True, 64),
        ("1,000", True, 1000),
        ("1.000.000", True, 1_000_000),
        ("1e3", True, 1000),
        ("6.5", True, None),
        ("", False, None),
        ("nan", False, None),
        ("inf", False, None),
        ("1e999", False, None),
        ("1_000", False, None),
        ("1.2.3", False, None),
        ("ten", True, None),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, whole: bool, value: float | None) -> None:
    assert read_number(text, whole=whole) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1000, "1000"),
        (0.001, "0.001"),
        (1e-8, "1e-8"),
        (0.0, "0"),
        (-3.0, "-3"),
        (2e10, "2e10"),
        (0.1, "0.1"),
    ],
)
def test_numbers_are_written_plainly_and_read_back(value: float, text: str) -> None:
    assert plain_number(value) == text
    assert read_number(text) == value


def test_nice_steps_go_by_one_two_five() -> None:
    assert [next_nice(v, True) for v in (0.01, 0.02, 0.05, 0.03)] == [0.02, 0.05, 0.1, 0.05]
    assert [next_nice(v, False) for v in (0.01, 0.02, 0.05, 0.03)] == [0.005, 0.01, 0.02, 0.02]


def test_typing_applies_while_it_is_valid(qtbot: QtBot, locale: str) -> None:
    edit = NumberEdit(1e-8, 1000.0, logarithmic=True)
    show(qtbot, edit)
    edit.set_value(0.5)
    emitted: list[float] = []
    edit.value_edited.connect(emitted.append)
    type_over(qtbot, edit, "0,01")
    assert emitted == [0.01]
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert (edit.text(), emitted) == ("0.01", [0.01])


def test_an_invalid_number_is_outlined_and_reverted(qtbot: QtBot) -> None:
    edit = NumberEdit(0.0, 1.0)
    show(qtbot, edit)
    edit.set_value(0.5)
    type_over(qtbot, edit, "half")
    assert edit.property("problem")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "0.5"
    assert not edit.property("problem")


def test_enter_clips_a_number_to_its_limit(qtbot: QtBot) -> None:
    edit = NumberEdit(1, 64, whole=True)
    show(qtbot, edit)
    edit.set_value(8)
    emitted: list[int] = []
    edit.value_edited.connect(emitted.append)
    type_over(qtbot, edit, "70")
    assert emitted == [7]
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert emitted == [7, 64]


@pytest.mark.parametrize(
    ("text", "words", "then"),
    [
        ("70", "70 is too large: 64 at most.", 64),
        ("-3", "-3 is too small: 2 at least.", 2),
        ("1", "", 2),  # may become 16
    ],
)
def test_numbers_beyond_the_limits_are_refused_while_typed(
    qtbot: QtBot, text: str, words: str, then: int
) -> None:
    edit = NumberEdit(2, 64, whole=True)
    field = Field("Size", "How large it is.", edit)
    show(qtbot, field)
    edit.set_value(8)
    type_over(qtbot, edit, text)
    assert field.problem.text() == words
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == str(then)
    assert field.problem.text() == (words or "1 is too small: 2 at least.")
    type_over(qtbot, edit, "20")
    assert field.problem.text() == ""


@pytest.mark.parametrize("text", ["70", "half"])
def test_the_sentence_about_a_refused_number_is_hidden_when_another_is_shown(qtbot: QtBot, text: str) -> None:
    """Undo or another experiment shows a number to which the sentence doesn't apply."""
    edit = NumberEdit(2, 64, whole=True)
    field = Field("Size", "How large it is.", edit)
    show(qtbot, field)
    edit.set_value(8)
    type_over(qtbot, edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    message = field.problem.text()
    edit.set_value(edit.value)
    assert message
    assert field.problem.text() == message
    edit.set_value(16)
    assert field.problem.text() == ""


def test_another_number_keeps_other_problems_of_a_field(qtbot: QtBot) -> None:
    edit = NumberEdit(2, 64, whole=True)
    field = Field("Size", "How large it is.", edit)
    show(qtbot, field)
    field.show_problem("too large for this picture.")
    edit.set_value(16)
    assert field.problem.text() == "Too large for this picture."


def test_showing_the_same_number_keeps_the_typed_text(qtbot: QtBot) -> None:
    edit = NumberEdit(0.0, 10.0)
    show(qtbot, edit)
    type_over(qtbot, edit, "1,50")
    qtbot.keyClick(edit, Qt.Key.Key_Left)
    edit.set_value(1.5)
    assert (edit.text(), edit.cursorPosition()) == ("1,50", 3)
    edit.set_value(2.5)
    assert edit.text() == "2.5"


def test_arrow_keys_and_the_focused_wheel_step(qtbot: QtBot) -> None:
    edit = NumberEdit(1e-8, 1000.0, logarithmic=True)
    show(qtbot, edit)
    edit.set_value(0.01)
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.text() == "0.02"
    turn_wheel(edit, -2)
    assert edit.text() == "0.005"


def test_the_wheel_scrolls_the_panel_over_controls_without_focus(qtbot: QtBot) -> None:
    area, content, elsewhere = QScrollArea(), QWidget(), QPushButton("elsewhere")
    column = QVBoxLayout(content)
    number, chooser = NumberEdit(0, 100, whole=True), Chooser(choices_of("activation"))
    number.set_value(5)
    chooser.set_name("relu")
    room = QLabel()
    room.setFixedHeight(2000)
    for widget in (elsewhere, number, chooser, room):
        column.addWidget(widget)
    area.setWidget(content)
    area.resize(200, 200)
    show(qtbot, area)
    elsewhere.setFocus()
    for widget in (number, chooser):
        before = area.verticalScrollBar().value()
        turn_wheel(widget, -1)
        assert area.verticalScrollBar().value() > before
    assert (number.text(), chooser.name()) == ("5", "relu")


def test_a_title_too_long_for_its_combo_box_is_elided(qtbot: QtBot) -> None:
    chooser = Chooser([("leaky relu", "Leaky ReLU", "")])
    chooser.set_name("leaky relu")
    qtbot.addWidget(chooser)
    option = QStyleOptionComboBox()
    chooser.resize(200, 26)
    chooser.initStyleOption(option)
    assert option.currentText == "Leaky ReLU"
    chooser.resize(60, 26)
    chooser.initStyleOption(option)
    assert option.currentText.startswith("L")
    assert option.currentText.endswith("…")


CATEGORIES: list[Category] = ["dataset", "encoding", "layer", "output", "optimizer"]


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_entry_of_the_catalog_has_a_form(qtbot: QtBot, category: Category) -> None:
    form = PartForm(category)
    qtbot.addWidget(form)
    for entry in entries(category).values():
        form.show_part(entry.part())
        for parameter in entry.parameters:
            without = parameter.kind in ("picture", "mask", "points")
            assert (form.field(parameter.name) is None) == without
        assert unnamed_controls(form) == []


class Owner:
    """Owner of a form's part, as a panel is; records the edits."""

    def __init__(self, form: PartForm, part: Part) -> None:
        self.part, self.labels, self.keys, self._form = part, list[str](), list[object](), form
        form.edited.connect(self._edited)
        form.show_part(part)

    def _edited(self, label: str, part: Part, key: object) -> None:
        self.part = part
        self.labels.append(label)
        self.keys.append(key)
        self._form.show_part(part)


def test_a_form_edits_every_kind_of_setting(qtbot: QtBot) -> None:
    form = PartForm("layer")
    owner = Owner(form, part("layer", "dense"))
    show(qtbot, form)
    type_over(qtbot, _control(form, "units", NumberEdit), "32")
    choose(qtbot, _control(form, "activation", Chooser), "tanh")
    bias = _control(form, "bias", QCheckBox)
    qtbot.mouseClick(bias, Qt.MouseButton.LeftButton, pos=QPoint(8, bias.height() // 2))
    assert (owner.part["units"], owner.part["activation"], owner.part["bias"]) == (32, "tanh", False)
    assert owner.labels[1] == "Units 32"
    assert owner.labels[-1] == "Bias off"
    assert owner.keys[:2] == ["units", "units"]
    assert owner.keys[-1] is None


def _control(form: PartForm, name: str, kind: type[Control]) -> Control:
    field = form.field(name)
    assert field is not None
    assert isinstance(field.control, kind)
    return field.control


def test_settings_that_do_not_matter_are_hidden(qtbot: QtBot) -> None:
    form = PartForm("layer")
    dense = part("layer", "dense")
    form.show_part(dense)
    show(qtbot, form)
    spread, start = form.field("spread"), form.field("bias_start")
    assert spread is not None
    assert start is not None
    assert (spread.isVisible(), start.isVisible()) == (True, True)
    form.show_part(dense.has(initialiser="xavier", bias=False))
    assert (spread.isVisible(), start.isVisible()) == (False, False)


def test_a_problem_stands_beside_its_field(qtbot: QtBot) -> None:
    form = PartForm("layer")
    form.show_part(part("layer", "dense", units=0))
    show(qtbot, form)
    form.show_problems({"units": "0 is too small; choose 1 or more."})
    field = form.field("units")
    assert field is not None
    assert field.problem.isVisible()
    assert field.problem.text() == "0 is too small; choose 1 or more."
    assert field.control.property("problem")
    form.show_problems({})
    assert not field.problem.isVisible()
    assert not field.control.property("problem")


def test_a_section_folds_by_mouse_and_keyboard(qtbot: QtBot) -> None:
    section = Section("Data", QLabel("content"))
    show(qtbot, section)
    heading = section.findChild(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert heading is not None
    qtbot.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert not section.content.isVisible()
    qtbot.keyClick(heading, Qt.Key.Key_Space)
    assert section.content.isVisible()
    assert unnamed_controls(section) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20 %", 0.2),
        ("20%", 0.2),
        ("20", 0.2),
        ("0.2", 0.2),
        ("0,2", 0.2),
        ("0.5 %", 0.005),
        ("0", 0.0),
        ("1", 0.01),
    ],
)
def test_shares_are_understood_however_they_are_written(text: str, value: float) -> None:
    assert Notation(hundred=1.0).read(text) == value
    assert Notation(hundred=100.0).read(text) == pytest.approx(100 * value)
    assert Notation(hundred=1.0).write(0.2) == Notation(hundred=100.0).write(20) == "20 %"


def test_a_share_is_shown_in_per_cent_and_stepped_by_one(qtbot: QtBot) -> None:
    edit = NumberEdit(0.0, 0.9, hundred=1.0)
    show(qtbot, edit)
    edit.set_value(0.0)
    emitted: list[float] = []
    edit.value_edited.connect(emitted.append)
    type_over(qtbot, edit, "0.25")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert (edit.text(), emitted) == ("25 %", [0.2, 0.25])
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert (edit.text(), emitted[-1]) == ("26 %", 0.26)


@pytest.mark.parametrize("text", ["25.5", "0.005", "half"])
def test_a_text_that_is_no_integer_is_refused_with_a_sentence(qtbot: QtBot, text: str) -> None:
    form = PartForm("layer")
    emitted: list[Part] = []
    form.edited.connect(lambda _, part, __: (emitted.append(part), form.show_part(part)))
    form.show_part(part("layer", "dense", units=10))
    show(qtbot, form)
    field = form.field("units")
    assert field is not None
    assert isinstance(field.control, NumberEdit)
    type_over(qtbot, field.control, text)
    qtbot.keyClick(field.control, Qt.Key.Key_Return)
    assert field.control.text() == "10"
    assert field.problem.text() == f"“{text}” is no whole number; it stays 10."
    assert not emitted or emitted[-1]["units"] == 10
    type_over(qtbot, field.control, "12")
    assert (field.problem.text(), emitted[-1]["units"]) == ("", 12)


def test_a_focus_border_appears_after_keys_and_not_after_clicks(qtbot: QtBot) -> None:
    box = QWidget()
    chooser, other = Chooser(choices_of("activation")), Chooser(choices_of("activation"))
    column = QVBoxLayout(box)
    column.addWidget(other)
    column.addWidget(chooser)
    show(qtbot, box)
    other.setFocus()
    plain = chooser.grab().toImage()
    qtbot.mouseClick(chooser, Qt.MouseButton.LeftButton)
    chooser.hidePopup()
    qtbot.waitUntil(chooser.hasFocus)
    assert chooser.grab().toImage().pixelColor(20, 0) == plain.pixelColor(20, 0)
    qtbot.keyClick(chooser, Qt.Key.Key_Backtab)
    qtbot.waitUntil(other.hasFocus)
    qtbot.keyClick(other, Qt.Key.Key_Tab)
    qtbot.waitUntil(chooser.hasFocus)
    assert chooser.grab().toImage().pixelColor(20, 0) != plain.pixelColor(20, 0)


def test_a_form_has_its_new_height_at_once(qtbot: QtBot) -> None:
    form, holder = PartForm("layer"), QWidget()
    QVBoxLayout(holder).addWidget(form)
    form.show_part(part("layer", "sum"))
    show(qtbot, holder)
    before = holder.sizeHint().height()
    form.show_part(part("layer", "dense"))
    at_once = holder.sizeHint().height()
    qtbot.wait(50)
    assert before < at_once == holder.sizeHint().height()
