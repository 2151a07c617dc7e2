"""Time machine: showing a moment, returning to the current state, and branching."""

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.engine import first_state, probe, render
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs import run_snapshots
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import History
from cadl_desktop.session.document import Document
from cadl_desktop.session.run_commands import branch
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.earlier_results import EarlierResults
from cadl_desktop.session.training.result import Result, Status
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.session.weight_edits import set_weight
from tests.engine.runs import epochs, finished, run, same_bits, small_painting
from tests.session.test_session import train
from tests.settling import until, wait_for_timers, wait_for_worker

LARGE = part("dataset", "picture", longest=160)


@pytest.fixture
def machine(session: Session) -> TimeMachine:
    machine = TimeMachine(Neurons(session))
    session.load_samples()
    session.load_tensorflow()
    return machine


def record(qtbot: QtBot, session: Session, moments: int = 5) -> list[RunState]:
    """Trains until there are `count` moments, and pauses."""
    session.train()
    until(qtbot, lambda: len(session.result.snapshots.states) >= moments)
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    return list(session.result.snapshots.states)


def shows(machine: TimeMachine, state: RunState) -> bool:
    return machine.shown is not None and machine.shown.probed.step == state.step


def test_a_moment_is_shown_as_it_was(qtbot: QtBot, session: Session, machine: TimeMachine) -> None:
    states = record(qtbot, session)
    machine.go_to_step(states[2].step)
    assert machine.moment is states[2]
    until(qtbot, lambda: shows(machine, states[2]))
    assert machine.shown is not None
    experiment = session.document.experiment
    prediction, psnr = render(experiment, states[2].weights)
    np.testing.assert_array_equal(machine.shown.prediction, prediction)
    assert machine.shown.psnr == psnr
    told = probe(experiment, states[2].weights, states[2].step)
    neurons = machine._neurons
    assert neurons.plain is machine.shown.probed
    for column, wanted in zip(neurons.plain.columns, told.columns, strict=True):
        np.testing.assert_array_equal(column, wanted)
    assert session.result.state is states[-1]


def test_the_cost_of_a_moment_lies_on_the_curve(qtbot: QtBot, session: Session, machine: TimeMachine) -> None:
    states = record(qtbot, session)
    steps, costs = session.result.history.column("step"), session.result.history.column("cost")
    machine.go_to_step(0)
    assert machine.moment is states[0]
    assert machine.cost == costs[0]  # before the first step
    machine.go_to_step(states[-2].step)
    assert machine.cost == pytest.approx(np.interp(states[-2].step, steps, costs))
    machine.go_to_now()
    assert machine.cost == session.result.cost


def test_the_newest_of_many_moments_is_shown(qtbot: QtBot, session: Session, machine: TimeMachine) -> None:
    states = record(qtbot, session, 8)
    for state in states[:-1]:
        machine.go_to_step(state.step)
    until(qtbot, lambda: shows(machine, states[-2]))
    machine.go_to_now()
    assert machine.shown is None
    wait_for_timers(qtbot, machine)
    wait_for_worker(qtbot, session)
    assert machine.shown is None


def test_going_from_moment_to_moment(qtbot: QtBot, session: Session, machine: TimeMachine) -> None:
    machine.go_to_earlier()
    machine.go_to_step(3)
    machine.replay()
    assert machine.moment is None
    states = record(qtbot, session)
    machine.go_to_later()
    assert machine.moment is None
    machine.go_to_earlier()
    assert machine.moment is states[-2]
    machine.go_by(-1)
    assert machine.moment is states[-3]
    machine.go_by(-100)
    assert machine.moment is states[0]
    machine.go_to_later()
    assert machine.moment is states[1]
    machine.go_by(100)
    assert machine.moment is None


def test_looking_back_does_not_stop_a_training(qtbot: QtBot, session: Session, machine: TimeMachine) -> None:
    train(qtbot, session, 100)
    until(qtbot, lambda: len(session.result.snapshots.states) > 2)
    state = session.result.snapshots.states[1]
    machine.go_to_step(state.step)
    until(qtbot, lambda: shows(machine, state))
    assert session.result.progress is not None
    step = session.result.progress.step
    until(qtbot, lambda: session.result.progress is not None and session.result.progress.step > step + 200)
    assert session.status is Status.TRAINING
    assert machine.moment is state
    plain = machine._neurons.plain
    assert plain is not None
    assert plain.step == state.step
    machine.go_to_now()
    until(qtbot, lambda: machine._neurons.plain is not None and machine._neurons.plain.step > step)


def test_muting_affects_earlier_moments(qtbot: QtBot, session: Session, machine: TimeMachine) -> None:
    neuron_gains = NeuronGains(machine._neurons)
    states = record(qtbot, session)
    machine.go_to_step(states[1].step)
    until(qtbot, lambda: shows(machine, states[1]))
    neuron_gains.set_gain(1, 2, 0.0)
    until(qtbot, lambda: neuron_gains.rendered is not None)
    assert neuron_gains.rendered is not None
    assert neuron_gains.rendered.probed.step == states[1].step
    made, _ = render(session.document.experiment, states[1].weights, neuron_gains.gains)
    np.testing.assert_array_equal(neuron_gains.rendered.prediction, made)


