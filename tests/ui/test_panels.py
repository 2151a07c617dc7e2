"""The panels, driven as a person would; what counts is the document's experiment afterwards."""

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QLocale, QPoint, Qt
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, check, preset
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.experiment.edits import with_dataset, with_preset
from cadl_desktop.experiment.effort import single_picture_numbers
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.session.document import Document
from cadl_desktop.ui.controls.fields import Chooser
from cadl_desktop.ui.panels.encoding_panel import EncodingPanel
from cadl_desktop.ui.panels.gallery_tile import CAPTION_HEIGHT, SIDE, Tile
from cadl_desktop.ui.panels.panel import Panel
from cadl_desktop.ui.panels.panels_door import SidePanel
from cadl_desktop.ui.panels.run_panel import RunPanel
from cadl_desktop.ui.panels.size_field import STOPS
from cadl_desktop.ui.panels.training_panel import TrainingPanel, position_of, rate_at
from cadl_desktop.ui.theme.theme import GRID, SMALL, text_font
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.settling import process_events
from tests.ui.driving import (
    choose,
    data_panel,
    show,
    side_panel,
    tab_walk,
    turn_wheel,
    type_over,
    undo_all,
    unnamed_controls,
)

PANELS = (data_panel, EncodingPanel, TrainingPanel, RunPanel)
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def document(qapp: object) -> Iterator[Document]:
    """A document; whatever a test did to it, undo must lead back."""
    document = Document(preset("lecture-tanh"))
    yield document
    undo_all(document)
    assert document.experiment == preset("lecture-tanh")


@pytest.fixture
def german() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)


def test_a_picture_and_back(qtbot: QtBot, document: Document) -> None:
    panel = data_panel(document)
    show(qtbot, panel)
    qtbot.mouseClick(panel.gallery.tile("picture:cat"), LEFT)
    assert document.experiment.data["source"] == "cat"
    assert check(document.experiment) == []
    assert panel.gallery.tile("picture:cat").isChecked()
    assert document.undo_stack.undoText() == "Data: Cat"
    qtbot.mouseClick(panel.gallery.tile("sine"), LEFT)
    assert document.experiment == preset("lecture-tanh")
    assert not panel.gallery.tile("picture:cat").isChecked()


def test_the_gallery_goes_by_arrow_keys(qtbot: QtBot, document: Document) -> None:
    panel = data_panel(document)
    show(qtbot, panel)
    panel.gallery.tile("points").setFocus()
    qtbot.keyClick(panel.gallery.tile("points"), Qt.Key.Key_Right)
    tile = panel.gallery.tile("picture:astronaut")
    assert tile.hasFocus()
    assert document.experiment.data.kind == "sine"
    qtbot.keyClick(tile, Qt.Key.Key_Return)
    assert document.experiment.data["source"] == "astronaut"


@pytest.mark.parametrize("width", [640, 345, 280])
def test_pictures_of_the_gallery_stay_square(qtbot: QtBot, document: Document, width: int) -> None:
    side = side_panel(document)
    side.resize(500, 800)
    show(qtbot, side)
    side.resize(width, 800)
    gallery = side.data.gallery
    first, moon = gallery.tile("sine"), gallery.tile("picture:moon")

    def is_square() -> None:
        assert abs(first.height() - CAPTION_HEIGHT - first.width()) <= 1
        assert SIDE <= first.width() < 1.3 * SIDE
        assert width - 4 * GRID <= gallery.width() <= side.viewport().width()
        assert first.x() == 0

    qtbot.waitUntil(is_square)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    below = next(tile for tile in gallery.findChildren(Tile) if tile.hasFocus())
    assert below.x() == first.x()
    assert below.y() > first.y()
    gallery.more.click()
    below_all = gallery.more.parentWidget()
    qtbot.waitUntil(lambda: moon.isVisible() and moon.geometry().bottom() < below_all.y())


