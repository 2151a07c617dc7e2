"""The list of runs: which runs are listed, reopening, removing, and undoing both."""

from dataclasses import replace as replace_record

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.paths import set_path
from cadl_desktop.runs.events import EpochEnded, RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.network_weights import weights_fit
from cadl_desktop.runs.record import RunRecord, record_of
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.session import run_list
from cadl_desktop.session.run_commands import remove, reopen
from cadl_desktop.session.run_list import RunList
from cadl_desktop.session.saved_project import project_now
from cadl_desktop.session.session import Session
from cadl_desktop.session.training import earlier_results
from cadl_desktop.session.training.result import Result, Status
from cadl_desktop.session.views.scoring import Scoring
from tests.engine.runs import epochs, small_painting
from tests.live_settings import live
from tests.settling import until, wait_for_timers


@pytest.fixture
def experiment() -> Experiment:
    return epochs(small_painting(), 4)


def train_to_the_end(qtbot: QtBot, session: Session) -> None:
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT and session.result.finished is not None)


def train_for_long(qtbot: QtBot, session: Session) -> None:
    session.document.edit("long", epochs(session.document.experiment, 100_000))
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    until(qtbot, lambda: len(session.result.history.rows) > 2)


def test_the_structural_likeness_of_a_run_at_rest_is_kept_until_it_learns_on(
    qtbot: QtBot, session: Session
) -> None:
    wide = set_path(small_painting(), "data.longest", "32")
    session.document.edit("wide", epochs(wide, 4))
    until(qtbot, lambda: session.samples is not None)
    train_to_the_end(qtbot, session)
    scoring, result = Scoring(session), session.result
    assert session.samples is not None
    assert result.prediction is not None
    scoring.look_at(result.prediction, session.samples, result.psnr)
    until(qtbot, lambda: session.runs.records[0].ssim is not None)
    assert session.runs.records[0].ssim == scoring.scores.seen_ssim
    train_to_the_end(qtbot, session)
    assert session.runs.records[0].ssim is None


def with_seed(session: Session, seed: int) -> None:
    session.document.edit("seed", replace(session.document.experiment, seed=seed))


def numbers(session: Session) -> list[int]:
    return [record.number for record in session.runs.records]


def weights_of(session: Session) -> list[float]:
    assert session.result.state is not None
    return session.result.state.weights[0].ravel().tolist()


def two_runs(qtbot: QtBot, session: Session) -> None:
    """Trains run 1 with seed 1, and run 2 with seed 2, which is shown."""
    train_to_the_end(qtbot, session)
    with_seed(session, 2)
    train_to_the_end(qtbot, session)


def test_a_run_is_listed_from_its_first_step_to_its_end(qtbot: QtBot, session: Session) -> None:
    listed: list[int] = []
    session.updated.connect(lambda: listed.append(len(session.runs.records)) if session.result.step else None)
    assert numbers(session) == []
    train_to_the_end(qtbot, session)
    assert set(listed) == {1}
    (record,) = session.runs.records
    assert record.number == session.runs.current == session.result.run == 1
    assert record.experiment == session.document.experiment
    assert record.cost == session.result.cost
    assert record.psnr == session.result.psnr
    assert record.state is session.result.state
    assert record.seconds > 0
    assert record.steps == 4 * 9


def test_a_run_that_goes_on_is_listed_as_it_is_by_now(qtbot: QtBot, session: Session) -> None:
    train_for_long(qtbot, session)
    first = session.runs.records[0].steps
    until(qtbot, lambda: session.runs.records[0].steps > first)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    (record,) = session.runs.records
    assert (record.number, session.runs.current) == (session.result.run, session.result.run)
    assert (record.cost, record.psnr) == (session.result.cost, session.result.psnr)
    assert record.state is session.result.state
    assert not record.diverged


def test_a_run_that_is_continued_stays_one_entry(qtbot: QtBot, session: Session) -> None:
    train_to_the_end(qtbot, session)
    first = session.runs.records[0]
    session.document.edit("more", epochs(session.document.experiment, 8))
    train_to_the_end(qtbot, session)
    (record,) = session.runs.records
    assert record.steps > first.steps
    assert record.experiment.stop.epochs == 8


