"""A run replayed in tf.compat.v1 from its events alone."""

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from msgspec.structs import replace

from cadl_desktop.engine import batch_order, initial_weights, training_samples
from cadl_desktop.experiment import Experiment, preset
from tests.engine.runs import costs_by_step

v1 = tf.compat.v1
STEPS = 200


def painting(x: Any, weights: list[Any]) -> Any:
    for layer in range(0, len(weights) - 2, 2):
        x = tf.nn.relu(tf.matmul(x, weights[layer]) + weights[layer + 1])
    return tf.matmul(x, weights[-2]) + weights[-1]


def sum_of_tanh(x: Any, weights: list[Any]) -> Any:
    return tf.reduce_sum(tf.tanh(tf.matmul(x, weights[0]) + weights[1]), 1, keepdims=True)


def session_costs(
    experiment: Experiment, network: Callable[..., Any], optimizer: Any, steps: int
) -> list[float]:
    """Costs by the lecture's loop: placeholders, a session, and the whole set's cost after every step."""
    xs, ys = training_samples(experiment)
    costs: list[float] = []
    with tf.Graph().as_default(), v1.Session() as session:
        x, y = (
            v1.placeholder(tf.float32, [None, xs.shape[1]]),
            v1.placeholder(tf.float32, [None, ys.shape[1]]),
        )
        variables = [v1.Variable(start) for start in initial_weights(experiment)]
        cost = tf.reduce_mean(tf.reduce_sum(tf.abs(network(x, variables) - y), 1))
        update = optimizer(experiment.optimizer["rate"]).minimize(cost)
        session.run(v1.global_variables_initializer())
        costs.append(session.run(cost, {x: xs, y: ys}))
        for epoch in count():
            for rows in batch_order(experiment, epoch):
                session.run(update, {x: xs[rows], y: ys[rows]})
                costs.append(session.run(cost, {x: xs, y: ys}))
                if len(costs) > steps:
                    return costs
    raise AssertionError("the loop above ends by returning")


CASES = [
    pytest.param("lecture-painting", painting, v1.train.AdamOptimizer, id="painting"),
    pytest.param("lecture-tanh", sum_of_tanh, v1.train.GradientDescentOptimizer, id="tanh"),
]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("name", "network", "optimizer"), CASES)
def test_a_tf_v1_session_has_the_same_costs(
    name: str, network: Callable[..., Any], optimizer: Any, seed: int
) -> None:
    experiment = replace(preset(name), seed=seed)
    ours = np.array(costs_by_step(experiment, STEPS))
    theirs = np.array(session_costs(experiment, network, optimizer, STEPS))
    assert ours.shape == theirs.shape == (STEPS + 1,)
    np.testing.assert_allclose(ours[:51], theirs[:51], rtol=1e-4)
    np.testing.assert_allclose(ours, theirs, rtol=2e-2)
