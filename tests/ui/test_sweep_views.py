"""A sweep's trials as a table, as lines over axes, and what decides: by mouse, by keys, as they grow."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.session.background import Background
from cadl_desktop.session.sweeps.chosen_trial import SweepSelection
from cadl_desktop.sweeps import Objective, Sweep
from cadl_desktop.sweeps.plan.sweep_model import Point
from cadl_desktop.sweeps.records.sweep_log import (
    Ending,
    LogReader,
    LogWriter,
    OwnerStopped,
    Record,
    TrialEnded,
    TrialStarted,
)
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.sweeps.axes.view import ParallelCoordinates
from cadl_desktop.ui.sweeps.importance import ImportanceView
from cadl_desktop.ui.sweeps.table.columns import STATE, VALUE
from cadl_desktop.ui.sweeps.table.view import TrialsTable
from tests.settling import until, wait_for_background
from tests.sweeps.sweep_folders import MACHINES, TWELVE, a_folder, a_sweep, records_of
from tests.ui.driving import show, tab_walk, type_over, unnamed_controls

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


class Told:
    """A sweep's folder as a window follows it: what is added to its log is read and shown."""

    def __init__(self, path: Path, sweep: Sweep, trials: int, training: int = 0) -> None:
        self.sweep, self.folder = sweep, a_folder(path, sweep, trials, training)
        self._reader = LogReader(self.folder.log)
        self.standing = SweepStatus().with_news(self._reader.news())

    def add(self, *records: Record) -> None:
        writer = LogWriter(self.folder.log)
        for record in records:
            writer.add(record)
        writer.close()
        self.standing = self.standing.with_news(self._reader.news())

    def shown_by(self, view: TrialsTable | ParallelCoordinates | ImportanceView) -> None:
        view.show_sweep(self.sweep, self.standing, self.folder)


