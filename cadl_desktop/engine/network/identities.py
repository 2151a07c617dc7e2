"""The vectors by which a network is told which of many pictures it is to paint."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.experiment.model import Identity

SPREAD = 0.5
"""Deviation of the first learned numbers: small enough to move, large enough to tell pictures apart."""


def vectors(identity: Identity, weights: Sequence[Tensor], numbers: Tensor) -> Tensor:
    """The vectors (samples, width) of pictures by their numbers (samples, 1); between two whole numbers it is
    their blend."""
    places = tf.range(identity.pictures, dtype=tf.float32)
    shares = tf.nn.relu(1.0 - tf.abs(numbers - places))
    return shares if identity.dimensions is None else tf.matmul(shares, weights[0])


def first_vectors(identity: Identity | None, seed: int) -> list[NDArray[np.float64]]:
    """What is learned of the pictures, before the first step."""
    shapes = identity.shapes if identity else []
    random = np.random.default_rng([seed, 5])
    return [random.normal(0.0, SPREAD, shape) for shape in shapes]