def test_a_run_that_is_left_is_listed_with_its_weights(qtbot: QtBot, session: Session) -> None:
    train_for_long(qtbot, session)
    with_seed(session, 2)
    until(qtbot, lambda: session.status is Status.TRAINING)
    record = session.runs.records[0]
    assert record.experiment.seed == 1
    assert record.state is not None
    until(qtbot, lambda: session.runs.current == 2)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert numbers(session) == [1, 2]
    assert session.runs.current == 2


def test_a_reset_leaves_the_run_in_the_list(qtbot: QtBot, session: Session) -> None:
    said: list[str] = []
    session.message.connect(lambda kind, text: said.append(text))
    train_for_long(qtbot, session)
    session.reset()
    assert said == ["Started over; what was learned is run 1 in the list."]
    until(qtbot, lambda: session.runs.records[0].state is not None)
    assert session.runs.current is None
    session.document.edit("short", epochs(session.document.experiment, 2))
    train_to_the_end(qtbot, session)
    assert numbers(session) == [1, 2]


def test_a_run_without_steps_is_not_listed(qtbot: QtBot, session: Session) -> None:
    session.train()
    session.stop()
    with_seed(session, 2)
    session.reset()
    assert numbers(session) == []


def test_reopening_brings_experiment_weights_and_history_back(qtbot: QtBot, session: Session) -> None:
    train_to_the_end(qtbot, session)
    first, weights, rows = session.document.experiment, weights_of(session), session.result.history.rows
    cost, psnr = session.result.cost, session.result.psnr
    with_seed(session, 2)
    train_to_the_end(qtbot, session)
    reopen(session, 1)
    assert session.document.experiment == first
    assert weights_of(session) == weights
    np.testing.assert_array_equal(session.result.history.rows, rows)
    assert (session.result.cost, session.result.psnr) == (cost, psnr)
    assert session.status is Status.RESULT
    until(qtbot, lambda: session.result.prediction is not None)
    assert session.result.psnr == pytest.approx(psnr)
    assert numbers(session) == [1, 2]
    assert session.runs.current == 1


def test_a_project_opens_with_its_last_known_cost(qtbot: QtBot, session: Session) -> None:
    train_for_long(qtbot, session)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    result = session.result
    session.document.open(session.document.experiment, None)
    session.open(result.state, result.history)
    assert session.result.cost == result.history.column("cost")[-1]


def test_a_reopened_run_continues_as_the_same_entry(qtbot: QtBot, session: Session) -> None:
    two_runs(qtbot, session)
    reopen(session, 1)
    session.document.edit("more", epochs(session.document.experiment, 8))
    train_to_the_end(qtbot, session)
    assert numbers(session) == [1, 2]
    assert session.runs.records[0].steps == 8 * 9
    column = session.result.history.column("epoch")
    assert column.tolist() == list(range(9))


def test_going_on_after_reopening_is_exact(qtbot: QtBot, session: Session) -> None:
    two_runs(qtbot, session)
    reopen(session, 1)
    longer = epochs(session.document.experiment, 8)
    session.document.edit("more", longer)
    train_to_the_end(qtbot, session)
    resumed = weights_of(session)
    session.document.open(longer, None)
    session.open(None, None)
    train_to_the_end(qtbot, session)
    assert weights_of(session) == resumed


def test_undo_shows_the_run_before_and_redo_the_other(qtbot: QtBot, session: Session) -> None:
    two_runs(qtbot, session)
    second, weights = session.document.experiment, weights_of(session)
    stack = session.document.undo_stack
    index = stack.index()
    reopen(session, 1)
    assert stack.index() == index + 1
    first = weights_of(session)
    stack.undo()
    assert session.document.experiment == second
    assert weights_of(session) == weights
    assert session.runs.current == 2
    stack.redo()
    assert weights_of(session) == first
    assert session.runs.current == 1


