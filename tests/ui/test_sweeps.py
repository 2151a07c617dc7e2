"""Sweeps in the window: set up by marks beside the forms, watched on a contact sheet, a trial adopted."""

import os
import shutil
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import getAllValidWrappers

from cadl_desktop.experiment import Stop, preset
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps import setup
from cadl_desktop.session.sweeps.chosen_trial import SweepSelection
from cadl_desktop.session.training.result import Status
from cadl_desktop.sweeps import Choices, Networks, Range, Sweep, experiment_of, varied_of
from cadl_desktop.sweeps.plan import sweep_check as extra
from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.plan.sweep_model import LAYERS, PRESET
from cadl_desktop.sweeps.plan.variables import variables
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogWriter, Notice, OwnerStopped
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.settings.settings_table import SWEEP_FOLDERS
from cadl_desktop.ui.sweeps.contact.arrangement import arranged, axis_of, points_of
from cadl_desktop.ui.sweeps.contact.geometry import Sheet, laid_out
from cadl_desktop.ui.sweeps.contact.panel import ContactPanel
from cadl_desktop.ui.sweeps.page import SweepPage
from cadl_desktop.ui.sweeps.setup.panel import SetupPanel
from cadl_desktop.ui.sweeps.setup.varied_row import ChoiceRow, NetworksRow, NumberRow
from cadl_desktop.ui.sweeps.words import settings_of
from cadl_desktop.ui.theme.theme import theme
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import WAIT, process_events, until, wait_for_background
from tests.sweeps.sweep_folders import a_folder, a_sweep, standing_of
from tests.ui.driving import choose, double_click, pressed_tabs, show, tab_walk, type_over, unnamed_controls

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


def opened(qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> SweepPage:
    """What a person sees who has chosen a folder."""
    monkeypatch.setattr(file_dialogs, "folder_to_open", lambda *_: str(path))
    window.frame.actions["open_sweep"].trigger()
    until(qtbot, lambda: window.features.sweeps.trials.is_shown)
    page = window.features.sweeps.page
    assert page is not None
    return page


# Setting one up


def test_tab_goes_from_what_varies_to_how(panel: SetupPanel) -> None:
    visited = [control for control in tab_walk(panel) if panel.isAncestorOf(control)]
    assert visited[:3] == [panel.add_layers, panel.add_presets, panel.how.tab_widgets()[0]]


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
    type_over(qtbot, layers.networks, "8,8 | many")
    assert "no numbers of neurons" in layers.problem.text()
    layers.networks.selectAll()
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Return):
        qtbot.keyClick(layers.networks, key)
    assert layers.problem.text().startswith("Name the networks")
    with qtbot.waitSignal(setup.checked):
        type_over(qtbot, layers.networks, "0")
    assert "too small" in layers.problem.text()
    with qtbot.waitSignal(setup.checked):
        type_over(qtbot, layers.networks, "8,8 | 16")
    networks = among(LAYERS)
    assert isinstance(networks, Networks)
    assert [len(each) for each in networks.values] == [2, 1]
    qtbot.mouseClick(presets.remove, LEFT)
    with qtbot.waitSignal(setup.checked):
        pass
    assert panel.begin.isEnabled()
    assert panel.summary.text().startswith("4 trials")
    # What stands there isn't what would be trained.
    qtbot.keyClicks(layers.networks, "x")
    assert "no numbers of neurons" in layers.problem.text()
    assert not panel.begin.isEnabled()
    assert "put right" in panel.summary.text()
    qtbot.keyClick(layers.networks, Qt.Key.Key_Backspace)
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
    assert "held back" in how.field("objective.measure").problem.text()
    with qtbot.waitSignal(setup.checked):
        choose(qtbot, how.measure, "cost")
        type_over(qtbot, how.seeds, "2")
        assert not how.field("pruning.least").isVisible()
        qtbot.mouseClick(how.early, LEFT, pos=QPoint(8, 8))
        qtbot.mouseClick(how.field("pruning.least").box, LEFT, pos=QPoint(8, 8))
    halving = setup.sweep.pruning
    assert setup.sweep.seeds == 2
    assert halving is not None
    assert (halving.least, halving.factor) == (10, 3)
    assert panel.begin.isEnabled()
    with qtbot.waitSignal(setup.checked):
        qtbot.mouseClick(how.early, LEFT, pos=QPoint(8, 8))
    assert setup.sweep.pruning is None
    assert not how.field("pruning.least").isVisible()
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
    assert docks["sweep"].height() > 2 * docks["cost"].height()
    docks["sweep"].close()
    qtbot.waitUntil(docks["runs"].isVisible)
    process_events(qtbot)
    before = [docks["cost"].height(), docks["runs"].height()]
    assert before[0] > before[1]
    window.frame.actions["sweep"].trigger()
    qtbot.waitUntil(lambda: docks["sweep"].height() > 2 * docks["cost"].height())
    docks["sweep"].close()
    qtbot.waitUntil(lambda: [docks["cost"].height(), docks["runs"].height()] == before)
    window.frame.actions["sweep"].trigger()
    qtbot.waitUntil(lambda: docks["sweep"].height() > 2 * docks["cost"].height())
    window.close_without_asking()
    other = MainWindow(Session(Document(PAINTING)))
    qtbot.addWidget(other, before_close_func=lambda it: it.close_without_asking())
    other.show()
    for dock in (other.frame.docks["cost"], other.frame.docks["runs"]):
        dock.toggleViewAction().trigger()
    process_events(qtbot)
    assert other.frame.docks["cost"].height() > other.frame.docks["runs"].height()
    assert other.frame.docks["sweep"].isHidden()


