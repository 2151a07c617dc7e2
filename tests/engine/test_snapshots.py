"""Snapshots of a run: when they come, and that a run continues from any of them with the same bits."""

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import Control, initial_weights, train
from cadl_desktop.experiment import Stop, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.events import Event, Finished, Paused, RunState, Snapshot
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.engine.runs import epochs, finished, of_kind, run, same_bits, small_painting

EXPERIMENTS = {
    "adam": small_painting(validation=0.2),
    "momentum, penalties and a schedule": small_painting(
        optimizer=part("optimizer", "momentum", rate=1e-4),
        schedule=part("schedule", "cosine", epochs=5),
        l1=0.001,
        l2=0.01,
    ),
    "a curve": epochs(preset("lecture-tanh"), 6),
}


def states(events: list[Event]) -> list[RunState]:
    return [event.state for event in of_kind(events, Snapshot)]


def snapshot_control() -> Control:
    return Control(picture_seconds=None, snapshots=True)


def test_without_a_request_there_are_no_snapshots() -> None:
    assert states(run(epochs(small_painting(), 2))) == []


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_run_continues_from_every_snapshot_to_the_same_bits(name: str) -> None:
    experiment = EXPERIMENTS[name]
    events = run(experiment, snapshot_control())
    end = finished(events).state
    told = states(events)
    assert same_bits(end, finished(run(experiment)).state)
    assert told[0].step == 0
    assert told[-1].step == end.step
    for state in (told[0], told[len(told) // 2]):
        assert same_bits(finished(run(experiment, state=state)).state, end)


def test_a_run_continues_from_the_middle_of_an_epoch_to_the_same_bits() -> None:
    experiment = epochs(small_painting(), 3)
    control = snapshot_control()
    control.pause()
    told: dict[int, RunState] = {}
    for event in train(experiment, control):
        if isinstance(event, Snapshot):
            told[event.state.step] = event.state
        if isinstance(event, Paused):
            control.step()
    end = finished(run(experiment)).state
    assert list(told) == list(range(28))
    for step in (4, 9, 13):
        assert told[step].row == step % 9 * 16 or step % 9 == 0
        assert same_bits(finished(run(experiment, state=told[step])).state, end)


def test_the_first_snapshot_has_the_initial_weights() -> None:
    experiment = epochs(small_painting(), 1)
    first = states(run(experiment, snapshot_control()))[0]
    for array, start in zip(first.weights, initial_weights(experiment), strict=True):
        np.testing.assert_array_equal(array, start)


def test_a_snapshot_holds_the_live_settings_of_its_moment() -> None:
    control, asked = snapshot_control(), False
    told: list[RunState] = []
    for event in train(replace(small_painting(), stop=Stop(epochs=None)), control):
        if isinstance(event, Snapshot):
            told.append(event.state)
        if isinstance(event, Snapshot) and event.state.step > 9 and not asked:
            asked = True
            control.change(replace(event.state.settings, rate=0.5, batch_size=7))
            control.pause()
        if isinstance(event, Paused):
            control.stop()
    assert (told[0].settings.rate, told[0].settings.batch_size) == (0.001, 16)
    assert (told[-1].settings.rate, told[-1].settings.batch_size) == (0.5, 7)


def test_a_pause_gives_a_snapshot_of_its_state() -> None:
    control = snapshot_control()
    told: list[RunState] = []
    for event in train(replace(small_painting(), stop=Stop(epochs=None)), control):
        if isinstance(event, Snapshot):
            told.append(event.state)
        if isinstance(event, Snapshot) and event.state.step > 20:
            control.pause()
        if isinstance(event, Paused):
            assert told[-1] is event.state
            control.stop()
    assert isinstance(event, Finished)


def test_after_divergence_no_snapshot_is_broken() -> None:
    experiment = small_painting(optimizer=part("optimizer", "gradient descent", rate=1000.0), cost="l2-sum")
    snapshots = Snapshots()
    events = run(experiment, snapshot_control())
    assert finished(events).reason == "diverged"
    for state in states(events):
        snapshots.add(state)
    assert snapshots.states[-1].step == finished(events).state.step
    for state in snapshots.states:
        assert all(np.isfinite(array).all() for array in state.weights)


def test_a_snapshot_is_plain_numbers_in_one_piece() -> None:
    state = states(run(epochs(small_painting(), 1), snapshot_control()))[-1]
    assert all(isinstance(array, np.ndarray) and array.flags.c_contiguous for array in state.weights)
    bases = {id(array.base) for array in (*state.weights, state.slots)}
    assert len(bases) == 1
    whole = state.slots.base
    assert isinstance(whole, np.ndarray)
    assert whole.flags.owndata
    assert whole.nbytes == sum(array.nbytes for array in state.weights) + state.slots.nbytes
