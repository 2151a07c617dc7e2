"""Ten tanh neurons that add up to a curve, the lecture's L13: each by where it bends and how steeply."""

from functools import cache
from typing import NamedTuple

import numpy as np

from cadl_desktop.lessons.descending.descents import METHODS
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.networks.small_network import SmallNetwork, training
from cadl_desktop.lessons.samples import noisy_sine

_L9, _L13 = LECTURE["L9"], LECTURE["L13"]
COUNT: int = _L13["neurons"]
_NETWORK = SmallNetwork((1, COUNT), ("tanh",), summed=True)
_SEED = 1


class Neuron(NamedTuple):
    """tanh(weight · (x - middle)): its bias is minus the weight times the middle."""

    middle: float
    weight: float


Neurons = tuple[Neuron, ...]


@cache
def begun() -> Neurons:
    """Weights from N(0, 1), and no bias: each bends at 0."""
    weights, bias = _first_weights()
    return _from_network(weights, bias)


@cache
def trained() -> Neurons:
    """After 100 epochs of plain descent in shuffled batches of 200, at a rate of 0.02: the lecture's L9."""
    samples = noisy_sine.x()[:, np.newaxis], noisy_sine.y()[:, np.newaxis]
    *_, last = training(
        _NETWORK,
        _first_weights(),
        samples,
        METHODS["plain"],
        _L9["rate"],
        _L9["batch"],
        _L9["iterations"],
        np.random.default_rng(_SEED),
    )
    return _from_network(*last)


def outputs(neurons: Neurons, x: Doubles) -> Doubles:
    """Of each neuron, at places x (n,): (n, neurons)."""
    middles, weights = np.array(neurons).T
    return np.asarray(np.tanh(weights * (x[:, np.newaxis] - middles)))


def cost(neurons: Neurons) -> float:
    """The mean absolute error of their sum to the noisy sine."""
    return float(np.abs(outputs(neurons, noisy_sine.x()).sum(axis=1) - noisy_sine.y()).mean())


def _first_weights() -> list[Doubles]:
    return _NETWORK.first_weights(np.random.default_rng(_SEED), _L13["spread"], _L13["bias"])


def _from_network(weights: Doubles, bias: Doubles) -> Neurons:
    middles = -bias / weights[0] + 0.0  # no minus zero
    return tuple(map(Neuron, middles.tolist(), weights[0].tolist()))
