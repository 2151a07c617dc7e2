"""Layer designer driven by mouse and keyboard; every edit is undone afterwards."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import frozen_columns
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.designer.column_heads import LayerHead, PartHead, fit_text
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.designer.designer_header import EffortLabel
from cadl_desktop.ui.designer.part_card import LayerCard, PartCard
from cadl_desktop.ui.theme.theme import GRID, SMALL, theme
from tests.settling import process_events
from tests.ui.driving import (
    choose,
    pressed_tabs,
    show,
    tab_walk,
    turn_wheel,
    type_over,
    undo_all,
    unnamed_controls,
)

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
DENSE = part("layer", "dense")
THREE = replace(preset("lecture-painting"), layers=tuple(DENSE.has(units=n) for n in (10, 20, 30)))


@pytest.fixture
def document(qapp: object) -> Iterator[Document]:
    """Three layers of 10, 20 and 30 units; undo must restore them after each test."""
    document = Document(THREE)
    yield document
    undo_all(document)
    assert document.experiment == THREE


@pytest.fixture
def designer(qtbot: QtBot, document: Document) -> Designer:
    designer = Designer(document)
    designer.resize(1200, 360)
    show(qtbot, designer)
    return designer


def units(designer: Designer) -> list[int]:
    """Units of every layer of the document, which heads and open card must show."""
    layers = designer.document.experiment.layers
    shown = [each.words().partition(" ")[0] for each in designer.canvas.layers]
    assert shown == [str(layer["units"]) for layer in layers]
    if designer.beside.head in designer.canvas.layers:
        opened = designer.beside.layer
        assert opened.units.text() == str(layers[opened.index]["units"])
    return [layer["units"] for layer in layers]


def head(designer: Designer, index: int) -> LayerHead:
    return designer.canvas.layers[index]


def card(designer: Designer, index: int) -> LayerCard:
    """Card of a layer, opened by its head if necessary."""
    if designer.beside.head is not head(designer, index):
        QTest.mouseClick(head(designer, index), LEFT)
    assert designer.beside.layer.isVisible()
    return designer.beside.layer


def output(designer: Designer) -> PartCard:
    """Card of the output, opened by its head if necessary."""
    if designer.beside.head is not designer.canvas.output:
        QTest.mouseClick(designer.canvas.output, LEFT)
    return designer.beside.output


def test_units_by_typing_buttons_and_wheel(qtbot: QtBot, designer: Designer) -> None:
    first = card(designer, 0)
    type_over(qtbot, first.units, "32")
    assert units(designer) == [32, 20, 30]
    assert designer.document.undo_stack.undoText() == "Layer 1: 32 units"
    assert first.units.hasFocus()
    qtbot.mouseClick(first.more, LEFT)
    assert units(designer) == [33, 20, 30]
    qtbot.mouseClick(first.fewer, LEFT)
    qtbot.mouseClick(first.fewer, LEFT)
    assert units(designer) == [31, 20, 30]
    turn_wheel(first.units, 2)
    assert units(designer) == [33, 20, 30]


def test_activation_and_kind(qtbot: QtBot, designer: Designer) -> None:
    choose(qtbot, card(designer, 1).activation, "tanh")
    choose(qtbot, output(designer).activation, "sigmoid")
    experiment = designer.document.experiment
    assert (experiment.layers[1]["activation"], experiment.output["activation"]) == ("tanh", "sigmoid")
    choose(qtbot, card(designer, 2).kind, "sum")
    assert designer.document.experiment.layers[2] == part("layer", "sum")
    assert not card(designer, 2).units.isVisible()
    assert not card(designer, 2).activation.isVisible()


def test_all_settings_are_on_the_card(qtbot: QtBot, designer: Designer) -> None:
    first = card(designer, 0)
    spread = first.form.field("spread")
    assert spread is not None
    assert isinstance(spread.control, NumberEdit)
    type_over(qtbot, spread.control, "0.5")
    assert designer.document.experiment.layers[0]["spread"] == 0.5
    assert designer.document.undo_stack.undoText() == "Layer 1: Spread 0.5"
    assert first.form.field("initialiser") is None
    qtbot.keyClick(spread.control, Qt.Key.Key_Escape)
    assert not first.isVisible()
    assert head(designer, 0).hasFocus()


def test_first_weights_are_chosen_on_the_card(qtbot: QtBot, designer: Designer) -> None:
    choose(qtbot, card(designer, 0).initialiser, "he")
    choose(qtbot, output(designer).initialiser, "xavier")
    experiment = designer.document.experiment
    assert (experiment.layers[0]["initialiser"], experiment.output["initialiser"]) == ("he", "xavier")
    assert designer.document.undo_stack.undoText() == "Output: initial weights Xavier"
    assert not card(designer, 0).initialiser.itemIcon(0).isNull()
    choose(qtbot, card(designer, 2).kind, "dropout")
    assert not card(designer, 2).initialiser.isVisible()


def test_activations_are_drawn_on_the_card(designer: Designer) -> None:
    activation = card(designer, 0).activation
    assert not any(activation.itemIcon(index).isNull() for index in range(activation.count()))


def frozen(designer: Designer) -> tuple[int, ...]:
    """Frozen columns of the document, which the heads must show."""
    heads = [*designer.canvas.layers, designer.canvas.output]
    shown = tuple(index for index, each in enumerate(heads, 1) if each.frozen)
    assert shown == frozen_columns(designer.document.experiment)
    return shown


def test_a_layer_is_frozen_by_button_key_and_menu(qtbot: QtBot, designer: Designer) -> None:
    first, last = head(designer, 0), designer.canvas.output
    qtbot.mouseClick(card(designer, 0).frozen, LEFT)
    assert frozen(designer) == (1,)
    assert card(designer, 0).frozen.isChecked()
    assert designer.document.undo_stack.undoText() == "Layer 1: frozen"
    head(designer, 1).setFocus()
    qtbot.keyClick(head(designer, 1), Qt.Key.Key_F)
    last.setFocus()
    qtbot.keyClick(last, Qt.Key.Key_F)
    assert frozen(designer) == (1, 2, 4)
    item(first, "Unfreeze").trigger()
    item(head(designer, 2), "Freeze").trigger()
    assert frozen(designer) == (2, 3, 4)
    designer.document.undo_stack.undo()
    designer.document.undo_stack.undo()
    assert frozen(designer) == (1, 2, 4)
    assert "frozen" in designer.count.toolTip()


def test_parts_without_weights_cannot_be_frozen(qtbot: QtBot, designer: Designer) -> None:
    choose(qtbot, card(designer, 2).kind, "layer normalisation")
    assert card(designer, 2).frozen.isVisible()
    choose(qtbot, card(designer, 2).kind, "dropout")
    assert not card(designer, 2).frozen.isVisible()
    head(designer, 2).setFocus()
    qtbot.keyClick(head(designer, 2), Qt.Key.Key_F)
    assert frozen(designer) == ()


def item(of: PartHead, title: str) -> QAction:
    """Action of the head with this title, as in its context menu."""
    (found,) = [action for action in of.actions() if action.text() == title and action.isVisible()]
    return found


def test_a_layer_is_duplicated_by_key_and_menu(qtbot: QtBot, designer: Designer) -> None:
    qtbot.mouseClick(card(designer, 1).frozen, LEFT)
    head(designer, 1).setFocus()
    qtbot.keyClick(head(designer, 1), Qt.Key.Key_D, CONTROL)
    assert units(designer) == [10, 20, 20, 30]
    assert frozen(designer) == (2,)  # the copy learns
    assert head(designer, 2).hasFocus()
    item(head(designer, 0), "Duplicate").trigger()
    assert units(designer) == [10, 10, 20, 20, 30]
    item(head(designer, 1), "Delete").trigger()
    assert units(designer) == [10, 20, 20, 30]


def test_an_add_button_adds_a_layer_like_its_neighbour(qtbot: QtBot, designer: Designer) -> None:
    kept = head(designer, 0)
    qtbot.mouseClick(designer.canvas.gaps[1], LEFT)
    assert units(designer) == [10, 10, 20, 30]
    assert head(designer, 0) is kept
    assert head(designer, 1).hasFocus()
    designer.document.undo_stack.undo()
    assert units(designer) == [10, 20, 30]


def test_layers_are_removed_by_button_and_key(qtbot: QtBot, designer: Designer) -> None:
    qtbot.mouseClick(card(designer, 0).remove, LEFT)
    assert units(designer) == [20, 30]
    assert head(designer, 0).hasFocus()
    qtbot.keyClick(head(designer, 0), Qt.Key.Key_Delete)
    assert units(designer) == [30]
    qtbot.keyClick(head(designer, 0), Qt.Key.Key_Backspace)
    assert units(designer) == []


def test_layers_removed_while_one_of_them_is_zoomed_in(document: Document, designer: Designer) -> None:
    """The focus moves from removed heads to others, which are then brought into view."""
    document.edit("Many", replace(document.experiment, layers=(part("layer", "dense", units=8),) * 6))
    designer.canvas.view.zoom_to(6)
    for focused in (head(designer, 4), designer.canvas.gaps[5]):
        focused.setFocus()
        document.edit("Two", replace(document.experiment, layers=document.experiment.layers[:2]))
        assert (len(designer.canvas.layers), len(designer.canvas.gaps)) == (2, 3)
        document.undo_stack.undo()


def test_layers_move_by_buttons_and_keys(qtbot: QtBot, designer: Designer) -> None:
    qtbot.mouseClick(card(designer, 0).right, LEFT)
    assert units(designer) == [20, 10, 30]
    assert head(designer, 1).hasFocus()
    assert not designer.beside.isVisible()  # it belonged to another layer
    qtbot.keyClick(head(designer, 1), Qt.Key.Key_Right, CONTROL)
    assert units(designer) == [20, 30, 10]
    qtbot.keyClick(head(designer, 2), Qt.Key.Key_Right, CONTROL)
    assert units(designer) == [20, 30, 10]
    qtbot.keyClick(head(designer, 2), Qt.Key.Key_Left, CONTROL)
    qtbot.mouseClick(card(designer, 1).left, LEFT)
    assert units(designer) == [10, 20, 30]
    assert not card(designer, 0).left.isEnabled()
    assert not card(designer, 2).right.isEnabled()


def test_insert_adds_after_the_focused_layer(qtbot: QtBot, designer: Designer) -> None:
    head(designer, 1).setFocus()
    qtbot.keyClick(head(designer, 1), Qt.Key.Key_Insert)
    assert units(designer) == [10, 20, 20, 30]
    assert head(designer, 2).hasFocus()


def drag(qtbot: QtBot, moved: LayerHead, onto: QWidget, *, drop: bool = True) -> None:
    """Drags a head to the centre of another widget."""
    start = moved.rect().center()
    end = moved.mapFromGlobal(onto.mapToGlobal(onto.rect().center()))
    qtbot.mousePress(moved, LEFT, pos=start)
    qtbot.mouseMove(moved, start + QPoint(20, 0))
    qtbot.mouseMove(moved, end)
    if drop:
        qtbot.mouseRelease(moved, LEFT, pos=end)


@pytest.mark.parametrize(
    ("moved", "gap", "expected"),
    [
        (0, 2, [20, 10, 30]),
        (0, 3, [20, 30, 10]),
        (2, 0, [30, 10, 20]),
        (1, 1, [10, 20, 30]),
        (1, 2, [10, 20, 30]),
    ],
)
def test_layers_are_dragged(
    qtbot: QtBot, designer: Designer, moved: int, gap: int, expected: list[int]
) -> None:
    drag(qtbot, head(designer, moved), designer.canvas.gaps[gap])
    assert not designer.beside.isVisible()
    assert units(designer) == expected


def test_escape_ends_a_drag_without_a_move(qtbot: QtBot, designer: Designer) -> None:
    first = head(designer, 0)
    drag(qtbot, first, designer.canvas.gaps[3], drop=False)
    qtbot.keyClick(first, Qt.Key.Key_Escape)
    qtbot.mouseRelease(first, LEFT)
    assert units(designer) == [10, 20, 30]


def test_a_drag_continues_when_another_layer_goes(
    qtbot: QtBot, designer: Designer, document: Document
) -> None:
    first, canvas = head(designer, 0), designer.canvas
    drag(qtbot, first, canvas.gaps[2], drop=False)
    document.edit("fewer", replace(THREE, layers=THREE.layers[:2]))
    foot = QPoint(canvas.gaps[2].geometry().center().x(), canvas.height() - 2 * GRID)
    assert canvas.grab().toImage().pixelColor(foot) == QColor(theme().accent)
    document.edit("none", replace(THREE, layers=()))
    document.edit("as before", THREE)
    qtbot.mouseMove(first, first.rect().center())
    qtbot.mouseRelease(first, LEFT, pos=first.rect().center())
    assert units(designer) == [10, 20, 30]


def test_without_layers_it_says_what_to_do(qtbot: QtBot) -> None:
    document = Document(preset("lecture-line"))
    designer = Designer(document)
    show(qtbot, designer)
    assert designer.canvas.empty.isVisible()
    qtbot.mouseClick(designer.canvas.empty.add, LEFT)
    assert len(document.experiment.layers) == 1
    assert not designer.canvas.empty.isVisible()
    qtbot.keyClick(head(designer, 0), Qt.Key.Key_Delete)
    assert designer.canvas.empty.isVisible()
    assert designer.canvas.empty.add.hasFocus()


def test_an_encoding_without_layers_draws_more_than_straight_lines(qtbot: QtBot) -> None:
    encoded = preset("inpainting")
    designer = Designer(Document(encoded))
    show(qtbot, designer)
    assert not designer.canvas.empty.isVisible()
    qtbot.mouseClick(designer.canvas.gaps[0], LEFT)
    assert len(designer.document.experiment.layers) == 1
    qtbot.keyClick(head(designer, 0), Qt.Key.Key_Delete)
    assert designer.canvas.gaps[0].hasFocus()
    designer.document.edit("Plain", replace(encoded, encoding=part("encoding", "none")))
    assert designer.canvas.empty.isVisible()
    assert not designer.canvas.gaps


def test_without_any_weight_only_the_problem_is_shown(designer: Designer) -> None:
    empty = replace(preset("lecture-line"), layers=())
    designer.document.edit("Line", empty)
    assert designer.canvas.empty.text.isVisible()
    designer.document.edit("Sum", replace(empty, output=part("output", "sum")))
    assert not designer.canvas.empty.text.isVisible()
    assert "no weight that could learn" in designer.problem.text()
    assert designer.canvas.empty.add.isVisible()


def test_typing_survives_edits_from_elsewhere(qtbot: QtBot, designer: Designer) -> None:
    first = card(designer, 0)
    type_over(qtbot, first.units, "3")
    experiment = designer.document.experiment
    layers = (*experiment.layers, DENSE)
    designer.document.edit("Seed", replace(experiment, seed=5, layers=layers))
    assert first.isVisible()
    assert first.units.hasFocus()
    qtbot.keyClicks(first.units, "2")
    assert designer.document.experiment.layers[0]["units"] == 32


def test_invalid_units_are_reported_on_the_card(qtbot: QtBot, designer: Designer) -> None:
    first = card(designer, 0)
    type_over(qtbot, first.units, "99999")
    assert first.problem.text() == "99999 is too large: 4096 at most."
    type_over(qtbot, first.units, "2.5")
    qtbot.keyClick(first.units, Qt.Key.Key_Return)
    assert first.problem.text().startswith("“2.5” is no whole number")
    type_over(qtbot, first.units, "3")
    assert first.problem.text() == ""
    type_over(qtbot, first.units, "99999")
    experiment = designer.document.experiment
    designer.document.edit("Two", replace(experiment, layers=(*experiment.layers, DENSE)))
    assert card(designer, 1).problem.text() == ""


def test_the_weights_are_counted(designer: Designer) -> None:
    designer.document.edit("Painting", preset("lecture-painting"))
    of_picture = "of the picture's 12,288 numbers"
    assert designer.count.accessibleName() == (
        f"21,187 parameters, 172 % {of_picture}: room to copy · 9.6 MB · 3.1 million products a step"
    )
    experiment = designer.document.experiment
    designer.document.edit("Batch", replace(experiment, batch_size=4096, layers=experiment.layers[:1]))
    assert designer.count.accessibleName() == (
        f"387 parameters, 3.1 % {of_picture} · 3.8 MB · 4.0 million products a step"
    )
    assert designer.count.accessibleDescription().startswith(
        f"387 parameters, 3.1 % {of_picture}. At 32 bits a parameter that is 3.02 bits for each pixel, where "
        "the picture has 24. Training takes"
    )
    grey = replace(experiment, data=experiment.data.has(source="camera"))
    designer.document.edit("Grid", replace(grey, encoding=part("encoding", "hash grid", table=2**14)))
    assert "792 % of the picture's 4,096 numbers: room to copy" in designer.count.accessibleName()
    assert "where the picture has 8. A grid's numbers are local" in designer.count.accessibleDescription()
    designer.document.edit("Line", preset("lecture-line"))
    assert designer.count.accessibleName() == "2 parameters for 1,000 points · 0.1 MB · 6,000 products a step"


def test_effort_items_without_room_are_left_out(qtbot: QtBot, designer: Designer) -> None:
    designer.document.edit("Painting", preset("lecture-painting"))
    designer.resize(1800, 400)
    size = "21,187 parameters, 172 % of the picture: room to copy"
    qtbot.waitUntil(lambda: designer.count.text() == size)
    for width in range(1200, 500, -50):
        designer.resize(width, 400)
        process_events(qtbot)
        assert designer.count.text().startswith("21,187 parameters, 172 %")
        assert "room to copy" in designer.count.text()


def test_too_little_memory_is_reported_above(monkeypatch: pytest.MonkeyPatch, designer: Designer) -> None:
    monkeypatch.setattr("cadl_desktop.session.document.free_memory", lambda: 7_600_000_000)
    data = preset("lecture-painting").data.has(source="retina", longest=2048)
    experiment = replace(designer.document.experiment, data=data, batch_size=1_000_000)
    wide = replace(experiment, layers=(DENSE.has(units=2000),) * 4)
    designer.document.edit("Huge", wide)
    assert designer.problem.text() == (
        "This needs about 43 GB of memory and the machine has 7.6 GB free; "
        "choose fewer units or a smaller batch."
    )
    assert designer.count.text() == "12,018,003 parameters"
    designer.document.edit("Smaller", replace(wide, batch_size=1000))
    assert not designer.problem.isVisible()


def test_a_head_has_all_of_its_words_in_its_tooltip(designer: Designer) -> None:
    for head in (*designer.canvas.layers, designer.canvas.output):
        assert head.words() in head.toolTip()


def test_problems_are_shown_on_heads_and_cards(designer: Designer) -> None:
    layers = (DENSE.has(units=0), DENSE.has(spread=-1.0), DENSE)
    experiment = replace(designer.document.experiment, layers=layers)
    designer.document.edit("Broken", experiment)
    assert head(designer, 0).problem == "0 is too small; choose 1 or more."
    assert designer.problem.text() == "Layer 1: 0 is too small; choose 1 or more."
    assert head(designer, 1).accessibleDescription().count("Spread: ") == 1
    assert card(designer, 0).units.property("problem")
    second = card(designer, 1)
    assert not second.units.property("problem")
    field = second.form.field("spread")
    assert field is not None
    assert isinstance(field.control, NumberEdit)
    assert field.control.property("problem")
    designer.document.undo_stack.undo()
    assert not head(designer, 0).problem
    assert not field.control.property("problem")
    assert not designer.problem.isVisible()


def test_an_output_that_does_not_fit_says_so(qtbot: QtBot, designer: Designer) -> None:
    choose(qtbot, output(designer).kind, "sum")
    assert "choose Dense" in designer.canvas.output.problem
    assert "choose Dense" in output(designer).problem.text()


def test_too_many_weights_are_reported_above(designer: Designer) -> None:
    layers = (DENSE.has(units=4096),) * 6
    designer.document.edit("Wide", replace(designer.document.experiment, layers=layers))
    assert designer.problem.isVisible()


def test_the_encoding_has_a_column(designer: Designer) -> None:
    assert not designer.canvas.encoding.isVisible()
    encoding = part("encoding", "polynomial", degree=2)
    designer.document.edit("Encoding", replace(designer.document.experiment, encoding=encoding))
    assert designer.canvas.encoding.isVisible()
    assert [column.neurons for column in designer.canvas.drawn_columns()] == [2, 5, 10, 20, 30, 3]


@pytest.mark.parametrize("name", ["lecture-line", "lecture-tanh", "lecture-painting", "lecture-polynomial-3"])
def test_every_control_has_a_name_and_a_tooltip(qtbot: QtBot, name: str) -> None:
    designer = Designer(Document(preset(name)))
    show(qtbot, designer)
    output(designer)
    if designer.canvas.layers:
        card(designer, 0)
    assert unnamed_controls(designer) == []


def test_tab_goes_from_left_to_right(designer: Designer) -> None:
    columns = visited_columns(designer)
    assert columns == sorted(columns)
    assert len(set(columns)) == 5  # the gaps, three layers, the output


def test_the_gaps_are_one_tab_stop_with_arrow_keys(qtbot: QtBot, designer: Designer) -> None:
    show(qtbot, designer)
    gaps = designer.canvas.gaps
    gaps[0].setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(designer.window().focusWidget(), key)
    assert gaps[1].hasFocus()
    walk = tab_walk(designer)
    assert [gap for gap in gaps if gap in walk] == [gaps[1]]
    qtbot.keyClick(gaps[1], Qt.Key.Key_Space)
    assert len(designer.document.experiment.layers) == 4


def test_tab_order_holds_after_adding_and_removing(qtbot: QtBot, designer: Designer) -> None:
    qtbot.mouseClick(designer.canvas.gaps[0], LEFT)
    qtbot.mouseClick(designer.canvas.gaps[4], LEFT)
    qtbot.mouseClick(card(designer, 1).remove, LEFT)
    columns = visited_columns(designer)
    assert columns == sorted(columns)


def visited_columns(designer: Designer) -> list[int]:
    """Columns visited by Tab in the row of heads and buttons."""
    return [widget.x() for widget in tab_walk(designer) if widget.parentWidget() is designer.canvas]


def test_tab_key_reaches_every_control_and_returns(qtbot: QtBot, designer: Designer) -> None:
    show(qtbot, designer)
    walk = tab_walk(designer)
    assert pressed_tabs(walk[0], len(walk)) == [*walk[1:], walk[0]]


def test_tab_goes_through_an_open_card_and_out_of_it(qtbot: QtBot, designer: Designer) -> None:
    first = head(designer, 0)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Return)
    opened = designer.beside.layer
    assert opened.units.hasFocus()
    controls = [each for each in opened.tab_widgets() if each.isVisible() and each.isEnabled()]
    first.setFocus()
    assert opened.isVisible()
    visited = pressed_tabs(first, len(controls) + 1)
    assert visited == [*controls, head(designer, 1)]
    assert not opened.isVisible()  # the focus has moved on


def test_a_card_closes_by_its_head_its_button_and_the_drawing(qtbot: QtBot, designer: Designer) -> None:
    opened = card(designer, 0)
    assert designer.window().rect().contains(designer.beside.geometry())
    qtbot.mouseClick(head(designer, 0), LEFT)
    assert not opened.isVisible()
    qtbot.mouseClick(card(designer, 1).close_button, LEFT)
    assert not opened.isVisible()
    assert head(designer, 1).hasFocus()
    card(designer, 2)
    qtbot.mouseClick(designer.canvas, LEFT, pos=designer.canvas.rect().bottomLeft())
    assert not opened.isVisible()
    assert output(designer).isVisible()
    assert not opened.isVisible()


def test_a_layer_far_too_wide_is_a_problem_and_nothing_else(document: Document, designer: Designer) -> None:
    wide = part("layer", "dense", units=10**10)
    document.edit("wide", replace(document.experiment, layers=(wide, wide)))
    assert "10000000000 is too large" in document.problems[0].message
    effort = designer.findChild(EffortLabel)
    assert isinstance(effort, EffortLabel)
    assert "1e+20 parameters" in effort.accessibleName()


def test_a_new_layer_shows_nothing_of_the_removed_one(designer: Designer, document: Document) -> None:
    gone = head(designer, 2)
    plus = designer.canvas.gaps[3]
    document.edit("too few", replace(THREE, layers=(*THREE.layers[:2], DENSE.has(units=0))))
    gone.show_idle(22, "22 dead")
    assert gone.problem
    document.edit("fewer", replace(THREE, layers=THREE.layers[:2]))
    assert not gone.isVisible()
    assert not plus.isVisible()
    document.edit("as before", THREE)
    assert head(designer, 2).isVisible()
    assert designer.canvas.gaps[3].isVisible()
    assert head(designer, 2).problem == ""
    assert "dead" not in head(designer, 2).words()


def test_a_narrow_head_keeps_the_layers_number(qtbot: QtBot) -> None:
    narrow = LayerHead(0)
    qtbot.addWidget(narrow)
    narrow.show_part(DENSE, "Layer 1", "1", 64)
    narrow.resize(22, 40)
    numbered = narrow.grab().toImage()
    narrow.show_idle(26, "26 dead")
    assert narrow.grab().toImage() == numbered
    assert "26 dead" in narrow.accessibleDescription()


def test_a_layer_whose_card_was_open_comes_back_closed_and_in_its_place(
    qtbot: QtBot, designer: Designer, document: Document
) -> None:
    canvas = designer.canvas
    qtbot.mouseClick(canvas.gaps[3], LEFT)
    head(designer, 0).setFocus()
    closed = head(designer, 3).grab().toImage()
    card(designer, 3)
    document.undo_stack.undo()
    assert not designer.beside.isVisible()
    document.undo_stack.redo()
    assert not designer.beside.isVisible()
    head(designer, 0).setFocus()
    assert head(designer, 3).grab().toImage() == closed
    document.edit("one", replace(THREE, layers=THREE.layers[:1]))
    document.undo_stack.undo()
    assert [each.index for each in canvas.layers] == [0, 1, 2, 3]
    visited = [each for each in tab_walk(designer) if each.parentWidget() is canvas]
    assert visited == [canvas.gaps[0], *canvas.layers, canvas.output]


def test_the_input_s_head_names_the_column_and_its_tip_the_whole_of_it(qtbot: QtBot) -> None:
    name = "Temperature of the water below the ice of the northern lake in winter [°C]"
    named = part("dataset", "points", x_name=name)
    designer = Designer(Document(replace(preset("lecture-tanh"), data=named)))
    designer.resize(1100, 400)
    show(qtbot, designer)
    assert name in designer.canvas.input.toolTip()
    text, _ = fit_text(designer.canvas.input._second, SMALL, 96)
    assert text.startswith("Temp")
    assert text.endswith("… [°C]")
    assert designer.canvas.pointing.name(0, 0) == "Input: Temperature of the… [°C]"


@pytest.mark.parametrize("layers", [4, 7, 10])
def test_heads_of_any_width_say_number_and_activation(qtbot: QtBot, layers: int) -> None:
    designer = Designer(Document(replace(preset("lecture-painting"), layers=(DENSE.has(units=30),) * layers)))
    designer.resize(560, 400)
    show(qtbot, designer)
    for head in designer.canvas.layers:
        (first, _), (second, _) = head.fitted_words()
        assert first.startswith("30")
        assert "ReLU" in first or second == "ReLU"
