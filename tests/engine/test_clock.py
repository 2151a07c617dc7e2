"""Seconds of training are those in which something was done."""

import time

import pytest

from cadl_desktop.engine.training import clock as module
from cadl_desktop.engine.training.clock import Clock


class Machine:
    """Its time, and how much of it this process has worked."""

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
        clock.count(100)


def test_sleep_of_the_machine_is_no_training(machine: Machine) -> None:
    clock = Clock(3.0)
    clock.start()
    train(machine, clock)
    assert clock.seconds() == pytest.approx(8.0)
    machine.passes(8 * 3600.0, share=0.0)
    clock.count(100)
    train(machine, clock)
    assert clock.seconds() == pytest.approx(13.0)
    assert clock.steps_per_second() == pytest.approx(4000.0, rel=0.01)


def test_a_slow_step_and_a_waiting_moment_are_training(machine: Machine) -> None:
    clock = Clock(0.0)
    clock.start()
    machine.passes(60.0)
    machine.passes(1.0, share=0.0)
    assert clock.seconds() == pytest.approx(61.0)
    machine.passes(4.0, share=0.0)
    assert clock.seconds() == pytest.approx(65.0)


def test_it_stands_still_in_a_pause(machine: Machine) -> None:
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


def test_a_clock_that_stands_while_others_train_goes_on_where_it_stood(machine: Machine) -> None:
    clock = Clock(3.0)
    with clock.standing():
        machine.passes(1.0)
    machine.passes(1.0)
    assert clock.seconds() == 3.0  # it hasn't been started
    clock.start()
    machine.passes(1.0)
    with clock.standing():
        machine.passes(2.0)
    machine.passes(1.0)
    assert clock.seconds() == pytest.approx(5.0)
