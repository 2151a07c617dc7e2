"""The layer designer, driven as a person would; every action is undone afterwards."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.freezing import frozen_columns
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.number_edit import NumberEdit
from cadl_desktop.ui.designer.column import PartCard
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.designer.layer_card import LayerCard
from cadl_desktop.ui.network.layout import place
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
    """Three layers of 10, 20 and 30; whatever a test did to them, undo must lead back."""
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
    """Of every layer of the document; the cards must show the same."""
    layers = designer.document.experiment.layers
    assert [card.units.text() for card in designer.canvas.layers] == [str(layer["units"]) for layer in layers]
    return [layer["units"] for layer in layers]


def card(designer: Designer, index: int) -> LayerCard:
    return designer.canvas.layers[index]


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
    turn_wheel(card(designer, 1).units, 1)
    assert units(designer) == [33, 20, 30]


def test_activation_and_kind(qtbot: QtBot, designer: Designer) -> None:
    choose(qtbot, card(designer, 1).activation, "tanh")
    choose(qtbot, designer.canvas.output.activation, "sigmoid")
    experiment = designer.document.experiment
    assert (experiment.layers[1]["activation"], experiment.output["activation"]) == ("tanh", "sigmoid")
    choose(qtbot, card(designer, 2).kind, "sum")
    assert designer.document.experiment.layers[2] == part("layer", "sum")
    assert not card(designer, 2).units.isVisible()
    assert not card(designer, 2).activation.isVisible()


def test_settings_open_at_the_card(qtbot: QtBot, designer: Designer) -> None:
    first = card(designer, 0)
    qtbot.mouseClick(first.settings, LEFT)
    assert first.popup.isVisible()
    spread = first.popup.form.field("spread")
    assert spread is not None
    assert isinstance(spread.control, NumberEdit)
    type_over(qtbot, spread.control, "0.5")
    assert designer.document.experiment.layers[0]["spread"] == 0.5
    assert designer.document.undo_stack.undoText() == "Layer 1: Spread 0.5"
    qtbot.keyClick(spread.control, Qt.Key.Key_Z, CONTROL)
    assert designer.document.experiment == THREE
    assert first.popup.form.field("initialiser") is None
    qtbot.keyClick(first.popup, Qt.Key.Key_Escape)
    assert not first.popup.isVisible()


def test_first_weights_are_chosen_on_the_card(qtbot: QtBot, designer: Designer) -> None:
    choose(qtbot, card(designer, 0).initialiser, "he")
    choose(qtbot, designer.canvas.output.initialiser, "xavier")
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
    """The document's frozen columns; the cards must show the same."""
    cards = [*designer.canvas.layers, designer.canvas.output]
    shown = tuple(index for index, each in enumerate(cards, 1) if each.frozen.isChecked())
    assert shown == frozen_columns(designer.document.experiment)
    return shown


def test_a_layer_is_frozen_by_button_key_and_menu(qtbot: QtBot, designer: Designer) -> None:
    first, output = card(designer, 0), designer.canvas.output
    qtbot.mouseClick(first.frozen, LEFT)
    assert frozen(designer) == (1,)
    assert designer.document.undo_stack.undoText() == "Layer 1: frozen"
    card(designer, 1).setFocus()
    qtbot.keyClick(card(designer, 1), Qt.Key.Key_F)
    output.setFocus()
    qtbot.keyClick(output, Qt.Key.Key_F)
    assert frozen(designer) == (1, 2, 4)
    item(first, "Unfreeze").trigger()
    item(card(designer, 2), "Freeze").trigger()
    assert frozen(designer) == (2, 3, 4)
    designer.document.undo_stack.undo()
    designer.document.undo_stack.undo()
    assert frozen(designer) == (1, 2, 4)
    assert "frozen" in designer.count.toolTip()


def test_what_has_no_weights_can_not_be_frozen(qtbot: QtBot, designer: Designer) -> None:
    choose(qtbot, card(designer, 2).kind, "layer normalisation")
    assert card(designer, 2).frozen.isVisible()
    choose(qtbot, card(designer, 2).kind, "dropout")
    assert not card(designer, 2).frozen.isVisible()
    card(designer, 2).setFocus()
    qtbot.keyClick(card(designer, 2), Qt.Key.Key_F)
    assert frozen(designer) == ()


def item(of: PartCard, title: str) -> QAction:
    """What the menu that a right click opens has of the card itself."""
    (found,) = [action for action in of.actions() if action.text() == title and action.isVisible()]
    return found


