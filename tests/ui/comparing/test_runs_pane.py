"""The pane of runs beside the studio, by mouse and by keyboard."""

import dataclasses

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import RunRecord, record_of
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.session.comparing.run_comparison import RunComparison
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.comparing.table.columns import NAME, VALUE
from cadl_desktop.ui.comparing.table.runs_pane import RunsPane
from tests.engine.runs import epochs, small_painting
from tests.settling import process_events, until
from tests.ui.driving import double_click, show, tab_walk, unnamed_controls

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def experiment() -> Experiment:
    return epochs(small_painting(), 4)


def record(number: int, experiment: Experiment, cost: float = 2.0, psnr: float | None = None) -> RunRecord:
    """A run of one epoch, whose weights were let go."""
    history = History()
    history.add(EpochEnded(1, 10, 65.0, cost, None, 0.01))
    made = record_of(number, experiment, history, None, psnr=psnr)
    return dataclasses.replace(made, thumbnail=np.full((12, 12, 3), 40 * number, np.uint8))


@pytest.fixture
def pane(qtbot: QtBot, session: Session) -> RunsPane:
    """Pane of three runs with the seeds 1 to 3, of which the third is shown."""
    for seed in (1, 2, 3):
        experiment = replace(session.document.experiment, seed=seed)
        session.runs.put(record(seed, experiment, 1.0 * seed, 20.0 + seed))
    session.document.edit("seed", replace(session.document.experiment, seed=3))
    session.show_run(session.runs.record(3))
    comparison, selection = RunComparison(session), Selection()
    made = RunsPane(comparison, selection, session)
    comparison.setParent(made)
    selection.setParent(made)
    made.resize(300, 500)
    show(qtbot, made)
    return made


def numbers(pane: RunsPane) -> list[int]:
    return [training.number for training in pane.table.model.listed]


def seeds(session: Session) -> list[int]:
    return [record.experiment.seed for record in session.runs.records]


def click(qtbot: QtBot, pane: RunsPane, row: int, column: int = NAME, *, twice: bool = False) -> None:
    grid = pane.table.grid
    where = grid.visualRect(grid.model().index(row, column)).center()
    qtbot.mouseClick(grid.viewport(), LEFT, pos=where)
    if twice:
        double_click(grid.viewport(), where)


def spoken(pane: RunsPane, row: int) -> str:
    return str(pane.table.model.index(row, NAME).data(Qt.ItemDataRole.AccessibleTextRole))


def test_names_never_change_and_the_newest_run_is_first(pane: RunsPane, session: Session) -> None:
    title = session.document.experiment.name
    assert numbers(pane) == [3, 2, 1]
    assert spoken(pane, 1) == f"2 · {title}, PSNR 22.00 dB, seed 2, State ended, its weights were let go"
    assert spoken(pane, 0).endswith(", shown now")
    branched = Change(5, "structure", "branched from run 1")
    wide = replace(session.document.experiment, batch_size=32)
    session.runs.put(dataclasses.replace(record(4, wide), changes=(branched,)))
    pane.table.selection.select(2)
    pane._comparison.read()
    assert numbers(pane) == [4, 3, 2, 1]
    assert spoken(pane, 2).startswith(f"2 · {title}, ")
    assert "branched from run 1" in spoken(pane, 0)
    assert pane.selection.numbers == (2,)


def test_enter_and_a_double_click_reopen_and_undo_comes_back(
    qtbot: QtBot, pane: RunsPane, session: Session
) -> None:
    assert not pane.reopen_button.isEnabled()
    click(qtbot, pane, 1, twice=True)
    assert session.runs.current == 2
    assert session.document.experiment.seed == 2
    session.document.undo_stack.undo()
    assert session.runs.current == 3
    pane.selection.select(1)
    qtbot.keyClick(pane.table.grid, Key.Key_Return)
    assert session.runs.current == 1
    process_events(qtbot)
    assert not pane.reopen_button.isEnabled()
    session.document.edit("batch", replace(session.document.experiment, batch_size=32))
    assert pane.reopen_button.isEnabled()
    assert pane.reopen_button.text() == "View"  # its weights were let go
    qtbot.mouseClick(pane.reopen_button, LEFT)
    assert session.document.experiment.batch_size != 32


def test_delete_removes_and_the_shown_run_stays(qtbot: QtBot, pane: RunsPane, session: Session) -> None:
    grid = pane.table.grid
    grid.setFocus(Qt.FocusReason.TabFocusReason)
    assert pane.selection.numbers == (3,)
    assert not pane.remove_button.isEnabled()
    qtbot.keyClick(grid, Key.Key_Delete)
    assert seeds(session) == [1, 2, 3]
    qtbot.keyClick(grid, Key.Key_Down)
    qtbot.keyClick(grid, Key.Key_Delete)
    assert seeds(session) == [1, 3]
    assert pane.selection.numbers == (1,)
    qtbot.keyClick(grid, Key.Key_Backspace)
    assert seeds(session) == [3]
    session.document.undo_stack.undo()
    session.document.undo_stack.undo()
    assert seeds(session) == [1, 2, 3]


