"""Weights of a network in their order W1, b1, W2, b2, ...: by name, by column, and as one vector; and the
fixed waves of a Fourier encoding."""

from collections.abc import Sequence
from itertools import islice
from math import prod
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import Shape, weight_shapes
from cadl_desktop.runs.events import Floats

Weight = TypeVar("Weight")


def shapes_of(experiment: Experiment) -> list[Shape]:
    """Shape of each weight array."""
    return [shape for shapes in weight_shapes(experiment) for shape in shapes]


def weights_fit(experiment: Experiment, weights: Sequence[Floats]) -> bool:
    """Whether these have the shapes of an experiment's weights."""
    try:
        shapes = shapes_of(experiment)
    except (KeyError, ValueError):  # an unknown part, which `check` reports
        return False
    return [array.shape for array in weights] == shapes


def weight_names(experiment: Experiment) -> list[str]:
    """Names W1, b1, W2, b2, ... in the order of the weights; layers without weights are not counted. A layer
    with more than two arrays has V1, c1, X1_5, X1_6, ... too; those of a trainable encoding are E1, E2,
    ..."""
    encoding, *layers = weight_shapes(experiment)
    with_weights = [shapes for shapes in layers if shapes]
    return [f"E{number}" for number, _ in enumerate(encoding, 1)] + [
        f"{'WbVc'[place]}{number}" if place < 4 else f"X{number}_{place + 1}"
        for number, shapes in enumerate(with_weights, 1)
        for place, _ in enumerate(shapes)
    ]


def named_weights(experiment: Experiment, weights: Sequence[Floats]) -> dict[str, Floats]:
    """Weights by name, contiguous, as safetensors silently scrambles transposed arrays."""
    names = weight_names(experiment)
    return {name: np.ascontiguousarray(array, np.float32) for name, array in zip(names, weights, strict=True)}


def by_column(experiment: Experiment, weights: Sequence[Weight]) -> list[list[Weight]]:
    """Weights, or other values for each of them, grouped by the columns of `shapes.columns`."""
    left = iter(weights)
    return [list(islice(left, len(shapes))) for shapes in weight_shapes(experiment)]


def between(arrays: Sequence[Floats], before: int, after: int) -> Floats | None:
    """Weights (before, after) of a column that owns these arrays and is fully connected; None for another."""
    return arrays[0] if arrays and arrays[0].shape == (before, after) else None


def flatten(weights: Sequence[Floats]) -> Floats:
    """All weights as one vector, in their order."""
    return np.concatenate([np.asarray(array, np.float32).ravel() for array in weights])


def weights_of(experiment: Experiment, vector: Floats) -> tuple[Floats, ...]:
    """Weights as views of a vector made by `flatten`; of several vectors (..., parameters) those of all,
    (..., *shape)."""
    shapes = shapes_of(experiment)
    pieces = np.split(vector, np.cumsum([prod(shape) for shape in shapes])[:-1], axis=-1)
    return tuple(
        piece.reshape((*vector.shape[:-1], *shape)) for piece, shape in zip(pieces, shapes, strict=True)
    )


def fourier_waves(encoding: Part, inputs: int) -> NDArray[np.float32]:
    """Frequencies of a Fourier encoding, drawn from its seed and never trained: B transposed, (inputs,
    waves), in cycles per unit of the scaled input."""
    random = np.random.default_rng([encoding["seed"], 4])
    waves = float(encoding["scale"]) * random.standard_normal((inputs, int(encoding["features"])))
    return waves.astype(np.float32)
