"""Page 9, played as a person would."""

import numpy as np
import pytest

from cadl_desktop.lessons.demonstrations.fitting.more_neurons import MoreNeurons
from cadl_desktop.lessons.figure import Line


@pytest.mark.parametrize("rate", [0.0001, 0.0005])
def test_the_goal_of_more_neurons_is_reached_by_a_calm_rate(rate: float) -> None:
    page = MoreNeurons().turned("rate", rate)
    assert not page.reached()
    assert page.pressed("claim").reached()
    assert page.pressed("claim").turned("rate", 0.02).reached()


@pytest.mark.parametrize(
    ("neurons", "rate", "why"), [(100, 0.02, "leaps"), (100, 2e-6, "haven't come"), (1, 0.02, "all 100")]
)
def test_other_rates_and_fewer_neurons_reach_nothing(neurons: int, rate: float, why: str) -> None:
    page = MoreNeurons().turned("neurons", neurons).turned("rate", rate).pressed("claim")
    assert not page.reached()
    assert why in page.words()[-1]


def test_what_is_drawn_of_all_neurons_is_a_straight_line() -> None:
    (lines, jitter) = MoreNeurons().figures()
    each, total = (item for item in lines.items if isinstance(item, Line))
    assert np.isnan(each.y).sum() == 100
    assert total.y == pytest.approx(np.nansum(each.y.reshape(100, 3), axis=0)[:2])
    costs = jitter.items[0]
    assert isinstance(costs, Line)
    assert np.ptp(costs.y[-100:]) > 1