def test_more_pictures_are_unfolded(qtbot: QtBot, document: Document) -> None:
    panel = data_panel(document)
    show(qtbot, panel)
    tile = panel.gallery.tile("picture:moon")
    assert not tile.isVisible()
    assert panel.gallery.more.accessibleName() == "More pictures"
    qtbot.mouseClick(panel.gallery.more, LEFT)
    assert panel.gallery.more.accessibleName() == "Fewer pictures"
    before = tile.grab().toImage()
    qtbot.waitUntil(lambda: tile.grab().toImage() != before, timeout=20_000)
    qtbot.mouseClick(tile, LEFT)
    assert document.experiment.data["source"] == "moon"
    again = data_panel(document)
    show(qtbot, again)
    assert again.gallery.tile("picture:moon").isVisible()


def test_an_own_picture_is_asked_for_and_forgotten_with_another(qtbot: QtBot, document: Document) -> None:
    panel = data_panel(document)
    show(qtbot, panel)
    with qtbot.waitSignal(panel.gallery.picture_wanted):
        qtbot.mouseClick(panel.gallery.tile("picture:own"), LEFT)
    assert document.experiment.data.kind == "sine"
    own = part("dataset", "picture", source="own", image=b"png")
    document.edit("Picture", with_dataset(document.experiment, own))
    qtbot.mouseClick(panel.gallery.tile("picture:cat"), LEFT)
    assert document.experiment.data["image"] == b""


def test_thumbnails_come_by_themselves(qtbot: QtBot, document: Document) -> None:
    panel = data_panel(document)
    show(qtbot, panel)
    tile = panel.gallery.tile("picture:retina")
    before = tile.grab().toImage()
    qtbot.waitUntil(lambda: tile.grab().toImage() != before, timeout=20_000)


def test_the_dataset_form_and_what_is_held_out(qtbot: QtBot, document: Document) -> None:
    panel = data_panel(document)
    show(qtbot, panel)
    noise = panel.form.field("noise")
    assert noise is not None
    type_over(qtbot, noise.control, "0,25")
    type_over(qtbot, panel.validation, "0.2")
    assert (document.experiment.data["noise"], document.experiment.validation) == (0.25, 0.2)
    panel.more.set_folded(False)
    choose(qtbot, panel.inputs, "standardised")
    choose(qtbot, panel.targets, "unit")
    assert (document.experiment.input_scaling, document.experiment.target_scaling) == ("standardised", "unit")


def test_data_that_can_not_be_made_are_only_a_problem(qtbot: QtBot, document: Document) -> None:
    panel = data_panel(document)
    show(qtbot, panel)
    experiment = document.experiment
    document.edit("Few", replace(experiment, data=experiment.data.has(observations=-1)))
    field = panel.form.field("observations")
    assert field is not None
    assert field.problem.text() == "-1 is too small; choose 2 or more."


def test_the_encoding_is_chosen_and_set(qtbot: QtBot, document: Document) -> None:
    panel = EncodingPanel(document)
    show(qtbot, panel)
    choose(qtbot, panel.kind, "polynomial")
    degree = panel.form.field("degree")
    assert degree is not None
    type_over(qtbot, degree.control, "4")
    assert document.experiment.encoding.as_dict() == {"degree": 4, "basis": "raw"}


@pytest.mark.parametrize("kind", ["momentum", "adam"])
def test_cost_and_optimizer_are_chosen(qtbot: QtBot, document: Document, kind: str) -> None:
    panel = TrainingPanel(document)
    show(qtbot, panel)
    choose(qtbot, panel.cost, "l2")
    choose(qtbot, panel.kind, kind)
    assert (document.experiment.cost, document.experiment.optimizer.kind) == ("l2", kind)
    assert check(document.experiment) == []
    assert panel.more.isVisible()
    panel.more.set_folded(False)
    name = next(p.name for p in entries("optimizer")[kind].parameters if p.name != "rate")
    field = panel.form.field(name)
    assert field is not None
    type_over(qtbot, field.control, "0.5")
    assert document.experiment.optimizer[name] == 0.5


