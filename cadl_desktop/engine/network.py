"""From an experiment to parameters and forward pass: one definition for training, rendering and export."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.engine.device import tf
from cadl_desktop.experiment.catalog import Category, entry
from cadl_desktop.experiment.model import Experiment, Part
from cadl_desktop.experiment.shapes import weight_shapes

Tensor = Any
Floats = NDArray[np.float32]


def initial_weights(experiment: Experiment) -> list[Floats]:
    """The weights before the first step: W1, b1, W2, b2, ..., a pure function of the experiment.

    Each layer draws from a stream of its own, so that another layer more does not change it. Layers
    without a bias give only W; `sum` gives nothing.
    """
    drawn: list[Floats] = []
    for index, (layer, shapes) in enumerate(
        zip(_columns(experiment), weight_shapes(experiment), strict=True)
    ):
        if shapes:
            random = np.random.default_rng([experiment.seed, 0, index])
            drawn += _draw(layer[1], shapes, random)
    return drawn


def forward(experiment: Experiment, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """What the network makes of scaled inputs (samples, inputs): scaled targets (samples, columns)."""
    values = encode(experiment, inputs)
    left = list(weights)
    for index, ((category, part), shapes) in enumerate(
        zip(_columns(experiment), weight_shapes(experiment), strict=True)
    ):
        own, left = left[: len(shapes)], left[len(shapes) :]
        with tf.name_scope(f"{category}_{index + 1}"):
            values = entry(category, part.kind).load()(part, own, values)
    return values


def encode(experiment: Experiment, inputs: Tensor) -> Tensor:
    """Scaled inputs (samples, inputs) as the first layer sees them (samples, width)."""
    with tf.name_scope("encoding"):
        return entry("encoding", experiment.encoding.kind).load()(experiment.encoding, inputs)


def flatten(weights: Sequence[Floats]) -> Floats:
    """All weights as one vector, in their order."""
    return np.concatenate([np.asarray(array, np.float32).ravel() for array in weights])


def unflatten(experiment: Experiment, vector: Tensor) -> list[Tensor]:
    """The weights that `flatten` made one vector of, inside a graph."""
    shapes = [shape for shapes in weight_shapes(experiment) for shape in shapes]
    pieces = tf.split(vector, [prod(shape) for shape in shapes])
    return [tf.reshape(piece, shape) for piece, shape in zip(pieces, shapes, strict=True)]


def weights_of(experiment: Experiment, vector: Floats) -> tuple[Floats, ...]:
    """The weights that `flatten` made one vector of, as arrays of their own."""
    shapes = [shape for shapes in weight_shapes(experiment) for shape in shapes]
    ends = np.cumsum([prod(shape) for shape in shapes])[:-1]
    return tuple(
        piece.reshape(shape).copy() for piece, shape in zip(np.split(vector, ends), shapes, strict=True)
    )


def _columns(experiment: Experiment) -> list[tuple[Category, Part]]:
    columns: list[tuple[Category, Part]] = [("layer", layer) for layer in experiment.layers]
    return [*columns, ("output", experiment.output)]


def _draw(layer: Part, shapes: Sequence[tuple[int, ...]], random: np.random.Generator) -> list[Floats]:
    inputs, outputs = shapes[0]
    weights = entry("initialiser", layer["initialiser"]).load()(random, inputs, outputs, layer)
    drawn = [weights.astype(np.float32)]
    if layer["bias"]:
        bias = layer["bias_start"] + layer["bias_spread"] * random.standard_normal(outputs)
        drawn.append(bias.astype(np.float32))
    return drawn