@pytest.mark.parametrize("edit", ["structure", "reset", "weight", "open"])
def test_another_run_returns_to_the_current_state(
    qtbot: QtBot, session: Session, machine: TimeMachine, edit: str
) -> None:
    states = record(qtbot, session)
    machine.go_to_step(states[1].step)
    until(qtbot, lambda: shows(machine, states[1]))
    if edit == "structure":
        session.document.edit("seed", replace(session.document.experiment, seed=7))
    elif edit == "reset":
        session.reset()
    elif edit == "weight":
        set_weight(session, 2, 1, 5, 0.75)
    else:
        session.document.open(small_painting(), None)
        session.open(None, None)
    until(qtbot, lambda: machine.moment is None)
    assert machine.shown is None
    kept = [state.step for state in machine.snapshots.states]
    assert kept == ([state.step for state in states] if edit == "weight" else [])


def test_an_undone_edit_of_the_network_finds_its_moments_again(
    qtbot: QtBot, session: Session, machine: TimeMachine
) -> None:
    states = record(qtbot, session)
    session.document.edit("seed", replace(session.document.experiment, seed=7))
    assert machine.snapshots.states == []
    session.document.undo_stack.undo()
    assert machine.snapshots.states[:3] == states[:3]
    for seed in (7, 8, 9):
        session.document.edit("seed", replace(session.document.experiment, seed=seed))
        train(qtbot, session, 20)
        session.pause()
        until(qtbot, lambda: session.status is Status.PAUSED)
    for _ in range(3):
        session.document.undo_stack.undo()
    assert machine.snapshots.states[:3] == states[:3]


def test_a_carried_over_network_has_no_earlier_moments(
    qtbot: QtBot, session: Session, machine: TimeMachine
) -> None:
    session.keep_learned = True
    train(qtbot, session, 100)
    until(qtbot, lambda: len(session.result.snapshots.states) > 2)
    machine.go_to_step(0)
    experiment = session.document.experiment
    layers = (part("layer", "dense", units=9), *experiment.layers[1:])
    session.document.edit("wider", replace(experiment, layers=layers))
    assert machine.moment is None
    assert machine.snapshots.states == []
    until(qtbot, lambda: len(machine.snapshots.states) > 1 and session.status is Status.TRAINING)
    assert {state.weights[0].shape for state in machine.snapshots.states} == {(2, 9)}
    assert machine.snapshots.states[0].step > 100


def test_no_moment_is_requested_of_an_edited_network(
    qtbot: QtBot, session: Session, machine: TimeMachine, caplog: pytest.LogCaptureFixture
) -> None:
    session.keep_learned = True
    train(qtbot, session, 100)
    until(qtbot, lambda: len(session.result.snapshots.states) > 2)
    first, second, *_ = session.result.snapshots.states
    experiment = session.document.experiment
    caplog.set_level("INFO")  # the error of a dropped request isn't shown

    def go_on_and_edit() -> None:
        """Edits during the rest after an answer, so that the second moment still has to wait."""
        if shows(machine, first):
            machine.changed.disconnect(go_on_and_edit)
            machine.go_to_step(second.step)
            session.document.edit("deeper", replace(experiment, layers=experiment.layers * 2))

    machine.changed.connect(go_on_and_edit)
    machine.go_to_step(first.step)
    until(qtbot, lambda: session.document.experiment is not experiment)
    wait_for_worker(qtbot, session)
    assert not [record for record in caplog.records if record.exc_info]


def test_a_replay_ends_at_the_current_state(qtbot: QtBot, session: Session, machine: TimeMachine) -> None:
    states = record(qtbot, session)
    seen: list[int] = []
    machine.changed.connect(lambda: seen.append(machine.moment.step) if machine.moment else None)
    machine.speed = 20.0
    machine.replay()
    assert machine.replaying
    until(qtbot, lambda: not machine.replaying)
    assert machine.moment is None
    assert seen == sorted(seen)
    assert seen[0] == states[0].step
    machine.replay()
    machine.stop_replay()
    assert machine.moment is not None
    assert not machine.replaying


def test_only_the_last_networks_keep_their_moments_for_an_undo() -> None:
    learned = EarlierResults()
    networks = [small_painting(seed=seed) for seed in range(1, 5)]
    for experiment in networks:
        state = first_state(experiment)
        learned.set_origin(experiment, Result(History(), state, snapshots=run_snapshots.Snapshots([state])))
        learned.begin()
    kept = [learned.kept(experiment) for experiment in networks]
    assert all(result and result.state for result in kept)
    assert [len(result.snapshots.states) for result in kept if result] == [0, 0, 1, 1]


def test_a_network_that_needs_more_than_the_budget_says_so_once(
    qtbot: QtBot, session: Session, machine: TimeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_snapshots, "BUDGET", 1000)
    said: list[str] = []
    session.message.connect(lambda _, text: said.append(text))
    train(qtbot, session, 50)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    train(qtbot, session, 500)
    assert [text for text in said if "This network is large" in text] == said[:1]