@pytest.mark.usefixtures("german")
def test_the_rate_is_typed_in_german(qtbot: QtBot, document: Document) -> None:
    panel = TrainingPanel(document)
    show(qtbot, panel)
    type_over(qtbot, panel.rate, "0,01")
    assert document.experiment.optimizer["rate"] == 0.01
    assert document.undo_stack.undoText() == "Learning rate 0.01"
    assert panel.rate.text() == "0,01"
    assert document.undo_stack.count() == 1


def test_the_rate_slides_in_one_edit(qtbot: QtBot, document: Document) -> None:
    panel = TrainingPanel(document)
    show(qtbot, panel)
    panel.slider.setFocus()
    for _ in range(3):
        qtbot.keyClick(panel.slider, Qt.Key.Key_PageDown)
    assert document.experiment.optimizer["rate"] == pytest.approx(0.00002, rel=0.1)
    assert panel.rate.text() == "0.00002"
    assert document.undo_stack.count() == 1


def test_the_networks_size_is_a_dial(qtbot: QtBot) -> None:
    document = Document(preset("learned-painting"))
    panel = data_panel(document)
    show(qtbot, panel)
    field, numbers = panel.network_size, single_picture_numbers(document.experiment)
    assert numbers is not None
    assert field.share.text() == f"at most {numbers // 10:,} parameters"

    small = parameter_count(document.experiment)
    field.slider.setFocus()
    for key in (Qt.Key.Key_PageUp, Qt.Key.Key_Right):
        qtbot.keyClick(field.slider, key)
    assert (document.experiment.parameters, field.number.text()) == (0.25, "25 %")
    assert 2 * small < parameter_count(document.experiment) <= 0.25 * numbers
    assert document.undo_stack.undoText() == "Network size 25 %"
    assert document.undo_stack.count() == 1
    type_over(qtbot, field.number, "5.5")
    assert document.experiment.parameters == 0.055
    assert (field.slider.value(), STOPS[field.slider.value()]) == (8, 0.06)
    document.undo_stack.undo()
    assert (document.experiment, field.number.text()) == (preset("learned-painting"), "10 %")


def test_the_dial_rests_where_no_method_makes_the_network(qtbot: QtBot) -> None:
    document = Document(preset("learned-painting"))
    panel = data_panel(document)
    show(qtbot, panel)
    field = panel.network_size
    document.edit("Too large", replace(document.experiment, parameters=3.0))
    assert "150 %" in field.problem.text()
    document.edit("Mine", replace(document.experiment, parameters=0.1, follows=("stop.epochs",)))
    assert not field.problem.isVisible()
    assert not field.slider.isEnabled()
    assert "are automatic" in field.slider.toolTip()
    document.edit("Exact", with_preset(document.experiment, "own-painting"))
    assert field.isHidden()


def test_the_slider_stands_where_the_rate_is() -> None:
    assert all(position_of(rate_at(position)) == position for position in range(141))
    assert (position_of(1e-9), position_of(500.0), position_of(0.0)) == (0, 140, 0)


def test_batch_and_stop_rules(qtbot: QtBot, document: Document) -> None:
    panel = TrainingPanel(document)
    show(qtbot, panel)
    type_over(qtbot, panel.batch, "64")
    type_over(qtbot, panel.stop["epochs"].number, "20")
    for name in ("seconds", "change_below"):
        box = panel.stop[name].box
        qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    type_over(qtbot, panel.stop["seconds"].number, "1,5")
    stop = document.experiment.stop
    assert document.experiment.batch_size == 64
    assert (stop.epochs, stop.seconds, stop.change_below) == (20, 1.5, 1e-6)
    for box in (panel.stop["patience"].box, panel.keep_best):
        qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert (document.experiment.stop.patience, document.experiment.stop.keep_best) == (20, True)
    assert "Held out" in panel.stop["patience"].problem.text()
    box = panel.stop["epochs"].box
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert document.experiment.stop.epochs is None
    assert not panel.stop["epochs"].number.isEnabled()


