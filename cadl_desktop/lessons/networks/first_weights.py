"""Weights as they are drawn, the lecture's L6, and what becomes of numbers that go through ten layers."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.networks.small_network import SmallNetwork
from cadl_desktop.lessons.samples import noisy_sine

LAYERS, UNITS = 10, 100
SENT = 25
"""So many of the sine's places go through the layers: of more, NumPy would set threads to work, which take
longer to start than these few numbers to compute."""
NETWORK = SmallNetwork((1,) + LAYERS * (UNITS,), LAYERS * ("tanh",))
_SEED = 1


def draws(spread: float) -> Doubles:
    """1000 numbers from N(0, spread), the same but for their spread."""
    return spread * _standard_draws()


@dataclass(frozen=True, eq=False)
class Layers:
    """What each of ten layers of tanh gives out: `outputs` (10, 2500), how far they lie from 0 on the whole
    (the root of the mean square), and the share of them that is saturated, both (10,)."""

    outputs: Doubles
    sizes: Doubles
    saturated: Doubles


@lru_cache(maxsize=4)
def layers(spread: float) -> Layers:
    """For first weights from N(0, spread) and biases of 0."""
    weights = [spread * array for array in _standard_weights()]
    sent = noisy_sine.x()[:: len(noisy_sine.x()) // SENT, np.newaxis]
    outputs = np.array([passed.outputs.ravel() for passed in NETWORK.forward(weights, sent)])
    return Layers(
        outputs, np.sqrt((outputs**2).mean(axis=1)), (np.abs(outputs) > saturated_from()).mean(axis=1)
    )


@cache
def saturated_from() -> float:
    """The output of tanh from which on the studio calls it saturated."""
    tanh = activation_of(part("layer", "dense", activation="tanh"))
    assert tanh
    assert tanh.ends
    return tanh.ends[1]


@cache
def _standard_draws() -> Doubles:
    return np.random.default_rng(_SEED).standard_normal(int(LECTURE["L6"]["draws"]))


@cache
def _standard_weights() -> list[Doubles]:
    return NETWORK.first_weights(np.random.default_rng(_SEED), 1.0)
