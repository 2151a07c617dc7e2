"""The table of trainings: found, sorted, grouped, chosen, annotated, exported, and beside the studio."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from cadl_desktop.comparing.columns import UNKNOWN
from cadl_desktop.comparing.groups import Group
from cadl_desktop.comparing.sweep_trainings import SweepReader
from cadl_desktop.comparing.training import Kind, Setting, TrainingSet
from cadl_desktop.comparing.trainings_csv import csv_of
from cadl_desktop.session.background import Background
from cadl_desktop.session.comparing.comparison import Comparison, Selection
from cadl_desktop.sweeps.plan.sweep_model import DESIGN, Choices, Point, Range
from cadl_desktop.sweeps.records.sweep_log import TrialEnded, TrialStarted
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.sweeps.records.trial_table import table_of
from cadl_desktop.ui.comparing.table.columns import NAME, VALUE, columns_of
from cadl_desktop.ui.comparing.table.view import TrainingsTable
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.theme.theme import Choice
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.comparing.sets import ACTIVATION, RATE, UNITS, a_set, replicated
from tests.settling import until, wait_for_background
from tests.sweeps.sweep_folders import MACHINES, TWELVE, a_folder, a_sweep, standing_of
from tests.ui.driving import choose, double_click, show, tab_walk, type_over, unnamed_controls

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


class Noted(Comparison):
    """Comparison that keeps notes in its set."""

    @property
    def can_annotate(self) -> bool:
        return True

    def annotate(self, number: int, note: str) -> None:
        self.change(number, note=note)

    def change(self, number: int, **news: Any) -> None:
        changed = [
            replace(each, **news) if each.number == number else each for each in self.trainings.trainings
        ]
        self.show(replace(self.trainings, trainings=tuple(changed)))

    def show(self, trainings: TrainingSet) -> None:
        self._show(trainings)


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


@pytest.fixture
def make(qtbot: QtBot, background: Background) -> Callable[[TrainingSet], TrainingsTable]:
    """Makes shown tables in the order of numbers, which follow a comparison that keeps notes."""

    def made(trainings: TrainingSet) -> TrainingsTable:
        comparison = Noted(trainings)
        table = TrainingsTable(Selection(), comparison, background)
        comparison.setParent(table)
        table.selection.setParent(table)
        comparison.changed.connect(lambda: table.show_trainings(comparison.trainings))
        table.resize(1000, 600)
        show(qtbot, table)
        if trainings.kind == "sweep" and trainings.seeds == 1:
            table.sorting.chosen.emit("number")
        return table

    return made


Make = Callable[[TrainingSet], TrainingsTable]


def comparison_of(table: TrainingsTable) -> Noted:
    found = table.findChild(Noted)
    assert isinstance(found, Noted)
    return found


def swept(path: Path, trials: int) -> TrainingSet:
    """Set of a sweep's trials, read from its folder."""
    sweep = a_sweep()
    return SweepReader(sweep, "sweep").read(standing_of(a_folder(path, sweep, trials)), {}, {})


@pytest.fixture
def sweep_table(make: Make, tmp_path: Path) -> TrainingsTable:
    return make(swept(tmp_path / "sweep", 60))


def numbers(table: TrainingsTable) -> list[int]:
    return [training.number for training in table.model.listed]


def texts(table: TrainingsTable, title: str) -> list[str]:
    (column,) = [place for place, each in enumerate(table.model.columns) if each.title == title]
    return [table.model.index(row, column).data() for row in range(table.model.rowCount())]


def shown_columns(table: TrainingsTable) -> list[str]:
    columns = enumerate(table.model.columns)
    return [each.title for place, each in columns if not table.grid.isColumnHidden(place)]


def click_row(qtbot: QtBot, table: TrainingsTable, row: int) -> None:
    index = table.model.index(row, NAME)
    table.grid.scrollTo(index)
    qtbot.mouseClick(table.grid.viewport(), LEFT, pos=table.grid.visualRect(index).center())


