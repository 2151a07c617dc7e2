"""The four optimizers compared with TensorFlow, and the surface of page 5."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from cadl_desktop.lessons.demonstrations import two_parameters
from cadl_desktop.lessons.descents import METHODS, descent

v1 = tf.compat.v1.train

THEIRS: dict[str, Any] = {
    "plain": v1.GradientDescentOptimizer,
    "momentum": lambda rate: v1.MomentumOptimizer(rate, 0.9),
    "rmsprop": lambda rate: v1.RMSPropOptimizer(rate, 0.9),
    "adam": v1.AdamOptimizer,
}
START, RATE, STEPS = (0.12, 0.05), 0.003, 60


def cost_of(place: Any) -> Any:
    x, y = place[0], place[1]
    return tf.sin(10 * x) * tf.exp(-x) * tf.cos(10 * y) * tf.exp(-y)


@pytest.mark.parametrize("name", METHODS)
def test_steps_are_those_of_tensorflow(name: str) -> None:
    place = tf.Variable(START, dtype=tf.float64)
    optimizer = THEIRS[name](RATE)
    theirs = [place.numpy()]
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            cost = cost_of(place)
        optimizer.apply_gradients([(tape.gradient(cost, place), place)])
        theirs.append(place.numpy())
    ours = descent(METHODS[name], two_parameters.gradient_at, START, RATE, STEPS)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


@pytest.mark.parametrize("place", [(-1.0, -1.0), (0.3, -0.7), (0.9, 0.1), (0.0, 0.0)])
def test_the_gradient_is_that_of_tensorflow(place: tuple[float, float]) -> None:
    there = tf.constant(place, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(there)
        cost = cost_of(there)
    ours, theirs = two_parameters.gradient_at(place), tape.gradient(cost, there)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    assert two_parameters.cost_at(place) == pytest.approx(float(cost))


def test_the_surface_is_as_drawn_in_the_lecture() -> None:
    assert two_parameters.cost_grid().shape == (100, 100)
    np.testing.assert_allclose([two_parameters.LEAST, two_parameters.MOST], [-1.0, 0.98])
    for row, column in ((0, 0), (3, 70), (99, 50)):
        place = (two_parameters.grid_axis()[column], two_parameters.grid_axis()[row])
        assert two_parameters.cost_grid()[row, column] == pytest.approx(two_parameters.cost_at(place))


def test_minima_are_lower_than_all_neighbours() -> None:
    assert len(two_parameters.grid_minima()) == 28
    inner = [place for place in two_parameters.grid_minima() if max(map(abs, place)) < 0.9]
    assert len(inner) >= 10
    for x, y in inner:
        around = [
            two_parameters.cost_at((x + dx, y + dy)) for dx in (-0.02, 0, 0.02) for dy in (-0.02, 0, 0.02)
        ]
        assert min(around) == two_parameters.cost_at((x, y))
        assert two_parameters.nearest_minimum((x + 0.01, y - 0.01)) == (x, y)


def test_parameters_are_clipped_to_their_range() -> None:
    path = descent(METHODS["momentum"], two_parameters.gradient_at, (-0.9, -0.9), 0.5, 200, (-1.0, 0.98))
    assert path.min() >= -1.0
    assert path.max() <= 0.98


def test_the_first_step_of_adam_is_as_long_as_the_rate_everywhere() -> None:
    for start in ((-0.9, -0.9), (0.9, 0.8), (0.1, 0.2)):
        path = descent(METHODS["adam"], two_parameters.gradient_at, start, 0.003, 1)
        np.testing.assert_allclose(np.abs(path[1] - path[0]), 0.003, rtol=1e-5)


def test_the_steepest_corner_is_fifty_times_as_steep_as_the_flattest() -> None:
    """Compares places with equal sines and cosines, so that only exp(-x - y) differs."""
    turn = 2 * np.pi / 10
    near = two_parameters.gradient_at((-0.95, -0.95))
    far = two_parameters.gradient_at((-0.95 + 3 * turn, -0.95 + 3 * turn))
    assert near[0] / far[0] == pytest.approx(np.exp(6 * turn))
    assert 40 < np.exp(6 * turn) < 60