def test_a_large_painting_is_shown_coarse_then_fine(qtbot: QtBot) -> None:
    session = Session(Document(small_painting(data=LARGE, batch_size=4000)))
    machine = TimeMachine(Neurons(session))
    session.load_samples()
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT and session.samples is not None)
    machine.go_to_step(0)
    until(qtbot, lambda: machine.shown is not None)
    coarse = machine.shown
    assert coarse is not None
    assert coarse.psnr is None
    until(qtbot, lambda: machine.shown is not coarse)
    assert machine.shown is not None
    assert machine.shown.psnr is not None
    assert machine.shown.prediction.shape == coarse.prediction.shape
    np.testing.assert_allclose(machine.shown.prediction[::2, ::2], coarse.prediction[::2, ::2], atol=0.01)
    session.close()


def test_stopping_a_replay_refines_a_coarse_moment(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    # Held long after the coarse one has arrived.
    monkeypatch.setattr("cadl_desktop.session.views.time_machine.FINE_SECONDS", 0.0)
    session = Session(Document(small_painting(data=LARGE, batch_size=4000)))
    machine = TimeMachine(Neurons(session))
    session.load_samples()
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT and session.samples is not None)
    machine.speed = 1e-6
    machine.replay()
    until(qtbot, lambda: machine.shown is not None)
    assert machine.shown is not None
    assert machine.shown.psnr is None
    machine.stop_replay()
    until(qtbot, lambda: machine.shown is not None and machine.shown.psnr is not None)
    session.close()


def test_a_pause_refines_a_coarse_moment(qtbot: QtBot) -> None:
    session = Session(Document(epochs(small_painting(data=LARGE, batch_size=4000), 100_000)))
    machine = TimeMachine(Neurons(session))
    session.load_samples()
    train(qtbot, session)
    until(qtbot, lambda: len(session.result.snapshots.states) > 2)
    machine.go_to_step(0)
    until(qtbot, lambda: machine.shown is not None)
    assert machine.shown is not None
    assert machine.shown.psnr is None
    session.pause()
    until(qtbot, lambda: machine.shown is not None and machine.shown.psnr is not None)
    session.close()


def test_a_branch_goes_on_exactly_and_leaves_the_run_it_came_from(
    qtbot: QtBot, session: Session, machine: TimeMachine
) -> None:
    *_, moment, paused = record(qtbot, session)
    session.document.edit("longer", epochs(session.document.experiment, paused.epoch + 20))
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT)
    end = session.result.state
    assert end is not None
    machine.go_to_step(moment.step)
    branch(session, moment)
    assert machine.moment is None
    assert session.result.run == 2
    assert session.result.state is moment
    assert [record.number for record in session.runs.records] == [1, 2]
    first, second = session.runs.records
    assert first.state is end
    assert session.result.cost == second.cost == session.result.history.rows[-1, 3]
    assert session.result.snapshots.states[-1] is moment
    last = session.result.history.changes[-1]
    assert (last.step, last.value) == (moment.step, "branched from run 1")
    session.train()
    until(qtbot, lambda: session.status is Status.RESULT and session.result.finished is not None)
    assert session.result.state is not None
    assert same_bits(session.result.state, end)
    assert (np.diff(session.result.history.column("epoch")) == 1).all()
    assert same_bits(end, finished(run(session.document.experiment)).state)


def test_a_branch_is_undone_and_done_again(qtbot: QtBot, session: Session, machine: TimeMachine) -> None:
    states = record(qtbot, session)
    branch(session, states[1])
    assert session.result.state is states[1]
    session.document.undo_stack.undo()
    assert session.result.run == 1
    assert session.result.state is not None
    assert session.result.state.step == states[-1].step  # a pause at a moment's step brings that state again
    assert [state.step for state in session.result.snapshots.states] == [state.step for state in states]
    assert [record.number for record in session.runs.records] == [1]
    session.document.undo_stack.redo()
    assert session.result.state is states[1]
    assert session.result.run == 2
    train(qtbot, session, states[1].step + 50)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    session.document.undo_stack.undo()
    assert session.result.run == 1
    assert [record.number for record in session.runs.records] == [1, 2]


def test_a_branch_brings_the_settings_of_its_moment_back(
    qtbot: QtBot, session: Session, machine: TimeMachine
) -> None:
    train(qtbot, session, 50)
    until(qtbot, lambda: len(session.result.snapshots.states) > 2)
    moment = session.result.snapshots.states[1]
    before = session.document.experiment
    session.document.edit("rate", replace(before, optimizer=before.optimizer.has(rate=0.25), l2=0.5))
    until(qtbot, lambda: session.result.snapshots.states[-1].settings.rate == 0.25)
    branch(session, moment)
    assert session.document.experiment == before
    assert [change.value for change in session.result.history.changes if change.setting == "rate"] == [0.001]
    session.document.undo_stack.undo()
    assert session.document.experiment.optimizer["rate"] == 0.25
