"""Amplitudes of waves whose amplitudes are known."""

import numpy as np
import pytest

from cadl_desktop.lessons.samples import bands

EDGES = (0.0, 1.0, 4.0, 9.0, 33.0)
X = np.arange(64) / 64


def wave(swings: int, phase: float = 0.4) -> np.ndarray:
    return np.sin(2 * np.pi * swings * X + phase)


def test_a_wave_has_its_amplitude_in_its_own_band_alone() -> None:
    for swings, band in ((1, 1), (3, 1), (4, 2), (8, 2), (9, 3), (31, 3)):
        expected = np.zeros(4)
        expected[band] = 2.5
        assert bands.amplitudes(2.5 * wave(swings), EDGES) == pytest.approx(expected, abs=1e-12)


def test_waves_of_one_band_add_up_by_their_squares() -> None:
    made = 0.7 + 3 * wave(2) + 4 * wave(3, 1.1) + 2 * wave(20)
    assert bands.amplitudes(made, EDGES) == pytest.approx([0.7, 5, 0, 2])


def test_constants_and_the_fastest_wave_have_no_twin() -> None:
    assert bands.amplitudes(np.full(64, -0.7), EDGES) == pytest.approx([0.7, 0, 0, 0])
    assert bands.amplitudes(np.tile([1.0, -1.0], 32), EDGES) == pytest.approx([0, 0, 0, 1])
    assert bands.amplitudes(np.cos(2 * np.pi * 2 * np.arange(5) / 5), EDGES) == pytest.approx([0, 1, 0, 0])


def test_what_is_left_of_half_a_wave_is_half() -> None:
    target = wave(2) + 3 * wave(6)
    made = np.stack([0 * X, 0.5 * wave(2) + 3 * wave(6), target, 2 * wave(2)])
    left = bands.left(made, target, (1.0, 4.0, 9.0))
    np.testing.assert_allclose(left, [[1, 1], [0.5, 0], [0, 0], [1, 1]], atol=1e-12)


def test_the_squares_of_all_amplitudes_are_twice_the_power() -> None:
    values = np.random.default_rng(5).normal(size=65)
    values -= values.mean()
    assert (bands.amplitudes(values, EDGES) ** 2).sum() == pytest.approx(2 * (values**2).mean())