def test_columns_are_those_in_which_trainings_differ(qtbot: QtBot, sweep_table: TrainingsTable) -> None:
    table = sweep_table
    first = ["Trial", "Cost", "PSNR", "Learning rate", "Activation of layer 1"]
    assert shown_columns(table) == [*first, "Time", "Epochs", "Steps", "Steps/s", "State", "Machine"]
    assert set(texts(table, "Activation of layer 1")) == {"Tanh", "ReLU", "Sine"}
    assert set(texts(table, "Machine")) == set(MACHINES)
    assert table.count.text() == "60 trials"
    qtbot.mouseClick(table.differences, LEFT)
    assert "Seed" in shown_columns(table)
    assert "Bytes" not in shown_columns(table)  # of which nothing is known
    menu = table.columns_button.menu()
    menu.popup(table.mapToGlobal(QPoint(0, 0)))
    actions = {action.text(): action for action in table.columns_button.menu().actions()}
    actions["Learning rate"].trigger()
    actions["Note"].trigger()
    for ticked in (True, False, True):  # and it stays open
        qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(actions["Seed"]).center())
        assert actions["Seed"].isChecked() == (not ticked)
    qtbot.keyClick(menu, Key.Key_Space)
    assert menu.isVisible()
    menu.close()
    assert "Learning rate" not in shown_columns(table)
    assert "Note" in shown_columns(table)
    qtbot.mouseClick(table.differences, LEFT)
    assert "Learning rate" not in shown_columns(table)
    actions["As at first"].trigger()
    assert shown_columns(table)[:5] == first


def test_own_measures_of_scripts_are_columns(make: Make) -> None:
    table = make(a_set(3))
    comparison_of(table).change(2, own={"sparsity": 0.25, "Cost": 7.0})
    assert "sparsity" in shown_columns(table)
    assert sorted(texts(table, "sparsity")) == ["0.25", UNKNOWN, UNKNOWN]
    assert "7" in texts(table, "Cost (own)")


def test_columns_come_with_differences_and_stay(make: Make) -> None:
    table = make(a_set(3))
    comparison = comparison_of(table)
    assert "State" not in shown_columns(table)
    comparison.change(2, state="failed", value=None, message="No memory.")
    assert "State" in shown_columns(table)
    comparison.change(2, state="epochs")
    assert "State" in shown_columns(table)
    comparison.change(1, measures={"cost": 0.1, "r2": 0.987654, "bytes": 2500})
    assert texts(table, "R²")[0] == "0.9877"
    assert texts(table, "Bytes")[0] == "2.5 KB"
    comparison.show(a_set(2, (UNITS,), name="another"))
    assert table.sorting.name() == "cost"
    assert shown_columns(table) == ["Trial", "Cost", "Units of layer 1", "Seed"]


def test_sorting_by_a_heading_and_by_keys(qtbot: QtBot, sweep_table: TrainingsTable) -> None:
    table, header = sweep_table, sweep_table.grid.horizontalHeader()
    where = QPoint(header.sectionViewportPosition(VALUE) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), LEFT, pos=where)
    costs = [training.value for training in table.model.listed]
    known = [cost for cost in costs if cost is not None]
    assert known == sorted(known)
    assert costs[len(known) :] == [None] * 5
    qtbot.mouseClick(header.viewport(), LEFT, pos=where)
    assert [each.value for each in table.model.listed] == [*known[::-1], *[None] * 5]
    choose(qtbot, table.sorting, "number")
    assert numbers(table) == list(range(1, 61))
    choose(qtbot, table.sorting, "seen_psnr")
    psnrs = [each.measures.get("seen_psnr") for each in table.model.listed]
    found = [psnr for psnr in psnrs if psnr is not None]
    assert psnrs[: len(found)] == sorted(found, reverse=True)


