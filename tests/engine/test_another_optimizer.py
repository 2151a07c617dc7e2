"""Another optimizer amid a run: its first steps, its memories, and the same bits however the run is cut."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.engine import Control, train
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.training.optimizers import optimizer_for
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.project import Project, ProjectError, open_project, save_project
from cadl_desktop.runs.changes import OPTIMIZER_SINCE
from cadl_desktop.runs.events import Finished, Paused, RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.network_weights import flatten
from cadl_desktop.runs.run_snapshots import Snapshots
from tests.engine.runs import epochs, finished, run, same_bits, small_painting

PAINTING = small_painting(target_scaling="unit")
MOMENTUM = {"optimizer": part("optimizer", "momentum", momentum=0.5), "rate": 0.01}
ADAM = {"optimizer": PAINTING.optimizer, "rate": 0.001}


def settings(**changes: Any) -> LiveSettings:
    return replace(LiveSettings.of(PAINTING), **changes)


def changed(
    changes: dict[int, list[LiveSettings]], last: int, state: RunState | None = None
) -> list[RunState]:
    """States at the pauses of a run of single steps that is changed at some of them, up to the last step."""
    control, states = Control(picture_seconds=None), []
    control.pause()
    for event in train(epochs(PAINTING, 100), control, state):
        if isinstance(event, Paused):
            states.append(event.state)
            for wanted in changes.get(event.state.step, ()):
                control.change(wanted)
            control.step() if event.state.step < last else control.stop()
    return [*states[:-1], finished([event]).state]


@pytest.mark.parametrize("kind", sorted(entries("optimizer").keys() - {"adam"}))
def test_the_first_step_is_the_optimizer_s_first(kind: str) -> None:
    """The gradient is that by which gradient descent moves the same weights."""
    other = replace(PAINTING, optimizer=part("optimizer", kind))
    before, after = changed({20: [LiveSettings.of(other)]}, 21)[-2:]
    descent = settings(optimizer=part("optimizer", "gradient descent"), rate=1.0)
    gradient = flatten(before.weights) - flatten(changed({20: [descent]}, 21)[-1].weights)
    optimizer = optimizer_for(other)
    slots = tuple(tf.fill(gradient.shape, start) for start in optimizer.starts)
    numbers = (flatten(before.weights), slots, gradient, tf.constant(1, tf.int64), other.optimizer["rate"])
    moved, memories = optimizer.update(*map(tf.convert_to_tensor, numbers[:1]), *numbers[1:])
    np.testing.assert_allclose(flatten(after.weights), moved, atol=2e-6)
    np.testing.assert_allclose(after.slots, np.reshape(memories, after.slots.shape), atol=2e-6)
    assert (after.step, after.optimizer_since) == (21, 20)


def test_adam_s_first_step_after_another_is_as_large_as_its_rate() -> None:
    before, after = changed({8: [settings(**MOMENTUM)], 20: [settings(**ADAM)]}, 21)[-2:]
    moved = np.abs(flatten(after.weights) - flatten(before.weights))
    assert moved.max() == pytest.approx(0.001, rel=1e-3)
    assert after.optimizer_since == 20


def test_other_settings_of_the_same_kind_keep_the_memories() -> None:
    gentle = settings(optimizer=PAINTING.optimizer.has(beta1=0.8))
    at, after = changed({5: [gentle]}, 6)[-2:]
    plain = changed({}, 6)[-1]
    mean = (plain.slots[0] - 0.9 * at.slots[0]) / 0.1
    np.testing.assert_allclose(after.slots[0], 0.8 * at.slots[0] + 0.2 * mean, atol=1e-6)
    assert after.optimizer_since == 0


def test_a_change_that_is_taken_back_before_the_next_step_changes_nothing() -> None:
    undone = changed({5: [settings(**MOMENTUM), settings(**ADAM)]}, 9)[-1]
    plain = changed({}, 9)[-1]
    assert same_bits(undone, plain)
    assert undone.optimizer_since == 0


def test_a_run_is_stopped_changed_and_continued_as_if_it_had_been_changed_live() -> None:
    live = changed({12: [settings(**MOMENTUM)], 30: [settings(**ADAM)]}, 40)[-1]
    state = changed({}, 12)[-1]
    for wanted, last in ((MOMENTUM, 30), (ADAM, 40)):
        state = changed({}, last, state.with_settings(settings(**wanted)))[-1]
    assert same_bits(state, live)
    assert state.optimizer_since == live.optimizer_since == 30


def logged(experiment: Experiment, state: RunState | None, history: History) -> Finished:
    for event in train(experiment, Control(picture_seconds=None, snapshots=True), state):
        history.add(event)
    assert isinstance(event, Finished)
    return event


def test_a_project_keeps_them_and_the_count_and_drops_those_of_before(tmp_path: Path) -> None:
    """Adam and Muon both have two memories, which must not be taken for one another's."""
    muon = replace(PAINTING, optimizer=part("optimizer", "muon"))
    history, snapshots = History(), Snapshots()
    states = [logged(epochs(PAINTING, 1), None, history).state]
    for experiment in (muon, epochs(muon, 9)):
        state = states[-1].with_settings(LiveSettings.of(experiment))
        states.append(logged(epochs(experiment, len(states) + 1), state, history).state)
    for state in states:
        snapshots.add(state)
    assert [len(state.slots) for state in snapshots.states] == [0, 2, 2]
    save_project(tmp_path / "muon.cadl", Project(muon, states[-1], history, snapshots=snapshots))
    opened = open_project(tmp_path / "muon.cadl")
    assert opened.state is not None
    assert opened.history is not None
    assert opened.snapshots is not None
    assert same_bits(opened.state, states[-1])
    assert opened.state.settings == states[-1].settings
    assert opened.state.optimizer_since == 9
    assert [len(state.slots) for state in opened.snapshots.states] == [0, 2, 2]
    kinds = [state.settings.optimizer.kind for state in opened.snapshots.states]
    assert kinds == ["adam", "muon", "muon"]
    changes = [(each.step, each.value) for each in opened.history.changes if each.setting == OPTIMIZER_SINCE]
    assert changes == [(9, 9)]
    on = [finished(run(epochs(muon, 4), state=state)).state for state in (opened.state, states[-1])]
    assert same_bits(*on)
    # A moment from before begins anew.
    moment = opened.snapshots.states[0]
    branch = finished(run(epochs(PAINTING, 2), state=moment)).state
    assert (branch.settings.optimizer.kind, branch.optimizer_since, branch.step) == ("adam", 9, 18)


def test_memories_of_another_optimizer_are_refused(tmp_path: Path) -> None:
    state = finished(run(epochs(PAINTING, 1))).state
    momentum = replace(state.settings, optimizer=part("optimizer", "momentum"))
    wrong = dataclasses.replace(state, settings=momentum)
    save_project(tmp_path / "wrong.cadl", Project(PAINTING, wrong, History()))
    with pytest.raises(ProjectError, match="its optimizer's memory does not fit its experiment"):
        open_project(tmp_path / "wrong.cadl")
