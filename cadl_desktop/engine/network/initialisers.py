"""Initial weights of layers. An initialiser is (random, inputs, outputs, layer) -> (inputs, outputs).

`experiment/catalog/layer_entries.py` names these functions, and those that draw all weights of a layer.
"""

from collections.abc import Sequence

import numpy as np

from cadl_desktop.data.samples import Doubles
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import load_reference
from cadl_desktop.experiment.shapes import Shape


def dense_weights(random: np.random.Generator, shapes: Sequence[Shape], layer: Part) -> list[Doubles]:
    """W and, with a bias, b of a dense layer."""
    inputs, outputs = shapes[0]
    initialiser = entry("initialiser", layer["initialiser"])
    weights = initialiser.load()(random, inputs, outputs, layer)
    if not layer["bias"]:
        return [weights]
    biases = layer["bias_start"] + layer["bias_spread"] * random.standard_normal(outputs)
    if initialiser.biases:
        biases = biases + load_reference(initialiser.biases)(random, inputs, outputs, layer)
    return [weights, biases]


def normalisation_weights(random: np.random.Generator, shapes: Sequence[Shape], layer: Part) -> list[Doubles]:
    """Scale 1 and shift 0 of layer normalisation."""
    return [np.ones(shapes[0]), np.zeros(shapes[1])]


def normal(random: np.random.Generator, inputs: int, outputs: int, layer: Part) -> Doubles:
    return random.normal(0.0, float(layer["spread"]), (inputs, outputs))


def xavier(random: np.random.Generator, inputs: int, outputs: int, layer: Part) -> Doubles:
    """Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010."""
    limit = np.sqrt(6.0 / (inputs + outputs))
    return random.uniform(-limit, limit, (inputs, outputs))


def he(random: np.random.Generator, inputs: int, outputs: int, layer: Part) -> Doubles:
    """He et al., Delving deep into rectifiers, 2015."""
    return random.normal(0.0, np.sqrt(2.0 / inputs), (inputs, outputs))


def siren(random: np.random.Generator, inputs: int, outputs: int, layer: Part) -> Doubles:
    """Sitzmann et al., Implicit neural representations with periodic activation functions, 2020, 3.2."""
    limit = np.sqrt(6.0 / inputs) / layer["w0"]
    return random.uniform(-limit, limit, (inputs, outputs))


def finer_first(random: np.random.Generator, inputs: int, outputs: int, layer: Part) -> Doubles:
    """SIREN's first layer: Sitzmann et al., 2020, supplement 1.5."""
    return random.uniform(-1.0 / inputs, 1.0 / inputs, (inputs, outputs))


def finer_first_biases(random: np.random.Generator, inputs: int, outputs: int, layer: Part) -> Doubles:
    """Biases of FINER: Liu et al., FINER: flexible spectral-bias tuning in implicit neural representation by
    variable-periodic activation functions, 2024, 3.3."""
    return random.uniform(-layer["bias_range"], layer["bias_range"], outputs)


def zeros(random: np.random.Generator, inputs: int, outputs: int, layer: Part) -> Doubles:
    return np.zeros((inputs, outputs))
