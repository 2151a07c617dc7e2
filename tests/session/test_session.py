"""A session as the window uses it: with real TensorFlow in the worker process, and updates by signals."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import with_frozen
from cadl_desktop.session.document import Document
from cadl_desktop.session.run_requests import TrainingRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Result, Status
from cadl_desktop.session.training.succession import Succession
from cadl_desktop.session.worker_thread import WorkerThread
from tests.engine.runs import epochs, finished, run, small_painting
from tests.settling import until, wait_for_timers, wait_for_worker


def train(qtbot: QtBot, session: Session, beyond_step: int = 50) -> None:
    session.train()
    until(qtbot, lambda: session.result.progress is not None and session.result.progress.step > beyond_step)


def test_training_updates_history_and_picture(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    assert session.status is Status.TRAINING
    first = session.result.prediction
    assert first is not None
    assert first.shape == (12, 12, 3)
    until(qtbot, lambda: session.result.prediction is not first)
    assert len(session.result.history.rows) > 1
    assert session.device


def test_pause_step_and_go_on(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    state = session.result.state
    assert state is not None
    session.step()
    until(qtbot, lambda: session.result.state is not state)
    assert session.result.state is not None
    assert session.result.state.step == state.step + 1
    session.train()
    assert session.status is Status.TRAINING
    until(
        qtbot, lambda: session.result.progress is not None and session.result.progress.step > state.step + 1
    )


def test_a_stopped_large_picture_is_painted_whole(qtbot: QtBot, session: Session) -> None:
    painting = preset("lecture-painting")
    session.document.edit("large", replace(painting, data=painting.data.has(source="retina", longest=1100)))
    train(qtbot, session, 1)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    result = session.result
    assert result.progress is not None
    assert result.progress.prediction is None  # a stop doesn't wait for it
    until(qtbot, lambda: session.result is not result)
    painted = session.result.prediction
    assert painted is not None
    assert not (painted[:, 1:] == painted[:, :-1]).all((0, 2)).any(), "no pixels are repeated"


def test_stop_keeps_what_was_learned_and_training_goes_on_from_it(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    state = session.result.state
    assert state is not None
    rows = len(session.result.history.rows)
    train(qtbot, session, state.step + 20)
    assert len(session.result.history.rows) >= rows
    assert (np.diff(session.result.history.column("epoch")) > 0).all()


def test_a_finished_run_has_the_engine_s_weights(qtbot: QtBot, session: Session) -> None:
    experiment = small_painting()
    session.document.open(experiment, None)
    session.open(None, None)
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert session.result.state is not None
    alone = finished(run(experiment)).state
    assert np.array_equal(session.result.state.weights[0], alone.weights[0])
    assert session.document.modified


def test_reset_forgets(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    session.reset()
    assert session.status is Status.EMPTY
    assert not len(session.result.history.rows)
    assert session.result.prediction is None


def test_a_reset_run_keeps_its_number_of_cores(qtbot: QtBot, session: Session) -> None:
    ended = finished(run(epochs(session.document.experiment, 1), for_cores=3)).state
    session.open(ended, None)
    train(qtbot, session)
    session.reset()
    train(qtbot, session)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    assert session.result.state is not None
    assert session.result.state.cores == session.result.history.cores == 3


def test_a_structural_edit_while_training_starts_again_from_the_same_seed(
    qtbot: QtBot, session: Session
) -> None:
    train(qtbot, session, 500)
    wider = replace(session.document.experiment, layers=(part("layer", "dense", units=9),))
    session.document.edit("wider", wider)
    assert session.status is not Status.TRAINING
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert session.result.progress is not None
    assert session.result.history.changes[0].step == 0
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    assert session.result.state is not None
    assert session.result.state.weights[0].shape == (2, 9)


def test_only_a_new_run_is_slowed_to_be_watched(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, train_there = [], WorkerThread.train

    def note(worker: WorkerThread, *arguments: Any, **options: bool) -> TrainingRequest:
        begun.append(arguments[-1])
        return train_there(worker, *arguments, **options)

    monkeypatch.setattr(WorkerThread, "train", note)
    session.speed = "watchable"
    train(qtbot, session)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    train(qtbot, session)  # goes on
    wider = replace(session.document.experiment, layers=(part("layer", "dense", units=9),))
    session.document.edit("wider", wider)
    until(qtbot, lambda: len(begun) == 3)  # replays the edit
    session.reset()
    session.train()
    assert begun == ["watchable", "full", "full", "watchable"]
    session.reset()
    session.speed = "slow"
    train(qtbot, session, beyond_step=1)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    train(qtbot, session, beyond_step=session.result.step)
    assert begun[4:] == ["slow", "slow"]
    session.speed = "full"
    train(qtbot, session, beyond_step=100)


def test_undoing_a_structural_edit_brings_the_result_back(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    result = session.result
    session.document.edit("seed", replace(session.document.experiment, seed=77))
    assert session.status is Status.EMPTY
    session.document.undo_stack.undo()
    assert session.result is result


def test_typing_that_leads_back_goes_on_with_the_run_it_interrupted(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 500)
    before, reached = session.document.experiment, session.result.progress
    assert reached is not None
    session.document.edit("Seed 25", replace(before, seed=25), "seed")
    session.document.edit("Seed 1", before, "seed")
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert session.result.progress is not None
    assert session.result.progress.step >= reached.step
    assert not session.document.undo_stack.canUndo()


def test_rate_and_batch_apply_while_training_and_are_logged(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    experiment = session.document.experiment
    session.document.edit("rate", replace(experiment, optimizer=experiment.optimizer.has(rate=0.5)))
    session.document.edit("batch", replace(session.document.experiment, batch_size=24))
    changes = session.result.history.changes
    until(qtbot, lambda: len(changes) == 9)
    assert [(change.setting, change.value) for change in changes[:2]] == [("rate", 0.001), ("batch_size", 16)]
    assert [(change.setting, change.value) for change in changes[7:]] == [("rate", 0.5), ("batch_size", 24)]
    assert session.status is Status.TRAINING


def test_a_stop_rule_applies_while_training(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    session.document.edit("epochs", epochs(session.document.experiment, 5))
    until(qtbot, lambda: session.status is Status.RESULT)
    assert session.result.finished is not None
    assert session.result.finished.reason == "epochs"


def test_a_longer_run_raises_the_rate_of_its_schedule_again(qtbot: QtBot, session: Session) -> None:
    over_run = part("schedule", "cosine", over="run")
    usual = epochs(session.document.experiment, 100_000)
    session.document.edit("schedule", replace(usual, schedule=over_run))
    train(qtbot, session)
    history = session.result.history
    step = 900_000 // 2
    assert history.share_done(step) == pytest.approx(0.5)
    session.document.edit("epochs", epochs(session.document.experiment, 200_000))
    until(qtbot, lambda: history.share_done(step) == pytest.approx(0.25, abs=1e-3))
    assert session.status is Status.TRAINING
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    first = session.result.state
    assert first is not None
    assert first.horizon is not None
    assert first.horizon.end == 1_800_000
    # Without a change it continues the same run.
    logged = len(history.changes)
    session.train()
    until(qtbot, lambda: session.result.progress is not None and session.result.progress.step > first.step)
    assert len(history.changes) == logged


def test_state_of_a_running_training_without_a_pause_that_shows(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    got: list[Result] = []
    statuses: list[Status] = []
    session.status_changed.connect(statuses.append)
    session.with_state(got.append)
    until(qtbot, lambda: bool(got))
    assert got[0].state is not None
    step = got[0].state.step
    until(qtbot, lambda: session.result.progress is not None and session.result.progress.step > step + 50)
    assert statuses == []


def test_stop_while_preparing_says_stopped_at_once(qtbot: QtBot, session: Session) -> None:
    session.train()
    assert session.status is Status.PREPARING
    session.stop()
    assert session.status is Status.EMPTY


def test_divergence_is_shown_with_a_remedy(qtbot: QtBot, session: Session) -> None:
    told: list[tuple[str, str]] = []
    session.message.connect(lambda kind, text: told.append((kind, text)))
    huge = part("optimizer", "gradient descent", rate=1000.0)
    session.document.edit("huge", replace(session.document.experiment, optimizer=huge, cost="l2-sum"))
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert told[-1][0] == "warning"
    assert "learning rate" in told[-1][1]


def test_work_is_done_between_steps_and_in_a_pause(qtbot: QtBot, session: Session) -> None:
    answers: list[str] = []
    train(qtbot, session)
    session.ask(str, ("while training",), answers.append, lambda error: None)
    until(qtbot, lambda: answers == ["while training"])
    assert session.status is Status.TRAINING
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    session.ask(str, ("while paused",), answers.append, lambda error: None)
    until(qtbot, lambda: answers[1:] == ["while paused"])
    assert session.status is Status.PAUSED


def test_an_invalid_experiment_is_reported_and_not_started(qtbot: QtBot, session: Session) -> None:
    told: list[str] = []
    session.message.connect(lambda kind, text: told.append(text))
    wrong = replace(session.document.experiment, layers=(part("layer", "dense", units=0),))
    session.document.edit("wrong", wrong)
    session.train()
    assert session.status is Status.EMPTY
    assert "0 is too small" in told[0]


def test_a_closed_session_begins_nothing(qtbot: QtBot) -> None:
    session = Session(Document(small_painting()))
    session.close()
    session.load_samples()
    session.load_tensorflow()
    session.document.open(preset("lecture-tanh"), None)
    assert not session._worker.isRunning()
    qtbot.wait(50)
    assert session.samples is None


def test_training_right_after_an_edit_trains_once(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    session.document.edit("seed", replace(session.document.experiment, seed=5))
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    wait_for_timers(qtbot, session.findChild(Succession))
    assert session.status is Status.TRAINING
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    train(qtbot, session)


def test_a_cancelled_request_for_weights_is_reported_and_not_done_later(
    qtbot: QtBot, session: Session
) -> None:
    told: list[str] = []
    used: list[Result] = []
    session.message.connect(lambda kind, text: told.append(text))
    train(qtbot, session)
    session.with_state(used.append)
    session.reset()
    assert any("try again" in text for text in told)
    train(qtbot, session)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    assert used == []


def test_a_pause_just_before_a_save_stays_a_pause(qtbot: QtBot, session: Session) -> None:
    used: list[Result] = []
    train(qtbot, session)
    session.pause()
    session.with_state(used.append)
    until(qtbot, lambda: bool(used))
    until(qtbot, lambda: session.status is Status.PAUSED)
    wait_for_timers(qtbot, session)
    wait_for_worker(qtbot, session)
    assert session.status is Status.PAUSED


def test_weights_count_as_modified_though_an_edit_is_undone(qtbot: QtBot, session: Session) -> None:
    document = session.document
    experiment = document.experiment
    document.edit("rate", replace(experiment, optimizer=experiment.optimizer.has(rate=0.01)))
    train(qtbot, session)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    document.undo_stack.undo()
    assert document.modified


def test_cost_penalties_and_schedule_apply_while_training(qtbot: QtBot, session: Session) -> None:
    statuses: list[Status] = []
    train(qtbot, session)
    session.status_changed.connect(statuses.append)
    document, history = session.document, session.result.history
    cosine = part("schedule", "cosine", epochs=1000)
    for change in ({"cost": "l2"}, {"l1": 0.001}, {"l2": 0.01}, {"schedule": cosine}):
        document.edit("live", replace(document.experiment, **change))
    until(qtbot, lambda: len(history.changes) == 11)
    assert [(change.setting, change.value) for change in history.changes[7:]] == [
        ("cost", "l2"),
        ("l1", 0.001),
        ("l2", 0.01),
        ("schedule", "cosine(epochs=1000, floor=0.0)"),
    ]
    document.undo_stack.undo()
    until(qtbot, lambda: len(history.changes) == 12)
    assert history.changes[-1].value == "constant"
    assert session.result.history is history
    assert statuses == []
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    state = session.result.state
    assert state is not None
    assert (state.settings.cost, state.settings.l1, state.settings.l2) == ("l2", 0.001, 0.01)


def test_a_live_setting_that_is_wrong_waits_until_it_is_right(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    document, history = session.document, session.result.history
    for epochs_of_it in (0, 7):
        schedule = part("schedule", "cosine", epochs=epochs_of_it)
        document.edit("schedule", replace(document.experiment, schedule=schedule))
    until(qtbot, lambda: len(history.changes) == 8)
    assert history.changes[-1].value == "cosine(epochs=7, floor=0.0)"
    assert session.status is Status.TRAINING


def test_a_result_continues_with_a_cost_function_chosen_since(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert session.result.state is not None
    step = session.result.state.step
    session.document.edit("cost", replace(session.document.experiment, cost="l2", l2=0.5))
    assert session.status is Status.RESULT
    train(qtbot, session, step + 20)
    later = [change for change in session.result.history.changes if change.step]
    assert [(change.step, change.setting, change.value) for change in later] == [
        (step, "cost", "l2"),
        (step, "l2", 0.5),
    ]


@pytest.mark.parametrize("keep", [True, False])
def test_freezing_keeps_what_was_learned_while_training(qtbot: QtBot, session: Session, keep: bool) -> None:
    session.keep_learned = keep
    statuses: list[Status] = []
    train(qtbot, session)
    session.status_changed.connect(statuses.append)
    document, history = session.document, session.result.history
    free = document.experiment
    document.edit("Freeze", with_frozen(free, (1,)))
    until(qtbot, lambda: history.changes[-1].setting == "frozen")
    assert history.changes[-1].value == "layer 1"
    frozen_weights = weights_now(qtbot, session)
    learned = session.result.progress.step if session.result.progress else 0
    until(qtbot, lambda: session.result.progress is not None and session.result.progress.step > learned + 9)
    later = weights_now(qtbot, session)
    assert np.array_equal(frozen_weights[0], later[0])
    assert not np.array_equal(frozen_weights[2], later[2])
    document.undo_stack.undo()
    until(qtbot, lambda: history.changes[-1].value == "nothing")
    assert session.result.history is history
    assert statuses == []


def weights_now(qtbot: QtBot, session: Session) -> tuple[np.ndarray, ...]:
    got: list[Result] = []
    session.with_state(got.append)
    until(qtbot, lambda: bool(got))
    assert got[0].state is not None
    return got[0].state.weights


def test_a_result_stays_when_a_layer_is_frozen_and_goes_on_so(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    result = session.result
    assert result.state is not None
    session.document.edit("Freeze", with_frozen(session.document.experiment, (1,)))
    assert session.result is result
    train(qtbot, session, result.state.step + 20)
    now = weights_now(qtbot, session)
    assert np.array_equal(result.state.weights[0], now[0])
    assert not np.array_equal(result.state.weights[2], now[2])


def test_freezing_the_last_layer_that_learns_ends_the_run_and_unfreezing_lets_it_go_on(
    qtbot: QtBot, session: Session
) -> None:
    train(qtbot, session)
    document, every = session.document, range(1, len(session.document.experiment.layers) + 2)
    document.edit("Freeze", with_frozen(document.experiment, every))
    until(qtbot, lambda: session.status is Status.RESULT)
    assert session.result.finished is not None
    assert session.result.finished.reason == "frozen"
    step = session.result.finished.progress.step
    document.undo_stack.undo()
    train(qtbot, session, step + 20)


def test_a_batch_that_does_not_fit_into_memory_is_not_applied(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(qtbot, session)
    document, history = session.document, session.result.history
    monkeypatch.setattr("cadl_desktop.session.document.free_memory", lambda: 0)
    document.edit("batch", replace(document.experiment, batch_size=140))
    assert document.problems
    document.edit("batch", replace(document.experiment, batch_size=8))
    assert document.problems == ()
    until(qtbot, lambda: history.changes[-1].value == 8)
    assert [change.value for change in history.changes if change.setting == "batch_size"] == [16, 8]


def test_a_typed_number_is_applied_once(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    for size in (1, 10, 100):
        edited = replace(session.document.experiment, batch_size=size)
        session.document.edit("batch", edited, "batch_size")
    session.pause()  # the run then starts with the settings of now
    until(qtbot, lambda: session.status is Status.PAUSED)
    sizes = [it.value for it in session.result.history.changes if it.setting == "batch_size"]
    assert sizes == [16, 100]
    for size in (2, 20):
        session.document.edit("batch", replace(session.document.experiment, batch_size=size), "batch_size")
    session.step()
    until(qtbot, lambda: session.result.history.changes[-1].value == 20)
    sizes = [it.value for it in session.result.history.changes if it.setting == "batch_size"]
    assert sizes == [16, 100, 20]
