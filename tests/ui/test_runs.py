"""The dock of runs, by mouse and by keyboard, and what the cost plot shows of it."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.project import open_project
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import EpochEnded
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import RunRecord, record_of
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.controls.number_text import NO_VALUE
from cadl_desktop.ui.plots.cost_curves import OtherRun
from cadl_desktop.ui.plots.cost_plot import CostPlot
from cadl_desktop.ui.runs.model import COST, EYE, PSNR, ROW, RUN, SPEED, TIME, VALIDATION, RunsModel
from cadl_desktop.ui.runs.order import RunOrder
from cadl_desktop.ui.runs.table import RunsTable
from cadl_desktop.ui.theme.theme import RUN_COLOUR_COUNT, Choice, run_colour, theme
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import epochs, small_painting
from tests.settling import process_events, until, wait_for_worker
from tests.ui.driving import double_click, tab_walk, unnamed_controls
from tests.ui.test_plots import history_of, hover, shown, view_range

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def experiment() -> Experiment:
    return epochs(small_painting(), 4)


def train(qtbot: QtBot, window: MainWindow, seed: int) -> None:
    """Trains the experiment with this seed to its end."""
    window.document.edit("seed", replace(window.document.experiment, seed=seed))
    qtbot.mouseClick(window.toolbar.train_button, LEFT)
    session = window.session
    until(qtbot, lambda: session.status is Status.RESULT and session.result.finished is not None)


def three_runs(qtbot: QtBot, window: MainWindow) -> None:
    for seed in (1, 2, 3):
        train(qtbot, window, seed)
    process_events(qtbot)


def click_row(qtbot: QtBot, window: MainWindow, row: int, double: bool = False) -> None:
    table = window.features.runs.table
    until(qtbot, lambda: len(window.features.runs.rows()) == len(window.session.runs.records))
    index = table.model().index(row, RUN)
    table.scrollTo(index)
    where = table.visualRect(index).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=where)
    if double:
        double_click(table.viewport(), where)


def seeds(window: MainWindow) -> list[int]:
    return [record.experiment.seed for record in window.session.runs.records]


def record(
    number: int,
    experiment: Experiment,
    cost: float = 2.0,
    psnr: float | None = None,
    validation: float | None = None,
) -> RunRecord:
    history = History()
    history.add(EpochEnded(1, 10, 65.0, cost, validation, 0.01))
    return record_of(number, experiment, history, None, psnr=psnr)


def test_the_list_says_what_to_do_while_it_is_empty(qtbot: QtBot, window: MainWindow) -> None:
    assert not window.features.runs.table.isVisible()
    assert "when it ends" in window.features.runs._empty.text()
    train(qtbot, window, 1)
    window.session.reset()
    until(qtbot, window.features.runs.table.isVisible)
    assert not window.features.runs._empty.isVisible()


def test_a_double_click_reopens_and_undo_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    click_row(qtbot, window, 2, double=True)
    assert window.document.experiment.seed == 1
    assert window.session.runs.current == 1
    until(qtbot, lambda: window.session.result.prediction is not None)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.document.experiment.seed == 3
    assert window.session.runs.current == 3


def test_enter_reopens_and_delete_removes(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    table = window.features.runs.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(table, Qt.Key.Key_Delete)  # the one that is shown stays
    assert seeds(window) == [1, 2, 3]
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert window.document.experiment.seed == 2
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert seeds(window) == [2, 3]
    assert window.features.runs.chosen is not None
    assert window.features.runs.chosen.number == 2
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert seeds(window) == [1, 2, 3]


def test_buttons_do_the_same(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    panel = window.features.runs
    assert not panel.reopen_button.isEnabled()
    assert not panel.remove_button.isEnabled()
    click_row(qtbot, window, 1)
    qtbot.mouseClick(panel.reopen_button, LEFT)
    assert window.document.experiment.seed == 2
    process_events(qtbot)
    assert not panel.reopen_button.isEnabled()
    assert not panel.remove_button.isEnabled()
    click_row(qtbot, window, 2)
    qtbot.mouseClick(panel.remove_button, LEFT)
    assert seeds(window) == [2, 3]


def test_the_context_menu_offers_all_of_it(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    runs = window.session.runs
    runs.put(dataclasses.replace(runs.records[0], number=4))
    process_events(qtbot)
    assert [window.features.runs.table.model().index(row, RUN).data() for row in (0, 3)] == [
        "Run 4, seed 1",
        "Run 1, seed 1",
    ]
    click_row(qtbot, window, 3)
    menu = window.features.runs.menu()
    titles = [action.text() for action in menu.actions()]
    assert titles == [
        "Reopen",
        "Compare",
        "Race against this one…",
        "Swipe over the painting",
        "Was it luck?…",
        "Show or hide in the plot",
        "Note…",
        "Remove",
    ]
    menu.actions()[3].trigger()
    canvas = window.features.views.output.painting
    until(qtbot, lambda: canvas.comparison.swipe.shown)
    assert canvas.comparison.swipe.name == "Run 1: seed 1"
    menu.actions()[-1].trigger()
    menu.close()
    assert seeds(window) == [2, 3, 1]
    until(qtbot, lambda: canvas.comparison.swipe.name == "Target")


def test_several_are_chosen_compared_and_removed(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    panel = window.features.runs
    click_row(qtbot, window, 0)
    assert not panel.compare_button.isEnabled()
    click_row(qtbot, window, 2)
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert panel.chosen_numbers == (2, 1)
    process_events(qtbot)
    assert [run.number for run in window.features.views.cost.others.chosen] == [1, 2]
    qtbot.mouseClick(panel.compare_button, LEFT)
    comparison = panel.comparison
    assert comparison is not None
    assert [pane.row.name for pane in comparison.panes] == ["seed 1", "seed 2"]
    until(qtbot, lambda: all(pane.made is not pane.row.record.thumbnail for pane in comparison.panes))
    made = comparison.panes[0].made
    assert made is not None
    assert made.shape == (12, 12, 3)
    table = comparison.settings
    assert table.verticalHeaderItem(0).text() == "Seed"
    assert [table.item(0, column).text() for column in range(2)] == ["1", "2"]
    assert not comparison.grab().isNull()
    comparison.close()
    qtbot.mouseClick(panel.remove_button, LEFT)
    assert seeds(window) == [3]
    window.document.undo_stack.undo()
    assert seeds(window) == [1, 2, 3]


def test_a_run_is_compared_with_the_one_under_way(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    panel, session = window.features.runs, window.session
    window.document.edit("seed", epochs(replace(window.document.experiment, seed=4), 1_000_000))
    click_row(qtbot, window, 1)
    session.train()
    until(qtbot, lambda: session.result.prediction is not None)
    until(qtbot, panel.compare_button.isEnabled)
    qtbot.mouseClick(panel.compare_button, LEFT)
    assert panel.comparison is not None
    first, second = panel.comparison.panes
    assert [pane.row.record.experiment.seed for pane in (first, second)] == [4, 2]
    assert first.made is not None
    assert first.made.shape == (12, 12, 3)
    assert session.status is Status.TRAINING
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert seeds(window) == [1, 2, 3, 4]
    panel.comparison.close()


def open_copy(window: MainWindow) -> None:
    """Another project of the same picture, whose runs have the same numbers."""
    runs, experiment = window.session.runs.records, window.document.experiment
    window.document.open(experiment, None)
    window.session.open(None, None, [dataclasses.replace(run) for run in runs])


def test_no_run_of_another_project_stays_under_the_divider(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    swipe, experiment = window.features.views.output.painting.comparison.swipe, window.document.experiment
    run = window.session.runs.records[0]
    window.features.runs.swipe_wanted.emit(run, "seed 1")
    until(qtbot, lambda: swipe.shown and swipe.name == "Run 1: seed 1")
    open_copy(window)
    window.session.open(run.state, run.history(), window.session.runs.records, 1)
    until(qtbot, lambda: swipe.shown and swipe.name == "Target")
    window.features.runs.swipe_wanted.emit(window.session.runs.records[1], "seed 2")
    window.document.open(experiment, None)  # before the answer
    window.session.open(run.state, run.history(), [run], 1)
    until(qtbot, lambda: window.session.result.prediction is not None)
    wait_for_worker(qtbot, window.session)
    process_events(qtbot)
    assert swipe.name == "Target"


def test_runs_of_another_project_are_compared_no_more(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    window.features.runs.select(2, 1)
    qtbot.mouseClick(window.features.runs.compare_button, LEFT)
    assert window.features.runs.comparison is not None
    assert window.features.runs.comparison.isVisible()
    open_copy(window)
    assert not window.features.runs.comparison.isVisible()
    process_events(qtbot)
    window.features.runs.select(2, 1)
    qtbot.mouseClick(window.features.runs.compare_button, LEFT)
    window.document.edit("seed", replace(window.document.experiment, seed=7))
    assert window.features.runs.comparison.isVisible()


def test_an_eye_that_is_closed_takes_a_run_out_of_the_plot(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    others, table = window.features.views.cost.others, window.features.runs.table
    eye = table.visualRect(table.model().index(2, EYE)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=eye)
    process_events(qtbot)
    assert [run.number for run in others.runs] == [2]
    assert window.features.runs.chosen_numbers == ()
    click_row(qtbot, window, 1)
    qtbot.keyClick(table, Qt.Key.Key_V)
    process_events(qtbot)
    assert others.runs == ()
    qtbot.mouseClick(table.viewport(), LEFT, pos=eye)
    process_events(qtbot)
    assert [run.number for run in others.runs] == [1]


def test_a_note_is_typed_saved_and_undone(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window, 1)
    process_events(qtbot)
    click_row(qtbot, window, 0)
    table = window.features.runs.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor.accessibleName() == "Note on the run"
    qtbot.keyClicks(editor, "the best so far")
    with qtbot.assertNotEmitted(table.open_wanted):  # Enter is the editor's
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    until(qtbot, lambda: window.session.runs.records[0].note == "the best so far")
    process_events(qtbot)
    assert "the best so far" in table.row(0).words
    train(qtbot, window, 1)  # goes on as the same run
    assert [run.note for run in window.session.runs.records] == ["the best so far"]
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.session.runs.records[0].note == ""


def test_a_note_that_is_full_says_so(qtbot: QtBot) -> None:
    model = RunsModel()
    table = shown(qtbot, RunsTable(model, RunOrder(model)))
    model.show_runs((record(1, preset("lecture-painting")),), None)
    table.edit(table.model().index(0, RUN))
    editor = table.findChild(QLineEdit)
    QGuiApplication.clipboard().setText(250 * "four")
    editor.paste()
    assert len(editor.text()) == 1000
    assert not QToolTip.isVisible()
    qtbot.keyClick(editor, Qt.Key.Key_X)
    assert QToolTip.text() == "A note has 1,000 letters at most."
    with qtbot.waitSignal(model.noted) as told:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert told.args == [1, 250 * "four"]


def test_what_is_typed_finds_runs(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    panel = window.features.runs
    click_row(qtbot, window, 1)
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, "SEED 2")
    assert [row.record.number for row in panel.table.rows()] == [2]
    assert panel.chosen_numbers == (2,)
    qtbot.keyClicks(panel.search, ", nonsense")
    assert not panel.table.isVisible()
    assert "Clear the search" in panel._unfound.text()
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert len(panel.table.rows()) == 3


def test_a_run_that_lost_its_weights_says_so(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    window.session.runs.put(window.session.runs.records[0].without_state())
    process_events(qtbot)
    click_row(qtbot, window, 2)
    assert window.features.runs.reopen_button.text() == "View"
    tooltip = window.features.runs.table.model().index(2, RUN).data(Qt.ItemDataRole.ToolTipRole)
    assert "weights were let go" in tooltip


def test_the_other_curves_stand_behind_and_the_chosen_one_is_clear(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    others = window.features.views.cost.others
    assert [run.number for run in others.runs] == [1, 2]
    first, chosen = others.items[1], others.items[RUN_COLOUR_COUNT + 1]
    assert len(first.xData) == 5 + 1
    assert first.opts["pen"].color().name() == run_colour(theme(), 1)
    click_row(qtbot, window, 2)
    process_events(qtbot)
    assert [run.number for run in others.chosen] == [1]
    assert chosen.xData.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 4.0]
    drawn = chosen.xData
    window.document.edit("name", replace(window.document.experiment, name="other"))
    process_events(qtbot)
    assert chosen.xData is drawn  # nothing is drawn again for what concerns it not
    window.document.edit("cost", replace(window.document.experiment, cost="l2"))
    process_events(qtbot)
    assert others.runs == ()


def test_runs_are_saved_and_opened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.cadl"
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *_: str(path))
    three_runs(qtbot, window)
    click_row(qtbot, window, 1, double=True)
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    until(qtbot, lambda: not window.document.modified)
    saved = open_project(path)
    assert ([run.number for run in saved.runs], saved.number) == ([1, 3], 2)
    window.features.intake.projects.begin_curve()
    assert seeds(window) == []
    window.features.intake.take([path])
    until(qtbot, lambda: seeds(window) == [1, 2, 3])
    assert window.session.runs.current == 2
    assert not window.document.modified
    click_row(qtbot, window, 0, double=True)
    assert window.document.experiment.seed == 3
    assert window.session.result.state is not None


def test_controls_have_names_and_an_order(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window, 1)
    train(qtbot, window, 2)
    panel = window.features.runs

    def chosen() -> bool:
        click_row(qtbot, window, 1)  # the list follows the run in a turn of its own
        return bool(panel.reopen_button.isEnabled())

    qtbot.waitUntil(chosen)
    assert unnamed_controls(panel) == []
    assert panel.table.accessibleName() == "Runs"
    walk = [widget for widget in tab_walk(window) if panel.isAncestorOf(widget)]
    buttons = panel.reopen_button, panel.compare_button, panel.remove_button
    assert walk == [panel.search, panel.sorting, panel.table, *buttons]


def test_tab_leaves_the_table(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window, 1)
    train(qtbot, window, 2)
    window.features.runs.table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(window.features.runs.table, Qt.Key.Key_Down)
    qtbot.keyClick(window.features.runs.table, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is window.features.runs.reopen_button


def test_it_draws_in_both_themes(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window, 1)
    both: tuple[Choice, ...] = ("dark", "light")
    for colours in both:
        set_theme(colours)
        assert not window.features.runs.grab(window.features.runs.rect()).isNull()


def test_a_run_of_an_earlier_version_gets_its_picture(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window, 1)
    train(qtbot, window, 2)
    runs = window.session.runs
    made = runs.records[0].thumbnail
    runs.put(dataclasses.replace(runs.records[0], thumbnail=None))
    until(qtbot, lambda: runs.records[0].thumbnail is not None)
    np.testing.assert_array_equal(runs.records[0].thumbnail, made)


def test_a_picture_that_cannot_be_made_keeps_no_other_run_from_its_own(
    qtbot: QtBot, window: MainWindow
) -> None:
    three_runs(qtbot, window)
    runs, told = window.session.runs, list[str]()
    window.session.message.connect(lambda _, sentence: told.append(sentence))
    design = runs.records[1].experiment
    unfit = replace(design, layers=design.layers[:1])
    runs.put(dataclasses.replace(runs.records[1], experiment=unfit, thumbnail=None))
    until(qtbot, lambda: bool(told))
    runs.put(dataclasses.replace(runs.records[0], thumbnail=None))
    until(qtbot, lambda: runs.records[0].thumbnail is not None)
    assert runs.records[1].thumbnail is None
    assert len(told) == 1


def test_one_row_is_always_seen_whole(qtbot: QtBot, window: MainWindow) -> None:
    train(qtbot, window, 1)
    process_events(qtbot)
    table = window.features.runs.table
    window.features.runs.resize(window.features.runs.minimumSizeHint())
    assert table.viewport().height() >= table.visualRect(table.model().index(0, RUN)).height()


def test_a_heading_sorts_and_sorts_the_other_way(qtbot: QtBot, window: MainWindow) -> None:
    three_runs(qtbot, window)
    panel, header = window.features.runs, window.features.runs.table.header()
    costs = sorted(record.cost or 0.0 for record in window.session.runs.records)
    for wanted in (costs, costs[::-1]):
        header.sectionClicked.emit(COST)
        assert [row.record.cost for row in panel.table.rows()] == wanted
        assert panel.sorting.name() == str(COST)


class TestModel:
    def test_rows_and_figures(self, qtbot: QtBot) -> None:
        model = RunsModel()
        tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        painting, curve = preset("lecture-painting"), preset("lecture-tanh")
        runs = (record(1, painting, psnr=21.26), record(4, replace(painting, seed=9)), record(5, curve))
        model.show_runs(runs, 4)
        columns = (COST, VALIDATION, PSNR, SPEED, TIME)
        texts = [[model.index(row, column).data() for column in columns] for row in range(3)]
        assert texts[2] == ["2.000", "–", "21.3", "0", "1:05"]
        assert texts[0][2] == "–"
        assert [model.row(index).is_shown for index in range(3)] == [False, True, False]
        spoken = model.index(1, RUN).data(Qt.ItemDataRole.AccessibleTextRole)
        assert spoken.startswith("Run 4, ")
        assert spoken.endswith(", shown now")
        assert "validation" not in spoken
        model.show_runs((record(1, painting, validation=2.5),), None)
        for role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            assert "cost 2.000, validation 2.500" in model.index(0, RUN).data(role)
        assert model.rowCount() == 1
        assert model.row(0).name == "Painting"
        assert tester.model() is model

    def test_names_are_made_of_what_differs(self, qtbot: QtBot) -> None:
        model, painting = RunsModel(), preset("lecture-painting")
        wider = replace(painting, layers=tuple(layer.has(units=32) for layer in painting.layers))
        faster = replace(painting, optimizer=painting.optimizer.has(rate=0.005), seed=7)
        model.show_runs((record(1, painting), record(2, wider), record(3, faster)), 3)
        names = [model.row(index).name for index in range(3)]
        assert names == ["rate 0.005, seed 7", "32 units in 6 layers", "Painting"]
        model.show_runs((record(1, painting), record(2, faster)), 2)
        assert model.row(1).name == "rate 0.001, seed 1"

    def test_runs_of_equal_settings_are_told_apart_by_their_numbers(self, qtbot: QtBot) -> None:
        model, painting = RunsModel(), preset("lecture-painting")
        other = replace(painting, seed=7)
        model.show_runs((record(1, painting), record(2, painting), record(5, other), record(7, other)), 5)
        names = [model.row(index).name for index in range(4)]
        assert names == ["Run 7, seed 7", "Run 5, seed 7", "Run 2, seed 1", "Run 1, seed 1"]
        spoken = model.index(1, RUN).data(Qt.ItemDataRole.AccessibleTextRole)
        assert spoken == "Run 5, seed 7, cost 2.000, shown now"
        model.show_runs((record(1, painting), record(5, other)), 5)
        assert [model.row(index).name for index in range(2)] == ["seed 7", "seed 1"]

    def test_a_branch_says_where_it_comes_from(self, qtbot: QtBot) -> None:
        model, painting = RunsModel(), preset("lecture-painting")
        branched = Change(5, "structure", "branched from run 1")
        branch = dataclasses.replace(record(2, painting), changes=(branched, Change(7, "rate", 0.1)))
        model.show_runs((record(1, painting), branch), 2)
        assert model.row(0).origin == "branched from run 1"

    def test_what_is_not_known_stands_at_the_end_however_it_is_sorted(self, qtbot: QtBot) -> None:
        model, painting = RunsModel(), preset("lecture-painting")
        order = RunOrder(model)
        psnrs = (20.0, None, 30.0, 20.0)
        model.show_runs(tuple(record(n, painting, psnr=p) for n, p in enumerate(psnrs, 1)), None)

        def numbers() -> list[int]:
            return [order.index(row, RUN).data(ROW).record.number for row in range(order.rowCount())]

        assert numbers() == [4, 3, 2, 1]
        order.sort(PSNR, Qt.SortOrder.DescendingOrder)
        assert numbers() == [3, 4, 1, 2]
        order.sort(PSNR, Qt.SortOrder.AscendingOrder)
        assert numbers() == [4, 1, 3, 2]

    def test_figures_have_columns_where_there_is_room(self, qtbot: QtBot) -> None:
        model = RunsModel()
        table = RunsTable(model, RunOrder(model))
        model.show_runs((record(1, preset("lecture-painting"), psnr=20.0),), None)
        shown(qtbot, table)
        for width, has_columns in ((290, False), (700, True), (290, False)):
            table.resize(width, 300)
            assert table.delegate.has_columns is has_columns
            assert table.isColumnHidden(PSNR) is not has_columns
            assert table.isColumnHidden(VALIDATION)
            assert not table.grab().isNull()


def other(number: int, costs: list[float]) -> OtherRun:
    return OtherRun(number, np.arange(1.0, len(costs) + 1), np.array(costs))


def drawn(plot: CostPlot, number: int, *, chosen: bool = False) -> NDArray[np.float64]:
    """The epochs at which the line of a run's colour is drawn."""
    found = plot.others.items[number % RUN_COLOUR_COUNT + RUN_COLOUR_COUNT * chosen].xData
    return np.empty(0) if found is None else found


