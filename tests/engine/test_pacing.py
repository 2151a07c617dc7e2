"""Training speeds: a slowed run computes what a full one does, and a command ends its waits."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cadl_desktop.engine import Control, batch_order, train
from cadl_desktop.engine.training.measuring import MeasurementQueue
from cadl_desktop.engine.training.pacing import SLOW_SECONDS
from cadl_desktop.engine.training.trajectory import Trajectory
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.model import Stop
from cadl_desktop.runs.events import EpochEnded, Event, Finished, Paused, Progressed, Speed
from cadl_desktop.runs.history import History
from tests.engine.runs import epochs, finished, of_kind, run, same_bits, small_painting

STEP_SECONDS = 2**-10
"""A power of two, so that sums of times are exact."""
OVER_RUN = part("schedule", "cosine", over="run")


class FakeTime:
    """Time that passes while steps are made and while a run waits, and not otherwise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.waited = 0.0
        advance, await_command = Trajectory.advance, Control.await_command

        def advance_for_a_while(trajectory: Trajectory, count: int) -> int:
            self.now += STEP_SECONDS * count
            return advance(trajectory, count)

        def await_for_a_while(control: Control, seconds: float | None) -> bool:
            if seconds:
                waited = math.ceil(seconds / STEP_SECONDS) * STEP_SECONDS
                self.now += waited
                self.waited += waited
            return await_command(control, None if seconds is None else 0.0)

        monkeypatch.setattr(time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(Trajectory, "advance", advance_for_a_while)
        monkeypatch.setattr(Control, "await_command", await_for_a_while)
        # Otherwise a horizon is estimated or not by how long real measurements take.
        monkeypatch.setattr(MeasurementQueue, "is_running", False)


@pytest.fixture
def fake_time(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    return FakeTime(monkeypatch)


def recorded(events: list[Event]) -> tuple[Finished, list[Any], list[Any]]:
    """Last event, history and log of a run."""
    history = History()
    for event in events:
        history.add(event)
    rows = [replace(each, processor_seconds=0.0) for each in of_kind(events, EpochEnded)]
    return finished(events), rows, history.changes


@pytest.mark.parametrize("speed", ["slow", "watchable"])
@pytest.mark.parametrize(
    "stop", [Stop(epochs=None, seconds=0.25), Stop(epochs=30), Stop(epochs=20, seconds=0.1)]
)
def test_a_slowed_run_has_bits_history_and_log_of_a_full_one(
    fake_time: FakeTime, speed: Speed, stop: Stop
) -> None:
    experiment = small_painting(schedule=OVER_RUN, stop=stop)
    end, rows, log = recorded(run(experiment, Control(picture_seconds=None)))
    assert fake_time.waited == 0
    assert len(log) > (stop.seconds is not None)
    slow_end, slow_rows, slow_log = recorded(run(experiment, Control(speed=speed, snapshots=True)))
    assert fake_time.waited > 1
    assert same_bits(end.state, slow_end.state)
    assert (slow_rows, slow_log) == (rows, log)
    assert (slow_end.reason, slow_end.message) == (end.reason, end.message)
    assert (slow_end.state.seconds, slow_end.state.horizon) == (end.state.seconds, end.state.horizon)


def frames_of(events: list[Event]) -> list[Progressed]:
    return [event for event in of_kind(events, Progressed) if event.prediction is not None]


def test_a_watchable_run_changes_its_picture_little_from_frame_to_frame(fake_time: FakeTime) -> None:
    experiment = epochs(small_painting(), 300)
    shown = frames_of(run(experiment, Control(speed="watchable")))
    pictures = np.array([event.prediction for event in shown]).clip(0.0, 255.0)
    steps = np.array([event.step for event in shown])
    to_end = np.sqrt(np.mean(np.square(pictures - pictures[-1]), axis=(1, 2, 3)))
    likeness = int(np.argmax(to_end < 0.2 * to_end[0]))
    assert likeness >= 40
    changes = np.sqrt(np.mean(np.square(np.diff(pictures[:likeness], axis=0)), axis=(1, 2, 3)))
    assert changes.max() < to_end[0] / 8
    assert steps[:3].tolist() == [0, 1, 2]
    assert shown[1].slowed
    assert shown[1].steps_per_second < 20  # with its waits
    assert shown[1].cost is not None
    assert shown[2].seconds_left is not None


def test_a_watchable_run_without_a_limit_comes_to_full_speed(fake_time: FakeTime) -> None:
    events = run(small_painting(stop=Stop(epochs=None)), Control(speed="watchable", last_step=20_000))
    slowed = [event.slowed for event in of_kind(events, Progressed)]
    assert slowed[1]
    assert not slowed[-1]
    assert fake_time.waited < 60


def test_costs_within_an_epoch_are_in_no_history(fake_time: FakeTime) -> None:
    history = History()
    for event in run(epochs(small_painting(), 2), Control(speed="watchable")):
        history.add(event)
    assert history.column("epoch").tolist() == [0, 1, 2]


def test_slow_motion_tells_the_samples_of_each_step(fake_time: FakeTime) -> None:
    experiment = epochs(small_painting(), 2)
    order = np.concatenate([batch_order(experiment, epoch) for epoch in (0, 1)])
    told, left = {}, {}
    for event in of_kind(run(experiment, Control(speed="slow")), Progressed):
        if event.batch is not None:
            told[event.step], left[event.step] = event.batch, event.seconds_left
    assert sorted(told) == list(range(1, 19))
    assert all(np.array_equal(told[step], order[step - 1]) for step in told)
    assert left == {step: pytest.approx(SLOW_SECONDS * (18 - step)) for step in told}
    assert all(event.batch is None for event in of_kind(run(experiment), Progressed))


def commands(experiment: Experiment, command: Callable[[Control], None]) -> tuple[list[Event], float]:
    """Events of a run in slow motion that is given a command from another thread amid a wait, and the seconds
    that it took then."""
    control, given_at = Control(picture_seconds=None, speed="slow"), []

    def give() -> None:
        given_at.append(time.perf_counter())
        command(control)

    events = list[Event]()
    timer = threading.Timer(0.2, give)
    for event in train(experiment, control):
        events.append(event)
        if isinstance(event, Progressed) and event.step == 1 and not timer.is_alive() and not given_at:
            timer.start()
        if isinstance(event, Paused):
            control.stop()
    timer.join()
    return events, time.perf_counter() - given_at[0]


@pytest.mark.parametrize("command", [Control.stop, Control.pause, lambda control: control.set_speed("full")])
def test_a_command_ends_a_wait_at_once(
    monkeypatch: pytest.MonkeyPatch, command: Callable[[Control], None]
) -> None:
    monkeypatch.setattr("cadl_desktop.engine.training.pacing.SLOW_SECONDS", 60.0)
    _, seconds = commands(epochs(small_painting(), 2), command)
    assert seconds < 5


def test_a_waiting_run_does_other_work_meanwhile() -> None:
    asked: list[float | None] = []

    def work(seconds: float | None) -> bool:
        asked.append(seconds)
        return len(asked) < 3

    end = finished(run(small_painting(), Control(speed="slow", while_waiting=work)))
    assert (end.reason, end.state.step) == ("stopped", 1)
    assert all(seconds is not None and 0 < seconds < 1 for seconds in asked)
