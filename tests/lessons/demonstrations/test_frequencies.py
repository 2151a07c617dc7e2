"""Page 17: goal, bands of frequencies, and the networks that learn waves."""

import numpy as np
import pytest

from cadl_desktop.lessons.demonstrations import frequencies
from cadl_desktop.lessons.demonstrations.frequencies import STEPS, Frequencies, Way
from cadl_desktop.lessons.figure import Bars, Line, Node
from tests.lessons.demonstration_driver import control

EDGES = (0.0, 1.0, 4.0, 9.0, 33.0)
X = np.arange(64) / 64


def wave(swings: int, phase: float = 0.4) -> np.ndarray:
    return np.sin(2 * np.pi * swings * X + phase)


def test_a_wave_has_its_amplitude_in_its_own_band_alone() -> None:
    for swings, band in ((1, 1), (3, 1), (4, 2), (8, 2), (9, 3), (31, 3)):
        expected = np.zeros(4)
        expected[band] = 2.5
        assert frequencies.band_amplitudes(2.5 * wave(swings), EDGES) == pytest.approx(expected, abs=1e-12)


def test_waves_of_one_band_add_up_by_their_squares() -> None:
    made = 0.7 + 3 * wave(2) + 4 * wave(3, 1.1) + 2 * wave(20)
    assert frequencies.band_amplitudes(made, EDGES) == pytest.approx([0.7, 5, 0, 2])


def test_constant_and_highest_frequency_are_not_doubled() -> None:
    assert frequencies.band_amplitudes(np.full(64, -0.7), EDGES) == pytest.approx([0.7, 0, 0, 0])
    assert frequencies.band_amplitudes(np.tile([1.0, -1.0], 32), EDGES) == pytest.approx([0, 0, 0, 1])
    of_five = frequencies.band_amplitudes(np.cos(2 * np.pi * 2 * np.arange(5) / 5), EDGES)
    assert of_five == pytest.approx([0, 1, 0, 0])


def test_remaining_share_of_half_a_wave_is_half() -> None:
    target = wave(2) + 3 * wave(6)
    made = np.stack([0 * X, 0.5 * wave(2) + 3 * wave(6), target, 2 * wave(2)])
    left = frequencies.remaining_share(made, target, (1.0, 4.0, 9.0))
    np.testing.assert_allclose(left, [[1, 1], [0.5, 0], [0, 0], [1, 1]], atol=1e-12)


def test_the_squares_of_all_amplitudes_are_twice_the_power() -> None:
    values = np.random.default_rng(5).normal(size=65)
    values -= values.mean()
    assert (frequencies.band_amplitudes(values, EDGES) ** 2).sum() == pytest.approx(2 * (values**2).mean())


def trained(page: Frequencies) -> Frequencies:
    """Presses Train until it is no longer possible."""
    while control(page, "train").possible:
        page = page.after_press("train")
    return page


def end(way: Way, frequency: float) -> tuple[list[float], float]:
    made = frequencies.network_outputs(way, frequency, STEPS)[-1]
    return frequencies.remaining_by_wave(made).tolist(), float(frequencies.error_between_points(made))


def test_each_band_holds_one_wave_of_the_same_size() -> None:
    assert frequencies.remaining_by_wave(np.zeros(256)) == pytest.approx([1, 1, 1, 1])
    slowest = np.sin(2 * np.pi * frequencies.wave_places() + 0.3)
    assert frequencies.remaining_by_wave(slowest) == pytest.approx([0, 1, 1, 1])
    assert frequencies.error_between_points(frequencies.wave_sum() + 0.5) == pytest.approx(0.5)
    assert frequencies.at_learned_points(frequencies.wave_places()) == pytest.approx(np.arange(64) / 64)


def test_relu_learns_slow_waves_first_and_the_fastest_not_at_all() -> None:
    """Checks the claim of the page's text and of Rahaman et al., 2019."""
    left = frequencies.remaining_by_wave(frequencies.network_outputs("relu", 1, STEPS))
    half_learned = [int(np.argmax(band < 0.5)) for band in left.T[:2]]
    assert 0 < half_learned[0] < half_learned[1] / 3
    assert left[-1] == pytest.approx([0.02, 0.11, 0.75, 0.97], abs=0.02)


@pytest.mark.parametrize("way", ["sine", "fourier"])
def test_too_high_frequencies_fit_the_points_only(way: Way) -> None:
    left, off = end(way, 40)
    assert max(left) < 0.01
    assert off > 0.4


def test_training_is_the_same_however_many_steps_were_requested_before() -> None:
    early = frequencies.network_outputs("sine", 3, 30)
    assert early.shape == (4, 256)
    later = frequencies.network_outputs("sine", 3, 100)
    np.testing.assert_array_equal(later[:4], early)
    np.testing.assert_array_equal(frequencies.network_outputs("sine", 3, 30), early)


@pytest.mark.parametrize(("way", "frequency"), [("sine", 8), ("fourier", 8)])
def test_the_goal_of_frequencies_is_reached_by_waves_that_are_fast_enough(way: str, frequency: float) -> None:
    page = Frequencies().with_value("way", way).with_value("frequency", frequency)
    assert not page.reached()
    assert not page.after_press("train").reached()
    assert trained(page).reached()
    assert "right between the points" in trained(page).words()[-1]


@pytest.mark.parametrize(
    ("way", "frequency", "why"),
    [("relu", 8, "97 % of the fastest"), ("sine", 1.5, "of the fastest"), ("sine", 30, "its own")],
)
def test_relu_and_other_frequencies_do_not_reach_the_goal(way: str, frequency: float, why: str) -> None:
    page = trained(Frequencies().with_value("way", way).with_value("frequency", frequency))
    assert page.taken == STEPS
    assert not page.reached()
    assert why in page.words()[-1]


def test_another_network_resets_training() -> None:
    page = Frequencies().after_press("train").after_press("train")
    assert page.taken == 20
    assert page.with_value("way", "sine").taken == 0
    assert page.with_value("frequency", 3.0).taken == 0
    assert page.after_press("again").taken == 0


def test_remaining_shares_are_drawn_now_and_over_time() -> None:
    page = Frequencies().after_press("train").after_press("train")
    curve, left, over_time = page.figures()
    bars = [item for item in left.items if isinstance(item, Bars)]
    now = [float(bar.counts[0]) for bar in bars[1::2]]  # each behind it has the share at first
    labels = [item.text for item in left.items if isinstance(item, Node)]
    assert labels == [f"{n}\n{100 * share:.0f} %" for n, share in zip(frequencies.SWINGS, now, strict=True)]
    lines = [item for item in over_time.items if isinstance(item, Line)]
    assert [line.y[-1] for line in lines] == pytest.approx(now)
    assert all(list(line.x) == [0, 10, 20] for line in lines)
    assert len({line.stroke for line in lines}) == len(lines)
    assert len(page.numbers()[0].rows) == 3
    network = [item for item in curve.items if isinstance(item, Line)][1]
    assert frequencies.remaining_by_wave(network.y) == pytest.approx(now)
