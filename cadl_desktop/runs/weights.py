"""A network's weights in their order: W1, b1, W2, b2, ... by name, by column, and as one vector."""

from collections.abc import Sequence
from itertools import islice
from math import prod
from typing import TypeVar

import numpy as np

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import Shape, weight_shapes
from cadl_desktop.runs.events import Floats

Weight = TypeVar("Weight")


def shapes_of(experiment: Experiment) -> list[Shape]:
    """The shape of each of the weights."""
    return [shape for shapes in weight_shapes(experiment) for shape in shapes]


def fit(experiment: Experiment, weights: Sequence[Floats]) -> bool:
    """Whether these could be the weights of an experiment's network."""
    try:
        shapes = shapes_of(experiment)
    except (KeyError, ValueError):  # an unknown part, which `check` has told
        return False
    return [array.shape for array in weights] == shapes


def weight_names(experiment: Experiment) -> list[str]:
    """W1, b1, W2, b2, ... for the weights in their order; layers without weights don't count. A layer
    of more than two has V1, c1, X1_5, X1_6, ... too; those of an encoding that learns are E1, E2, ..."""
    encoding, *layers = weight_shapes(experiment)
    with_weights = [shapes for shapes in layers if shapes]
    return [f"E{number}" for number, _ in enumerate(encoding, 1)] + [
        f"{'WbVc'[place]}{number}" if place < 4 else f"X{number}_{place + 1}"
        for number, shapes in enumerate(with_weights, 1)
        for place, _ in enumerate(shapes)
    ]


def named_weights(experiment: Experiment, weights: Sequence[Floats]) -> dict[str, Floats]:
    """The weights by their names, contiguous: safetensors would scramble transposed arrays in silence."""
    names = weight_names(experiment)
    return {name: np.ascontiguousarray(array, np.float32) for name, array in zip(names, weights, strict=True)}


def by_column(experiment: Experiment, weights: Sequence[Weight]) -> list[list[Weight]]:
    """The weights of every column that `shapes.columns` has, or what else there is for each of them."""
    left = iter(weights)
    return [list(islice(left, len(shapes))) for shapes in weight_shapes(experiment)]


def between(arrays: Sequence[Floats], before: int, after: int) -> Floats | None:
    """The weights (before, after) of a column that owns these arrays, where each of its neurons hears all of
    those before; None of any other."""
    return arrays[0] if arrays and arrays[0].shape == (before, after) else None


def flatten(weights: Sequence[Floats]) -> Floats:
    """All weights as one vector, in their order."""
    return np.concatenate([np.asarray(array, np.float32).ravel() for array in weights])


def weights_of(experiment: Experiment, vector: Floats) -> tuple[Floats, ...]:
    """The weights that `flatten` made one vector of, as views of it; of several vectors (..., parameters)
    the same weights of all, (..., *shape)."""
    shapes = shapes_of(experiment)
    pieces = np.split(vector, np.cumsum([prod(shape) for shape in shapes])[:-1], axis=-1)
    return tuple(
        piece.reshape((*vector.shape[:-1], *shape)) for piece, shape in zip(pieces, shapes, strict=True)
    )