def test_the_panel_is_shown_a_turn_after_it_is_made(qtbot: QtBot, window: MainWindow) -> None:
    window.frame.actions["sweep"].trigger()
    assert window.features.sweeps.panel is not None
    assert window.frame.docks["sweep"].isHidden()
    until(qtbot, window.frame.docks["sweep"].isVisible)
    assert window.focusWidget() is window.features.sweeps.panel


def test_the_page_is_left_when_training_begins_and_not_while_it_goes_on(
    qtbot: QtBot, window: MainWindow
) -> None:
    session, trials = window.session, window.features.sweeps.trials
    trials.show()
    until(qtbot, lambda: trials.is_shown)
    session.train()
    assert not trials.is_shown
    trials.show()  # while it is made ready
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert trials.is_shown
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    assert trials.is_shown
    session.train()
    assert not trials.is_shown
    window.close_without_asking()


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


# Watching one


def test_trials_stand_by_two_settings_or_by_number() -> None:
    grid = Sweep(
        base=PAINTING,
        varied=tuple(
            varied_of(text, PAINTING) for text in ("optimizer.rate=0.001..0.1,3", "layers=8|8,8", "l1=0|0.1")
        ),
        strategy="grid",
        seeds=2,
    )
    points = points_of(grid, standing_of(SweepFolder(Path("nowhere"))))
    assert list(points) == list(range(1, 25))
    rate, layers, _ = (axis_of(grid, setting) for setting in settings_of(grid))
    found = arranged(points, rate, layers)
    assert (found.columns, found.rows) == (3, 2)
    assert layers.labels == ("8", "8,8")
    assert {len(numbers) for numbers in found.blocks.values()} == {4}
    assert found.blocks[0, 0] == (1, 2, 3, 4)
    by_chance = a_sweep(trials=1000)
    axes = [axis_of(by_chance, setting) for setting in settings_of(by_chance)]
    many = arranged(points_of(by_chance, standing_of(SweepFolder(Path("nowhere")))), *axes)
    assert sum(map(len, many.blocks.values())) == 1000
    assert many.columns == 6
    assert many.rows == 3
    assert axes[0].labels[1:3] == ("0.00032 – 0.001", "0.001 – 0.0032")
    assert axes[0].texts[1] == ("0.00032 – 0.001", "from 0.00032", "0.00032")