def test_a_layer_is_duplicated_by_key_and_menu(qtbot: QtBot, designer: Designer) -> None:
    qtbot.mouseClick(card(designer, 1).frozen, LEFT)
    card(designer, 1).setFocus()
    qtbot.keyClick(card(designer, 1), Qt.Key.Key_D, CONTROL)
    assert units(designer) == [10, 20, 20, 30]
    assert frozen(designer) == (2,)  # and its copy learns
    assert card(designer, 2).hasFocus()
    card(designer, 3).units.setFocus()
    qtbot.keyClick(card(designer, 3).units, Qt.Key.Key_D, CONTROL)
    assert units(designer) == [10, 20, 20, 30, 30]
    item(card(designer, 0), "Duplicate").trigger()
    assert units(designer) == [10, 10, 20, 20, 30, 30]
    item(card(designer, 1), "Delete").trigger()
    assert units(designer) == [10, 20, 20, 30, 30]


def test_a_plus_adds_a_layer_like_its_neighbour(qtbot: QtBot, designer: Designer) -> None:
    kept = card(designer, 0)
    qtbot.mouseClick(designer.canvas.gaps[1].plus, LEFT)
    assert units(designer) == [10, 10, 20, 30]
    assert card(designer, 0) is kept
    assert card(designer, 1).hasFocus()
    designer.document.undo_stack.undo()
    assert units(designer) == [10, 20, 30]


def test_a_card_is_ready_for_the_next_layer(qtbot: QtBot, designer: Designer) -> None:
    def made() -> int:
        return len(designer.findChildren(LayerCard))

    qtbot.waitUntil(lambda: made() == 4)
    assert not unnamed_controls(designer)
    qtbot.mouseClick(designer.canvas.gaps[1].plus, LEFT)
    assert made() == 4
    assert units(designer) == [10, 10, 20, 30]
    qtbot.waitUntil(lambda: made() == 5)


def test_layers_are_removed_by_button_and_key(qtbot: QtBot, designer: Designer) -> None:
    qtbot.mouseClick(card(designer, 0).remove, LEFT)
    assert units(designer) == [20, 30]
    assert card(designer, 0).hasFocus()
    qtbot.keyClick(card(designer, 0), Qt.Key.Key_Delete)
    assert units(designer) == [30]


def test_layers_move_by_buttons_and_keys(qtbot: QtBot, designer: Designer) -> None:
    qtbot.mouseClick(card(designer, 0).right, LEFT)
    assert units(designer) == [20, 10, 30]
    assert card(designer, 1).hasFocus()
    qtbot.keyClick(card(designer, 1), Qt.Key.Key_Right, CONTROL)
    assert units(designer) == [20, 30, 10]
    qtbot.keyClick(card(designer, 2), Qt.Key.Key_Right, CONTROL)
    assert units(designer) == [20, 30, 10]
    qtbot.keyClick(card(designer, 2), Qt.Key.Key_Left, CONTROL)
    qtbot.mouseClick(card(designer, 1).left, LEFT)
    assert units(designer) == [10, 20, 30]
    assert not card(designer, 0).left.isEnabled()
    assert not card(designer, 2).right.isEnabled()


def test_insert_adds_after_the_focused_layer(qtbot: QtBot, designer: Designer) -> None:
    card(designer, 1).setFocus()
    qtbot.keyClick(card(designer, 1), Qt.Key.Key_Insert)
    assert units(designer) == [10, 20, 20, 30]
    assert card(designer, 2).hasFocus()


def drag(qtbot: QtBot, moved: LayerCard, onto: QWidget, *, drop: bool = True) -> None:
    """By the title of a card, to the middle of another widget."""
    start = moved.title.mapTo(moved, moved.title.rect().center())
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
    drag(qtbot, card(designer, moved), designer.canvas.gaps[gap].plus)
    assert units(designer) == expected


def test_escape_ends_a_drag_without_a_move(qtbot: QtBot, designer: Designer) -> None:
    first = card(designer, 0)
    drag(qtbot, first, designer.canvas.gaps[3].plus, drop=False)
    qtbot.keyClick(first, Qt.Key.Key_Escape)
    qtbot.mouseRelease(first, LEFT)
    assert units(designer) == [10, 20, 30]


def test_the_title_alone_is_enough_to_take_the_keys(qtbot: QtBot, designer: Designer) -> None:
    qtbot.mouseClick(card(designer, 2).title, LEFT)
    assert card(designer, 2).hasFocus()


def test_without_layers_it_says_what_to_do(qtbot: QtBot) -> None:
    document = Document(preset("lecture-line"))
    designer = Designer(document)
    show(qtbot, designer)
    assert designer.canvas.empty.isVisible()
    qtbot.mouseClick(designer.canvas.empty.add, LEFT)
    assert len(document.experiment.layers) == 1
    assert not designer.canvas.empty.isVisible()
    qtbot.keyClick(card(designer, 0), Qt.Key.Key_Delete)
    assert designer.canvas.empty.isVisible()
    assert designer.canvas.empty.add.hasFocus()


def test_without_a_weight_the_problem_alone_says_so(designer: Designer) -> None:
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
    assert card(designer, 0) is first
    assert first.units.hasFocus()
    qtbot.keyClicks(first.units, "2")
    assert designer.document.experiment.layers[0]["units"] == 32


