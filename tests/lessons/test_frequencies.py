"""Page 17, played as a person would, and the networks that learn waves under it."""

import numpy as np
import pytest

from cadl_desktop.lessons.demonstrations.pictures.frequencies import Frequencies
from cadl_desktop.lessons.figure import Bars, Line
from cadl_desktop.lessons.samples import waves
from cadl_desktop.lessons.samples.waves import STEPS, Way
from tests.lessons.playing import control


def trained(page: Frequencies) -> Frequencies:
    """Pressed until the button gives up."""
    while control(page, "train").possible:
        page = page.pressed("train")
    return page


def end(way: Way, frequency: float) -> tuple[list[float], float]:
    made = waves.outputs(way, frequency, STEPS)[-1]
    return waves.left(made).tolist(), float(waves.off_between(made))


def test_each_band_holds_one_wave_of_the_same_size() -> None:
    assert waves.left(np.zeros(256)) == pytest.approx([1, 1, 1, 1])
    slowest = np.sin(2 * np.pi * waves.places() + 0.3)
    assert waves.left(slowest) == pytest.approx([0, 1, 1, 1])
    assert waves.off_between(waves.truth() + 0.5) == pytest.approx(0.5)
    assert waves.at_points(waves.places()) == pytest.approx(np.arange(64) / 64)


def test_relu_learns_slow_waves_first_and_the_fastest_not_at_all() -> None:
    """As the page's text says, and Rahaman et al. in 2019."""
    left = waves.left(waves.outputs("relu", 1, STEPS))
    half_learned = [int(np.argmax(band < 0.5)) for band in left.T[:2]]
    assert 0 < half_learned[0] < half_learned[1] / 3
    assert left[-1] == pytest.approx([0.02, 0.11, 0.75, 0.97], abs=0.02)


@pytest.mark.parametrize("way", ["sine", "fourier"])
def test_too_fast_waves_know_the_points_and_nothing_between(way: Way) -> None:
    left, off = end(way, 40)
    assert max(left) < 0.01
    assert off > 0.4


def test_the_same_training_is_shown_however_far_it_was_looked_at() -> None:
    early = waves.outputs("sine", 3, 30)
    assert early.shape == (4, 256)
    later = waves.outputs("sine", 3, 100)
    np.testing.assert_array_equal(later[:4], early)
    np.testing.assert_array_equal(waves.outputs("sine", 3, 30), early)


@pytest.mark.parametrize(("way", "frequency"), [("sine", 8), ("fourier", 8)])
def test_the_goal_of_frequencies_is_reached_by_waves_that_are_fast_enough(way: str, frequency: float) -> None:
    page = Frequencies().turned("way", way).turned("frequency", frequency)
    assert not page.reached()
    assert not page.pressed("train").reached()
    assert trained(page).reached()
    assert "right between the points" in trained(page).words()[-1]


@pytest.mark.parametrize(
    ("way", "frequency", "why"),
    [("relu", 8, "97 % of the fastest"), ("sine", 1.5, "of the fastest"), ("sine", 30, "its own")],
)
def test_relu_and_waves_too_slow_or_too_fast_reach_nothing(way: str, frequency: float, why: str) -> None:
    page = trained(Frequencies().turned("way", way).turned("frequency", frequency))
    assert page.taken == STEPS
    assert not page.reached()
    assert why in page.words()[-1]


def test_another_network_begins_anew() -> None:
    page = Frequencies().pressed("train").pressed("train")
    assert page.taken == 20
    assert page.turned("way", "sine").taken == 0
    assert page.turned("frequency", 3.0).taken == 0
    assert page.pressed("again").taken == 0


def test_what_is_left_is_drawn_now_and_over_time() -> None:
    page = Frequencies().pressed("train").pressed("train")
    curve, left, over_time = page.figures()
    now = [item for item in left.items if isinstance(item, Bars)][-1]
    lines = [item for item in over_time.items if isinstance(item, Line)]
    assert [line.y[-1] for line in lines] == pytest.approx(list(now.counts))
    assert all(list(line.x) == [0, 10, 20] for line in lines)
    assert len(page.numbers()[0].rows) == 3
    network = [item for item in curve.items if isinstance(item, Line)][1]
    assert waves.left(network.y) == pytest.approx(now.counts)
