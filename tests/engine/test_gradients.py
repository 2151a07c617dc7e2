"""Reported gradients are those of the cost, and come with the neuron values."""

import numpy as np
import pytest

from cadl_desktop.engine import Control, initial_weights, train
from cadl_desktop.engine.evaluation.live_probe import MOST_ROWS, Gradients, gradient_rows
from cadl_desktop.engine.prepared_samples import prepare
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.events import Probed
from tests.engine.runs import of_kind, small_painting


def test_gradients_are_those_of_the_cost() -> None:
    experiment = small_painting(cost="l2", target_scaling="unit")
    prepared = prepare(experiment)
    rows = gradient_rows(experiment.seed, prepared.training)
    weights = initial_weights(experiment)
    inputs, targets = prepared.inputs[rows].astype(np.float64), prepared.targets[rows].astype(np.float64)

    def cost(changed: list[np.ndarray]) -> float:
        first, b1, second, b2, third, b3 = (array.astype(np.float64) for array in changed)
        hidden = np.tanh(np.maximum(inputs @ first + b1, 0) @ second + b2)
        return float(np.mean((hidden @ third + b3 - targets) ** 2))

    found = Gradients(experiment, prepared)(weights)
    assert [array.shape for array in found] == [array.shape for array in weights]
    for index in range(len(weights)):
        wiggled = [array.astype(np.float64) for array in weights]
        place = (0,) * wiggled[index].ndim
        wiggled[index][place] += 1e-5
        above = cost(wiggled)
        wiggled[index][place] -= 2e-5
        assert found[index][place] == pytest.approx((above - cost(wiggled)) / 2e-5, rel=1e-3, abs=1e-6)


def test_the_samples_are_few_and_follow_from_the_seed() -> None:
    training = np.arange(4096)
    rows = gradient_rows(1, training)
    assert len(set(rows)) == MOST_ROWS
    assert np.array_equal(rows, gradient_rows(1, training))
    assert not np.array_equal(rows, gradient_rows(2, training))
    assert np.array_equal(gradient_rows(1, training[:100]), training[:100])


def test_a_network_without_weights_in_a_layer_has_none_there() -> None:
    experiment = preset("lecture-100-neurons")
    found = Gradients(experiment, prepare(experiment))(initial_weights(experiment))
    assert [array.shape for array in found] == [(1, 100), (100,)]


def test_gradients_of_an_encoding_take_no_memory() -> None:
    grid = part("encoding", "hash grid", levels=1, features=2, coarsest=40, finest=40, table=64)
    experiment = small_painting(encoding=grid)
    weights = initial_weights(experiment)
    table, *layers = Gradients(experiment, prepare(experiment))(weights)
    assert table.shape == weights[0].shape
    assert table.strides == (0, 0)
    assert all(array.any() for array in layers)


def test_gradients_come_now_and_then_and_always_at_the_end() -> None:
    events = of_kind(list(train(small_painting(), Control(probe_seconds=0.0))), Probed)
    assert events[-1].gradients is not None
    shapes = [array.shape for array in events[-1].weights]
    assert all([a.shape for a in e.gradients] == shapes for e in events if e.gradients is not None)


def test_without_a_request_nothing_is_probed() -> None:
    assert not of_kind(list(train(small_painting())), Probed)


def test_a_layer_that_changes_nothing_has_gradients_of_zero() -> None:
    dead = part("layer", "dense", units=4, bias_start=-50.0)
    experiment = small_painting(layers=(part("layer", "dense", units=4), dead))
    found = Gradients(experiment, prepare(experiment))(initial_weights(experiment))
    assert not found[0].any()
    assert found[-1].any()