def test_the_weights_are_counted(designer: Designer) -> None:
    designer.document.edit("Painting", preset("lecture-painting"))
    assert designer.count.accessibleName() == "21,187 parameters · 9.6 MB · 3.1 million products a step"
    experiment = designer.document.experiment
    designer.document.edit("Batch", replace(experiment, batch_size=4096, layers=experiment.layers[:1]))
    assert designer.count.accessibleName() == "387 parameters · 3.8 MB · 4.0 million products a step"
    designer.document.edit("Line", preset("lecture-line"))
    assert designer.count.accessibleName() == "2 parameters · 0.1 MB · 6,000 products a step"


def test_what_has_no_room_is_left_out(qtbot: QtBot, designer: Designer) -> None:
    designer.document.edit("Painting", preset("lecture-painting"))
    designer.resize(1200, 400)
    qtbot.waitUntil(lambda: designer.count.text() == designer.count.accessibleName())
    designer.count.setMaximumWidth(designer.count.width() - 20)
    qtbot.waitUntil(lambda: designer.count.text() == "21,187 parameters · 9.6 MB")


def test_what_would_not_fit_is_told_above(monkeypatch: pytest.MonkeyPatch, designer: Designer) -> None:
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


def test_problems_stand_on_their_cards(designer: Designer) -> None:
    layers = (DENSE.has(units=0), DENSE.has(spread=-1.0), DENSE)
    experiment = replace(designer.document.experiment, layers=layers)
    designer.document.edit("Broken", experiment)
    first, second = card(designer, 0), card(designer, 1)
    assert first.problem.text() == "0 is too small; choose 1 or more."
    assert first.units.property("problem")
    assert second.problem.isVisible()
    assert second.problem.text().startswith("Spread: ")
    field = second.popup.form.field("spread")
    assert field is not None
    assert isinstance(field.control, NumberEdit)
    assert field.control.property("problem")
    designer.document.undo_stack.undo()
    assert not first.problem.isVisible()
    assert not first.units.property("problem")


def test_an_output_that_does_not_fit_says_so(qtbot: QtBot, designer: Designer) -> None:
    choose(qtbot, designer.canvas.output.kind, "sum")
    assert "choose Dense" in designer.canvas.output.problem.text()


def test_too_many_weights_are_told_above(designer: Designer) -> None:
    layers = (DENSE.has(units=4096),) * 6
    designer.document.edit("Wide", replace(designer.document.experiment, layers=layers))
    assert designer.problem.isVisible()


def test_the_encoding_has_a_column(designer: Designer) -> None:
    assert not designer.canvas.encoding.isVisible()
    encoding = part("encoding", "polynomial", degree=2)
    designer.document.edit("Encoding", replace(designer.document.experiment, encoding=encoding))
    assert designer.canvas.encoding.isVisible()
    assert [column.neurons for column in designer.canvas.drawn_columns()] == [2, 5, 10, 20, 30, 3]


def test_neurons_that_do_not_fit_are_counted(designer: Designer) -> None:
    for column in designer.canvas.drawn_columns():
        cells = place(column).cells
        assert 0 < len(cells) <= column.neurons
        assert all(column.area.contains(cell) for cell in cells)


@pytest.mark.parametrize("name", ["lecture-line", "lecture-tanh", "lecture-painting", "lecture-polynomial-3"])
def test_every_control_has_a_name_and_a_tooltip(qtbot: QtBot, name: str) -> None:
    designer = Designer(Document(preset(name)))
    qtbot.addWidget(designer)
    assert unnamed_controls(designer) == []


def test_tab_goes_from_left_to_right(designer: Designer) -> None:
    columns = visited_columns(designer)
    assert columns == sorted(columns)
    assert len(set(columns)) == 8  # three cards, four gaps, the output


def test_tab_order_holds_after_layers_came_and_went(qtbot: QtBot, designer: Designer) -> None:
    qtbot.mouseClick(designer.canvas.gaps[0].plus, LEFT)
    qtbot.mouseClick(designer.canvas.gaps[4].plus, LEFT)
    qtbot.mouseClick(card(designer, 1).remove, LEFT)
    columns = visited_columns(designer)
    assert columns == sorted(columns)


def visited_columns(designer: Designer) -> list[int]:
    """Where Tab goes in the row of columns, after the switch above it."""
    above, *walk = tab_walk(designer)
    assert above is designer.keep
    return [column_of(designer, widget) for widget in walk]


def column_of(designer: Designer, widget: QWidget) -> int:
    """Where in the row a control's column stands."""
    while widget.parentWidget() is not designer.canvas:
        parent = widget.parentWidget()
        assert parent is not None
        widget = parent
    return widget.x()


def test_real_tabs_come_by_every_control_and_back(qtbot: QtBot, designer: Designer) -> None:
    show(qtbot, designer)
    walk = tab_walk(designer)
    assert pressed_tabs(walk[0], len(walk)) == [*walk[1:], walk[0]]
