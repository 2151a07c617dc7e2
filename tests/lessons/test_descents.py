"""The four methods against TensorFlow's own, and the surface that they go down."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from cadl_desktop.lessons.descending import surface
from cadl_desktop.lessons.descending.descents import METHODS, descent

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
    ours = descent(METHODS[name], surface.gradient, START, RATE, STEPS)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


@pytest.mark.parametrize("place", [(-1.0, -1.0), (0.3, -0.7), (0.9, 0.1), (0.0, 0.0)])
def test_the_gradient_is_that_of_tensorflow(place: tuple[float, float]) -> None:
    there = tf.constant(place, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(there)
        cost = cost_of(there)
    np.testing.assert_allclose(surface.gradient(place), tape.gradient(cost, there), rtol=1e-9, atol=1e-12)
    assert surface.cost(place) == pytest.approx(float(cost))


def test_the_surface_is_as_drawn_in_the_lecture() -> None:
    assert surface.heights().shape == (100, 100)
    np.testing.assert_allclose([surface.LEAST, surface.MOST], [-1.0, 0.98])
    for row, column in ((0, 0), (3, 70), (99, 50)):
        place = (surface.places()[column], surface.places()[row])
        assert surface.heights()[row, column] == pytest.approx(surface.cost(place))


def test_bottoms_are_where_every_way_leads_up() -> None:
    assert len(surface.bottoms()) == 28
    inner = [place for place in surface.bottoms() if max(map(abs, place)) < 0.9]
    assert len(inner) >= 10
    for x, y in inner:
        around = [surface.cost((x + dx, y + dy)) for dx in (-0.02, 0, 0.02) for dy in (-0.02, 0, 0.02)]
        assert min(around) == surface.cost((x, y))
        assert surface.nearest_bottom((x + 0.01, y - 0.01)) == (x, y)


def test_no_parameter_leaves_where_it_is_held() -> None:
    path = descent(METHODS["momentum"], surface.gradient, (-0.9, -0.9), 0.5, 200, (-1.0, 0.98))
    assert path.min() >= -1.0
    assert path.max() <= 0.98


def test_the_first_step_of_adam_is_as_long_as_the_rate_everywhere() -> None:
    for start in ((-0.9, -0.9), (0.9, 0.8), (0.1, 0.2)):
        path = descent(METHODS["adam"], surface.gradient, start, 0.003, 1)
        np.testing.assert_allclose(np.abs(path[1] - path[0]), 0.003, rtol=1e-5)


def test_the_steepest_corner_is_fifty_times_as_steep_as_the_flattest() -> None:
    """Where sines and cosines are the same, only exp(-x - y) differs."""
    turn = 2 * np.pi / 10
    near, far = surface.gradient((-0.95, -0.95)), surface.gradient((-0.95 + 3 * turn, -0.95 + 3 * turn))
    assert near[0] / far[0] == pytest.approx(np.exp(6 * turn))
    assert 40 < np.exp(6 * turn) < 60
