"""Several pictures in one network, against small independent computations."""

from typing import Any

import keras
import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import input_scaling
from cadl_desktop.engine import Control, initial_weights, predict, probe, train, training_samples
from cadl_desktop.engine.network.forward_pass import encode
from cadl_desktop.experiment import Experiment, Stop, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import weight_shapes, widths
from cadl_desktop.export.networks.keras_model import keras_model
from cadl_desktop.runs.events import EpochEnded, Finished, Progressed
from cadl_desktop.runs.probed_columns import columns_of


def few(identity: str = "number", **changes: Any) -> Experiment:
    """Five faces of 8 by 8, one layer of 12."""
    homework = preset("homework-many-pictures")
    small = replace(
        homework,
        data=homework.data.has(count=5, longest=8, identity=identity),
        layers=(part("layer", "dense", units=12, activation="tanh", initialiser="xavier"),),
        optimizer=part("optimizer", "adam", rate=0.01),
        batch_size=32,
        stop=Stop(epochs=4),
    )
    return replace(small, **changes)


def encoded(experiment: Experiment, positions: np.ndarray) -> np.ndarray:
    samples = samples_of(experiment.data)
    scaled = input_scaling(experiment, samples).apply(positions)
    return np.asarray(encode(experiment, initial_weights(experiment), scaled))


BETWEEN = np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 3.0], [5.0, 0.0, 1.25], [5.0, 0.0, 4.0]])


def test_one_hot_has_an_input_for_each_picture_and_interpolates() -> None:
    vectors = encoded(few("one-hot"), BETWEEN)[:, 2:]

    expected = [[1, 0, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0.75, 0.25, 0, 0], [0, 0, 0, 0, 1]]
    assert np.allclose(vectors, expected, atol=1e-6)


def test_an_embedding_looks_up_learned_numbers_and_interpolates() -> None:
    experiment = few("embedding")
    table = initial_weights(experiment)[0]
    vectors = encoded(experiment, BETWEEN)[:, 2:]

    assert weight_shapes(experiment)[0] == [(5, 2)] == [table.shape]
    expected = [table[0], table[3], 0.75 * table[1] + 0.25 * table[2], table[4]]
    assert np.allclose(vectors, expected, atol=1e-6)


def test_only_positions_are_encoded_and_not_the_picture_s_vector() -> None:
    waves = part("encoding", "fourier", features=3)
    by_vector, by_number = few("embedding", encoding=waves), few(encoding=waves)

    assert widths(by_vector)[0] == 6 + 2
    assert widths(by_number)[0] == 6
    one, other = encoded(by_vector, BETWEEN[:2])
    assert np.allclose(one[:6], other[:6])  # the same place in two pictures
    assert not np.allclose(*encoded(by_number, BETWEEN[:2]))


@pytest.mark.parametrize("identity", ["number", "one-hot", "embedding"])
def test_training_brings_the_cost_down_and_shows_the_montage(identity: str) -> None:
    experiment = few(identity)
    events = list(train(experiment, Control(picture_seconds=0)))
    costs = [event.cost for event in events if isinstance(event, EpochEnded)]
    shown = [e.prediction for e in events if isinstance(e, Progressed) and e.prediction is not None]

    assert costs[-1] < costs[0]
    assert shown[-1].shape == (16, 24, 3)
    assert not shown[-1][8:, 16:].any()


def test_an_embedding_is_learned() -> None:
    experiment = few("embedding")
    *_, last = train(experiment)

    assert isinstance(last, Finished)
    assert not np.array_equal(last.state.weights[0], initial_weights(experiment)[0])


def test_encoded_samples_are_available_from_outside() -> None:
    inputs, targets = training_samples(few("one-hot"))

    assert inputs.shape == (5 * 64, 7)
    assert targets.shape == (5 * 64, 3)
    assert np.array_equal(inputs[:, 2:].sum(1), np.ones(5 * 64))


@pytest.mark.parametrize("identity", ["number", "one-hot", "embedding"])
def test_neurons_are_drawn_over_one_picture(identity: str) -> None:
    experiment = few(identity)
    probed = probe(experiment, initial_weights(experiment))
    columns = columns_of(experiment, probed)

    assert probed.grid == (8, 8)
    assert [len(column.values) for column in columns][-2:] == [12, 3]
    assert columns[-2].weights is not None


@pytest.mark.parametrize("identity", ["number", "one-hot", "embedding"])
@pytest.mark.parametrize("encoding", ["none", "hash grid"])
def test_a_keras_model_paints_the_same(identity: str, encoding: str) -> None:
    scaling = "centred" if encoding == "hash grid" else "standardised per column"
    experiment = few(identity, encoding=part("encoding", encoding), input_scaling=scaling)
    weights = tuple(initial_weights(experiment))
    ours = predict(experiment, weights, BETWEEN)
    theirs = keras_model(experiment, weights)(keras.ops.convert_to_tensor(BETWEEN.astype(np.float32)))

    assert np.allclose(ours, np.asarray(theirs), atol=255e-5)