def test_names_and_as_many_figures_as_have_room_fill_the_pane(qtbot: QtBot, pane: RunsPane) -> None:
    grid, columns = pane.table.grid, pane.table.model.columns
    for width, figures in ((240, []), (800, ["PSNR", "Parameters"]), (240, [])):
        pane.resize(width, 260)
        process_events(qtbot)
        shown = [each.title for place, each in enumerate(columns) if not grid.isColumnHidden(place)]
        assert shown == ["Run", *figures]
        assert grid.horizontalHeader().length() == grid.viewport().width()
        assert not grid.horizontalScrollBar().isVisible()
    pane.resize(pane.minimumSizeHint())
    process_events(qtbot)
    assert grid.viewport().height() >= grid.rowHeight(0)


def test_the_menu_offers_everything(qtbot: QtBot, pane: RunsPane) -> None:
    pane.selection.select(1)
    menu = pane.table.menu()
    assert [(action.text(), action.isEnabled()) for action in menu.actions()] == [
        ("View", True),
        ("Compare", True),
        ("Against this network…", True),
        ("Again with other seeds…", True),
        ("Swipe over the painting", False),  # which needs weights
        ("Set as baseline", True),
        ("Note…", True),
        ("Count bytes", False),  # which needs weights, too
        ("Remove", True),
    ]
    actions = {action.text(): action for action in menu.actions()}
    for title, signal in (
        ("Against this network…", pane.against_wanted),
        ("Again with other seeds…", pane.seeds_wanted),
    ):
        with qtbot.waitSignal(signal):
            actions[title].trigger()
    pane.selection.select(1, 2)
    actions = {action.text(): action for action in pane.table.menu().actions()}
    assert actions["Against one another…"].isEnabled()
    assert not actions["Again with other seeds…"].isEnabled()  # they differ in nothing but the seed
    pane.selection.select(1, 2, 3)
    titles = [action.text() for action in pane.table.menu().actions() if not action.isEnabled()]
    others = ["Against this network…", "Again with other seeds…", "Swipe over the painting"]
    assert titles == [*others, "Count bytes"]


def test_one_run_is_compared_with_the_shown_one(qtbot: QtBot, pane: RunsPane) -> None:
    pane.selection.select(1)
    with qtbot.waitSignal(pane.compare_wanted):
        qtbot.mouseClick(pane.compare_button, LEFT)
    assert pane.selection.numbers == (1, 3)
    pane.selection.select(2, 1)
    qtbot.mouseClick(pane.compare_button, LEFT)
    assert pane.selection.numbers == (2, 1)


def test_controls_have_names_and_an_order(qtbot: QtBot, pane: RunsPane) -> None:
    pane.selection.select(1)
    assert unnamed_controls(pane) == []
    assert pane.table.grid.accessibleName() == "Runs"
    table, buttons = pane.table, [pane.reopen_button, pane.compare_button, pane.remove_button]
    assert tab_walk(pane) == [table.search, table.sorting, table.grid, *buttons]
    table.grid.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(table.grid, Key.Key_Tab)
    assert QApplication.focusWidget() is pane.reopen_button


def test_an_empty_list_says_what_will_be_there(qtbot: QtBot, session: Session) -> None:
    comparison, selection = RunComparison(session), Selection()
    pane = RunsPane(comparison, selection, session)
    show(qtbot, pane)
    assert "when it ends" in pane.table.hint.text()
    assert not pane.table.grid.isVisible()
    assert not pane.reopen_button.isVisible()
    session.runs.put(record(1, preset("lecture-painting")))
    until(qtbot, pane.table.grid.isVisible)
    comparison.deleteLater()
    selection.deleteLater()


def test_the_figures_of_a_run_that_goes_on_follow_it(qtbot: QtBot, pane: RunsPane, session: Session) -> None:
    session.reset()
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT and session.result.finished is not None)
    process_events(qtbot)
    assert "PSNR" in spoken(pane, 0)
    session.document.edit("long", epochs(session.document.experiment, 100_000))
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    process_events(qtbot)
    assert "training" in spoken(pane, 0)
    cost = pane.table.model.index(0, VALUE)
    until(qtbot, lambda: cost.data() != "–")
    before = cost.data()
    until(qtbot, lambda: cost.data() != before)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    process_events(qtbot)
    assert "PSNR" in spoken(pane, 0)
    pane.selection.select(session.runs.current or 0)
    with qtbot.waitSignal(pane.swipe_wanted) as wanted:
        next(each for each in pane.table.menu().actions() if each.text().startswith("Swipe")).trigger()
    assert wanted.args[0] is session.runs.record(session.runs.current)
