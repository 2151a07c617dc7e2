"""Optimizers of the catalog make the steps of tf.compat.v1."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from msgspec.structs import replace

from cadl_desktop.engine import initial_weights, train
from cadl_desktop.engine.training.optimizers import optimizer_for
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.runs.network_weights import flatten
from tests.engine.runs import costs_by_step, finished, small_painting
from tests.engine.test_replay import session_costs

v1 = tf.compat.v1

THEIRS: dict[str, Any] = {
    "gradient descent": v1.train.GradientDescentOptimizer,
    "momentum": lambda rate: v1.train.MomentumOptimizer(rate, 0.9),
    "rmsprop": lambda rate: v1.train.RMSPropOptimizer(rate, 0.9),
    "adagrad": v1.train.AdagradOptimizer,
    "adam": v1.train.AdamOptimizer,
}


def relu_tanh(x: Any, weights: list[Any]) -> Any:
    hidden = tf.nn.relu(tf.matmul(x, weights[0]) + weights[1])
    hidden = tf.tanh(tf.matmul(hidden, weights[2]) + weights[3])
    return tf.matmul(hidden, weights[4]) + weights[5]


@pytest.mark.parametrize("kind", THEIRS)
def test_steps_are_those_of_tensorflow(kind: str) -> None:
    experiment = small_painting(optimizer=part("optimizer", kind, rate=0.01), target_scaling="unit")
    ours = costs_by_step(experiment, 30)
    theirs = session_costs(experiment, relu_tanh, THEIRS[kind], 30)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4)


def test_adamw_is_that_of_keras() -> None:
    optimizer = part("optimizer", "adamw", rate=0.01, beta2=0.99, decay=0.5)
    experiment = small_painting(optimizer=optimizer)
    start = flatten(initial_weights(experiment))
    ours, slots = tf.constant(start), (tf.zeros_like(start), tf.zeros_like(start))
    theirs = tf.keras.Variable(start)
    keras = tf.keras.optimizers.AdamW(0.01, weight_decay=0.5, beta_2=0.99, epsilon=1e-8)
    update = optimizer_for(experiment).update
    for step in range(1, 30):
        gradient = tf.sin(step * tf.range(len(start), dtype=tf.float32))
        ours, slots = update(ours, slots, gradient, tf.constant(step), tf.constant(0.01))
        keras.apply([gradient], [theirs])
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)
    adam = replace(experiment, optimizer=part("optimizer", "adam", rate=0.01, beta2=0.99))
    without = replace(experiment, optimizer=optimizer.has(decay=0.0))
    assert costs_by_step(without, 5) == pytest.approx(costs_by_step(adam, 5))
    assert costs_by_step(experiment, 5)[-1] != pytest.approx(costs_by_step(adam, 5)[-1])


@pytest.mark.parametrize("cost", entries("cost"))
def test_every_cost_learns(cost: str) -> None:
    layer = part("layer", "dense", units=8, initialiser="xavier")
    experiment = small_painting(
        layers=(layer,), cost=cost, target_scaling="unit", optimizer=part("optimizer", "adam", rate=0.01)
    )
    end = finished(list(train(experiment)))
    before = costs_by_step(experiment, 0)[0]
    assert end.cost is not None
    assert end.cost < before


@pytest.mark.parametrize("initialiser", entries("initialiser"))
def test_initialisers_have_the_documented_distributions(initialiser: str) -> None:
    layer = part("layer", "dense", units=400, initialiser=initialiser, spread=0.3, bias_start=0.5)
    experiment = replace(small_painting(), layers=(layer, layer))
    _, _, second, bias, *_ = initial_weights(experiment)
    expected = {
        "normal": 0.3,
        "xavier": np.sqrt(2 / 800),
        "he": np.sqrt(2 / 400),
        "zeros": 0.0,
        "siren": np.sqrt(2 / 400),
        "finer first": 1 / 400 / np.sqrt(3),
    }
    assert second.std() == pytest.approx(expected[initialiser], rel=0.02)
    assert second.dtype == np.float32
    if initialiser == "finer first":
        assert 0 < bias.min() + 0.5 < 0.05 < 1.45 < bias.max() < 1.5  # within 1 of the initial biases
    else:
        assert (bias == 0.5).all()