@pytest.mark.parametrize(
    ("typed", "holds"),
    [
        ("cost<0.001", lambda row: row["cost"] is not None and row["cost"] < 0.001),
        ("rate>=0.01, sine", lambda row: row["rate"] >= 0.01 and row["activation"] == "sine"),
        ("Activation of layer 1 != tanh", lambda row: row["activation"] != "tanh"),
        ("state=diverged", lambda row: row["number"] in (11, 34, 57)),
        ("trial ≤ 3;", lambda row: row["number"] <= 3),
        ("cost < 0,001", lambda row: row["cost"] is not None and row["cost"] < 0.001),
        ("epochs>1,000,trial<59", lambda row: row["number"] == 58),
        ("state=done", lambda row: row["reason"] in ("epochs", "seconds")),
        ("state=done, time was up", lambda row: row["number"] == 58),
        ("cost <= 0.1235", lambda row: row["cost"] is not None and row["cost"] < 0.1236),
        ("machine=basement-2", lambda row: row["number"] % 2 == 1),
        ("basement", lambda row: row["number"] % 2 == 1),
        ("tag=best", lambda row: row["number"] == 3),
        ("a fine one", lambda row: row["number"] == 3),
    ],
)
def test_what_a_filter_finds(
    sweep_table: TrainingsTable, typed: str, holds: Callable[[Mapping[str, object]], bool]
) -> None:
    table, comparison = sweep_table, comparison_of(sweep_table)
    comparison.change(58, state="seconds", value=0.12353, epoch=1020)
    comparison.change(59, value=2.0, epoch=1021)
    comparison.annotate(3, "A fine one #wide #best")
    table.search.setText(typed)
    wanted = []
    for each in comparison.trainings.trainings:
        known: dict[str, object] = {"number": each.number, "cost": each.value, "reason": each.state}
        known |= {"rate": each.values["optimizer.rate"], "activation": each.values["layers.0.activation"]}
        wanted += [each.number] if holds(known) else []
    assert wanted
    assert numbers(table) == wanted
    assert table.count.text() == f"{len(wanted)} of 60 trials"


def test_a_filter_that_cannot_be_read_says_why_and_changes_nothing(
    qtbot: QtBot, sweep_table: TrainingsTable
) -> None:
    table = sweep_table
    type_over(qtbot, table.search, "sine")
    found = numbers(table)
    for typed, sentence in (
        ("cost<nan", "'Cost' is compared with a number; write one after <."),
        ("<1", "Write before < what is compared: 'cost<0.1'."),
        ("coast<1", "There is no column 'coast': nothing varies by that name; did you mean 'Cost'?"),
        ("machine<3", "'Machine' has no numbers to be compared by <; write = or !=."),
    ):
        type_over(qtbot, table.search, typed)
        assert table.problem.isVisible()
        assert table.problem.text() == sentence
        assert table.search.property("problem")
        assert numbers(table) != list(range(1, 61))
    type_over(qtbot, table.search, "sine")
    assert numbers(table) == found
    qtbot.keyClick(table.search, Key.Key_Escape)
    assert len(numbers(table)) == 60
    assert not table.problem.isVisible()
    type_over(qtbot, table.search, "no such word")
    assert table.hint.isVisible()
    assert "Clear it (Esc)" in table.hint.text()


def test_an_empty_set_says_what_will_be_there(make: Make) -> None:
    table = make(a_set(0))
    assert table.hint.isVisible()
    assert table.hint.text().startswith("Each trial is listed here")
    comparison_of(table).show(a_set(2))
    assert table.grid.isVisible()