@pytest.fixture
def selection() -> SweepSelection:
    return SweepSelection()


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Sixty trials, the last three of which are still training."""
    return Told(tmp_path / "sweep", a_sweep(trials=100), 60, training=3)


@pytest.fixture
def table(qtbot: QtBot, selection: SweepSelection, background: Background, told: Told) -> TrialsTable:
    made = TrialsTable(selection, background)
    made.resize(1000, 600)
    show(qtbot, made)
    told.shown_by(made)
    return made


@pytest.fixture
def axes(qtbot: QtBot, selection: SweepSelection, told: Told) -> ParallelCoordinates:
    made = ParallelCoordinates(selection)
    made.resize(1000, 600)
    show(qtbot, made)
    told.shown_by(made)
    return made


def numbers(table: TrialsTable) -> list[int]:
    return [row.trial.number for row in table.grid.rows()]


def texts(table: TrialsTable, title: str) -> list[str]:
    """A column from the top, as it is read."""
    (column,) = [place for place, each in enumerate(table.model.columns) if each.title == title]
    return [table.order.index(row, column).data() for row in range(table.order.rowCount())]


def shown_columns(table: TrialsTable) -> list[str]:
    return [
        each.title for place, each in enumerate(table.model.columns) if not table.grid.isColumnHidden(place)
    ]


def click_row(
    qtbot: QtBot, table: TrialsTable, row: int, modifier: Qt.KeyboardModifier | None = None
) -> None:
    index = table.order.index(row, STATE)
    table.grid.scrollTo(index)
    where = table.grid.visualRect(index).center()
    qtbot.mouseClick(table.grid.viewport(), LEFT, modifier or Qt.KeyboardModifier.NoModifier, where)


# The table


def test_the_table_has_what_varies_and_who_trained_it(table: TrialsTable) -> None:
    assert shown_columns(table) == [
        "Trial", "State", "Cost", "Learning rate", "Activation (1)", "Machine", "PSNR seen", "Epochs", "Time",
    ]  # fmt: skip
    assert numbers(table) == list(range(1, 61))
    assert set(texts(table, "Machine")) == set(MACHINES)
    assert set(texts(table, "Activation (1)")) == {"Tanh", "ReLU", "Sine"}
    states = texts(table, "State")
    assert (states[10], states[16], states[-1]) == ("diverged", "failed", "training")
    index = table.order.index(16, STATE)
    assert "memory" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert table.count.text() == "60 trials"


def test_what_is_swept_has_its_columns_from_the_first_trial(table: TrialsTable, tmp_path: Path) -> None:
    Told(tmp_path / "begun", a_sweep(trials=8), 1).shown_by(table)
    assert shown_columns(table) == [
        "Trial", "State", "Cost", "Learning rate", "Activation (1)", "Machine",
    ]  # fmt: skip


def test_columns_come_and_stay_as_a_person_wants(qtbot: QtBot, table: TrialsTable) -> None:
    menu = table.columns_button.menu()
    menu.aboutToShow.emit()
    actions = {action.text(): action for action in menu.actions()}
    assert not actions["Seed"].isChecked()
    actions["Seed"].trigger()
    actions["Learning rate"].trigger()
    assert "Seed" in shown_columns(table)
    assert "Learning rate" not in shown_columns(table)
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    assert "Seed" not in shown_columns(table)
    assert "Learning rate" in shown_columns(table)


def test_sorting_by_a_heading_by_keys_and_the_other_way_round(qtbot: QtBot, table: TrialsTable) -> None:
    header = table.grid.horizontalHeader()
    where = QPoint(header.sectionViewportPosition(VALUE) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), LEFT, pos=where)
    costs = [row.trial.value for row in table.grid.rows()]
    known = [cost for cost in costs if cost is not None]
    assert known == sorted(known)
    assert costs[len(known) :] == [None] * 4
    qtbot.mouseClick(header.viewport(), LEFT, pos=where)
    turned = [row.trial.value for row in table.grid.rows()]
    assert turned == [*known[::-1], None, None, None, None]
    table.sorting.setFocus()
    qtbot.keyClick(table.sorting, Key.Key_Up)
    qtbot.keyClick(table.sorting, Key.Key_Up)
    assert numbers(table) == list(range(1, 61))


def test_a_psnr_is_sorted_from_the_largest(
    qtbot: QtBot, selection: SweepSelection, background: Background, tmp_path: Path
) -> None:
    told = Told(tmp_path / "psnr", a_sweep(objective=Objective(measure="seen_psnr")), 5)
    table = TrialsTable(selection, background)
    qtbot.addWidget(table)
    told.shown_by(table)
    table.sorting.chosen.emit(str(VALUE))
    values = [row.trial.value for row in table.grid.rows()]
    assert values == sorted(values, key=lambda value: -(value or 0.0))


@pytest.mark.parametrize(
    ("typed", "holds"),
    [
        ("cost<0.001", lambda row: row["cost"] is not None and row["cost"] < 0.001),
        ("rate>=0.01, sine", lambda row: row["rate"] >= 0.01 and row["activation"] == "sine"),
        ("Activation (1) != tanh", lambda row: row["activation"] != "tanh"),
        ("state=diverged", lambda row: row["number"] in (11, 34, 57)),
        ("trial ≤ 3;", lambda row: row["number"] <= 3),
        ("trial = 3", lambda row: row["number"] == 3),
        ("cost < 0,001", lambda row: row["cost"] is not None and row["cost"] < 0.001),
        ("epochs>1,000,trial<59", lambda row: row["number"] == 58),
        ("epochs = 1,020", lambda row: row["number"] == 58),
        ("state=done", lambda row: row["reason"] in ("epochs", "seconds")),
        ("state=done, time was up", lambda row: row["number"] == 58),
        ("cost <= 0.1235", lambda row: row["cost"] is not None and row["cost"] < 0.1236),
        ("machine=basement-2", lambda row: row["number"] % 2 == 1),
        ("basement", lambda row: row["number"] % 2 == 1),
    ],
)
def test_what_a_filter_finds(table: TrialsTable, told: Told, typed: str, holds: object) -> None:
    assert callable(holds)
    ended: dict[int, tuple[Ending, float, int]] = {58: ("seconds", 0.12353, 1020), 59: ("epochs", 2.0, 1021)}
    for number, (reason, cost, epoch) in ended.items():
        told.add(TrialEnded(99.0, number, reason, cost, epoch, 2000, 9.0, MACHINES[number % 2]))
    told.shown_by(table)
    table.search.setText(typed)
    wanted = []
    for row in table.model.rows():
        values = dict(row.trial.point)
        told = {
            "number": row.trial.number,
            "cost": row.trial.value,
            "rate": values["optimizer.rate"],
            "activation": values["layers.0.activation"],
            "reason": row.trial.ended and row.trial.ended.reason,
        }
        wanted += [row.trial.number] if holds(told) else []
    assert wanted
    assert numbers(table) == wanted
    assert table.count.text() == f"{len(wanted)} of 60 trials"


def test_a_filter_that_is_not_understood_is_said_and_changes_nothing(
    qtbot: QtBot, table: TrialsTable
) -> None:
    type_over(qtbot, table.search, "sine")
    found = numbers(table)
    for typed, sentence in (
        ("cost<", "'Cost' is compared with a number; write one after <."),
        ("cost<nan", "'Cost' is compared with a number; write one after <."),
        ("<1", "Write before < what is compared: 'cost<0.1'."),
        ("coast<1", "There is no column 'coast'; did you mean 'Cost'?"),
        ("learning rat<1", "There is no column 'learning rat'; did you mean 'Learning rate'?"),
        ("machine<3", "'Machine' has no numbers to be compared by <; write = or !=."),
    ):
        type_over(qtbot, table.search, typed)
        assert table.said.isVisible()
        assert table.said.text() == sentence
        assert table.search.property("problem")
    type_over(qtbot, table.search, "sine")
    assert numbers(table) == found
    qtbot.keyClick(table.search, Key.Key_Escape)
    assert len(numbers(table)) == 60
    assert not table.said.isVisible()
    type_over(qtbot, table.search, "no such word")
    assert table.unfound.isVisible()


def test_a_name_that_two_columns_have_is_told(
    qtbot: QtBot, selection: SweepSelection, background: Background, tmp_path: Path
) -> None:
    told = Told(tmp_path / "twelve", a_sweep(TWELVE), 3)
    table = TrialsTable(selection, background)
    qtbot.addWidget(table)
    told.shown_by(table)
    table.search.setText("activation=tanh")
    assert "'activation' may be" not in table.said.text()  # the output's is called so
    table.search.setText("kind=none")
    assert numbers(table) == [
        row.trial.number for row in table.model.rows() if dict(row.trial.point)["encoding.kind"] == "none"
    ]
    table.search.setText("cost<1")
    assert not table.said.text()


def test_the_table_follows_the_selection_and_leads_it(
    qtbot: QtBot, table: TrialsTable, selection: SweepSelection
) -> None:
    click_row(qtbot, table, 4)
    assert selection.number == 5
    qtbot.keyClick(table.grid, Key.Key_Down)
    assert selection.number == 6
    selection.select(40)
    assert [row.trial.number for row in table.grid.chosen_rows()] == [40]
    with qtbot.waitSignal(table.open_wanted) as opened:
        qtbot.keyClick(table.grid, Key.Key_Return)
    assert opened.args == [40]
    type_over(qtbot, table.search, "trial<10")
    assert selection.number == 40
    assert table.grid.chosen_rows() == []
    qtbot.keyClick(table.search, Key.Key_Escape)
    assert [row.trial.number for row in table.grid.chosen_rows()] == [40]


def test_news_change_rows_and_leave_what_is_chosen(
    qtbot: QtBot, table: TrialsTable, selection: SweepSelection, told: Told
) -> None:
    QAbstractItemModelTester(table.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    click_row(qtbot, table, 58)
    changed: list[tuple[int, int]] = []
    table.model.dataChanged.connect(lambda first, last, *_: changed.append((first.row(), last.row())))
    told.add(*list(records_of(told.sweep, 58))[1:], *records_of(told.sweep, 61, is_training=True))
    told.shown_by(table)
    assert texts(table, "State")[57:] == ["failed", "training", "training", "training"]
    assert (57, 57) in changed
    assert all(first >= 57 for first, _ in changed)
    assert selection.number == 59
    assert [row.trial.number for row in table.grid.chosen_rows()] == [59]
    told.add(OwnerStopped(100.0, "stopped"))
    told.shown_by(table)
    assert texts(table, "State")[58:] == ["to go on"] * 3


def test_two_trials_are_compared(qtbot: QtBot, table: TrialsTable, tmp_path: Path) -> None:
    assert not table.compare_button.isEnabled()
    click_row(qtbot, table, 0)
    click_row(qtbot, table, 1, CONTROL)
    qtbot.mouseClick(table.compare_button, LEFT)
    assert table.comparison is not None
    shown = table.comparison.differences
    rows = {
        shown.verticalHeaderItem(row).text(): [shown.item(row, column).text() for column in (0, 1)]
        for row in range(shown.rowCount())
    }
    assert [shown.horizontalHeaderItem(column).text() for column in (0, 1)] == ["Trial 1", "Trial 2"]
    assert rows["Activation (1)"] == ["Sine", "ReLU"]
    assert {"Learning rate", "Machine", "PSNR seen"} <= rows.keys()
    assert "Batch size" not in rows
    Told(tmp_path / "other", a_sweep(TWELVE), 3).shown_by(table)
    assert not table.comparison.isVisible()


def test_the_listed_trials_are_exported_as_the_folder_has_them(
    qtbot: QtBot, table: TrialsTable, background: Background, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.csv"
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *_: str(path.with_suffix("")))
    type_over(qtbot, table.search, "trial<=3")
    qtbot.mouseClick(table.export_button, LEFT)
    wait_for_background(qtbot, background)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["trial"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["machine"] == MACHINES[1]
    assert table.said.text() == "Saved as mine.csv."
    # The dialog asks about 'mine', which isn't there.
    asked: list[str] = []

    def cancel(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "exec", cancel)
    before = path.read_bytes()
    type_over(qtbot, table.search, "trial<=2")
    qtbot.mouseClick(table.export_button, LEFT)
    wait_for_background(qtbot, background)
    assert asked == ["“mine.csv” exists already. Replace it?"]
    assert path.read_bytes() == before
    table.export_to(tmp_path / "nowhere" / "mine.csv")
    wait_for_background(qtbot, background)
    assert "its folder does not exist" in table.said.text()


# Parallel coordinates


def drag(qtbot: QtBot, axes: ParallelCoordinates, axis: int, low: float, high: float) -> None:
    canvas = axes.canvas
    start, end = (canvas.pixels_of(axis, place).toPoint() for place in (low, high))
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, (start + end) / 2)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, LEFT, pos=end)


def rates(told: Told, chosen: frozenset[int] | None) -> list[float]:
    trials = told.standing.trials
    return [float(str(dict(trials[number].point)["optimizer.rate"])) for number in sorted(chosen or ())]


def test_axes_are_of_the_settings_and_of_what_is_looked_for(axes: ParallelCoordinates) -> None:
    lines = axes.canvas.lines
    assert lines is not None
    assert [axis.title for axis in lines.axes] == ["Learning rate", "Activation (1)", "Cost"]
    rate, activation, cost = lines.axes
    assert (rate.place(0.0001), rate.place(0.1)) == (0.0, 1.0)
    assert rate.place(0.01) == pytest.approx(2 / 3)
    assert [text for _, text in activation.ticks] == ["Tanh", "ReLU", "Sine"]
    assert cost.is_logarithmic
    assert lines.places.shape == (60, 3)


def test_brushing_keeps_what_passes_and_is_taken_away(
    qtbot: QtBot, axes: ParallelCoordinates, told: Told
) -> None:
    kept: list[frozenset[int] | None] = []
    axes.kept_changed.connect(kept.append)
    drag(qtbot, axes, 0, 1 / 3, 2 / 3)
    assert kept[-1]
    found = rates(told, kept[-1])
    assert all(0.00095 < rate < 0.0105 for rate in found)
    assert len(found) < 60
    drag(qtbot, axes, 1, 0.9, 1.0)
    both = kept[-1]
    assert both is not None
    assert both < frozenset(told.standing.trials)
    assert axes.readout.text().startswith(f"{len(both)} of 60 trials kept")
    where = axes.canvas.pixels_of(1, 0.2).toPoint()
    qtbot.mouseClick(axes.canvas, LEFT, pos=where)  # a click beside what is brushed
    assert rates(told, kept[-1]) == found
    drag(qtbot, axes, 0, 0.5, 0.8)  # takes it along
    moved = rates(told, kept[-1])
    assert min(moved) > 0.006
    qtbot.mouseClick(axes.clear_button, LEFT)
    assert kept[-1] is None


def test_brushing_by_keys(qtbot: QtBot, axes: ParallelCoordinates, told: Told) -> None:
    kept: list[frozenset[int] | None] = []
    axes.kept_changed.connect(kept.append)
    canvas = axes.canvas
    canvas.setFocus()
    for _ in range(2):
        qtbot.keyClick(canvas, Key.Key_Left)
    for _ in range(20):
        qtbot.keyClick(canvas, Key.Key_Down, SHIFT)
    assert max(rates(told, kept[-1])) < 0.1**1.5
    for _ in range(5):
        qtbot.keyClick(canvas, Key.Key_Up, CONTROL)
    assert min(rates(told, kept[-1])) > 0.0001 * 10**0.29
    qtbot.keyClick(canvas, Key.Key_Delete)
    assert kept[-1] is None
    qtbot.keyClick(canvas, Key.Key_Down, SHIFT)
    qtbot.keyClick(canvas, Key.Key_Escape)
    assert kept[-1] is None


def test_lines_are_chosen_by_mouse_and_keys(
    qtbot: QtBot, axes: ParallelCoordinates, selection: SweepSelection, told: Told
) -> None:
    canvas = axes.canvas
    lines = canvas.lines
    assert lines is not None
    best = told.standing.best(told.sweep.objective)
    assert best is not None
    canvas.setFocus()
    qtbot.keyClick(canvas, Key.Key_Up)  # from below, along the cost
    assert selection.number == best.number
    qtbot.keyClick(canvas, Key.Key_Up)
    second = selection.number
    assert second != best.number
    first = canvas.pixels_of(0, float(lines.places[best.number - 1, 0]))
    other = canvas.pixels_of(1, float(lines.places[best.number - 1, 1]))
    qtbot.mouseClick(canvas, LEFT, pos=(first + (other - first) * 0.1).toPoint())
    assert selection.number == best.number
    assert f"Trial {best.number}" in axes.readout.text()
    with qtbot.waitSignal(axes.open_wanted) as opened:
        qtbot.keyClick(canvas, Key.Key_Return)
    assert opened.args == [best.number]


def test_what_is_kept_follows_the_news(qtbot: QtBot, axes: ParallelCoordinates, told: Told) -> None:
    kept: list[frozenset[int] | None] = []
    axes.kept_changed.connect(kept.append)
    drag(qtbot, axes, 1, 0.9, 1.0)
    count = len(kept)
    for number in range(61, 70):
        told.add(*records_of(told.sweep, number))
    told.shown_by(axes)
    assert len(kept) == count + 1
    assert kept[-1] is not None
    assert kept[-2] is not None
    assert kept[-1] > kept[-2]


def test_a_brush_reaches_the_table(qtbot: QtBot, axes: ParallelCoordinates, table: TrialsTable) -> None:
    axes.kept_changed.connect(table.show_only)
    drag(qtbot, axes, 0, 0.0, 0.5)
    assert 0 < len(numbers(table)) < 60


# Importance


def test_importance_is_asked_for_once_it_is_seen(
    qtbot: QtBot, selection: SweepSelection, background: Background, told: Told
) -> None:
    view = ImportanceView(selection, background)
    qtbot.addWidget(view)
    told.shown_by(view)
    assert view.bars.count() == 0
    show(qtbot, view)
    until(qtbot, lambda: view.bars.count() == 2)
    first = view.bars.item(0)
    assert first.toolTip().startswith("Learning rate: ")
    selection.select(2)
    assert first.toolTip().endswith(" %, 0.00099")
    assert "56 trials" in view.about.text()
    assert not unnamed_controls(view)


def test_importance_says_why_there_is_none(
    qtbot: QtBot, selection: SweepSelection, background: Background, tmp_path: Path
) -> None:
    view = ImportanceView(selection, background)
    show(qtbot, view)
    assert "when some trials are over" in view.empty.text()
    Told(tmp_path / "few", a_sweep(), 5).shown_by(view)
    until(qtbot, lambda: "from 10 trials" in view.empty.text())


# All of them


def test_every_view_says_what_will_be_there(
    qtbot: QtBot, selection: SweepSelection, background: Background, tmp_path: Path
) -> None:
    told = Told(tmp_path / "none", a_sweep(), 0)
    table, axes = TrialsTable(selection, background), ParallelCoordinates(selection)
    for view in (table, axes):
        show(qtbot, view)
        told.shown_by(view)
        assert view.empty.isVisible()
        assert view.empty.text().startswith("Each trial")
    told.add(*records_of(told.sweep, 1))
    for view in (table, axes):
        told.shown_by(view)
        assert not view.empty.isVisible()
    assert table.count.text() == axes.readout.text() == "1 trial"


def test_everything_is_named_and_reached_by_tab(table: TrialsTable, axes: ParallelCoordinates) -> None:
    assert not unnamed_controls(table)
    assert not unnamed_controls(axes)
    walk: list[QWidget] = tab_walk(table)
    assert walk[:3] == [table.search, table.sorting, table.grid]
    assert axes.canvas in tab_walk(axes)
    assert axes.canvas.accessibleName()


def test_trials_of_nonsense_are_shown_as_well_as_can_be(
    table: TrialsTable, axes: ParallelCoordinates, background: Background, told: Told, qtbot: QtBot
) -> None:
    """As of a log that somebody has tampered with."""
    points: tuple[Point, ...] = (
        (),
        (("none.such", 1),),
        (("optimizer.rate", "x" * 9000),),
        (("optimizer.rate", 10**18),),
        (("optimizer.rate", -1e308), ("layers.1.activation", 7)),
        (("optimizer.rate", 1e308), ("layers.1.activation", "none such")),
        (("optimizer.rate", 0), ("optimizer.rate", 0.1)),
    )
    for number, point in enumerate(points, 900):
        measures: dict[str, float | None] = {"cost": -1e308, "none such": 1e308, "seen_psnr": None}
        told.add(
            TrialStarted(0.0, number, 2**53, point),
            TrialEnded(1e11, number, "failed", 1e308, 2**53, 2**53, 1e11, "m" * 9000, measures, "w" * 90_000),
        )
    importance = ImportanceView(SweepSelection(), background)
    show(qtbot, importance)
    for view in (table, axes, importance):
        told.shown_by(view)
        view.grab()
    assert 900 in numbers(table)
    wait_for_background(qtbot, background)