def test_name_note_seed_and_dice(qtbot: QtBot, document: Document) -> None:
    panel = RunPanel(document)
    show(qtbot, panel)
    type_over(qtbot, panel.name, "Mine")
    qtbot.mouseClick(panel.note.viewport(), LEFT)
    qtbot.keyClicks(panel.note, "x")
    type_over(qtbot, panel.seed, "42")
    assert (document.experiment.name, document.experiment.seed) == ("Mine", 42)
    assert "x" in document.experiment.note
    qtbot.mouseClick(panel.dice, LEFT)
    assert document.experiment.seed != 42
    assert panel.seed.text() == str(document.experiment.seed)


def test_typing_in_the_middle_of_a_name_keeps_the_cursor(qtbot: QtBot, document: Document) -> None:
    panel = RunPanel(document)
    show(qtbot, panel)
    type_over(qtbot, panel.name, "Mne")
    qtbot.keyClick(panel.name, Qt.Key.Key_Left)
    qtbot.keyClick(panel.name, Qt.Key.Key_Left)
    qtbot.keyClicks(panel.name, "i")
    assert (document.experiment.name, panel.name.cursorPosition()) == ("Mine", 2)


def test_undo_shows_in_the_field_that_has_the_focus(qtbot: QtBot, document: Document) -> None:
    panel = TrainingPanel(document)
    show(qtbot, panel)
    type_over(qtbot, panel.batch, "64")
    document.undo_stack.undo()
    assert panel.batch.text() == "200"


def test_undo_keys_in_a_field_are_the_documents(qtbot: QtBot, document: Document) -> None:
    window = QMainWindow()
    panel = RunPanel(document)
    window.setCentralWidget(panel)
    undo = document.undo_stack.createUndoAction(window, "Undo")
    undo.setShortcut(QKeySequence.StandardKey.Undo)
    window.addAction(undo)
    show(qtbot, window)
    for field in (panel.name, panel.note, panel.seed):
        field.setFocus()
        qtbot.keyClick(field, Qt.Key.Key_End, CONTROL)
        qtbot.keyClicks(field, "7")
        assert document.experiment != preset("lecture-tanh")
        qtbot.keyClick(field, Qt.Key.Key_Z, CONTROL)
        assert document.experiment == preset("lecture-tanh")
        assert not document.undo_stack.canUndo()
        assert document.undo_stack.canRedo()


def test_a_field_leaves_the_keys_of_export_and_keep_to_the_window(qtbot: QtBot, document: Document) -> None:
    """On Linux these keys belong to text fields: end of line, and delete to it."""
    window = QMainWindow()
    panel = RunPanel(document)
    window.setCentralWidget(panel)
    heard: list[str] = []
    for keys in ("Ctrl+E", "Ctrl+K"):
        action = QAction(keys, window, shortcut=QKeySequence(keys))
        action.triggered.connect(lambda _=False, keys=keys: heard.append(keys))
        window.addAction(action)
    show(qtbot, window)
    before = panel.name.text()
    panel.name.setFocus()
    qtbot.keyClick(panel.name, Qt.Key.Key_Home)
    for key, letter in ((Qt.Key.Key_E, "\x05"), (Qt.Key.Key_K, "\x0b")):
        override = QKeyEvent(QEvent.Type.ShortcutOverride, key, CONTROL, letter)
        override.ignore()
        QApplication.sendEvent(panel.name, override)
        assert not override.isAccepted()
        qtbot.keyClick(panel.name, key, CONTROL)
    assert heard == ["Ctrl+E", "Ctrl+K"]
    assert (panel.name.text(), panel.name.cursorPosition()) == (before, 0)


def test_nothing_is_cut_off_in_the_narrowest_side_panel(qtbot: QtBot, document: Document) -> None:
    set_theme("light")
    side = side_panel(document)
    side.resize(side.minimumWidth(), 2400)
    side.fold([])
    for panel in (side.data, side.training):
        panel.more.set_folded(False)
    show(qtbot, side)
    assert cut_off(side) == []


