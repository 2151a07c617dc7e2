"""From an experiment to parameters and forward pass: one definition for training, rendering and export."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.network.identities import first_vectors, vectors
from cadl_desktop.engine.network.layers import Surroundings
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import Experiment, identity_of
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
from cadl_desktop.runs.weights import by_column, shapes_of


def initial_weights(experiment: Experiment) -> list[Floats]:
    """The weights before the first step: W1, b1, W2, b2, ..., a pure function of the experiment.

    Each layer draws from a stream of its own, so that another layer more does not change it. Layers
    without a bias give only W; `sum` gives nothing. Weights of the encoding come before all others.
    """
    drawn: list[NDArray[np.floating]] = []
    own = zip(columns(experiment), column_shapes(experiment), strict=True)
    for index, ((category, part), shapes) in enumerate(own):
        if shapes:
            stream = [3] if category == "encoding" else [0, index - 1]
            random = np.random.default_rng([experiment.seed, *stream])
            drawn += load_reference(entry(category, part.kind).starts)(random, shapes, part)
        if index == 0:
            drawn += first_vectors(identity_of(experiment.data), experiment.seed)
    return [np.asarray(array, np.float32) for array in drawn]


def forward(
    experiment: Experiment, weights: Sequence[Tensor], inputs: Tensor, chance: Tensor | None = None
) -> Tensor:
    """What the network makes of scaled inputs (samples, inputs): scaled targets (samples, columns).

    `chance`, two whole numbers, is what dropout draws from while training; None drops nothing.
    """
    return activations(experiment, weights, inputs, chance)[-1]


def activations(
    experiment: Experiment,
    weights: Sequence[Tensor],
    inputs: Tensor,
    chance: Tensor | None = None,
    gains: Gains = NO_GAINS,
    bare: dict[int, Tensor] | None = None,
    known: Sequence[Tensor] = (),
) -> list[Tensor]:
    """What each column of the network makes of scaled inputs (samples, inputs): the encoding, each layer and
    the output, each (samples, neurons). What a neuron gives is multiplied by its gain; `bare` takes in what
    the columns with gains gave before that. The first columns are not computed where they are `known`."""
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
                found.append(compute(part, own, found[-1], Surroundings(found[0], index, chance)))
            if index in gains:
                if bare is not None:
                    bare[index] = found[-1]
                found[-1] = found[-1] * tf.convert_to_tensor(gains[index])
    return found


def continued(experiment: Experiment, weights: Sequence[Tensor], columns_before: Sequence[Tensor]) -> Tensor:
    """What the network makes of other values (samples, neurons) of its first columns, the encoding and some
    layers: as `forward`."""
    return activations(experiment, weights, None, known=columns_before)[-1]


def encode(experiment: Experiment, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """Scaled inputs (samples, inputs) as the first layer sees them (samples, width)."""
    identity, count = identity_of(experiment.data), len(column_shapes(experiment)[0])
    compute = entry("encoding", experiment.encoding.kind).load()
    if identity is None:
        return compute(experiment.encoding, weights[:count], inputs)
    encoded = compute(experiment.encoding, weights[:count], inputs[:, :-1])
    return tf.concat([encoded, vectors(identity, weights[count:], inputs[:, -1:])], 1)


def unflatten(experiment: Experiment, vector: Tensor) -> list[Tensor]:
    """The weights that `flatten` made one vector of, inside a graph."""
    shapes = shapes_of(experiment)
    pieces = tf.split(vector, [prod(shape) for shape in shapes])
    return [tf.reshape(piece, shape) for piece, shape in zip(pieces, shapes, strict=True)]


def learning_mask(experiment: Experiment) -> NDArray[np.bool_] | None:
    """Which entries of the vector that `flatten` makes do learn; None where all of them do."""
    frozen = frozen_columns(experiment)
    if not frozen:
        return None
    shapes = enumerate(weight_shapes(experiment))
    return np.concatenate([np.full(count_parameters(own), index not in frozen) for index, own in shapes])
