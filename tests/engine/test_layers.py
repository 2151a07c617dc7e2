"""Layers other than `dense`, each against a direct computation."""

import numpy as np
import pytest

from cadl_desktop.engine import initial_weights, predict
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.forward_pass import activations, forward
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import widths
from tests.engine.runs import epochs, finished, run, same_bits, small_painting

DENSE = part("layer", "dense", units=8, spread=1.0)
INPUTS = np.random.default_rng(3).standard_normal((200, 2)).astype(np.float32)


def test_skip_appends_the_encoded_inputs() -> None:
    encoding = part("encoding", "polynomial", degree=2)
    experiment = small_painting(layers=(DENSE, part("layer", "skip"), DENSE), encoding=encoding)
    assert widths(experiment) == [5, 8, 13, 8, 3]
    encoded, dense, skipped, *_ = activations(experiment, initial_weights(experiment), INPUTS)
    np.testing.assert_array_equal(skipped.numpy(), np.concatenate([dense, encoded], 1))


def test_layer_normalisation() -> None:
    experiment = small_painting(layers=(DENSE, part("layer", "layer normalisation")))
    weights = initial_weights(experiment)
    _, dense, normalised, _ = activations(experiment, weights, INPUTS)
    values = dense.numpy().astype(np.float64)
    wanted = (values - values.mean(1, keepdims=True)) / np.sqrt(values.var(1, keepdims=True) + 1e-5)
    np.testing.assert_allclose(normalised, wanted, atol=1e-4)
    weights[2], weights[3] = weights[2] * 2, weights[3] + 1
    np.testing.assert_allclose(activations(experiment, weights, INPUTS)[2], 2 * wanted + 1, atol=1e-4)


def test_dropout_zeroes_a_share_only_while_training() -> None:
    experiment = small_painting(layers=(DENSE, part("layer", "dropout", share=0.25)))
    weights = initial_weights(experiment)
    _, dense, still, _ = activations(experiment, weights, INPUTS)
    np.testing.assert_array_equal(still, dense)
    chance = tf.constant([1, 7])
    dropped = activations(experiment, weights, INPUTS, chance)[2].numpy()
    active = dense.numpy() != 0
    assert np.mean(dropped[active] == 0) == pytest.approx(0.25, abs=0.05)
    kept = dropped != 0
    np.testing.assert_allclose(dropped[kept], dense.numpy()[kept] / 0.75, rtol=1e-6)
    other = forward(experiment, weights, INPUTS, tf.constant([1, 8]))
    assert not np.array_equal(other, forward(experiment, weights, INPUTS, chance))


@pytest.mark.parametrize("batch_size", [16, 100])
def test_dropout_repeats_with_the_seed(batch_size: int) -> None:
    layers = (DENSE, part("layer", "dropout", share=0.3), DENSE)
    experiment = epochs(small_painting(layers=layers, batch_size=batch_size), 3)
    first, again = finished(run(experiment)).state, finished(run(experiment)).state
    assert same_bits(first, again)
    positions = np.array([[1.0, 2.0], [5.0, 6.0]])
    np.testing.assert_array_equal(
        predict(experiment, first.weights, positions), predict(experiment, first.weights, positions)
    )
    without = epochs(small_painting(layers=(DENSE, DENSE), batch_size=batch_size), 3)
    assert not same_bits(first, finished(run(without)).state)
