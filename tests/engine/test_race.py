"""Two trainings in turns: each advances as far as the other, with the same bits as alone."""

from time import monotonic

import numpy as np
import pytest

from cadl_desktop.engine import Control, race
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.check import ExperimentError
from cadl_desktop.runs.events import EpochEnded, Event, Finished, Progressed
from tests.engine.runs import epochs, finished, of_kind, run, same_bits, small_painting

LEFT, RIGHT = 0, 1
STEPS = 54


def raced(one: Experiment, other: Experiment, steps: int = STEPS) -> tuple[list[Event], list[Event]]:
    """Events of either run."""
    told: tuple[list[Event], list[Event]] = ([], [])
    for place, event in race((one, other), steps):
        told[place].append(event)
    return told


def test_after_equal_steps_each_has_the_same_bits_as_alone() -> None:
    # Six epochs of nine steps, and thirteen and a half of four.
    one, other = epochs(small_painting(), 3), small_painting(batch_size=36)
    left, right = raced(one, other)
    assert (finished(left).reason, finished(right).reason) == ("steps", "steps")
    alone = finished(run(epochs(one, 6)))
    assert same_bits(finished(left).state, alone.state)
    assert finished(left).cost == alone.cost
    assert finished(left).state.epoch == 6
    alone = finished(run(epochs(other, 100), Control(last_step=54)))
    assert same_bits(finished(right).state, alone.state)
    assert finished(right).cost == alone.cost
    assert finished(right).message == "Finished after 54 steps."


def test_the_same_design_twice_sees_the_same_samples_in_the_same_order() -> None:
    left, right = raced(small_painting(), small_painting())
    assert same_bits(finished(left).state, finished(right).state)
    rows = [[(row.step, row.cost) for row in of_kind(told, EpochEnded)] for told in (left, right)]
    assert rows[LEFT] == rows[RIGHT]
    assert [step for step, _ in rows[LEFT]] == [9, 18, 27, 36, 45, 54]


def test_the_run_that_is_behind_goes_on() -> None:
    come, was_behind = [0, 0], []
    for place, event in race((small_painting(), small_painting(batch_size=36)), 540):
        was_behind.append(come[place] <= come[1 - place])
        if isinstance(event, Progressed | EpochEnded):  # on a busy machine also within an epoch
            come[place] = max(come[place], event.step)
    assert come == [540, 540]
    assert all(was_behind)


def test_each_run_has_its_own_seconds() -> None:
    begun = monotonic()
    left, right = raced(small_painting(), small_painting(batch_size=36), 540)
    assert sum(finished(told).progress.seconds for told in (left, right)) < monotonic() - begun


def test_a_schedule_over_the_run_spans_the_race() -> None:
    cosine = small_painting(schedule=part("schedule", "cosine", over="run"))
    left, _ = raced(cosine, small_painting())
    rates = [row.rate for row in of_kind(left, EpochEnded)]
    np.testing.assert_allclose(rates, 0.001 * (1 + np.cos(np.pi * np.arange(1, 7) / 6)) / 2, atol=1e-9)


def test_a_run_that_diverges_does_not_stop_the_other() -> None:
    broken = small_painting(optimizer=part("optimizer", "gradient descent", rate=1000.0), cost="l2-sum")
    left, right = raced(broken, small_painting())
    assert finished(left).reason == "diverged"
    assert same_bits(finished(right).state, finished(run(small_painting())).state)


def test_both_stop_on_request() -> None:
    controls, reasons = (Control(), Control()), []
    for _, event in race((small_painting(), small_painting()), 10**9, controls):
        if isinstance(event, Finished):
            reasons.append(event.reason)
        elif isinstance(event, EpochEnded) and event.epoch == 3:
            for control in controls:
                control.stop()
    assert reasons == ["stopped", "stopped"]


def test_an_abandoned_race_leaves_no_thread() -> None:
    turns = race((small_painting(), small_painting()), STEPS)
    while not isinstance(next(turns)[1], EpochEnded):
        pass
    turns.close()  # a thread that is left fails this test


def test_an_invalid_experiment_is_refused_at_once() -> None:
    with pytest.raises(ExperimentError, match="rate"):
        next(
            race(
                (
                    small_painting(optimizer=part("optimizer", "gradient descent", rate=-1.0)),
                    small_painting(),
                ),
                STEPS,
            )
        )
