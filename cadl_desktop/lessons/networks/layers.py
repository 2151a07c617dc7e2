"""Fully connected layers by their matrices: shapes, names, and what linear ones come to together, L14."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.networks.small_network import SmallNetwork

SIZES: tuple[int, ...] = LECTURE["L14"]["layers"]
Shape = tuple[int, int]
_SEED = 1


def shapes(sizes: Sequence[int]) -> list[Shape]:
    """Of each layer's matrix, (inputs, units); its bias has as many numbers as units."""
    return list(pairwise(sizes))


def parameter_count(shape: Shape) -> int:
    """Of one layer, its bias included."""
    inputs, units = shape
    return inputs * units + units


def name(at: int, sizes: Sequence[int]) -> str:
    """The scope of a layer's operations, counted from 0, as the studio calls it."""
    return f"output_{at + 1}" if at == len(sizes) - 2 else f"layer_{at + 1}"


def weights(sizes: Sequence[int]) -> list[Doubles]:
    """Matrix and bias of each layer in turn: N(0, 0.1), and 0."""
    return network(sizes).first_weights(np.random.default_rng(_SEED), LECTURE["L14"]["spread"])


def network(sizes: Sequence[int]) -> SmallNetwork:
    """Linear in every layer."""
    return SmallNetwork(tuple(sizes), ("linear",) * (len(sizes) - 1))


def as_one(arrays: Sequence[Doubles]) -> tuple[Doubles, Doubles]:
    """One matrix (inputs, outputs) and bias (outputs,) that do what linear layers do one after another."""
    matrix, bias = arrays[0], arrays[1]
    for following, shift in zip(arrays[2::2], arrays[3::2], strict=True):
        matrix, bias = matrix @ following, bias @ following + shift
    return matrix, bias
