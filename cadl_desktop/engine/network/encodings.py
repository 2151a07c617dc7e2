"""What scaled inputs become before the first layer: (encoding, its weights, (samples, inputs)) -> (samples,
width)."""

from collections.abc import Sequence
from math import pi, sqrt

import numpy as np

from cadl_desktop.data.samples import Doubles
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.experiment.part import Part
from cadl_desktop.runs.fourier_waves import fourier_waves

REACH = sqrt(3.0)
"""How far evenly spread inputs reach when they are standardised: Legendre's polynomials live between."""


def none(encoding: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    return inputs


def polynomial(encoding: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """1 once, then all inputs to the power 1, 2, ... up to the degree, or Legendre's polynomials of the
    inputs divided by `REACH` in their place."""
    terms = _legendre if encoding["basis"] == "orthogonal" else _powers
    return tf.concat([tf.ones_like(inputs[:, :1]), *terms(inputs, encoding["degree"])], 1)


def _powers(inputs: Tensor, degree: int) -> list[Tensor]:
    powers = [inputs]
    while len(powers) < degree:
        powers.append(powers[-1] * inputs)
    return powers


def _legendre(inputs: Tensor, degree: int) -> list[Tensor]:
    """By Bonnet's recursion."""
    x = inputs / REACH
    found = [tf.ones_like(x), x]
    for n in range(1, degree):
        found.append(((2 * n + 1) * x * found[n] - n * found[n - 1]) / (n + 1))
    return found[1:]


def fourier(encoding: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """Tancik et al., Fourier features let networks learn high frequency functions in low dimensional
    domains, 2020: cosines and sines of 2 pi B x, with B drawn from a normal distribution."""
    angles = 2 * pi * tf.matmul(inputs, tf.constant(fourier_waves(encoding, int(inputs.shape[1]))))
    return tf.concat([tf.cos(angles), tf.sin(angles)], 1)


def siren(encoding: Part, weights: Sequence[Tensor], inputs: Tensor) -> Tensor:
    """Sitzmann et al., Implicit neural representations with periodic activation functions, 2020: the first
    layer."""
    return tf.sin(encoding["w0"] * (tf.matmul(inputs, weights[0]) + weights[1]))


def siren_weights(
    random: np.random.Generator, shapes: Sequence[tuple[int, ...]], encoding: Part
) -> list[Doubles]:
    """Uniform between plus and minus 1 / inputs; phases all around the circle."""
    inputs = shapes[0][0]
    phase = pi / encoding["w0"]
    return [random.uniform(-1 / inputs, 1 / inputs, shapes[0]), random.uniform(-phase, phase, shapes[1])]