@pytest.mark.usefixtures("short_memory")
def test_an_edit_of_a_reopened_run_keeps_its_weights(qtbot: QtBot, session: Session) -> None:
    """Also in an opened project of which no run was trained since."""
    session.keep_learned = False
    train_to_the_end(qtbot, session)
    first = weights_of(session)
    with_more_units(session)
    train_to_the_end(qtbot, session)
    reopen(session, 1)
    session.keep_learned = True
    with_more_units(session)
    with_more_units(session)
    assert session.result.run == 1
    assert set(first) == set(weights_of(session))  # some neurons exist twice now


def test_undo_works_between_runs_of_equal_structure(qtbot: QtBot, session: Session) -> None:
    train_to_the_end(qtbot, session)
    session.reset()
    experiment = session.document.experiment
    session.document.edit("rate", replace(experiment, optimizer=experiment.optimizer.has(rate=0.02)))
    train_to_the_end(qtbot, session)
    second = weights_of(session)
    reopen(session, 1)
    assert session.document.experiment == experiment
    assert weights_of(session) != second
    session.document.undo_stack.undo()
    assert weights_of(session) == second
    assert session.document.experiment.optimizer["rate"] == 0.02
    assert [record.experiment.optimizer["rate"] for record in session.runs.records] == [0.001, 0.02]


def test_reopening_and_its_undo_do_not_say_that_what_they_restore_is_lost(
    qtbot: QtBot, session: Session
) -> None:
    two_runs(qtbot, session)
    lost: list[str] = []
    session.lost.connect(lost.append)
    reopen(session, 1)
    session.document.undo_stack.undo()
    assert session.result.run == 2
    session.document.undo_stack.redo()
    assert session.result.run == 1
    assert lost == []


def with_rate(session: Session, rate: float) -> None:
    experiment = session.document.experiment
    session.document.edit("rate", replace(experiment, optimizer=experiment.optimizer.has(rate=rate)))


def state_of(session: Session) -> RunState:
    assert session.result.state is not None
    return session.result.state


def rates(session: Session) -> list[float]:
    return [record.experiment.optimizer["rate"] for record in session.runs.records]


def logged_rates(session: Session) -> list[tuple[int, float | str]]:
    return [(it.step, it.value) for it in session.result.history.changes if it.setting == "rate"]


def test_a_rate_changed_after_a_run_belongs_to_the_next_run(qtbot: QtBot, session: Session) -> None:
    train_to_the_end(qtbot, session)
    with_rate(session, 0.02)
    session.reset()
    assert rates(session) == [0.001]
    train_to_the_end(qtbot, session)
    assert rates(session) == [0.001, 0.02]
    assert logged_rates(session) == [(0, 0.02)]
    with_rate(session, 0.03)
    reopen(session, 1)
    assert rates(session) == [0.001, 0.02]
    session.document.undo_stack.undo()
    assert session.document.experiment.optimizer["rate"] == 0.03
    with_seed(session, 2)
    assert rates(session) == [0.001, 0.02]
    session.document.undo_stack.undo()
    assert session.result.run == 2
    session.put_aside()
    assert rates(session) == [0.001, 0.02]


def test_a_continued_run_uses_a_changed_rate_from_there(qtbot: QtBot, session: Session) -> None:
    train_to_the_end(qtbot, session)
    with_rate(session, 0.02)
    session.document.undo_stack.undo()
    session.document.edit("more", epochs(session.document.experiment, 8))
    train_to_the_end(qtbot, session)
    assert (rates(session), logged_rates(session)) == ([0.001], [(0, 0.001)])
    with_rate(session, 0.02)
    session.document.edit("more", epochs(session.document.experiment, 12))
    session.train()
    session.stop()  # before it has made a step
    assert rates(session) == [0.001]
    train_to_the_end(qtbot, session)
    assert (rates(session), logged_rates(session)) == ([0.02], [(0, 0.001), (72, 0.02)])


