"""Descents on the lecture's curve, compared with the numbers it prints and with exhaustive search."""

from collections import Counter

import numpy as np
import pytest

from cadl_desktop.lessons import valleys
from cadl_desktop.lessons.lecture import LECTURE

L2, L3 = LECTURE["L2"], LECTURE["L3"]


@pytest.mark.parametrize(
    ("rate", "end", "cost"), [(0.01, 120.24, 0.72), (1.0, 143.5, -0.61), (500.0, 161.9, -0.06)]
)
def test_the_three_rates_end_where_the_lecture_says(rate: float, end: float, cost: float) -> None:
    last = valleys.descent(120.0, rate)[-1]
    assert last == pytest.approx(end, abs=0.05)
    assert valleys.cost()[int(last)] == pytest.approx(cost, abs=0.005)


def test_the_table_of_the_lecture_says_the_same() -> None:
    assert L3["rates"] == (0.01, 1.0, 500.0)
    assert L3["ends"] == (120.24, 143.5, 161.9)
    assert L3["costs"] == (0.72, -0.61, -0.06)


def test_descent_ends_at_the_minimum_of_its_valley() -> None:
    """Searches the valley of the lecture's start, from one maximum to the next."""
    heights = valleys.cost()
    tops = np.flatnonzero((heights[1:-1] > heights[:-2]) & (heights[1:-1] > heights[2:])) + 1
    left, right = max(tops[tops < 120]), min(tops[tops > 120])
    found = left + int(np.argmin(heights[left:right]))
    last = valleys.descent(120.0)[-1]
    assert abs(last - found) <= 2
    assert abs(heights[int(last)] - heights[found]) <= 0.02
    assert valleys.valley(last) == valleys.bottom_below(120) == found


def test_minima_are_roots_of_the_derivative() -> None:
    """10 cos(10 x) = sin(10 x) at every second root of tan(10 x) = 10."""
    roots = [(np.arctan(10) + np.pi * turn) / 10 for turn in (-3, -1, 1)]
    np.testing.assert_allclose(valleys.places()[list(valleys.bottoms())], roots, atol=0.006)
    assert valleys.lowest() == valleys.bottoms()[0]


@pytest.mark.parametrize("rate", [0.01, 1.0, 60.0, 500.0, 5000.0])
def test_positions_stay_on_the_line(rate: float) -> None:
    path = valleys.descents(np.arange(-3.0, 203.0), rate)
    assert path.shape == (501, 206)
    assert path.min() >= 0
    assert path.max() <= 198


@pytest.mark.parametrize("rate", [0.01, 1.0, 500.0, 5000.0])
def test_many_descents_equal_single_ones(rate: float) -> None:
    starts = np.array([0.0, 51.0, 52.0, 120.0, 199.0])
    together = valleys.descents(starts, rate)
    for at, start in enumerate(starts):
        np.testing.assert_array_equal(together[:, at], valleys.descent(start, rate))


def test_basins_hold_as_many_starts_as_the_page_says() -> None:
    deepest, neighbour, _ = valleys.bottoms()
    counts = Counter(valleys.valley(end) for end in valleys.ends())
    assert counts[deepest] == 52
    assert counts[neighbour] == 61
    heights = valleys.cost()
    assert heights[neighbour] / heights[deepest] == pytest.approx(0.5, abs=0.05)


def test_largest_settling_rate_follows_from_the_second_derivative() -> None:
    rates = np.geomspace(0.01, 500, 800)
    settle = np.array([valleys.settles(valleys.descent(120.0, rate)) for rate in rates])
    inside = np.flatnonzero(settle)
    assert np.all(np.diff(inside) == 1)  # a single stretch of rates
    assert 0.8 < rates[inside[0]] <= 1.0
    assert 300 < rates[inside[-1]] < 330
    bottom = valleys.bottom_below(120)
    assert rates[inside[-1]] == pytest.approx(valleys.largest_rate(bottom), rel=0.05)
    x = valleys.places()[bottom]
    bend = (-99 * np.sin(10 * x) - 20 * np.cos(10 * x)) * np.exp(-x)  # by the product rule
    assert valleys.largest_rate(bottom) == pytest.approx(2 / bend * (199 / 2) ** 2, rel=0.01)