class TestOthersInTheCostPlot:
    def test_nothing_is_drawn_behind_an_empty_plot(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_others([other(1, [3.0, 2.0])], [])
        assert not len(drawn(plot, 1))
        plot.show_history(history_of([4.0]))
        assert len(drawn(plot, 1)) == 3
        assert plot.key.accessibleName() == "training, other runs"
        plot.show_history(History())
        assert not len(drawn(plot, 1))

    def test_a_run_that_was_stopped_before_its_first_epoch_draws_nothing(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0]))
        plot.show_others([other(1, [3.0, 2.0]), other(2, [])], [])
        assert (len(drawn(plot, 1)), len(drawn(plot, 2))) == (3, 0)

    def test_the_range_covers_them_but_for_one_that_went_wrong(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0, 3.0]))
        plot.show_others([other(1, [5.0] * 80)], [])
        assert np.allclose(view_range(plot), [[0, 80], [0, 6]])
        plot.show_others([other(1, [5.0] * 40 + [1e9] * 40), other(2, [12.0] * 80)], [])
        assert np.allclose(view_range(plot), [[0, 80], [0, 12.5]])
        plot.show_others([other(1, [1e9] * 80)], [])
        assert np.allclose(view_range(plot), [[0, 80], [0, 5]])
        plot.show_others([], [])
        assert np.allclose(view_range(plot), [[0, 2], [0, 5]])

    def test_the_range_is_that_of_the_runs_that_are_chosen(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0, 3.0]))
        runs = [other(1, [5.0] * 80), other(2, [4.5] * 10)]
        plot.show_others(runs, [2])
        assert np.allclose(view_range(plot), [[0, 10], [0, 5]])
        hover(qtbot, plot, 2.0, 2.0)
        plot.show_others(runs, [2, 1])
        assert np.allclose(view_range(plot), [[0, 10], [0, 5]])  # somebody looks at it
        QApplication.sendEvent(plot.canvas, QEvent(QEvent.Type.Leave))
        assert np.allclose(view_range(plot), [[0, 80], [0, 6]])

    def test_a_run_that_ended_before_its_first_epoch_has_no_curve(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0, 3.0]))
        plot.show_others([other(1, []), other(2, [5.0, 4.0])], [])
        assert drawn(plot, 2)[:2].tolist() == [1.0, 2.0]
        plot.show_others([other(1, [])], [1])
        assert not len(drawn(plot, 1, chosen=True))

    def test_a_logarithmic_axis_takes_them_along(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0, 3.0]))
        plot.show_others([other(1, [100.0, 10.0, 0.0])], [1])
        plot.log_axis.trigger()
        plot.grab()
        costs = plot.others.items[RUN_COLOUR_COUNT + 1].yData
        assert costs[:2].tolist() == [2.0, 1.0]
        assert np.isnan(costs[2])
        assert np.isfinite(view_range(plot)).all()

    def test_long_runs_are_drawn_with_few_points(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0, 3.0]))
        plot.show_others([other(1, [3.0] * 512)], [])
        assert len(drawn(plot, 1)) <= 161

    def test_news_of_the_current_run_does_not_draw_them_again(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        history = history_of([4.0, 3.0])
        plot.show_history(history)
        plot.show_others([other(1, [3.0] * 50)], [])
        before = drawn(plot, 1)
        history.add(EpochEnded(3, 30, 0.3, 2.0, None, 0.01))
        plot.show_history(history)
        assert drawn(plot, 1) is before

    def test_the_cursor_reads_the_chosen_one(self, qtbot: QtBot) -> None:
        plot = shown(qtbot, CostPlot())
        plot.show_history(history_of([4.0, 3.0, 2.0]))
        plot.show_others([other(7, [9.0, 8.0, 7.0])], [7])
        assert plot.readout_at(QPointF(2.1, 1.0))[0] == "epoch 2 · cost 3.000 · run 7: 8.000"


def spoken(window: MainWindow) -> str:
    """Of the run in the first row."""
    return str(window.features.runs.table.model().index(0, RUN).data(Qt.ItemDataRole.AccessibleTextRole))


def test_a_run_that_is_continued_says_that_it_is_under_way_until_it_ends(
    qtbot: QtBot, window: MainWindow
) -> None:
    session = window.session
    train(qtbot, window, 1)
    process_events(qtbot)
    assert "cost" in spoken(window)
    window.document.edit("long", epochs(window.document.experiment, 100_000))
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    process_events(qtbot)
    assert "under way" in spoken(window)
    assert "cost" not in spoken(window)
    index = window.features.runs.table.model().index(0, RUN)
    assert "under way" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.siblingAtColumn(COST).data() == index.siblingAtColumn(TIME).data() == NO_VALUE
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    process_events(qtbot)
    assert "under way" not in spoken(window)
    assert "cost" in spoken(window)
