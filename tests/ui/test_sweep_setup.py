"""Setting up of a sweep by marks beside the forms and in its panel."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import getAllValidWrappers

from cadl_desktop.experiment import Stop, preset
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps import setup
from cadl_desktop.sweeps import Choices, Length, Networks, Range
from cadl_desktop.sweeps.plan import sweep_check as extra
from cadl_desktop.sweeps.plan.sweep_model import LAYERS, PRESET
from cadl_desktop.sweeps.plan.variables import variables
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.ui.sweeps.setup.panel import SetupPanel
from cadl_desktop.ui.sweeps.setup.varied_row import ChoiceRow, NetworksRow, NumberRow
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import process_events, until
from tests.sweeps.sweep_folders import a_sweep
from tests.ui.driving import choose, show, tab_walk, type_over, unnamed_controls

LEFT = Qt.MouseButton.LeftButton
PAINTING = preset("lecture-painting")


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow(Session(Document(PAINTING)))
    made.resize(1440, 900)
    show(qtbot, made)
    return made


@pytest.fixture
def panel(qtbot: QtBot, window: MainWindow) -> SetupPanel:
    """Shown beside the forms, before anything varies."""
    panel = shown_panel(qtbot, window)
    assert window.focusWidget() is panel  # so that Tab visits its fields
    return panel


def shown_panel(qtbot: QtBot, window: MainWindow) -> SetupPanel:
    """As a person asks for it; marks come with it."""
    window.frame.actions["sweep"].trigger()
    until(
        qtbot,
        lambda: (
            window.features.sweeps.marks is not None and window.features.sweeps.marks.mark("optimizer.rate")
        ),
    )
    assert window.features.sweeps.panel is not None
    return window.features.sweeps.panel


def press_mark(qtbot: QtBot, window: MainWindow, path: str) -> None:
    assert window.features.sweeps.marks is not None
    mark = window.features.sweeps.marks.mark(path)
    assert mark is not None
    with qtbot.waitSignal(window.features.sweeps.setup.checked):
        qtbot.mouseClick(mark, LEFT)


def test_tab_goes_from_what_varies_to_how(panel: SetupPanel) -> None:
    visited = [control for control in tab_walk(panel) if panel.isAncestorOf(control)]
    length = [panel.length.whole, panel.length.unit]
    whole = [panel.add_layers, panel.add_units, panel.add_presets, panel.against]
    assert visited[:7] == [*length, *whole, panel.how.strategy]


def test_the_length_of_trials_is_the_experiments_epochs_until_another_is_chosen(
    qtbot: QtBot, window: MainWindow, panel: SetupPanel
) -> None:
    setup, length = window.features.sweeps.setup, panel.length
    whole, seconds = length.whole, length.seconds
    assert (whole.text(), length.unit.name()) == (str(PAINTING.stop.epochs), "epochs")
    assert setup.sweep.limit.length is None
    assert length.y() < panel.how.y()
    type_over(qtbot, whole, "7")
    assert setup.sweep.limit.length == Length(7, "epochs")
    choose(qtbot, length.unit, "steps")
    assert setup.sweep.limit.length == Length(10_000, "steps")
    assert not seconds.isVisible()
    choose(qtbot, length.unit, "processor_seconds")
    type_over(qtbot, seconds, "2.5")
    assert setup.sweep.limit.length == Length(2.5, "processor_seconds")
    assert not whole.isVisible()
    assert not length.clock.isVisible()
    choose(qtbot, length.unit, "seconds")
    assert "depends on what else runs" in length.clock.text()
    assert length.clock.isVisible()
    choose(qtbot, length.unit, "epochs")
    assert setup.sweep.limit.length is None
    with qtbot.waitSignal(setup.checked):
        window.document.open(replace(PAINTING, stop=Stop(epochs=None)), None)
    press_mark(qtbot, window, "optimizer.rate")
    assert "No trial would end" in length.problem.text()
    assert unnamed_controls(panel) == []


def test_marks_pick_what_varies_in_the_forms_and_on_cards(
    qtbot: QtBot, window: MainWindow, panel: SetupPanel
) -> None:
    setup, marks = window.features.sweeps.setup, window.features.sweeps.marks
    assert marks is not None
    for path in ("cost", "optimizer.kind", "optimizer.rate", "batch_size", "validation", "stop.epochs"):
        assert marks.mark(path) is not None, path
    assert marks.mark("name") is None
    assert marks.mark("layers.1.units") is None
    press_mark(qtbot, window, "optimizer.rate")
    window.features.designer.open_layer(1)
    press_mark(qtbot, window, "layers.1.units")
    assert [each.path for each in setup.sweep.varied] == ["optimizer.rate", "layers.1.units"]
    assert isinstance(panel.row("layers.1.units"), NumberRow)
    assert "25 trials" in panel.summary.text()
    press_mark(qtbot, window, "layers.1.units")
    assert "5 trials" in panel.summary.text()
    mark = marks.mark("optimizer.rate")
    window.frame.docks["sweep"].hide()
    assert mark is not None
    until(qtbot, lambda: not mark.isVisible())


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("validation", "5 % | 10 % | few", "“few” is no number"),
        ("batch_size", "64 | 1.5", "“1.5” is no whole number"),
        ("optimizer.rate", " | ", "Name the values"),
    ],
)
def test_of_several_values_the_one_is_named_that_cant_be_read(
    qtbot: QtBot, path: str, typed: str, said: str
) -> None:
    row = NumberRow("Setting", variables(PAINTING)[path])
    row.show_among(Choices(()), is_grid=True)
    show(qtbot, row)
    type_over(qtbot, row.values, typed)
    qtbot.keyClick(row.values, Qt.Key.Key_Return)
    assert said in row.problem.text()


def items_outside(panel: QWidget | None = None) -> list[QLayoutItem]:
    """Items of layouts that Python holds, but for those in a panel."""
    held = [each for each in getAllValidWrappers() if isinstance(each, QLayoutItem)]
    items = [each for each in held if not isinstance(each, QLayout)]
    return [each for each in items if not (panel and panel.isAncestorOf(each.widget()))]


def test_marks_find_their_rows_without_items_of_layouts(qtbot: QtBot, window: MainWindow) -> None:
    """Python would keep them under addresses that Qt gives to the next widget, which can end the program."""
    before = len(items_outside())
    assert len(items_outside(shown_panel(qtbot, window))) <= before


def test_in_the_turn_of_an_edit_no_sweep_begins_and_nothing_varies_that_is_gone(
    qtbot: QtBot, window: MainWindow, panel: SetupPanel
) -> None:
    setup, marks, document = window.features.sweeps.setup, window.features.sweeps.marks, window.document
    assert marks is not None
    press_mark(qtbot, window, "optimizer.rate")
    assert panel.begin.isEnabled()
    begun: list[Path] = []
    panel.begin_wanted.disconnect()
    panel.begin_wanted.connect(begun.append)
    window.features.designer.open_layer(len(PAINTING.layers) - 1)
    mark = marks.mark(f"layers.{len(PAINTING.layers) - 1}.units")
    assert mark is not None
    with qtbot.waitSignal(setup.checked):
        document.edit("Remove", replace(PAINTING, layers=PAINTING.layers[:-1]))
        panel.begin.click()
        mark.click()
    assert begun == []
    assert [each.path for each in setup.sweep.varied] == ["optimizer.rate"]
    panel.begin.click()
    assert len(begun) == 1
    assert setup.sweep.base == document.experiment
    window.close_without_asking()


def test_a_range_that_can_not_be_is_shown_before_it_is_checked(
    qtbot: QtBot, window: MainWindow, panel: SetupPanel
) -> None:
    press_mark(qtbot, window, "optimizer.rate")
    with qtbot.waitSignal(window.features.sweeps.setup.checked):
        window.features.sweeps.setup.set_among("optimizer.rate", Range(0.0, 0.5, logarithmic=True))
    assert "put right" in panel.summary.text()


def test_ranges_choices_and_networks_are_said_and_nonsense_is_refused(
    qtbot: QtBot, window: MainWindow, panel: SetupPanel
) -> None:
    setup = window.features.sweeps.setup
    for path in ("optimizer.rate", "cost"):
        press_mark(qtbot, window, path)
    for button in (panel.add_layers, panel.add_presets):
        with qtbot.waitSignal(setup.checked):
            qtbot.mouseClick(button, LEFT)
    rate, cost, layers, presets = (panel.row(path) for path in ("optimizer.rate", "cost", LAYERS, PRESET))
    assert isinstance(rate, NumberRow)
    assert isinstance(cost, ChoiceRow)
    assert isinstance(layers, NetworksRow)
    assert isinstance(presets, ChoiceRow)

    def among(path: str) -> object:
        return next(each.among for each in setup.sweep.varied if each.path == path)

    type_over(qtbot, rate.low, "0.5")
    with qtbot.waitSignal(setup.checked):
        type_over(qtbot, rate.high, "0.1")
    assert "no range" in rate.problem.text()
    assert "put right" in panel.summary.text()
    assert not panel.begin.isEnabled()
    qtbot.keyClick(rate.high, Qt.Key.Key_Tab)
    assert "no range" in rate.problem.text()
    type_over(qtbot, rate.high, "soon")
    with qtbot.waitSignal(setup.checked):
        type_over(qtbot, rate.high, "0.9")
    assert among("optimizer.rate") == Range(0.5, 0.9, logarithmic=True)
    assert rate.problem.text() == ""
    qtbot.mouseClick(rate.as_values, LEFT)
    type_over(qtbot, rate.values, "0.1 | fast")
    qtbot.keyClick(rate.values, Qt.Key.Key_Return)
    assert "“fast” is no number" in rate.problem.text()
    type_over(qtbot, rate.values, "0.1 | 0,2")
    assert among("optimizer.rate") == Choices(("0.1", "0.2"))
    for switch in cost.switches.values():
        if switch.isChecked():
            qtbot.mouseClick(switch, LEFT)
    with qtbot.waitSignal(setup.checked):
        pass
    assert "nothing to choose among" in cost.problem.text()
    qtbot.mouseClick(cost.remove, LEFT)
    type_over(qtbot, layers.values, "8,8 | many")
    assert "no numbers of neurons" in layers.problem.text()
    layers.values.selectAll()
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Return):
        qtbot.keyClick(layers.values, key)
    assert layers.problem.text().startswith("Name the networks")
    with qtbot.waitSignal(setup.checked):
        type_over(qtbot, layers.values, "0")
    assert "too small" in layers.problem.text()
    with qtbot.waitSignal(setup.checked):
        type_over(qtbot, layers.values, "8,8 | 16")
    networks = among(LAYERS)
    assert isinstance(networks, Networks)
    assert [len(each) for each in networks.values] == [2, 1]
    qtbot.mouseClick(presets.remove, LEFT)
    with qtbot.waitSignal(setup.checked):
        pass
    assert panel.begin.isEnabled()
    assert panel.summary.text().startswith("4 trials")
    # What stands there isn't what would be trained.
    qtbot.keyClicks(layers.values, "x")
    assert "no numbers of neurons" in layers.problem.text()
    assert not panel.begin.isEnabled()
    assert "put right" in panel.summary.text()
    qtbot.keyClick(layers.values, Qt.Key.Key_Backspace)
    assert layers.problem.text() == ""
    assert panel.begin.isEnabled()
    qtbot.keyClicks(rate.values, "x")
    assert not panel.begin.isEnabled()
    qtbot.keyClick(rate.values, Qt.Key.Key_Backspace)
    assert panel.begin.isEnabled()


def test_how_it_searches_is_chosen_and_problems_stand_at_their_fields(
    qtbot: QtBot, window: MainWindow, panel: SetupPanel
) -> None:
    setup, how = window.features.sweeps.setup, panel.how
    press_mark(qtbot, window, "optimizer.rate")
    with qtbot.waitSignal(setup.checked):
        choose(qtbot, how.strategy, "cmaes")
    assert "CMA-ES needs two ranges" in how.field("strategy").problem.text()
    with qtbot.waitSignal(setup.checked):
        choose(qtbot, how.strategy, "random")
    assert setup.sweep.limit.trials == 24
    with qtbot.waitSignal(setup.checked):
        choose(qtbot, how.measure, "held_out_psnr")
    assert "held out" in how.field("objective.measure").problem.text()
    with qtbot.waitSignal(setup.checked):
        choose(qtbot, how.measure, "cost")
        type_over(qtbot, how.seeds, "2")
        assert not how.field("pruning.least").isVisible()
        how.early.set_folded(False)
        qtbot.mouseClick(how.field("pruning.least").box, LEFT, pos=QPoint(8, 8))
    halving = setup.sweep.pruning
    assert setup.sweep.seeds == 2
    assert halving is not None
    assert (halving.least, halving.factor) == (10, 3)
    assert panel.begin.isEnabled()
    with qtbot.waitSignal(setup.checked):
        qtbot.mouseClick(how.field("pruning.least").box, LEFT, pos=QPoint(8, 8))
    assert setup.sweep.pruning is None
    assert not how.field("pruning.factor").isVisible()
    with qtbot.waitSignal(setup.checked):
        setup.set_among("optimizer.rate", Range(1e-5, 1e9))
    press_mark(qtbot, window, "batch_size")
    assert "It is so with Learning rate 1e9" in panel.row("optimizer.rate").problem.text()
    press_mark(qtbot, window, "batch_size")
    with qtbot.waitSignal(setup.checked):
        window.document.open(replace(PAINTING, batch_size=0), None)
    assert panel.problem.text() == "Batch size: 0 is too small; choose 1 or more."


def test_a_run_beside_it_leaves_it_its_room_and_says_how_long_it_takes(
    qtbot: QtBot, window: MainWindow, panel: SetupPanel
) -> None:
    window.document.open(replace(PAINTING, stop=Stop(epochs=4)), None)
    press_mark(qtbot, window, "optimizer.rate")
    assert "is known once this network was trained" in panel.summary.text()
    docks = window.frame.docks
    window.session.train()
    until(qtbot, lambda: "5 trials, about" in panel.summary.text())
    window.session.reset()
    until(qtbot, docks["runs"].isVisible)
    assert not panel.begin.visibleRegion().isEmpty()
    assert docks["sweep"].height() > docks["cost"].height() > 200
    docks["sweep"].close()
    qtbot.waitUntil(docks["runs"].isVisible)
    process_events(qtbot)
    before = [docks["cost"].height(), docks["runs"].height()]
    assert before[0] > before[1]
    window.frame.actions["sweep"].trigger()
    qtbot.waitUntil(lambda: docks["sweep"].height() > docks["cost"].height() > 200)
    docks["sweep"].close()
    qtbot.waitUntil(lambda: [docks["cost"].height(), docks["runs"].height()] == before)
    window.frame.actions["sweep"].trigger()
    qtbot.waitUntil(lambda: docks["sweep"].height() > docks["cost"].height() > 200)
    window.close_without_asking()
    other = MainWindow(Session(Document(PAINTING)))
    qtbot.addWidget(other, before_close_func=lambda it: it.close_without_asking())
    other.show()
    for dock in (other.frame.docks["cost"], other.frame.docks["runs"]):
        dock.toggleViewAction().trigger()
    process_events(qtbot)
    assert other.frame.docks["cost"].height() > other.frame.docks["runs"].height()
    assert other.frame.docks["sweep"].isHidden()


def test_where_the_extra_is_missing_one_sentence_says_so(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extra, "_PACKAGES", ("distributed", "no_such_package"))
    panel = shown_panel(qtbot, window)
    press_mark(qtbot, window, "optimizer.rate")
    assert "pip install" in panel.problem.text()
    assert not panel.begin.isEnabled()


def test_a_sweep_is_put_beside_the_project(
    qtbot: QtBot, window: MainWindow, panel: SetupPanel, tmp_path: Path
) -> None:
    assert panel.place.folder.name == f"{PAINTING.name} sweep"
    window.document.mark_saved(tmp_path / "mine.cadl")
    (tmp_path / "mine sweep").mkdir()
    window.frame.docks["sweep"].hide()
    window.frame.actions["sweep"].trigger()
    assert panel.place.folder == tmp_path / "mine sweep 2"
    panel.place.beside = tmp_path / "ציור.cadl"
    panel.place.suggest("another")
    assert panel.place.folder == tmp_path / "ציור sweep"
    type_over(qtbot, panel.place.edit, str(tmp_path / "elsewhere"))
    panel.place.suggest("another")
    assert panel.place.folder == tmp_path / "elsewhere"
    type_over(qtbot, panel.place.edit, "by name")
    assert panel.place.folder == tmp_path / "by name"
    SweepFolder(panel.place.folder).make(a_sweep())
    panel.place.suggest("another")
    assert panel.place.folder == tmp_path / "ציור sweep"


def test_another_experiment_or_file_has_another_folder_at_once(
    qtbot: QtBot, window: MainWindow, panel: SetupPanel, tmp_path: Path
) -> None:
    window.document.open(replace(PAINTING, name="Other"), None)
    until(qtbot, lambda: panel.place.folder.name == "Other sweep")
    window.document.mark_saved(tmp_path / "mine.cadl")
    assert panel.place.folder == tmp_path / "mine sweep"
    type_over(qtbot, panel.place.edit, str(tmp_path / "elsewhere"))
    with qtbot.waitSignal(window.features.sweeps.setup.changed):
        window.document.open(PAINTING, None)
    assert panel.place.folder == tmp_path / "elsewhere"


def test_a_folder_is_suggested_where_nobody_may_look(panel: SetupPanel, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    panel.place.beside = closed / "mine.cadl"
    closed.chmod(0)
    if os.access(closed, os.X_OK):
        return  # nothing is forbidden to root
    panel.place.suggest("another")
    closed.chmod(0o700)
    assert panel.place.folder == closed / "mine sweep"


def test_a_sweep_without_room_in_memory_is_not_begun(
    qtbot: QtBot, window: MainWindow, panel: SetupPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "free_memory", lambda: 300_000_000)
    press_mark(qtbot, window, "optimizer.rate")
    assert panel.problem.text().startswith("A trial needs up to")
    assert "300 MB free" in panel.problem.text()
    assert not panel.begin.isEnabled()
