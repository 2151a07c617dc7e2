"""Timing of a run: training seconds without pauses and sleep, and when pictures are due."""

import time

import pytest

from cadl_desktop.engine import Control
from cadl_desktop.engine.training import timing as module
from cadl_desktop.engine.training.timing import PICTURE_SHARE, Clock, Pace


class Machine:
    """Fake machine: its time, and how long this process has worked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.worked = time.perf_counter(), 0.0
        monkeypatch.setattr(module.time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(module.time, "process_time", lambda: self.worked)

    def passes(self, seconds: float, share: float = 0.9) -> None:
        self.now += seconds
        self.worked += share * seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def train(machine: Machine, clock: Clock, chunks: int = 200) -> None:
    for _ in range(chunks):
        machine.passes(0.025)
        clock.count_steps(100)


def test_sleep_of_the_machine_is_no_training(machine: Machine) -> None:
    clock = Clock(3.0)
    clock.start()
    train(machine, clock)
    assert clock.seconds() == pytest.approx(8.0)
    machine.passes(8 * 3600.0, share=0.0)
    clock.count_steps(100)
    train(machine, clock)
    assert clock.seconds() == pytest.approx(13.0)
    assert clock.steps_per_second() == pytest.approx(4000.0, rel=0.01)


def test_a_slow_step_and_a_short_wait_are_training(machine: Machine) -> None:
    clock = Clock(0.0)
    clock.start()
    machine.passes(60.0)
    machine.passes(1.0, share=0.0)
    assert clock.seconds() == pytest.approx(61.0)
    machine.passes(4.0, share=0.0)
    assert clock.seconds() == pytest.approx(65.0)


def test_the_clock_stops_in_a_pause(machine: Machine) -> None:
    clock = Clock(0.0)
    machine.passes(1.0)
    clock.start()
    machine.passes(1.0)
    clock.start()
    machine.passes(1.0)
    clock.stop()
    machine.passes(100.0)
    clock.stop()
    assert clock.seconds() == pytest.approx(2.0)


def test_a_clock_that_is_stopped_while_others_train_continues(machine: Machine) -> None:
    clock = Clock(3.0)
    with clock.stopped():
        machine.passes(1.0)
    machine.passes(1.0)
    assert clock.seconds() == 3.0  # not started yet
    clock.start()
    machine.passes(1.0)
    with clock.stopped():
        machine.passes(2.0)
    machine.passes(1.0)
    assert clock.seconds() == pytest.approx(5.0)


def after_a_slow_picture(picture_seconds: float | None) -> Pace:
    pace = Pace(Control(picture_seconds=picture_seconds))
    pace.measure_seconds = 60 * PICTURE_SHARE
    pace.note_picture()
    return pace


def test_most_of_the_time_is_left_to_training_with_the_most_frequent_pictures() -> None:
    pace = after_a_slow_picture(0)
    assert pace.picture_due(milestone=False)
    assert not pace.picture_due_amid()


def test_without_pictures_milestones_have_none() -> None:
    pace = Pace(Control(picture_seconds=None))
    assert not pace.picture_due(milestone=True)
    assert not pace.picture_due_amid()


def test_a_milestone_needs_a_picture_whatever_the_age_of_the_last() -> None:
    pace = after_a_slow_picture(60)
    assert not pace.picture_due(milestone=False)
    assert pace.picture_due(milestone=True)


def test_the_greatest_age_of_pictures_may_change_while_training() -> None:
    control = Control(picture_seconds=60)
    pace = Pace(control)
    pace.note_picture()
    assert not pace.picture_due_amid()
    control.picture_seconds = 0
    assert pace.picture_due_amid()