def test_steps_that_another_version_has_rounded_otherwise_stand_in_their_columns() -> None:
    sweep = Sweep(
        base=PAINTING, varied=(varied_of("optimizer.rate=0.0005..0.03,log,4", PAINTING),), strategy="grid"
    )
    axis = axis_of(sweep, settings_of(sweep)[0])
    rates = (0.0005000000000000001, 0.0019574338205844317, 0.007663094323935531, 0.03)
    assert [axis.place((("optimizer.rate", rate),)) for rate in rates] == [0, 1, 2, 3]


def test_tiles_never_overlap_and_keys_reach_every_one(qtbot: QtBot) -> None:
    from PySide6.QtCore import QSize

    from cadl_desktop.ui.sweeps.contact.geometry import Measures

    sweep = a_sweep(trials=60)
    axes = [axis_of(sweep, setting) for setting in settings_of(sweep)]
    points = points_of(sweep, standing_of(SweepFolder(Path("nowhere"))))
    measures = Measures(QSize(60, 70), 8, 20, 80)
    for across, down in ((None, None), (axes[0], None), (None, axes[1]), (axes[0], axes[1])):
        sheet = laid_out(arranged(points, across, down), measures, 700)
        rooms = list(sheet.tiles.values())
        assert len(rooms) == 60
        assert not any(one.intersects(other) for one in rooms for other in rooms if one is not other)
        walked, at = set(), sheet.beside(None, 1, 0)
        while at not in walked:
            walked.add(at)
            at = sheet.beside(at, 1, 0)
        assert len(walked) == 60
        # Of a sweep that runs those that haven't begun lie between the others.
        first, begun = order_of(sheet)[0], order_of(sheet)[::7]
        assert sheet.beside(None, 1, 0, begun[1:]) == begun[1]
        assert sheet.beside(first, 1, 0, begun) == begun[1]
        assert sheet.beside(first, 0, 1, begun) in begun[1:]
        assert sheet.beside(begun[-1], 1, 0, begun) == begun[-1]


def test_columns_without_rows_go_on_below_where_they_find_no_room_side_by_side() -> None:
    from PySide6.QtCore import QSize

    from cadl_desktop.ui.sweeps.contact.geometry import Measures

    varied = (varied_of("optimizer.rate=0.0001..0.1,log,8", PAINTING),)
    sweep = Sweep(base=PAINTING, varied=varied, strategy="grid")
    rate = axis_of(sweep, settings_of(sweep)[0])
    points = points_of(sweep, standing_of(SweepFolder(Path("nowhere"))))
    for tile, wide in ((QSize(200, 220), 3), (QSize(80, 100), 8)):
        sheet = laid_out(arranged(points, rate, None), Measures(tile, 8, 20, 80), 700)
        assert sheet.size.width() == wide * tile.width() + (wide - 1) * 8
        assert sheet.wraps == (wide < 8)
        for number, (left, top, width) in zip(range(1, 9), sheet.columns, strict=True):
            assert sheet.tiles[number] == QRect(left, top + 20, width, tile.height())
            assert sheet.tiles[number].bottom() < sheet.size.height()


def order_of(sheet: Sheet) -> list[int]:
    """From the top, each line from its left."""
    tiles = sheet.tiles
    return sorted(tiles, key=lambda number: (tiles[number].top(), tiles[number].left()))


