"""Weights broken by a step are never reported, neither at a pause nor at the end."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cadl_desktop.engine import Control, train
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.training.orders import Order
from cadl_desktop.engine.training.stepper import Point, Stepper
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.runs.events import EpochEnded, Finished, Paused, Snapshot
from tests.engine.runs import epochs, finished, run, small_painting


@pytest.mark.parametrize("command", [Control.pause, Control.stop])
def test_a_run_whose_newest_step_broke_its_weights_goes_back(
    monkeypatch: pytest.MonkeyPatch, command: Callable[[Control], None]
) -> None:
    """The cost of a step is that of the weights before it, and says nothing about those after it."""
    control, breaks = Control(picture_seconds=None, snapshots=True), False
    original = Stepper.steps

    def steps(stepper: Stepper, point: Point, order: Order, count: int) -> tuple[Point, int]:
        after, finite = original(stepper, point, order, count)
        if not breaks or not count:
            return after, finite
        command(control)
        broken = tf.fill(after.parameters.shape, np.float32(np.nan))
        return Point(broken, after.slots, after.step, after.epoch, after.row), finite

    monkeypatch.setattr(Stepper, "steps", steps)
    states, measured = [], 0
    for event in train(epochs(small_painting(), 100_000), control):
        match event:
            case EpochEnded(step=measured, epoch=epoch):
                breaks = epoch == 3
            case Snapshot(state=state) | Finished(state=state):
                states.append(state)
            case Paused(state=state):
                states.append(state)
                control.resume()
    assert isinstance(event, Finished)
    assert event.reason in ("diverged", "stopped")
    assert event.state.step >= measured
    assert all(np.isfinite(weights).all() for state in states for weights in state.weights)


def test_slots_may_be_infinite_and_their_project_is_opened_again(tmp_path: Path) -> None:
    """Adam's squares of gradients overflow from 2e19 on; it continues with infinity, also after loading."""
    linear = epochs(small_painting(layers=(part("layer", "dense", units=8, activation="linear"),) * 4), 1)
    first = finished(run(linear)).state
    state = replace(first, weights=tuple(np.full_like(array, 1e5) for array in first.weights))
    ended = finished(run(epochs(linear, 2), state=state))
    assert ended.reason == "epochs"
    assert not np.isfinite(ended.state.slots).all()
    save_project(tmp_path / "steep.cadl", Project(linear, ended.state))
    opened = open_project(tmp_path / "steep.cadl").state
    assert opened is not None
    assert np.array_equal(opened.slots, ended.state.slots, equal_nan=True)


def test_slots_that_prevent_learning_are_reported() -> None:
    state = finished(run(epochs(small_painting(), 1))).state
    slots = state.slots.copy()
    slots[0, 0] = np.nan
    ended = finished(run(epochs(small_painting(), 2), state=replace(state, slots=slots)))
    assert ended.reason == "diverged"
    assert "the optimizer's memory that training went on with at step 9 holds what is" in ended.message
    assert all(map(np.array_equal, ended.state.weights, state.weights))
