"""How a layer's first weights are drawn: (random, inputs, outputs, layer) -> (inputs, outputs)."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Part

Doubles = NDArray[np.float64]


def normal(random: np.random.Generator, inputs: int, outputs: int, layer: Part) -> Doubles:
    return random.normal(0.0, float(layer["spread"]), (inputs, outputs))


def xavier(random: np.random.Generator, inputs: int, outputs: int, layer: Part) -> Doubles:
    """Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010."""
    limit = np.sqrt(6.0 / (inputs + outputs))
    return random.uniform(-limit, limit, (inputs, outputs))


def he(random: np.random.Generator, inputs: int, outputs: int, layer: Part) -> Doubles:
    """He et al., Delving deep into rectifiers, 2015."""
    return random.normal(0.0, np.sqrt(2.0 / inputs), (inputs, outputs))


def zeros(random: np.random.Generator, inputs: int, outputs: int, layer: Part) -> Doubles:
    return np.zeros((inputs, outputs))
