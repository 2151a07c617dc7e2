"""Forms show which settings follow the picture, and let typed values follow again."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import presets_for, with_preset
from cadl_desktop.experiment.methods.facts import Facts
from cadl_desktop.experiment.methods.rules import METHODS, Method
from cadl_desktop.experiment.presets import preset_groups
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.follower import FollowRow
from cadl_desktop.ui.controls.line_edits import NumberEdit
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.panels.encoding_panel import EncodingPanel
from cadl_desktop.ui.panels.training_panel import TrainingPanel
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.ui.driving import choose, data_panel, show, tab_walk, type_over, unnamed_controls

SHARP = preset("sharp-painting")


@pytest.fixture
def document(qapp: object) -> Document:
    return Document(SHARP)


def words_of(field: FollowRow) -> str:
    return field.words.text() if field.words and field.words.isVisible() else ""


def button_of(field: FollowRow) -> QToolButton | None:
    return field.button if field.button and field.button.isVisible() else None


def field_of(control: QWidget) -> FollowRow:
    parent = control.parentWidget()
    assert isinstance(parent, FollowRow)
    return parent


def test_a_field_says_that_it_follows_until_somebody_types(qtbot: QtBot, document: Document) -> None:
    panel = EncodingPanel(document)
    panel.resize(300, 400)
    show(qtbot, panel)
    finest, features = panel.form.field("finest"), panel.form.field("features")
    assert finest is not None
    assert features is not None

    assert words_of(finest) == "automatic"
    assert "to suit the picture, until you set it yourself" in finest.control.accessibleDescription()
    assert (words_of(features), button_of(features), button_of(finest)) == ("", None, None)
    type_over(qtbot, finest.control, "99")
    assert words_of(finest) == ""
    assert "yourself" not in finest.control.accessibleDescription()

    again = button_of(finest)
    assert again is not None
    assert again.accessibleName() == "Finest: Make it automatic again, to suit the picture"
    walk = tab_walk(panel)
    assert walk[walk.index(finest.control) + 1] is again
    assert unnamed_controls(panel) == []
    again.setFocus()
    qtbot.keyClick(again, Qt.Key.Key_Space)
    assert document.experiment == SHARP
    assert finest.control.hasFocus()
    assert document.undo_stack.undoText() == "Finest is automatic again"
    document.undo_stack.undo()
    assert document.experiment.encoding["finest"] == 99
    assert button_of(finest) is again


def test_one_edit_of_the_size_changes_every_form(qtbot: QtBot, document: Document) -> None:
    data, training = data_panel(document), TrainingPanel(document)
    show(qtbot, data)
    show(qtbot, training)
    longest = data.form.field("longest")
    assert longest is not None

    type_over(qtbot, longest.control, "128")

    assert training.batch.text() == "2048"
    assert words_of(field_of(training.batch))
    assert training.stop["epochs"].number.text() == "1221"
    document.undo_stack.undo()
    assert document.experiment == SHARP


def test_numbers_of_the_training_and_stop_rules_return_too(qtbot: QtBot, document: Document) -> None:
    panel = TrainingPanel(document)
    panel.resize(320, 600)
    show(qtbot, panel)
    type_over(qtbot, panel.batch, "300")
    type_over(qtbot, panel.stop["epochs"].number, "70")

    for field in (field_of(panel.batch), panel.stop["epochs"]):
        again = button_of(field)
        assert again is not None
        walk = tab_walk(panel)
        assert walk[walk.index(field.control) + 1] is again
        again.click()

    assert document.experiment == SHARP
    assert words_of(panel.stop["epochs"]).startswith("auto")


def test_a_value_has_priority_over_the_words(qtbot: QtBot, document: Document) -> None:
    set_theme("light")  # its font decides what fits
    panel = EncodingPanel(document)
    panel.resize(250, 400)
    show(qtbot, panel)
    table = panel.form.field("table")
    assert table is not None

    for entries, words in ((64**2, "automatic"), (2**23, "auto"), (64, "automatic")):
        document.open(replace(SHARP, encoding=SHARP.encoding.has(table=entries)), None)
        assert words_of(table) == words
        control = table.control
        assert isinstance(control, NumberEdit)
        margins = control.textMargins()
        assert control.fontMetrics().horizontalAdvance(control.text()) < control.width() - margins.right()


def test_settings_follow_nothing_without_a_method(qtbot: QtBot, document: Document) -> None:
    panel = EncodingPanel(document)
    show(qtbot, panel)
    document.open(preset("lecture-painting"), None)

    assert not [field for field in panel.findChildren(FollowRow) if words_of(field) or button_of(field)]


def test_curves_follow_their_points(qtbot: QtBot, document: Document) -> None:
    document.open(preset("own-curve"), None)
    panel = TrainingPanel(document)
    panel.resize(300, 600)
    show(qtbot, panel)

    assert "to suit the points" in panel.batch.accessibleDescription()


def test_choosing_a_method_keeps_the_picture(qtbot: QtBot, document: Document) -> None:
    document.open(replace(SHARP, data=SHARP.data.has(source="cat", longest=128)), None)
    panel = data_panel(document)
    show(qtbot, panel)
    assert panel.method.chooser.name() == "sharp-painting"

    choose(qtbot, panel.method.chooser, "siren-painting")

    assert document.experiment.method == "siren-painting"
    assert document.experiment.data["source"] == "cat"
    choose(qtbot, panel.method.chooser, "lecture-painting")
    assert document.experiment.layers == preset("lecture-painting").layers
    assert panel.method.chooser.name() == "lecture-painting"
    document.edit("Batch size", replace(document.experiment, batch_size=7))
    assert panel.method.chooser.name() == ""
    assert panel.method.chooser.currentText() == ""
    assert panel.method.chooser.placeholderText() == "Your own design"


def test_only_methods_for_such_data_are_offered(qtbot: QtBot, document: Document) -> None:
    panel = data_panel(document)
    show(qtbot, panel)
    assert panel.method.chooser.findData("lecture-tanh") < 0
    document.open(preset("lecture-tanh"), None)
    assert panel.method.chooser.name() == "lecture-tanh"
    assert panel.method.chooser.findData("sharp-painting") < 0


def test_methods_stand_in_groups_with_pictures_and_sizes(qtbot: QtBot, document: Document) -> None:
    panel = data_panel(document)
    show(qtbot, panel)
    chooser, seen = panel.method.chooser, list[str]()
    qtbot.keyClick(chooser, Qt.Key.Key_Space)
    view, model = chooser.view(), chooser.model()
    qtbot.waitUntil(view.isVisible)
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        name = index.data(Qt.ItemDataRole.UserRole)
        seen.append(name or index.data())
        assert bool(model.flags(index) & Qt.ItemFlag.ItemIsSelectable) is bool(name)
        if name:
            shipped = preset(name)
            count = parameter_count(with_preset(document.experiment, name))
            words = f"{shipped.name}. {shipped.note} {count:,} parameters: {figure(count / 122.88, 2)} % of"
            assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith(words)
    offered = set(presets_for(document.experiment.data))
    assert seen == [
        word
        for group in preset_groups()
        for word in (group.title, *(name for name in group.presets if name in offered))
    ]
    assert view.sizeHintForColumn(0) <= view.viewport().width()  # no sentence is cut
    assert not view.grab().isNull()

    assert view.currentIndex().data() == "Sharp painting"
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().data() == "Inpainting"  # over the heading between them
    for key in (Qt.Key.Key_Home, Qt.Key.Key_PageUp):
        qtbot.keyClick(view, Qt.Key.Key_End)
        qtbot.keyClick(view, key)
        assert view.currentIndex().row() == 1  # below the first heading
    qtbot.keyClicks(view, "exact")
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert document.experiment.method == chooser.name() == "own-painting"
    assert document.undo_stack.undoText() == "Method: Exact copy"
    document.undo_stack.undo()
    assert document.experiment == SHARP


def test_a_curve_has_parameters_but_no_share_of_a_picture(qtbot: QtBot, document: Document) -> None:
    document.open(preset("lecture-tanh"), None)
    panel = data_panel(document)
    show(qtbot, panel)
    chooser = panel.method.chooser
    chooser.showPopup()
    index = chooser.model().index(chooser.findData("lecture-tanh"), 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).endswith(" 20 parameters.")
    chooser.hidePopup()


def _wider(facts: Facts) -> dict[str, object]:
    return {"layers": (part("layer", "dense", units=facts.longest),)}


def test_layers_follow_together(qtbot: QtBot, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(METHODS, "wider", Method("picture", _wider))
    wider = replace(SHARP, method="wider", follows=("layers",), layers=(part("layer", "dense", units=64),))
    document.open(wider, None)
    designer = Designer(document)
    designer.resize(1000, 400)
    show(qtbot, designer)
    assert designer.following.words.isVisible()
    assert designer.following.words.text() == "automatic layers"
    assert designer.following.words.toolTip().startswith("The hidden layers suit the picture")

    document.edit("Size", replace(wider, data=wider.data.has(longest=32)))
    assert document.experiment.layers[0]["units"] == 32
    document.edit("Units", replace(document.experiment, layers=(wider.layers[0].has(units=5),)))
    assert not designer.following.words.isVisible()
    designer.following.button.click()
    assert document.experiment.layers[0]["units"] == 32
    document.open(SHARP, None)
    assert not designer.following.isVisible()