def test_a_sweep_is_opened_watched_and_a_trial_adopted_and_undone(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = a_sweep(trials=20)
    folder = a_folder(tmp_path / "sweep", sweep, 12, training=2)
    folder.write_preview(3, np.full((8, 8, 3), 200, np.uint8))
    trial = proposed(sweep, 3)
    assert trial is not None
    save_project(folder.project(3), Project(experiment_of(sweep, trial)))
    page = opened(qtbot, window, folder.path, monkeypatch)
    sheet, selection = page.contact.sheet, page.selection
    assert unnamed_controls(page) == []
    assert window.frame.docks["settings"].isHidden()
    assert "10 of 20 trials are over" in page.standing.text()
    assert len(sheet.sheet.tiles) == 20
    # Its process is gone without a word, and two trials were training.
    assert page.standing.text().startswith("Stands still")
    assert "ended from outside" in page.told.text()
    assert not any(row.goes_on for row in page.table.model.rows())
    page.axes.canvas.brush(0, (0.0, 0.5))
    assert 0 < page.table.order.rowCount() < 12
    assert page.table.count.text().endswith("of 12 trials, as brushed")
    page.axes.canvas.clear_brushes()
    assert page.table.count.text() == "12 trials"
    qtbot.mouseClick(page.sheet_shown, LEFT)
    assert not page.contact.isVisible()
    qtbot.mouseClick(page.sheet_shown, LEFT)
    room = sheet.sheet.tiles[3]
    sheet.verticalScrollBar().setValue(0)
    qtbot.mouseClick(sheet.viewport(), LEFT, pos=room.center())
    assert selection.number == 3
    assert "Trial 3" in page.contact.chosen.text()
    assert "Trial 3" in sheet.accessibleDescription()
    qtbot.keyClick(sheet, Qt.Key.Key_End)
    assert selection.number == 12
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert "nothing to adopt yet" in window.frame.messages.line.words.text()
    qtbot.keyClick(sheet, Qt.Key.Key_Left)
    assert page.table.grid.chosen_rows()[0].trial.ended is not None
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert "it ended before anything was kept of it" in window.frame.messages.line.words.text()
    assert window.features.sweeps.trials.is_shown
    page.table.grid.choose([3, 4])
    qtbot.mouseClick(page.table.compare_button, LEFT)
    compared = page.table.comparison
    assert compared is not None
    assert compared.isVisible()
    window.activateWindow()
    assert selection.number == 3
    qtbot.mouseClick(page.contact.adopt, LEFT)
    until(qtbot, lambda: not window.features.sweeps.trials.is_shown)
    assert not compared.isVisible()
    assert window.document.experiment == experiment_of(sweep, trial)
    assert not window.frame.docks["settings"].isHidden()
    window.document.undo_stack.undo()
    assert window.document.experiment == PAINTING
    window.frame.actions["trials"].trigger()
    process_events(qtbot)
    scrolled = QPoint(sheet.horizontalScrollBar().value(), sheet.verticalScrollBar().value())
    double_click(sheet.viewport(), sheet.sheet.tiles[3].center() - scrolled)
    until(qtbot, lambda: window.document.experiment == experiment_of(sweep, trial))
    window.close_without_asking()


def test_a_trial_that_was_asked_for_is_not_put_into_another_project(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = a_sweep(trials=3)
    folder = a_folder(tmp_path / "sweep", sweep, 3)
    trial = proposed(sweep, 3)
    assert trial is not None
    save_project(folder.project(3), Project(experiment_of(sweep, trial)))
    save_project(tmp_path / "other.cadl", Project(preset("lecture-line")))
    opened(qtbot, window, folder.path, monkeypatch)
    has_opened = Event()

    def wait_and_read(path: Path) -> Project:
        has_opened.wait(WAIT / 1000)
        return open_project(path)

    monkeypatch.setattr("cadl_desktop.session.sweeps.chosen_trial.read_trial", wait_and_read)
    window.features.sweeps.adopt(3)
    window.features.intake.projects.read(tmp_path / "other.cadl")
    until(qtbot, lambda: window.document.path == tmp_path / "other.cadl")
    has_opened.set()
    wait_for_background(qtbot, window.session.background)
    assert window.document.experiment == preset("lecture-line")


def test_a_running_sweep_is_stopped_is_found_again_and_its_folder_may_go(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_folder(tmp_path / "sweep", a_sweep(trials=20), 5, training=2)
    hold = folder.own()
    assert hold is not None
    ended = a_folder(tmp_path / "ended", a_sweep(trials=3), 3)
    SWEEP_FOLDERS.set([str(tmp_path / "gone"), str(ended.path), str(folder.path)])
    window.features.sweeps.find_again()
    until(qtbot, lambda: "goes on" in window.frame.messages.line.words.text())
    marker = window.features.sweeps.marker
    assert marker is not None
    assert marker.isVisible()
    assert marker.text() == "Sweep 3 of 20"
    assert SWEEP_FOLDERS.get() == [str(folder.path), str(ended.path)]
    qtbot.mouseClick(marker, LEFT)
    until(qtbot, lambda: not marker.isVisible())
    page = window.features.sweeps.page
    assert page is not None
    words = window.frame.messages.line.words
    opened(qtbot, window, tmp_path, monkeypatch)
    until(qtbot, lambda: "no sweep" in window.frame.messages.bar.text)
    assert "goes on, too" not in words.text()
    opened(qtbot, window, ended.path, monkeypatch)
    until(qtbot, lambda: page.title.text() == "ended")
    assert "“sweep” goes on, too" in words.text()
    opened(qtbot, window, folder.path, monkeypatch)
    until(qtbot, lambda: page.title.text() == "sweep")
    assert page.stop.isVisible()
    assert not page.resume.isVisible()
    qtbot.mouseClick(page.stop, LEFT)
    assert folder.heard() == {"stop"}
    assert not page.stop.isEnabled()
    log = LogWriter(folder.log)
    log.add(Notice(8.0, "The workers have started, and train."))
    until(qtbot, lambda: "and train" in page.told.text())
    log.add(OwnerStopped(9.0, "stopped"))
    log.close()
    hold.unlock()
    until(qtbot, lambda: page.resume.isVisible())
    assert page.told.isHidden()
    assert not page.stop.isVisible()
    assert SWEEP_FOLDERS.get() == []
    moved = folder.path.rename(tmp_path / "moved")
    until(qtbot, lambda: not page.resume.isVisible())
    assert "is gone" in window.frame.messages.bar.text
    opened(qtbot, window, moved, monkeypatch)
    until(qtbot, lambda: page.resume.isVisible())
    assert window.frame.messages.bar.isHidden()
    shutil.rmtree(moved)
    until(qtbot, lambda: not page.resume.isVisible())
    assert "is gone" in window.frame.messages.bar.text
    page.contact.sheet.open_wanted.emit(2)
    assert "nothing to adopt" in window.frame.messages.line.words.text()


def test_tab_visits_the_page_and_escape_leaves_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_folder(tmp_path / "sweep", a_sweep(trials=20), 5)
    page = opened(qtbot, window, folder.path, monkeypatch)
    contact = page.contact
    wanted: list[QWidget] = [page.resume, page.sheet_shown, page.new, page.open, page.back]
    wanted += [contact.across, contact.down, contact.size_slider, contact.sheet]
    visited = pressed_tabs(page.resume, len(wanted) - 1)
    assert [each.accessibleName() for each in visited] == [each.accessibleName() for each in wanted[1:]]
    qtbot.keyClick(contact.sheet, Qt.Key.Key_Escape)
    process_events(qtbot)
    assert not window.features.sweeps.trials.is_shown


@pytest.mark.parametrize("is_read_first", [True, False])
def test_a_sheet_is_fitted_when_it_is_seen(qtbot: QtBot, tmp_path: Path, is_read_first: bool) -> None:
    sweep = a_sweep(trials=6)
    folder = a_folder(tmp_path / "sweep", sweep, 6)
    panel = ContactPanel(SweepSelection())
    panel.resize(1300, 900)
    panel.show_settings(sweep)
    if not is_read_first:
        show(qtbot, panel)
    panel.show_sweep(sweep, standing_of(folder), folder)
    if is_read_first:
        show(qtbot, panel)
    assert panel.size_slider.value() == panel.sheet.size_of_pictures > 96
    assert panel.sheet.verticalScrollBar().maximum() == panel.sheet.horizontalScrollBar().maximum() == 0


def test_a_small_sheet_shrinks_or_is_scrolled_in_one_direction(qtbot: QtBot, tmp_path: Path) -> None:
    rates = varied_of("optimizer.rate=0.001..0.1,5", PAINTING), varied_of("layers.0.units=8..72,5", PAINTING)
    grid = Sweep(base=PAINTING, varied=rates, strategy="grid")
    panel = ContactPanel(SweepSelection())
    panel.resize(680, 520)
    show(qtbot, panel)
    sheet = panel.sheet
    for number, sweep in enumerate((grid, a_sweep(trials=60))):
        folder = a_folder(tmp_path / str(number), sweep, 2)
        panel.show_settings(sweep)
        panel.show_sweep(sweep, standing_of(folder), folder)
        process_events(qtbot)
        assert sheet.horizontalScrollBar().maximum() == 0
        assert (sheet.verticalScrollBar().maximum() > 0) == (sweep is not grid)
    panel.resize(1300, 520)
    process_events(qtbot)
    larger = sheet.size_of_pictures
    assert panel.size_slider.value() == larger
    panel.size_slider.setValue(60)
    panel.resize(680, 520)
    process_events(qtbot)
    assert sheet.size_of_pictures == 60 != larger
    # It can be seen that the keys are there before any trial is chosen.
    accent, edge, within = QColor(theme().accent), QPoint(0, 60), QPoint(5, 60)
    assert sheet.viewport().grab().toImage().pixelColor(edge) != accent
    sheet.setFocus()
    focused = sheet.viewport().grab().toImage()
    assert focused.pixelColor(edge) == accent != focused.pixelColor(within)
    # A label lies over what was scrolled behind it.
    panel.size_slider.setValue(240)
    room = sheet.sheet.tiles[1]
    sheet.horizontalScrollBar().setValue(room.left())
    sheet.verticalScrollBar().setValue(room.top())
    qtbot.mouseClick(sheet.viewport(), LEFT, pos=QPoint(5, 200))
    qtbot.mouseClick(sheet.viewport(), LEFT, pos=QPoint(200, 5))
    assert panel.selection.number is None
    qtbot.mouseClick(sheet.viewport(), LEFT, pos=QPoint(120, 40))
    assert panel.selection.number == 1


def test_a_sweep_without_room_in_memory_is_not_begun(
    qtbot: QtBot, window: MainWindow, panel: SetupPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "free_memory", lambda: 300_000_000)
    press_mark(qtbot, window, "optimizer.rate")
    assert panel.problem.text().startswith("A trial needs up to")
    assert "300 MB free" in panel.problem.text()
    assert not panel.begin.isEnabled()


def test_settings_are_chosen_for_columns_and_rows(qtbot: QtBot, tmp_path: Path) -> None:
    sweep = a_sweep(trials=30)
    folder = a_folder(tmp_path / "sweep", sweep, 30)
    panel = ContactPanel(SweepSelection())
    panel.resize(700, 500)
    show(qtbot, panel)
    panel.show_settings(sweep)
    panel.show_sweep(sweep, standing_of(folder), folder)
    assert (panel.across.name(), panel.down.name()) == ("optimizer.rate", "layers.0.activation")
    choose(qtbot, panel.down, "optimizer.rate")
    assert (panel.across.name(), panel.down.name()) == ("layers.0.activation", "optimizer.rate")
    choose(qtbot, panel.down, "")
    choose(qtbot, panel.across, "")
    assert (panel.sheet.arrangement.columns, panel.sheet.arrangement.rows) == (1, 1)
    assert len(tab_walk(panel)) >= 4