def test_the_table_follows_the_selection_and_leads_it(qtbot: QtBot, sweep_table: TrainingsTable) -> None:
    table, selection = sweep_table, sweep_table.selection
    click_row(qtbot, table, 4)
    assert selection.numbers == (5,)
    qtbot.keyClick(table.grid, Key.Key_Down)
    assert selection.numbers == (6,)
    qtbot.keyClick(table.grid, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert selection.numbers == (7, 6)
    assert table.count.text() == "60 trials, 2 chosen"
    selection.select(40, 3)
    assert table.grid.chosen_numbers() == (40, 3)
    with qtbot.waitSignal(table.open_wanted) as opened:
        qtbot.keyClick(table.grid, Key.Key_Return)
    assert opened.args == [40]
    where = table.grid.visualRect(table.model.index(39, NAME)).center()
    qtbot.mouseClick(table.grid.viewport(), LEFT, pos=where)
    with qtbot.waitSignal(table.open_wanted) as opened:
        double_click(table.grid.viewport(), where)
    assert opened.args == [40]
    with qtbot.waitSignal(table.removal_wanted):
        qtbot.keyClick(table.grid, Key.Key_Delete)


def test_chosen_ones_survive_filter_order_and_news(qtbot: QtBot, sweep_table: TrainingsTable) -> None:
    table, selection = sweep_table, sweep_table.selection
    selection.select(40, 5)
    type_over(qtbot, table.search, "trial<10")
    assert selection.numbers == (40, 5)
    assert table.grid.chosen_numbers() == (5,)
    qtbot.keyClick(table.search, Key.Key_Escape)
    assert table.grid.chosen_numbers() == (40, 5)
    table.sorting.chosen.emit("cost")
    assert set(table.grid.chosen_numbers()) == {40, 5}
    table.grid.verticalScrollBar().setValue(700)
    comparison_of(table).change(40, value=0.0)
    assert numbers(table)[0] == 40
    assert table.grid.verticalScrollBar().value() == 700
    assert selection.numbers == (40, 5)
    assert set(table.grid.chosen_numbers()) == {40, 5}


def test_news_reset_nothing(make: Make) -> None:
    table = make(a_set(20, live=2))
    comparison = comparison_of(table)
    QAbstractItemModelTester(table.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    resets: list[bool] = []
    table.model.modelReset.connect(lambda: resets.append(True))
    table.selection.select(19, 3)
    comparison.change(19, value=0.5)
    known = comparison.trainings.trainings
    comparison.show(replace(comparison.trainings, trainings=(*known, a_set(21).trainings[-1])))
    assert numbers(table) == list(range(1, 22))
    table.sorting.chosen.emit("cost")
    comparison.change(7, value=0.0)
    assert numbers(table)[0] == 7
    assert table.grid.chosen_numbers() == (19, 3)
    comparison.show(replace(comparison.trainings, trainings=known[:18]))
    assert len(numbers(table)) == 18
    assert table.grid.chosen_numbers() == (3,)
    assert resets == []


def test_only_what_is_brushed_is_listed(qtbot: QtBot, make: Make) -> None:
    table = make(a_set(12))
    table.selection.select(2, 4)
    table.selection.set_kept(frozenset({2, 5, 9}))
    assert numbers(table) == [2, 5, 9]
    assert table.count.text() == "3 of 12 trials, as brushed, 2 chosen"
    assert table.selection.numbers == (2, 4)
    type_over(qtbot, table.search, "trial>2")
    assert numbers(table) == [5, 9]
    table.selection.set_kept(frozenset())
    assert "brushed" in table.hint.text()
    table.selection.set_kept(None)
    assert numbers(table) == list(range(3, 13))
    table.search.clear()
    assert table.count.text() == "12 trials, 2 chosen"


def test_a_hidden_table_takes_news_and_choice_when_it_is_shown(make: Make) -> None:
    table = make(a_set(3))
    table.hide()
    comparison_of(table).show(a_set(5))
    table.selection.select(5)
    assert numbers(table) == [1, 2, 3]
    assert table.grid.chosen_numbers() == ()
    table.show()
    assert numbers(table) == [1, 2, 3, 4, 5]
    assert table.grid.chosen_numbers() == (5,)


def test_points_with_seeds_are_ranked_by_their_means_and_adopted_by_their_best_seed(
    qtbot: QtBot, make: Make
) -> None:
    # The best single seed is of the second point, and the third one has lost a seed.
    costs = (0.3, 0.4, 0.1, 0.9, 0.2, None)
    table = make(replicated(a_set(6, (RATE,)), 2, costs))
    heads = [row for row in table.model.rows if isinstance(row, Group)]
    assert len(heads) == len(table.model.rows) == 3  # closed
    assert table.count.text() == "6 trials"
    assert len(table.model.found) == 6  # which an export has
    assert [[each.number for each in head.members] for head in heads] == [[1, 2], [3, 4], [5, 6]]
    value, rate = table.model.columns[VALUE], table.model.column(RATE.path)
    assert [table.model.text(head, value) for head in heads] == [
        "0.3500 ± 0.0707",
        "0.5000 ± 0.5657",
        "0.2000",
    ]
    assert table.model.text(heads[0], rate) == "0.001"
    assert table.model.text(heads[2], table.model.columns[NAME]).endswith("2 seeds, 1 failed")
    best = table.model.trainings.best
    assert best is not None
    assert best.number == 1
    assert table.model.index(0, VALUE).data(Qt.ItemDataRole.FontRole).bold()
    table.grid.setFocus()
    table.grid.head_clicked.emit(heads[1])
    assert table.selection.numbers == (3,)
    assert numbers(table) == [3, 4]
    choose(qtbot, table.grouping, "")
    assert numbers(table) == [3, 5, 1, 2, 4, 6]


def test_a_pair_has_no_column_of_designs(make: Make) -> None:
    designs = Setting(DESIGN, "Design", Choices(("Wide", "Deep")))
    table = make(a_set(2, (designs,), kind="seeds"))
    assert shown_columns(table) == ["Run", "Cost", "Seed"]


def test_the_cost_function_that_varies_is_told_from_the_cost(make: Make) -> None:
    cost = Setting("cost", "Cost", Choices(("mse", "l1")))
    assert shown_columns(make(a_set(2, (cost,))))[:3] == ["Trial", "Cost", "Cost (setting)"]


def test_costs_of_another_kind_are_seen_and_not_ranked(qtbot: QtBot, make: Make) -> None:
    kinds = Setting("cost", "Cost", Choices(("mse", "l1")))
    trainings = a_set(4, (kinds,), kind="runs")
    rows = [replace(each, shares_cost=each.values["cost"] == "mse") for each in trainings.trainings]
    rows[2] = replace(rows[2], value=1e-9)  # the least cost, of another kind
    table = make(replace(trainings, trainings=tuple(rows)))
    assert UNKNOWN not in texts(table, "Cost")
    for place, each in enumerate(table.model.listed):
        said = table.model.index(place, NAME).data(Qt.ItemDataRole.AccessibleTextRole)
        assert ("can't be compared" in said) == (not each.shares_cost)
    best = table.model.trainings.best
    assert best is not None
    assert best.shares_cost
    choose(qtbot, table.sorting, "cost")
    assert [each.shares_cost for each in table.model.listed] == [True, True, False, False]
    table.selection.select(best.number)
    table.set_baseline()
    differing = [text for text in texts(table, "Cost") if "(" in text]
    assert len(differing) == 1
    type_over(qtbot, table.search, "cost<1e6")
    assert all(each.shares_cost for each in table.model.listed)


def test_seeds_that_vary_among_runs_have_one_column(make: Make) -> None:
    seed = Setting("seed", "Seed", Range(1, 3))
    assert shown_columns(make(a_set(3, (seed,), kind="runs"))) == ["Run", "Cost", "Seed"]


def test_figures_are_shown_as_differences_from_the_baseline(qtbot: QtBot, make: Make) -> None:
    table = make(a_set(4, paints=True))
    comparison = comparison_of(table)
    comparison.change(1, value=0.5, measures={"cost": 0.5, "seen_psnr": 20.0})
    comparison.change(2, value=0.25, measures={"cost": 0.25, "seen_psnr": 22.5}, seconds=19.8)
    comparison.change(3, measures={"r2": -0.25})
    table.selection.select(1)
    table.grid.setFocus()
    qtbot.keyClick(table.grid, Key.Key_B)
    assert table.selection.baseline == 1
    assert texts(table, "Cost")[:2] == ["0.5000", "0.2500 (−0.2500)"]
    assert texts(table, "PSNR")[:2] == ["20.00 dB", "22.50 dB (+2.50 dB)"]
    assert texts(table, "Time")[:2] == ["0:20", "0:20 (±0:00)"]
    assert texts(table, "R²")[2] == "−0.2500"
    assert texts(table, "Learning rate")[1] == "0.004642"  # no figure to be better in
    spoken = table.model.index(0, NAME).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith(", baseline")
    type_over(qtbot, table.search, "cost<0.3, trial<3")  # values, not differences
    assert numbers(table) == [2]
    table.grid.setFocus()
    qtbot.keyClick(table.grid, Key.Key_B)
    assert table.selection.baseline is None
    assert texts(table, "Cost") == ["0.2500"]


def heads(table: TrainingsTable) -> list[str]:
    return [
        str(table.model.index(place, NAME).data())
        for place, row in enumerate(table.model.rows)
        if isinstance(row, Group)
    ]


def test_groups_have_heads_with_mean_and_range_and_close(qtbot: QtBot, make: Make) -> None:
    trainings = a_set(7, (RATE, ACTIVATION))
    costs = {1: 0.2, 4: 0.4, 7: 0.3}
    changed = [replace(each, value=costs.get(each.number, each.value)) for each in trainings.trainings]
    changed[3] = replace(changed[3], note="#wide")
    table = make(replace(trainings, trainings=tuple(changed)))
    choose(qtbot, table.grouping, ACTIVATION.path)
    assert heads(table) == [
        "▾ Activation of layer 1: tanh (3)",
        "▾ Activation of layer 1: relu (2)",
        "▾ Activation of layer 1: sine (2)",
    ]
    assert numbers(table) == [1, 4, 7, 2, 5, 3, 6]
    assert table.model.index(0, VALUE).data() == "0.3000\n0.2000 to 0.4000"
    table.sorting.chosen.emit("cost")
    assert numbers(table)[:3] == [1, 7, 4]
    table.selection.select(1)
    table.grid.setFocus()
    qtbot.keyClick(table.grid, Key.Key_Up)
    assert table.selection.numbers == (1,)  # a head is no choice
    qtbot.keyClick(table.grid, Key.Key_Return)
    assert len(numbers(table)) == 4
    qtbot.keyClick(table.grid, Key.Key_Return)
    assert len(numbers(table)) == 7
    click_row(qtbot, table, 0)
    assert len(numbers(table)) == 4
    type_over(qtbot, table.search, "relu")
    assert heads(table) == ["▾ Activation of layer 1: relu (2)"]
    table.search.clear()
    choose(qtbot, table.grouping, "tag")
    assert heads(table) == ["▾ Tags: wide (1)", "▾ Tags: – (6)"]
    comparison_of(table).show(a_set(3, (RATE, ACTIVATION), name="another"))
    assert heads(table) == []
    assert not table.grouping.name()


def test_a_note_is_asked_for_and_has_a_thousand_letters_at_most(qtbot: QtBot, make: Make) -> None:
    table = make(a_set(5, live=1))
    comparison = comparison_of(table)
    table.selection.select(3)
    table.grid.setFocus()
    qtbot.keyClick(table.grid, Key.Key_F2)
    for pasted, note in (("the best so far #best", "the best so far #best"), (300 * "four", 250 * "four")):
        dialog = table.findChild(QInputDialog)
        editor = dialog.findChild(QLineEdit)
        assert "Trial 3" in dialog.labelText()
        assert unnamed_controls(dialog) == []
        until(qtbot, editor.hasFocus)
        comparison.change(1, value=99.0)
        QGuiApplication.clipboard().setText(pasted)
        editor.selectAll()
        editor.paste()
        with qtbot.assertNotEmitted(table.open_wanted):  # Enter is the dialog's
            qtbot.keyClick(editor, Key.Key_Return)
        until(qtbot, lambda: not table.findChildren(QInputDialog))
        assert comparison.trainings.by_number[3].note == note
        assert note in table.model.index(2, NAME).data(Qt.ItemDataRole.AccessibleTextRole)
        assert "Tags" in shown_columns(table)
        table.edit_note()


def test_where_time_ends_trials_the_epochs_that_they_got_stand_beside_the_result() -> None:
    trainings = a_set(5)
    alike = tuple(replace(each, epoch=7) for each in trainings.trainings)
    for limits, is_early in ((frozenset(), False), (frozenset({"processor_seconds"}), True)):
        names = [each.name for each in columns_of(replace(trainings, trainings=alike, time_limits=limits))]
        assert (names[2] == "epochs") == is_early
        assert names.count("epochs") == 1


@pytest.mark.parametrize("varied", [TWELVE[:2], TWELVE])
def test_a_sweep_is_exported_as_its_folder_has_it(tmp_path: Path, varied: Sequence[str]) -> None:
    sweep = a_sweep(varied)
    standing = standing_of(a_folder(tmp_path / "sweep", sweep, 60, training=3))
    trainings = SweepReader(sweep, "sweep").read(standing, {}, {2: "a note"})
    assert csv_of(trainings, trainings.trainings) == table_of(sweep, standing)
    some = SweepStatus({number: standing.trials[number] for number in (3, 17, 60)})
    listed = [trainings.by_number[number] for number in (60, 3, 17)]
    assert csv_of(trainings, listed) == table_of(sweep, some)


def test_the_listed_trainings_are_exported(
    qtbot: QtBot,
    sweep_table: TrainingsTable,
    background: Background,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table, path, told = sweep_table, tmp_path / "mine.csv", list[str]()
    table.comparison.message.connect(lambda _, sentence: told.append(str(sentence)))
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *_: str(path.with_suffix("")))
    type_over(qtbot, table.search, "trial<=3")
    qtbot.mouseClick(table.export_button, LEFT)
    wait_for_background(qtbot, background)
    assert [line.split(b",")[0] for line in path.read_bytes().splitlines()] == [b"trial", b"1", b"2", b"3"]
    assert told == ["Saved as mine.csv."]
    # The dialog asks about 'mine', which isn't there.
    asked: list[str] = []

    def cancel(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "exec", cancel)
    qtbot.mouseClick(table.export_button, LEFT)
    assert asked == ["“mine.csv” exists already. Replace it?"]
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *_: "")
    qtbot.mouseClick(table.export_button, LEFT)
    table.export_to(tmp_path / "nowhere" / "mine.csv")
    wait_for_background(qtbot, background)
    assert "its folder does not exist" in told[-1]


def test_everything_is_named_and_reached_by_tab(make: Make) -> None:
    table = make(a_set(8))
    assert not unnamed_controls(table)
    choosers = [table.search, table.sorting, table.grouping]
    buttons = [table.differences, table.columns_button, table.export_button]
    assert tab_walk(table) == [*choosers, table.grid, *buttons]
    table.selection.select(2)
    titles = [action.text() for action in table.menu().actions()]
    assert titles == ["Adopt", "Set as baseline", "Note…", "Count bytes"]


@pytest.mark.parametrize("kind", ["runs", "sweep", "seeds"])
def test_every_kind_is_drawn_in_both_themes(make: Make, kind: Kind) -> None:
    both: tuple[Choice, ...] = ("dark", "light")
    for paints in (False, True):
        trainings = a_set(8, paints=paints, live=1)
        table = make(replace(trainings, kind=kind))
        for colours in both:
            set_theme(colours)
            assert not table.grab().isNull()
        table.hide()


def test_trials_of_nonsense_are_shown_as_well_as_can_be(make: Make, tmp_path: Path) -> None:
    """Shows trials of a log that somebody has tampered with."""
    points: tuple[Point, ...] = (
        (),
        (("none.such", 1),),
        (("optimizer.rate", "x" * 9000),),
        (("optimizer.rate", 10**18),),
        (("optimizer.rate", -1e308), ("layers.0.activation", 7)),
        (("optimizer.rate", 0), ("optimizer.rate", 0.1)),
    )
    sweep = a_sweep()
    standing = standing_of(a_folder(tmp_path / "sweep", sweep, 3))
    for number, point in enumerate(points, 900):
        measures: dict[str, float | None] = {"cost": -1e308, "none such": 1e308, "seen_psnr": None}
        long = "m" * 9000, measures, "w" * 90_000
        ended = TrialEnded(1e11, number, "failed", 1e308, 2**53, 2**53, 1e11, *long)
        standing = standing.with_news([TrialStarted(0.0, number, 2**53, point), ended])
    table = make(SweepReader(sweep, "sweep").read(standing, {}, {}))
    for column in table.model.columns:
        table.sorting.chosen.emit(column.name)
    table.selection.set_baseline(900)
    table.selection.select(900)
    assert not table.grab().isNull()
    assert 900 in numbers(table)
