"""Page 6, played as a person would, and what ten layers make of first weights."""

import numpy as np
import pytest

from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment import preset
from cadl_desktop.lessons.demonstrations.networks.noise_and_first_weights import NoiseAndFirstWeights
from cadl_desktop.lessons.figure import Bars
from cadl_desktop.lessons.networks import first_weights
from cadl_desktop.lessons.samples import noisy_sine


def told(page: NoiseAndFirstWeights, spread: float) -> NoiseAndFirstWeights:
    return page.turned("spread", spread).pressed("claim")


def test_the_points_are_those_of_the_trials() -> None:
    samples = samples_of(preset("lecture-line").data)
    np.testing.assert_array_equal(noisy_sine.x(), samples.inputs[:, 0])
    np.testing.assert_array_equal(noisy_sine.y(), samples.targets[:, 0])


def test_noise_is_as_large_as_it_says_and_costs_half_of_that() -> None:
    for noise in (0.0, 0.5, 1.0):
        off = noisy_sine.with_noise(noise) - np.sin(noisy_sine.x())
        assert np.abs(off).max() == pytest.approx(noise, rel=0.01)
        assert np.abs(off).mean() == pytest.approx(noise / 2, rel=0.03)
    assert "a cost of 0.253." in NoiseAndFirstWeights().words()[0]


def test_draws_lie_about_0_and_as_far_from_it_as_they_should() -> None:
    for spread in (1.0, 0.1):
        draws = first_weights.draws(spread)
        assert len(draws) == 1000
        assert draws.std() == pytest.approx(spread, rel=0.05)
        assert abs(draws.mean()) < 0.1 * spread


def test_small_numbers_go_through_a_layer_as_the_rule_says() -> None:
    """Where tanh is still straight, a sum of a hundred products is spread ten times as far as the weights."""
    sizes = first_weights.layers(0.05).sizes
    np.testing.assert_allclose(sizes[1:] / sizes[:-1], 0.5, rtol=0.15)


def test_too_wide_saturates_and_too_narrow_is_silent_as_the_page_says() -> None:
    assert first_weights.saturated_from() == 0.97
    wide, narrow = first_weights.layers(1.0), first_weights.layers(0.02)
    assert wide.saturated[-1] > 0.8
    assert (np.abs(wide.outputs[-1]) > 0.97).mean() == wide.saturated[-1]
    assert narrow.sizes[-1] < 1e-6
    assert wide.outputs.shape == (10, 2500)


def test_every_output_is_counted() -> None:
    for spread in (0.01, 2.0):
        *_, weights, layers = NoiseAndFirstWeights(spread=spread).figures()
        assert [item.counts.sum() for item in weights.items if isinstance(item, Bars)] == [1000, 1000]
        for bars in layers.items:
            assert isinstance(bars, Bars)
            assert bars.counts.sum() == pytest.approx(100)


@pytest.mark.parametrize("spread", [0.1, 0.15])
def test_the_goal_is_reached_by_who_says_so_between_too_much_and_too_little(spread: float) -> None:
    page = NoiseAndFirstWeights().turned("spread", spread)
    assert not page.reached()
    assert page.pressed("claim").reached()
    assert "10" in page.pressed("claim").words()[1]


@pytest.mark.parametrize(
    ("spread", "why"), [(1.0, "83 % of the tenth"), (0.3, "saturated"), (0.05, "hardly")]
)
def test_other_spreads_reach_nothing(spread: float, why: str) -> None:
    page = told(NoiseAndFirstWeights(), spread)
    assert not page.reached()
    assert why in page.words()[1]


def test_what_was_found_stays_found_and_noise_leaves_what_was_said() -> None:
    page = told(NoiseAndFirstWeights(), 0.1).turned("noise", 0.2)
    assert len(page.words()) == 2
    assert page.turned("spread", 1.0).reached()
