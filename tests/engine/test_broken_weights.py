"""What a step has broken is never handed out: neither at a pause nor at an end."""

from collections.abc import Callable

import numpy as np
import pytest

from cadl_desktop.engine import Control, train
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.training.orders import Order
from cadl_desktop.engine.training.stepper import Point, Stepper
from cadl_desktop.runs.events import EpochEnded, Finished, Paused, Snapshot
from tests.engine.runs import epochs, small_painting


@pytest.mark.parametrize("asks", [Control.pause, Control.stop])
def test_a_run_whose_newest_step_broke_its_weights_goes_back(
    monkeypatch: pytest.MonkeyPatch, asks: Callable[[Control], None]
) -> None:
    """The cost of a step is that of the weights before it, and says nothing of those after it."""
    control, breaks = Control(picture_seconds=None, snapshots=True), False
    original = Stepper.steps

    def steps(stepper: Stepper, point: Point, order: Order, count: int) -> tuple[Point, int]:
        after, finite = original(stepper, point, order, count)
        if not breaks or not count:
            return after, finite
        asks(control)
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
