"""Order of the weights, common to files, exports, vectors and columns."""

import numpy as np

from cadl_desktop.engine import initial_weights
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.network_weights import (
    by_column,
    flatten,
    named_weights,
    shapes_of,
    weight_names,
    weights_of,
)
from tests.engine.runs import small_painting

LAYERS = (
    part("layer", "dense", units=3),
    part("layer", "dropout"),
    part("layer", "dense", units=5, bias=False),
)
LEARNED_ENCODING = small_painting(layers=LAYERS, encoding=part("encoding", "hash grid"))


def test_weights_are_named_as_in_the_lecture() -> None:
    assert weight_names(preset("lecture-tanh")) == ["W1", "b1"]
    assert weight_names(preset("lecture-polynomial-3")) == ["W1", "b1"]
    assert len(weight_names(preset("lecture-painting"))) == 14


def test_a_trainable_encoding_comes_first() -> None:
    assert weight_names(LEARNED_ENCODING) == ["E1", "W1", "b1", "W2", "W3", "b3"]
    columns = by_column(LEARNED_ENCODING, weight_names(LEARNED_ENCODING))
    assert columns == [["E1"], ["W1", "b1"], [], ["W2"], ["W3", "b3"]]


def test_columns_of_no_weights_are_empty() -> None:
    assert by_column(LEARNED_ENCODING, ()) == [[], [], [], [], []]


def test_a_vector_is_the_concatenation_of_the_weights() -> None:
    weights = initial_weights(LEARNED_ENCODING)
    vector = flatten(weights)
    assert vector.shape == (sum(array.size for array in weights),)
    found = weights_of(LEARNED_ENCODING, vector)
    assert all(map(np.array_equal, found, weights))
    assert all(np.shares_memory(array, vector) for array in found)


def test_several_vectors_are_split_alike() -> None:
    weights = initial_weights(LEARNED_ENCODING)
    found = weights_of(LEARNED_ENCODING, np.stack([flatten(weights), np.zeros_like(flatten(weights))]))
    assert [array.shape[1:] for array in found] == shapes_of(LEARNED_ENCODING)
    for both, array in zip(found, weights, strict=True):
        assert np.array_equal(both[0], array)
        assert not both[1].any()


def test_named_weights_are_contiguous() -> None:
    weights = tuple(np.asfortranarray(array) for array in initial_weights(LEARNED_ENCODING))
    named = named_weights(LEARNED_ENCODING, weights)
    assert list(named) == weight_names(LEARNED_ENCODING)
    assert all(array.flags.c_contiguous for array in named.values())
    assert all(map(np.array_equal, named.values(), weights))
