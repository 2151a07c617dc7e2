"""Page 6: goal, noise, initial weights and ten layers."""

import numpy as np
import pytest

from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment import preset
from cadl_desktop.lessons import noisy_sine
from cadl_desktop.lessons.demonstrations import noise_and_first_weights
from cadl_desktop.lessons.demonstrations.noise_and_first_weights import NoiseAndFirstWeights
from cadl_desktop.lessons.figure import Bars


def claimed(page: NoiseAndFirstWeights, spread: float) -> NoiseAndFirstWeights:
    return page.with_value("spread", spread).after_press("claim")


def test_the_points_are_those_of_the_trials() -> None:
    samples = samples_of(preset("lecture-line").data)
    np.testing.assert_array_equal(noisy_sine.x(), samples.inputs[:, 0])
    np.testing.assert_array_equal(noisy_sine.y(), samples.targets[:, 0])


def test_noise_has_its_amplitude_and_costs_half_of_it() -> None:
    for noise in (0.0, 0.5, 1.0):
        off = noisy_sine.with_noise(noise) - np.sin(noisy_sine.x())
        assert np.abs(off).max() == pytest.approx(noise, rel=0.01)
        assert np.abs(off).mean() == pytest.approx(noise / 2, rel=0.03)
    assert "a cost of 0.253." in NoiseAndFirstWeights().words()[0]


def test_drawn_weights_have_mean_0_and_their_spread() -> None:
    for spread in (1.0, 0.1):
        draws = noise_and_first_weights.draw_weights(spread)
        assert len(draws) == 1000
        assert draws.std() == pytest.approx(spread, rel=0.05)
        assert abs(draws.mean()) < 0.1 * spread


def test_small_numbers_are_scaled_by_a_layer_as_the_rule_says() -> None:
    """Where tanh is linear, a sum of a hundred products has ten times the spread of the weights."""
    sizes = noise_and_first_weights.pass_through_layers(0.05).sizes
    np.testing.assert_allclose(sizes[1:] / sizes[:-1], 0.5, rtol=0.15)


def test_too_wide_saturates_and_too_narrow_is_silent_as_the_page_says() -> None:
    assert noise_and_first_weights.saturation_threshold() == 0.97
    wide = noise_and_first_weights.pass_through_layers(1.0)
    narrow = noise_and_first_weights.pass_through_layers(0.02)
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
def test_goal_is_reached_by_claiming_a_middle_spread(spread: float) -> None:
    page = NoiseAndFirstWeights().with_value("spread", spread)
    assert not page.reached()
    assert page.after_press("claim").reached()
    assert "10" in page.after_press("claim").words()[1]


@pytest.mark.parametrize(
    ("spread", "why"), [(1.0, "83 % of the tenth"), (0.3, "saturated"), (0.05, "hardly")]
)
def test_other_spreads_do_not_reach_the_goal(spread: float, why: str) -> None:
    page = claimed(NoiseAndFirstWeights(), spread)
    assert not page.reached()
    assert why in page.words()[1]


def test_reached_goal_stays_reached_and_noise_keeps_the_claim() -> None:
    page = claimed(NoiseAndFirstWeights(), 0.1).with_value("noise", 0.2)
    assert len(page.words()) == 2
    assert page.with_value("spread", 1.0).reached()