def test_a_rate_changed_in_a_pause_or_after_stop_is_not_the_runs(qtbot: QtBot, session: Session) -> None:
    train_for_long(qtbot, session)
    with_rate(session, 0.01)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED and session.result.state)
    paused = state_of(session).step
    session.step()
    until(qtbot, lambda: session.result.state and state_of(session).step > paused)
    with_rate(session, 0.02)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert rates(session) == [0.01]
    with_rate(session, 0.03)
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert rates(session) == [0.03]
    # The last change at a step applies to the next step.
    assert [*dict(logged_rates(session)).values()] == [0.001, 0.01, 0.03]


def test_a_project_opens_with_the_settings_its_run_was_trained_with(qtbot: QtBot, session: Session) -> None:
    train_to_the_end(qtbot, session)
    with_rate(session, 0.02)
    project = project_now(session)
    session.document.open(project.experiment, None)
    session.open(project.state, project.history, number=project.number)
    assert session.document.experiment.optimizer["rate"] == 0.02
    assert rates(session) == [0.001]


def test_reopening_ends_the_training_and_undo_restores_its_weights(qtbot: QtBot, session: Session) -> None:
    train_to_the_end(qtbot, session)
    with_seed(session, 2)
    train_for_long(qtbot, session)
    reopen(session, 1)
    assert session.status is Status.RESULT
    assert session.runs.current == 1
    until(qtbot, lambda: len(session.runs.records) == 2 and session.runs.records[1].state is not None)
    wait_for_timers(qtbot, session)
    assert session.status is Status.RESULT
    session.document.undo_stack.undo()
    assert session.runs.current == 2
    assert session.result.state is session.runs.records[1].state
    assert session.status is Status.RESULT


def train_on_after_a_pause(qtbot: QtBot, session: Session) -> int:
    """Trains on after a pause, so that only the pause's weights are known; returns the step reached."""
    train_for_long(qtbot, session)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    paused = session.result.step
    session.train()
    until(qtbot, lambda: session.result.step > paused + 1000)
    return session.result.step


def test_undoing_an_edit_at_once_loses_no_training(qtbot: QtBot, session: Session) -> None:
    reached = train_on_after_a_pause(qtbot, session)
    with_seed(session, 2)
    session.document.undo_stack.undo()
    until(qtbot, lambda: session.status is Status.TRAINING)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert session.result.step > reached
    assert numbers(session) == [1]


def test_undoing_a_reopening_at_once_loses_no_training(qtbot: QtBot, session: Session) -> None:
    train_to_the_end(qtbot, session)
    with_seed(session, 2)
    reached = train_on_after_a_pause(qtbot, session)
    reopen(session, 1)
    session.document.undo_stack.undo()
    until(qtbot, lambda: not session.carrying_over)
    assert session.result.state is not None
    assert session.result.state.step > reached
    assert session.runs.records[1].state is session.result.state


def with_more_units(session: Session) -> None:
    first, *others = session.document.experiment.layers
    layers = (first.has(units=first["units"] + 4), *others)
    session.document.edit("units", replace(session.document.experiment, layers=layers))


