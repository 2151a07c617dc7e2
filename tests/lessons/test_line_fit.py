"""Cost of a line and descents on it, compared with the small network, whose steps equal TensorFlow's."""

import numpy as np
import pytest

from cadl_desktop.lessons import line_fit, noisy_sine
from cadl_desktop.lessons.descents import METHODS
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.small_network import SmallNetwork, training

ONE = SmallNetwork((1, 1), ("linear",))
POINTS = noisy_sine.x()[:, np.newaxis], noisy_sine.y()[:, np.newaxis]


def cost(w: float, b: float) -> float:
    x, y = (part.ravel().tolist() for part in POINTS)
    return sum(abs(at * w + b - height) for at, height in zip(x, y, strict=True)) / 1000


def trained(start: line_fit.Place, rate: float, batch: int, shuffled: bool, steps: int) -> Doubles:
    """W and b of the small network after each step."""
    random = np.random.default_rng(1) if shuffled else None
    weights = [np.array([[start[0]]]), np.array([start[1]])]
    every = training(ONE, weights, POINTS, METHODS["plain"], rate, batch, steps, random)
    return np.array([[w[0, 0], b[0]] for _, (w, b) in zip(range(steps), every, strict=False)])


def test_costs_are_means_of_distances() -> None:
    places = [(0.3, -0.2), (-1.0, 1.3), (1.6, 0.0)]
    np.testing.assert_allclose(line_fit.costs(np.array(places)), [cost(*place) for place in places])
    heights = line_fit.cost_grid()
    assert heights[0, -1] == pytest.approx(cost(line_fit.W_RANGE[1], line_fit.B_RANGE[0]))
    assert heights[-1, 0] == pytest.approx(cost(line_fit.W_RANGE[0], line_fit.B_RANGE[1]))


def test_no_line_close_by_is_better_than_the_best() -> None:
    (w, b), lowest = line_fit.best_line()
    assert lowest == pytest.approx(cost(w, b))
    assert lowest == pytest.approx(0.421, abs=0.0005)
    around = np.stack(np.meshgrid(np.linspace(w - 0.01, w + 0.01, 21), np.linspace(b - 0.01, b + 0.01, 21)))
    assert line_fit.costs(around.reshape(2, -1).T).min() >= lowest - 1e-7
    assert line_fit.cost_grid().min() >= lowest


@pytest.mark.parametrize(("batch", "shuffled"), [(1000, False), (300, False), (7, True)])
def test_steps_are_those_of_the_small_network(batch: int, shuffled: bool) -> None:
    ours = line_fit.batch_descent(line_fit.INITIAL, 0.02, batch, shuffled, 40)
    assert ours.shape == (41, 2)
    np.testing.assert_allclose(ours[1:], trained(line_fit.INITIAL, 0.02, batch, shuffled, 40), atol=1e-12)


def test_whole_batches_are_plain_descent() -> None:
    plain = line_fit.descent(line_fit.INITIAL, 0.02)
    np.testing.assert_allclose(plain, line_fit.batch_descent(line_fit.INITIAL, 0.02, 1000, False))


def test_stop_rule_ends_a_descent_at_the_first_small_change() -> None:
    path = line_fit.descent(line_fit.INITIAL, 0.01, 1e-6)
    changes = np.abs(np.diff(line_fit.costs(path)))
    assert 340 < len(path) < 370
    assert changes[-1] < 1e-6
    assert changes[:-1].min() >= 1e-6
