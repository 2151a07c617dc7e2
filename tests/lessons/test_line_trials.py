"""What pages 6 to 10 offer to try comes out as their texts say, trained by the real engine."""

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.lessons.networks import line
from cadl_desktop.lessons.pages import BATCHES, DEGREE_1, DEGREE_3, DEGREE_4, HUNDRED, LINE, TANH
from cadl_desktop.runs.events import EpochEnded, Event, Finished, Progressed
from tests.engine.runs import epochs, finished, of_kind, run

A_LINE = pytest.approx(0.421, abs=0.003)
"""A mean absolute error between 0.38 and 0.45, and the best there is."""


def cost_of(end: Finished) -> float:
    assert end.cost is not None
    return end.cost


def ended(experiment: Experiment) -> float:
    return cost_of(finished(run(experiment)))


def costs(events: list[Event]) -> list[float]:
    """After each epoch."""
    return [epoch.cost for epoch in of_kind(events, EpochEnded)]


def bend(events: list[Event]) -> float:
    """How far what was predicted last is from a straight line."""
    shown = [event.prediction for event in of_kind(events, Progressed) if event.prediction is not None]
    return float(np.abs(np.diff(shown[-1], 2)).max())


def test_page_6_a_small_spread_leaves_ten_neurons_hardly_more_than_a_line() -> None:
    wide = TANH.experiment()
    narrow = replace(wide, layers=(wide.layers[0].has(spread=0.01),))
    assert ended(wide) == pytest.approx(0.26, abs=0.01)
    assert ended(narrow) == A_LINE


def test_page_7_the_line_stops_by_itself_where_the_page_s_own_descent_ends() -> None:
    end = finished(run(LINE.experiment()))
    assert 340 < end.state.epoch < 370
    assert cost_of(end) == A_LINE
    weights = np.concatenate([array.ravel() for array in end.state.weights])
    np.testing.assert_allclose(weights, line.descent(line.BEGIN, 0.01, 1e-6)[-1], atol=1e-3)


def test_page_8_ten_samples_a_step_arrive_in_a_few_epochs() -> None:
    assert ended(BATCHES.experiment()) == A_LINE
    assert ended(replace(epochs(BATCHES.experiment(), 20), batch_size=10)) == A_LINE


def test_page_9_a_hundred_neurons_leap_about_and_are_calm_at_a_hundredth_of_the_rate() -> None:
    leaping = run(HUNDRED.experiment())
    assert bend(leaping) < 1e-5
    assert min(costs(leaping)) > 0.5
    assert max(costs(leaping)) < 4
    calm = replace(HUNDRED.experiment(), optimizer=part("optimizer", "gradient descent", rate=0.0002))
    assert ended(calm) == A_LINE


def test_page_10_degree_4_is_worse_than_degree_3_until_its_inputs_are_standardised() -> None:
    degree_4 = DEGREE_4.experiment()
    last = ended(degree_4)
    assert ended(DEGREE_1.experiment()) == A_LINE
    assert last == pytest.approx(0.9, abs=0.1)
    assert last > ended(DEGREE_3.experiment()) + 0.3
    assert ended(replace(degree_4, input_scaling="standardised")) == pytest.approx(0.26, abs=0.005)