def fits(experiment: Experiment, state: RunState | None) -> bool:
    return state is None or weights_fit(experiment, state.weights)


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes undo find none of the earlier results, as after many edits."""
    monkeypatch.setattr(earlier_results, "MOST_RESULTS", 1)


def goes_on_with_another_network(qtbot: QtBot, session: Session) -> None:
    """Continues the shown run with another network by an edit, which is then undone."""
    session.keep_learned = True
    with_more_units(session)
    train_to_the_end(qtbot, session)
    session.keep_learned = False
    session.document.undo_stack.undo()


@pytest.mark.usefixtures("short_memory")
def test_a_run_that_went_on_with_another_network_is_reopened_again_with_its_own(
    qtbot: QtBot, session: Session
) -> None:
    two_runs(qtbot, session)
    reopen(session, 1)
    first = weights_of(session)
    goes_on_with_another_network(qtbot, session)
    assert numbers(session) == [1, 2]
    session.document.undo_stack.undo()
    session.document.undo_stack.redo()
    assert weights_of(session) == first
    assert fits(session.document.experiment, session.result.state)
    assert numbers(session) == [1, 2, 3]  # the last is its result with the other network
    assert all(fits(record.experiment, record.state) for record in session.runs.records)


@pytest.mark.usefixtures("short_memory")
def test_undo_shows_a_run_that_went_on_with_another_network_with_its_own(
    qtbot: QtBot, session: Session
) -> None:
    two_runs(qtbot, session)
    second = weights_of(session)
    reopen(session, 1)
    reopen(session, 2)
    goes_on_with_another_network(qtbot, session)
    session.document.undo_stack.undo()
    session.document.undo_stack.undo()
    assert weights_of(session) == second
    assert fits(session.document.experiment, session.result.state)


def test_a_run_whose_edit_had_not_trained_yet_shows_nothing(qtbot: QtBot, session: Session) -> None:
    two_runs(qtbot, session)
    session.keep_learned = True
    train_for_long(qtbot, session)
    with_more_units(session)
    reopen(session, 1)
    assert all(fits(record.experiment, record.state) for record in session.runs.records)
    session.document.undo_stack.undo()
    assert fits(session.document.experiment, session.result.state)
    until(qtbot, lambda: session.status in (Status.RESULT, Status.EMPTY))
    assert fits(session.document.experiment, session.result.state)
    assert all(fits(record.experiment, record.state) for record in session.runs.records)


def test_removing_can_be_undone_and_spares_the_shown_run(qtbot: QtBot, session: Session) -> None:
    two_runs(qtbot, session)
    remove(session, [2])
    assert numbers(session) == [1, 2]
    remove(session, [1])
    assert numbers(session) == [2]
    assert session.document.modified
    session.document.undo_stack.undo()
    assert numbers(session) == [1, 2]
    session.document.undo_stack.redo()
    assert numbers(session) == [2]


def test_undoing_a_removal_keeps_later_training(qtbot: QtBot, session: Session) -> None:
    two_runs(qtbot, session)
    remove(session, [1])
    with_seed(session, 1)  # which shows its result with this seed
    session.document.edit("more", epochs(session.document.experiment, 8))
    train_to_the_end(qtbot, session)
    assert [(run.number, run.steps) for run in session.runs.records] == [(1, 72), (2, 36)]
    while session.document.undo_stack.undoText() != "seed":
        session.document.undo_stack.undo()
    session.document.undo_stack.undo()
    session.document.undo_stack.undo()
    assert [(run.number, run.steps) for run in session.runs.records] == [(1, 72), (2, 36)]


def test_a_run_without_weights_can_be_shown(qtbot: QtBot, session: Session) -> None:
    two_runs(qtbot, session)
    rows = session.runs.records[0].rows
    session.runs.put(session.runs.records[0].without_state())
    reopen(session, 1)
    assert session.result.state is None
    assert session.status is Status.EMPTY
    np.testing.assert_array_equal(session.result.history.rows, rows)
    train_to_the_end(qtbot, session)
    assert numbers(session) == [1, 2]
    assert session.runs.records[0].state is not None


def test_a_run_without_weights_is_trained_anew_with_a_log_of_its_own(qtbot: QtBot, session: Session) -> None:
    train_for_long(qtbot, session)
    rate = session.document.experiment.optimizer.has(rate=0.0005)
    session.document.edit("rate", replace(session.document.experiment, optimizer=rate))
    until(qtbot, lambda: any(it.setting == "rate" and it.step for it in session.result.history.changes))
    changed = session.result.step
    until(qtbot, lambda: session.result.step > changed)
    with_seed(session, 2)
    until(qtbot, lambda: session.runs.records[0].state and not session.carrying_over)
    session.stop()
    session.runs.put(session.runs.records[0].without_state().without_snapshots())
    reopen(session, 1)
    session.document.edit("few", epochs(session.document.experiment, 4))
    train_to_the_end(qtbot, session)
    rates = [(it.step, it.value) for it in session.runs.records[0].changes if it.setting == "rate"]
    assert rates == [(0, 0.0005)]


def test_a_diverged_run_stays_marked_when_shown_again(qtbot: QtBot, session: Session) -> None:
    calm = part("optimizer", "gradient descent", rate=1e-5)
    session.document.edit("calm", replace(session.document.experiment, optimizer=calm, cost="l2-sum"))
    train_to_the_end(qtbot, session)
    longer = epochs(session.document.experiment, 8)
    session.document.edit("huge", replace(longer, optimizer=calm.has(rate=1000.0)))
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert session.runs.records[0].diverged
    with_seed(session, 2)
    reopen(session, 1)
    until(qtbot, lambda: session.result.prediction is not None)
    assert session.runs.records[0].diverged
    project = project_now(session)
    session.document.open(project.experiment, None)
    session.open(project.state, project.history, number=project.number, diverged=project.diverged)
    until(qtbot, lambda: session.result.prediction is not None)
    assert session.runs.records[0].diverged
    session.document.edit("calm", replace(session.document.experiment, optimizer=calm))
    train_to_the_end(qtbot, session)
    assert not session.runs.records[0].diverged


def test_opening_another_project_replaces_the_list(qtbot: QtBot, session: Session) -> None:
    two_runs(qtbot, session)
    first, second = session.runs.records
    session.document.open(second.experiment, None)
    session.open(second.state, second.history(), (first,), 2)
    assert numbers(session) == [1, 2]
    assert session.runs.current == 2
    assert session.runs.others() == (first,)
    until(qtbot, lambda: session.runs.records[1].psnr is not None)
    with_seed(session, 3)
    train_to_the_end(qtbot, session)
    assert numbers(session) == [1, 2, 3]
    session.open(None, None)
    assert numbers(session) == []


def record(number: int, units: int = 8) -> RunRecord:
    experiment = small_painting(layers=(part("layer", "dense", units=units),))
    history = History()
    history.add(EpochEnded(1, 9, 0.1, 5.0, None, 0.001))
    weights = (np.zeros((2, units), np.float32),)
    state = RunState(9, 1, 0, 0.1, weights, np.zeros((2, 2 * units), np.float32), live())
    return record_of(number, experiment, history, state)


def test_the_list_is_bounded_by_count(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_list, "MOST_RUNS", 3)
    runs = RunList()
    for number in range(1, 6):
        runs.put(record(number))
        if number == 2:
            runs.set_current(2)
    assert [each.number for each in runs.records] == [2, 4, 5]


def test_the_oldest_lose_their_weights_first(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_list, "MOST_WEIGHT_BYTES", 2 * record(1).weight_bytes)
    runs = RunList()
    runs.put(record(1))
    runs.set_current(1)
    for number in range(2, 5):
        runs.put(record(number))
    assert [each.number for each in runs.records if each.state] == [1, 4]
    assert len(runs.records) == 4


def test_snapshots_are_dropped_before_weights(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    size = record(1).weight_bytes
    monkeypatch.setattr(run_list, "MOST_WEIGHT_BYTES", 7 * size)
    runs = RunList()
    for number in range(1, 5):
        state = record(number).state
        assert state is not None
        snapshots = Snapshots([replace_record(state, step=1), state])
        runs.put(replace_record(record(number), snapshots=snapshots))
    assert [len(each.snapshots.states) for each in runs.records] == [0, 0, 0, 2]
    assert all(each.state for each in runs.records)


def test_an_opened_list_is_bounded_too(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_list, "MOST_WEIGHT_BYTES", record(1).weight_bytes)
    runs = RunList()
    runs.open([record(2), record(1)], None)
    assert [(each.number, each.state is None) for each in runs.records] == [(1, True), (2, False)]


def test_a_result_with_steps_gets_the_next_number(qtbot: QtBot) -> None:
    runs = RunList()
    runs.put(record(7))
    result = runs.keep(small_painting(), Result(record(1).history()))
    assert result.run == 8


def test_a_run_awaiting_its_weights_has_none_of_another_network(qtbot: QtBot) -> None:
    runs, known = RunList(), record(1)
    runs.put(known)
    assert known.state is not None
    other = replace(small_painting(), layers=(part("layer", "dense", units=5),))
    runs.keep(other, Result(known.history(), run=1))
    (kept,) = runs.records
    assert kept.experiment == other
    assert kept.state is None
