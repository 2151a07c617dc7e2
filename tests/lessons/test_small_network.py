"""Outputs, gradients and training of the small network, compared with TensorFlow."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from cadl_desktop.lessons.descents import METHODS
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.small_network import ACTIVATIONS, Cost, SmallNetwork, batches, training

DEEP = SmallNetwork((2, 4, 3, 2), ("tanh", "relu", "linear"))
SUMMED = SmallNetwork((1, 5), ("tanh",), summed=True)
THEIRS = {"linear": tf.identity, "tanh": tf.tanh, "sigmoid": tf.sigmoid, "relu": tf.nn.relu, "sine": tf.sin}


def samples(network: SmallNetwork, count: int = 30) -> tuple[Doubles, Doubles]:
    random = np.random.default_rng(7)
    outputs = 1 if network.summed else network.sizes[-1]
    return random.normal(size=(count, network.sizes[0])), random.normal(size=(count, outputs))


def first(network: SmallNetwork) -> list[Doubles]:
    return network.first_weights(np.random.default_rng(3), 0.7, 0.1)


def their_cost(
    network: SmallNetwork, weights: Sequence[Any], x: Doubles, targets: Doubles, cost: Cost
) -> Any:
    h = tf.constant(x)
    for at, name in enumerate(network.activations):
        h = THEIRS[name](h @ weights[2 * at] + weights[2 * at + 1])
    errors = (tf.reduce_sum(h, 1, keepdims=True) if network.summed else h) - targets
    sizes = tf.abs(errors) if cost == "l1" else errors**2
    return tf.reduce_mean(tf.reduce_sum(sizes, 1))


def their_gradients(network: SmallNetwork, weights: Sequence[Any], x: Doubles, y: Doubles, cost: Cost) -> Any:
    variables = [tf.Variable(array) for array in weights]
    with tf.GradientTape() as tape:
        value = their_cost(network, variables, x, y, cost)
    return float(value), tape.gradient(value, variables)


@pytest.mark.parametrize("cost", ["l1", "l2"])
@pytest.mark.parametrize("network", [DEEP, SUMMED], ids=["deep", "summed"])
def test_gradients_are_those_of_tensorflow(network: SmallNetwork, cost: Cost) -> None:
    weights, (x, targets) = first(network), samples(network)
    value, theirs = their_gradients(network, weights, x, targets, cost)
    errors = network.outputs(weights, x) - targets
    sizes = np.abs(errors) if cost == "l1" else errors**2
    assert sizes.sum(axis=1).mean() == pytest.approx(value)
    ours = network.gradients(weights, x, targets, cost)
    for mine, slopes in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, slopes, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_their_slopes_are_those_of_tensorflow(name: str) -> None:
    x = tf.Variable(np.linspace(-6.05, 6.05, 40).reshape(20, 2))
    with tf.GradientTape() as tape:
        theirs = THEIRS[name](x)
    np.testing.assert_allclose(ACTIVATIONS[name].given(x.numpy()), theirs, atol=1e-12)
    np.testing.assert_allclose(ACTIVATIONS[name].slope(x.numpy()), tape.gradient(theirs, x), atol=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_trains_all_of_its_arrays(name: str) -> None:
    optimizers: dict[str, Any] = {
        "plain": tf.compat.v1.train.GradientDescentOptimizer,
        "momentum": lambda rate: tf.compat.v1.train.MomentumOptimizer(rate, 0.9),
        "rmsprop": lambda rate: tf.compat.v1.train.RMSPropOptimizer(rate, 0.9),
        "adam": tf.compat.v1.train.AdamOptimizer,
    }
    x, targets = samples(DEEP)
    variables, optimizer = [tf.Variable(array) for array in first(DEEP)], optimizers[name](0.02)
    for _ in range(10):
        _, slopes = their_gradients(DEEP, [variable.numpy() for variable in variables], x, targets, "l2")
        optimizer.apply_gradients(zip(slopes, variables, strict=True))
    *_, last = training(DEEP, first(DEEP), (x, targets), METHODS[name], 0.02, 30, 10, None, "l2")
    for mine, variable in zip(last, variables, strict=True):
        np.testing.assert_allclose(mine, variable.numpy(), atol=1e-6)


def test_an_epoch_takes_every_sample_once_and_leaves_a_remainder_out() -> None:
    in_order = batches(25, 10)
    assert [list(batch) for batch in in_order] == [list(range(10)), list(range(10, 20))]
    shuffled = batches(100, 10, np.random.default_rng(0))
    assert [len(batch) for batch in shuffled] == [10] * 10
    assert sorted(np.concatenate(shuffled)) == list(range(100))
    assert list(np.concatenate(shuffled)) != list(range(100))
    assert [len(batch) for batch in batches(7, 50)] == [7]


def test_steps_are_counted_in_batches_and_shuffled_ones_follow_from_the_seed() -> None:
    def run(seed: int) -> list[list[Doubles]]:
        random = np.random.default_rng(seed)
        return list(training(SUMMED, first(SUMMED), samples(SUMMED), METHODS["plain"], 0.02, 10, 4, random))

    assert len(run(1)) == 12
    np.testing.assert_array_equal(run(1)[-1][0], run(1)[-1][0])
    assert not np.array_equal(run(1)[-1][0], run(2)[-1][0])