def cut_off(side: SidePanel) -> list[str]:
    """Choices and captions that are wider than where they are shown."""
    small = QFontMetrics(text_font(SMALL))
    found = [
        tile.text() for tile in side.findChildren(Tile) if small.horizontalAdvance(tile.text()) > tile.width()
    ]
    for chooser in (chooser for chooser in side.findChildren(Chooser) if chooser.isVisible()):
        option = QStyleOptionComboBox()
        chooser.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = (
            chooser.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, chooser).width()
        )
        titles = [chooser.itemText(index) for index in range(chooser.count())]
        found += [title for title in titles if chooser.fontMetrics().horizontalAdvance(title) > room]
    return found


@pytest.mark.parametrize(
    ("make", "experiment", "text"),
    [
        (TrainingPanel, replace(preset("lecture-tanh"), batch_size=0), "0 is too small; choose 1 or more."),
        (RunPanel, replace(preset("lecture-tanh"), seed=-1), "-1 is too small; choose 0 or more."),
        (
            data_panel,
            replace(preset("lecture-tanh"), validation=2.0),
            "200 % is too large; choose 90 % or less.",
        ),
    ],
)
def test_a_problem_stands_beside_its_field(
    qtbot: QtBot, make: Callable[[Document], Panel], experiment: Experiment, text: str
) -> None:
    document = Document(experiment)
    panel = make(document)
    show(qtbot, panel)
    assert text in shown_problems(panel)
    document.open(preset("lecture-tanh"), None)
    assert shown_problems(panel) == []


def test_a_problem_in_a_folded_part_unfolds_it(qtbot: QtBot, document: Document) -> None:
    panel = data_panel(document)
    show(qtbot, panel)
    assert panel.more.folded
    document.edit("To", replace(document.experiment, data=document.experiment.data.has(high=-9.0)))
    assert not panel.more.folded
    assert any("larger x" in text for text in shown_problems(panel))


def shown_problems(panel: QWidget) -> list[str]:
    from cadl_desktop.ui.controls.fields import ProblemLine

    return [line.text() for line in panel.findChildren(ProblemLine) if line.isVisible()]


def test_the_wheel_never_changes_what_has_no_focus(qtbot: QtBot, document: Document) -> None:
    area, content = QScrollArea(), QWidget()
    column = QVBoxLayout(content)
    panel = TrainingPanel(document)
    column.addWidget(RunPanel(document))
    column.addWidget(panel)
    area.setWidget(content)
    area.resize(300, 400)
    show(qtbot, area)
    for control in (panel.cost, panel.kind, panel.rate, panel.slider, panel.batch):
        turn_wheel(control, -1)
    assert document.undo_stack.count() == 0


@pytest.mark.parametrize("make", PANELS)
@pytest.mark.parametrize("name", ["lecture-tanh", "lecture-polynomial-3", "learned-painting"])
def test_every_control_has_a_name_and_a_tooltip(
    qtbot: QtBot, make: Callable[[Document], Panel], name: str
) -> None:
    panel = make(Document(preset(name)))
    qtbot.addWidget(panel)
    assert unnamed_controls(panel) == []
    assert panel.title


@pytest.mark.parametrize("make", PANELS)
def test_tab_goes_downwards(qtbot: QtBot, make: Callable[[Document], Panel], document: Document) -> None:
    panel = make(document)
    show(qtbot, panel)
    heights = [widget.mapTo(panel, widget.rect().center()).y() for widget in tab_walk(panel)]
    assert heights == sorted(heights)
    assert len(heights) > 0


def test_a_long_note_wraps_where_a_short_one_does(qtbot: QtBot, document: Document) -> None:
    panel = RunPanel(document)
    show(qtbot, panel)
    width = panel.note.viewport().width()
    qtbot.keyClick(panel.note, Qt.Key.Key_End, CONTROL)
    qtbot.keyClicks(panel.note, "many words " * 60)
    assert document.experiment.note.endswith("many words ")
    process_events(qtbot)
    assert panel.note.viewport().width() == width
