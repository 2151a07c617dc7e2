"""Page 9: goal, and many linear neurons compared with the small network."""

import numpy as np
import pytest

from cadl_desktop.lessons import noisy_sine
from cadl_desktop.lessons.demonstrations import more_neurons
from cadl_desktop.lessons.demonstrations.more_neurons import MoreNeurons
from cadl_desktop.lessons.descents import METHODS
from cadl_desktop.lessons.figure import Line
from cadl_desktop.lessons.small_network import SmallNetwork, training

POINTS = noisy_sine.x()[:, np.newaxis], noisy_sine.y()[:, np.newaxis]


def test_a_hundred_neurons_learn_as_their_sum_does() -> None:
    hundred = SmallNetwork((1, 100), ("linear",), summed=True)
    initial = [more_neurons.first_neuron_weights()[np.newaxis], np.zeros(100)]
    random = np.random.default_rng(1)
    *_, (w, b) = training(hundred, initial, POINTS, METHODS["plain"], 0.02, 200, 4, random)
    np.testing.assert_allclose(more_neurons.summed_path(100, 0.02)[20], [w.sum(), b.sum()], atol=1e-9)


def test_each_neuron_has_its_share_of_the_line() -> None:
    each = more_neurons.final_neurons(30, 0.001)
    assert each.shape == (30, 2)
    np.testing.assert_allclose(each.sum(axis=0), more_neurons.summed_path(30, 0.001)[-1])
    moved = each[:, 0] - more_neurons.first_neuron_weights()[:30]
    np.testing.assert_allclose(moved, moved[0])


@pytest.mark.parametrize("rate", [0.0001, 0.0005])
def test_the_goal_of_more_neurons_is_reached_by_a_calm_rate(rate: float) -> None:
    page = MoreNeurons().with_value("rate", rate)
    assert not page.reached()
    assert page.after_press("claim").reached()
    assert page.after_press("claim").with_value("rate", 0.02).reached()


@pytest.mark.parametrize(
    ("neurons", "rate", "why"), [(100, 0.02, "leaps"), (100, 2e-6, "haven't come"), (1, 0.02, "all 100")]
)
def test_other_rates_and_fewer_neurons_do_not_reach_the_goal(neurons: int, rate: float, why: str) -> None:
    page = MoreNeurons().with_value("neurons", neurons).with_value("rate", rate).after_press("claim")
    assert not page.reached()
    assert why in page.words()[-1]


def test_all_neurons_are_drawn_as_straight_lines() -> None:
    (lines, jitter) = MoreNeurons().figures()
    each, total = (item for item in lines.items if isinstance(item, Line))
    assert np.isnan(each.y).sum() == 100
    assert total.y == pytest.approx(np.nansum(each.y.reshape(100, 3), axis=0)[:2])
    costs = jitter.items[0]
    assert isinstance(costs, Line)
    assert np.ptp(costs.y[-100:]) > 1
