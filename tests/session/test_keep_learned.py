"""Structural edits that keep the learned weights where possible."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import suggested_layer, with_layer_added
from cadl_desktop.runs.history import History
from cadl_desktop.runs.network_weights import shapes_of
from cadl_desktop.session.session import Session
from cadl_desktop.session.training import succession
from cadl_desktop.session.training.earlier_results import EarlierResults
from cadl_desktop.session.training.result import Result, Status
from tests.computing.trouble import record_renders, recorded_renders, run_in_worker, wait_for
from tests.engine.runs import epochs, small_painting
from tests.session.test_session import train
from tests.settling import process_events, until, wait_for_timers, wait_for_worker


@pytest.fixture
def experiment() -> Experiment:
    return epochs(small_painting(target_scaling="unit"), 100_000)


@pytest.fixture
def session(session: Session) -> Session:
    session.keep_learned = True
    return session


def widen(session: Session, units: int, merge_key: str | None = None) -> None:
    experiment = session.document.experiment
    first, *others = experiment.layers
    layers: tuple[Part, ...] = (first.has(units=units), *others)
    session.document.edit(f"{units} units", replace(experiment, layers=layers), merge_key)


def marks(session: Session) -> list[str | float]:
    return [change.value for change in session.result.history.changes if change.setting == "structure"]


def step_of(session: Session) -> int:
    return session.result.progress.step if session.result.progress else 0


def histogram_steps(session: Session) -> list[int]:
    return session.result.histograms["weights"].steps.tolist()


def stop(qtbot: QtBot, session: Session) -> None:
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)


def pause(qtbot: QtBot, session: Session) -> None:
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)


def test_a_wider_layer_goes_on_while_training(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 500)
    cost = session.result.cost
    assert cost is not None
    widen(session, 12)
    assert session.status is Status.PREPARING
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert marks(session) == ["8 → 12 neurons in layer 1"]
    assert session.result.progress is not None
    assert session.result.progress.step > 500
    assert len(session.result.history.rows) > 50
    pause(qtbot, session)
    assert session.result.state is not None
    assert session.result.state.weights[0].shape == (2, 12)
    assert session.result.cost is not None
    assert session.result.cost < 1.5 * cost


def test_typing_is_carried_over_once_from_what_was_trained(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 500)
    for units in (1, 12, 128):
        widen(session, units, "layers.0.units")
        process_events(qtbot)
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert marks(session) == ["8 → 128 neurons in layer 1"]


def test_with_the_switch_off_it_starts_from_the_seed(qtbot: QtBot, session: Session) -> None:
    session.keep_learned = False
    told: list[str] = []
    session.message.connect(lambda kind, text: told.append(text))
    train(qtbot, session, 500)
    widen(session, 12)
    until(qtbot, lambda: session.status is Status.TRAINING and len(session.result.history.rows) > 0)
    assert session.result.history.column("step")[0] < 500
    assert marks(session) == []
    assert told == []


def test_an_edit_that_can_not_keep_weights_starts_from_the_seed_with_a_message(
    qtbot: QtBot, session: Session
) -> None:
    told: list[str] = []
    session.lost.connect(told.append)
    train(qtbot, session, 500)
    experiment = session.document.experiment
    session.document.edit("fewer", replace(experiment, layers=experiment.layers[:1]))
    until(qtbot, lambda: session.status is Status.TRAINING)
    (sentence,) = told
    assert "layers" in sentence
    assert session.result.history.changes[0].step == 0
    assert marks(session) == []


@pytest.mark.parametrize("settings", [{"initialiser": "xavier"}, {"bias_start": 0.5}, {"spread": 0.3}])
def test_other_first_weights_wait_for_a_new_start(
    qtbot: QtBot, session: Session, settings: dict[str, float | str]
) -> None:
    told: list[str] = []
    session.message.connect(lambda kind, text: told.append(text))
    train(qtbot, session, 500)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    result = session.result
    experiment = session.document.experiment
    first, *others = experiment.layers
    session.document.edit("first weights", replace(experiment, layers=(first.has(**settings), *others)))
    assert session.result.state is not None
    assert result.state is not None
    np.testing.assert_array_equal(session.result.state.weights[0], result.state.weights[0])
    assert session.result.cost == result.cost
    assert "Start over" in told[-1]
    session.document.undo_stack.undo()
    assert session.result is result


def test_another_activation_goes_on_with_the_weights(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 500)
    experiment = session.document.experiment
    first, *others = experiment.layers
    session.document.edit("tanh", replace(experiment, layers=(first.has(activation="tanh"), *others)))
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert marks(session) == ["Tanh in layer 1"]
    until(qtbot, lambda: step_of(session) > 500)


def test_another_encoding_says_what_it_loses(qtbot: QtBot, session: Session) -> None:
    told: list[str] = []
    session.lost.connect(told.append)
    experiment = session.document.experiment
    session.document.edit("fourier", replace(experiment, encoding=part("encoding", "fourier")))
    session.document.undo_stack.undo()
    assert told == []  # nothing has been learned yet
    train(qtbot, session)
    stop(qtbot, session)
    session.document.undo_stack.redo()
    assert "encoding" in told[-1]
    assert session.result.state is None


def test_a_result_is_carried_over_and_comes_back_on_undo(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    result = session.result
    assert result.state is not None
    widen(session, 12)
    assert session.status is Status.RESULT
    assert session.result.state is not None
    assert session.result.state.weights[0].shape == (2, 12)
    assert session.result.state.step == result.state.step
    assert result.prediction is not None
    until(qtbot, lambda: session.result.prediction is not result.prediction)
    assert session.result.prediction is not None
    np.testing.assert_allclose(session.result.prediction, result.prediction, atol=0.01)
    session.document.undo_stack.undo()
    assert session.result is result
    session.document.undo_stack.redo()
    train(qtbot, session, result.state.step + 20)
    assert marks(session) == ["8 → 12 neurons in layer 1"]


def test_histograms_stay_those_of_the_run_that_an_undo_brings_back(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 500)
    stop(qtbot, session)
    before = histogram_steps(session)
    widen(session, 12)
    assert histogram_steps(session) == before
    session.train()
    until(qtbot, lambda: histogram_steps(session)[-1] > before[-1])
    stop(qtbot, session)
    session.document.undo_stack.undo()
    assert histogram_steps(session) == before


def test_a_network_with_another_layer_has_no_histograms_of_fewer(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 500)
    stop(qtbot, session)
    assert histogram_steps(session)
    experiment = session.document.experiment
    session.document.edit("Add", with_layer_added(experiment, 1, suggested_layer(experiment, 1)))
    assert session.result.state is not None
    assert not histogram_steps(session)


def test_events_of_a_run_ending_for_an_edit_belong_to_its_own_layers(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 500)
    result, experiment = session.result, session.document.experiment
    session.document.edit("Remove", replace(experiment, layers=experiment.layers[1:]))
    assert session.carrying_over
    until(qtbot, lambda: not session.carrying_over)
    assert result.histograms["weights"].shares.shape[1] == len(experiment.layers) + 1


def test_many_parameters_are_carried_over_in_the_background(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(succession, "INLINE_PARAMETERS", 0)
    train(qtbot, session)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    for units in (10, 12):
        widen(session, units)
        assert session.carrying_over
        assert session.result.state is None  # the old one is not shown for this network
    handed: list[Result] = []
    session.with_state(handed.append)
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert [result.state.weights[0].shape for result in handed if result.state] == [(2, 12)]
    assert marks(session) == ["8 → 12 neurons in layer 1"]
    steps = step_of(session)
    widen(session, 14)
    until(qtbot, lambda: session.status is Status.TRAINING and len(marks(session)) == 2)
    assert step_of(session) >= steps
    pause(qtbot, session)
    paused = session.result
    widen(session, 16)
    session.document.undo_stack.undo()
    assert not session.carrying_over
    assert session.result.state is paused.state


def test_the_cost_is_that_of_the_network_that_is_shown(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    cost = session.result.cost
    widen(session, 10)
    assert session.result.cost == cost
    widen(session, 4)
    assert session.result.state is not None
    assert session.result.cost is None  # until it has been measured
    session.document.undo_stack.undo()
    assert session.result.cost == cost


def test_an_undone_edit_leaves_the_run_in_the_list_as_it_was(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    before = session.runs.record(1)
    assert before is not None
    widen(session, 12)
    psnr = session.result.psnr
    until(qtbot, lambda: session.result.psnr != psnr)  # listed by now
    session.document.undo_stack.undo()
    after = session.runs.record(1)
    assert after is not None
    assert (after.experiment, after.cost, after.psnr) == (before.experiment, before.cost, before.psnr)


def test_a_requested_pause_applies_to_the_restarted_run(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    pause(qtbot, session)
    assert session.result.state is not None
    step = session.result.state.step
    widen(session, 9)
    assert session.status is Status.RESULT
    session.step()
    until(qtbot, lambda: session.status is Status.PAUSED)
    assert session.result.state is not None
    assert session.result.state.step == step + 1


def test_stop_right_after_an_edit_keeps_what_was_learned(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 500)
    widen(session, 12)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    assert session.result.state is not None
    assert session.result.state.weights[0].shape == (2, 12)
    assert session.result.state.step > 500
    wait_for_timers(qtbot, session)
    assert session.status is Status.RESULT


def test_a_save_right_after_an_edit_gets_the_carried_weights(qtbot: QtBot, session: Session) -> None:
    got: list[Result] = []
    train(qtbot, session, 500)
    widen(session, 12)
    session.with_state(got.append)
    until(qtbot, lambda: bool(got))
    assert got[0].state is not None
    assert got[0].state.weights[0].shape == (2, 12)


def test_an_edit_that_is_undone_while_training_goes_on_as_it_was(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 500)
    widen(session, 12)
    session.document.undo_stack.undo()
    until(qtbot, lambda: session.status is Status.TRAINING)
    assert session.result.progress is not None
    assert session.result.progress.step > 500
    assert marks(session) == []


@pytest.mark.parametrize("keep", [True, False])
def test_an_undo_while_another_network_trains_brings_back_what_was_learned(
    qtbot: QtBot, session: Session, keep: bool
) -> None:
    session.keep_learned = keep
    train(qtbot, session, 2000)
    experiment = session.document.experiment
    session.document.edit("seed", replace(experiment, seed=experiment.seed + 1))
    until(qtbot, lambda: session.status is Status.TRAINING and 0 < step_of(session) < 1500)
    session.document.undo_stack.undo()
    until(qtbot, lambda: session.status is Status.TRAINING and step_of(session) > 0)
    assert step_of(session) > 2000
    assert marks(session) == []


def test_only_the_last_of_quick_edits_is_rendered(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    train(qtbot, session, 200)
    pause(qtbot, session)
    run_in_worker(qtbot, session, record_renders)
    edited = tmp_path / "edited"
    session.ask(wait_for, (edited,), lambda _: None, lambda error: None)
    for units in (9, 10, 11, 12):
        widen(session, units)
    edited.touch()
    wait_for_worker(qtbot, session)
    painted = run_in_worker(qtbot, session, recorded_renders)
    assert painted[-1] == 12
    assert len(painted) <= 2  # the first may have begun


def test_invalid_edits_in_between_lose_nothing(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session, 500)
    widen(session, 0)
    wait_for_timers(qtbot, session)
    assert session.status is not Status.TRAINING
    widen(session, 20)
    assert session.result.state is not None
    assert marks(session) == ["8 → 20 neurons in layer 1"]


def fit_their_networks(session: Session) -> list[bool]:
    """Whether the weights of each listed run fit its network."""
    return [
        [weights.shape for weights in state.weights] == shapes_of(run.experiment)
        for run in session.runs.records
        for state in (run.state, *run.snapshots.states)
        if state is not None
    ]


@pytest.mark.parametrize("way", ["reset", "put aside", "edited without keeping"])
def test_a_run_that_was_ending_for_an_edit_is_listed_with_its_own_network(
    qtbot: QtBot, session: Session, way: str
) -> None:
    train(qtbot, session, 100)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING)
    left = session.document.experiment
    widen(session, 12)
    assert session.carrying_over
    if way == "reset":
        session.reset()
    elif way == "put aside":
        session.put_aside()
    else:
        session.keep_learned = False
        widen(session, 14)
    process_events(qtbot)
    session.stop()
    wait_for_worker(qtbot, session)
    wait_for_timers(qtbot, session)
    assert all(fit_their_networks(session))
    assert session.runs.records[0].experiment == left


def test_undone_through_many_networks_a_run_has_no_moments_of_another(qtbot: QtBot, session: Session) -> None:
    for units in (9, 12, 14):
        widen(session, units)
        steps = step_of(session)
        session.train()
        until(qtbot, lambda steps=steps: step_of(session) > steps + 50 and session.result.snapshots.states)
        session.stop()
        until(qtbot, lambda: session.status is Status.RESULT)
    for _ in range(3):
        session.document.undo_stack.undo()
        process_events(qtbot)
        assert all(fit_their_networks(session))


def test_another_method_takes_nothing_over(qtbot: QtBot, session: Session) -> None:
    told: list[str] = []
    session.lost.connect(told.append)
    train(qtbot, session, 500)
    stop(qtbot, session)
    result, experiment = session.result, session.document.experiment
    document, narrow = session.document, (experiment.layers[0].has(units=5), *experiment.layers[1:])
    plain = part("optimizer", "gradient descent", rate=0.001)
    for other in (replace(experiment, optimizer=plain), replace(experiment, layers=narrow)):
        document.edit("another method", other, begins_anew=True)
        assert session.result.state is None
        train(qtbot, session, 20)
        stop(qtbot, session)
        assert session.result.run != result.run
        document.undo_stack.undo()
        assert session.result is result
    assert told == []


def test_opening_another_experiment_tells_of_no_loss(qtbot: QtBot, session: Session) -> None:
    told: list[str] = []
    session.lost.connect(told.append)
    train(qtbot, session, 500)
    stop(qtbot, session)
    experiment = session.document.experiment
    session.document.open(replace(experiment, layers=experiment.layers[:1]), None)
    session.open(None, None)
    process_events(qtbot)
    assert told == []
    assert session.result.state is None


def test_results_without_moments_push_out_no_others(qtbot: QtBot, session: Session) -> None:
    train(qtbot, session)
    stop(qtbot, session)
    experiment, state = session.document.experiment, session.result.state
    assert session.result.snapshots.states
    results = EarlierResults()
    results.remember(experiment, session.result)
    for units in (20, 30, 40):
        other = replace(experiment, layers=(experiment.layers[0].has(units=units), *experiment.layers[1:]))
        results.remember(other, Result(History(), state))
    kept = results.kept(experiment)
    assert kept is session.result
