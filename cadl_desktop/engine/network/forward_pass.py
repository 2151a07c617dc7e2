"""Initial weights and forward pass of an experiment's network, shared by training, rendering and export."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.network.layers import LayerContext
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment, Identity, identity_of
from cadl_desktop.experiment.registry import load_reference
from cadl_desktop.experiment.shapes import (
    column_shapes,
    columns,
    count_parameters,
    frozen_columns,
    weight_shapes,
)
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.gains import NO_GAINS, Gains
from cadl_desktop.runs.network_weights import by_column, shapes_of

FIRST_IDENTITY_SPREAD = 0.5
"""Deviation of the initial identity vectors: small enough to move, large enough to tell pictures apart."""


def identity_vectors(identity: Identity, weights: Sequence[Tensor], numbers: Tensor) -> Tensor:
    """Vectors (samples, width) that tell a network which of several pictures to paint, by picture numbers
    (samples, 1); between two whole numbers they are interpolated."""
    places = tf.range(identity.pictures, dtype=tf.float32)
    shares = tf.nn.relu(1.0 - tf.abs(numbers - places))
    return shares if identity.dimensions is None else tf.matmul(shares, weights[0])


def initial_identity_vectors(identity: Identity | None, seed: int) -> list[NDArray[np.float64]]:
    """Initial values of learned identity vectors."""
    shapes = identity.shapes if identity else []
    random = np.random.default_rng([seed, 5])
    return [random.normal(0.0, FIRST_IDENTITY_SPREAD, shape) for shape in shapes]


def initial_weights(experiment: Experiment) -> list[Floats]:
    """Weights before the first step: W1, b1, W2, b2, ..., a pure function of the experiment.

    Each layer draws from its own random stream, so that an added layer does not change the others. Layers
    without a bias give only W; `sum` gives nothing. Weights of the encoding come first.
    """
    drawn: list[NDArray[np.floating]] = []
    own = zip(columns(experiment), column_shapes(experiment), strict=True)
    for index, ((category, part), shapes) in enumerate(own):
        if shapes:
            stream = [3] if category == "encoding" else [0, index - 1]
            random = np.random.default_rng([experiment.seed, *stream])
            drawn += load_reference(entry(category, part.kind).starts)(random, shapes, part)
        if index == 0:
            drawn += initial_identity_vectors(identity_of(experiment.data), experiment.seed)
    return [np.asarray(array, np.float32) for array in drawn]


def forward(
    experiment: Experiment, weights: Sequence[Tensor], inputs: Tensor, chance: Tensor | None = None
) -> Tensor:
    """Network output for scaled inputs (samples, inputs): scaled targets (samples, columns).

    `chance`, two integers, seeds dropout while training; None disables it.
    """
    return activations(experiment, weights, inputs, chance)[-1]


def activations(
    experiment: Experiment,
    weights: Sequence[Tensor],
    inputs: Tensor,
    chance: Tensor | None = None,
    gains: Gains = NO_GAINS,
    ungained: dict[int, Tensor] | None = None,
    known: Sequence[Tensor] = (),
) -> list[Tensor]:
    """Values of each column of the network, for scaled inputs (samples, inputs): the encoding, each layer and
    the output, each (samples, neurons). A column's values are multiplied by its gains; `ungained` receives
    the values before that. Columns that are `known`, the first ones, are not computed."""
    found = list(known)
    owned = by_column(experiment, weights)
    for index, ((category, part), own) in enumerate(zip(columns(experiment), owned, strict=True)):
        if index < len(known):
            continue
        with tf.name_scope(category if index == 0 else f"{category}_{index}"):
            if index == 0:
                found.append(encode(experiment, own, inputs))
            else:
                compute = entry(category, part.kind).load()
                found.append(compute(part, own, found[-1], LayerContext(found[0], index, chance)))
            if index in gains:
                if ungained is not None:
                    ungained[index] = found[-1]
                found[-1] = found[-1] * tf.convert_to_tensor(gains[index])
    return found


def forward_from(
    experiment: Experiment, weights: Sequence[Tensor], columns_before: Sequence[Tensor]
) -> Tensor:
    """Network output for given values (samples, neurons) of its first columns, the encoding and some layers:
    as `forward`."""
    return activations(experiment, weights, None, known=columns_before)[-1]


def encode(experiment: Experiment, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """Encodes scaled inputs (samples, inputs) for the first layer: (samples, width)."""
    identity, count = identity_of(experiment.data), len(column_shapes(experiment)[0])
    compute = entry("encoding", experiment.encoding.kind).load()
    if identity is None:
        return compute(experiment.encoding, weights[:count], inputs)
    encoded = compute(experiment.encoding, weights[:count], inputs[:, :-1])
    return tf.concat([encoded, identity_vectors(identity, weights[count:], inputs[:, -1:])], 1)


def unflatten(experiment: Experiment, vector: Tensor) -> list[Tensor]:
    """Splits a vector made by `flatten` into weights, inside a graph."""
    shapes = shapes_of(experiment)
    pieces = tf.split(vector, [prod(shape) for shape in shapes])
    return [tf.reshape(piece, shape) for piece, shape in zip(pieces, shapes, strict=True)]


def learning_mask(experiment: Experiment) -> NDArray[np.bool_] | None:
    """Mask of the trainable entries of the vector that `flatten` makes; None where all are trainable."""
    frozen = frozen_columns(experiment)
    if not frozen:
        return None
    shapes = enumerate(weight_shapes(experiment))
    return np.concatenate([np.full(count_parameters(own), index not in frozen) for index, own in shapes])
