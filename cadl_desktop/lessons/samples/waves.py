"""A sum of waves, slow to fast, and small networks that learn it while one looks on.

One has relu neurons alone; one sine neurons, as SIREN (Sitzmann et al., Implicit neural representations with
periodic activation functions, 2020); one is told its input as random waves, as Fourier features (Tancik et
al., Fourier features let networks learn high frequency functions in low dimensional domains, 2020).
"""

from functools import cache, lru_cache
from typing import Literal

import numpy as np

from cadl_desktop.lessons.descending.descents import METHODS
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.networks.small_network import SmallNetwork, training
from cadl_desktop.lessons.samples import bands

Way = Literal["relu", "sine", "fourier"]
SWINGS = (1, 3, 7, 15)
"""How often each wave swings from 0 to 1; all are equally strong."""
EDGES = (0.6, 2.0, 5.0, 10.0, 32.0)
"""Of the bands, with one wave in each."""
POINTS, BETWEEN = 64, 4
"""So many points are learned, and looked at are so many times as many places."""
STEPS, EVERY = 500, 10
"""A network is trained so long, and looked at so often."""
_PHASES = np.array([0.3, 1.9, 4.0, 5.2])
_UNITS = 32
_RATE = 0.003
_SEED = 1


@cache
def places() -> Doubles:
    """(256,): every fourth of them is learned from."""
    return np.arange(POINTS * BETWEEN) / (POINTS * BETWEEN)


@cache
def truth() -> Doubles:
    """The sum of waves at `places` (256,)."""
    return np.asarray(np.sin(2 * np.pi * np.outer(places(), SWINGS) + _PHASES).sum(axis=1))


def at_points(values: Doubles) -> Doubles:
    """Of values (..., 256) at `places` those (..., 64) that are learned from."""
    return values[..., ::BETWEEN]


def outputs(way: Way, frequency: float, steps: int) -> Doubles:
    """What a network makes at `places`, (1 + steps / 10, 256): at the beginning and after every tenth step.
    Its first waves swing some `frequency` times; relu neurons have none."""
    return _learner(way, 0.0 if way == "relu" else frequency).until(steps)


def left(made: Doubles) -> Doubles:
    """What is left of each wave (..., 4) in outputs (..., 256), as a share of it, seen at the points that
    are learned from."""
    return bands.left(at_points(made), at_points(truth()), EDGES)


def off_between(made: Doubles) -> Doubles:
    """By how much outputs (..., 256) are off on average (...) at places that aren't learned from."""
    learned = np.arange(made.shape[-1]) % BETWEEN == 0
    return np.asarray(np.abs(made - truth())[..., ~learned].mean(axis=-1))


class _Learner:
    """A network that is trained only as far as somebody has asked for."""

    def __init__(self, way: Way, frequency: float) -> None:
        random = np.random.default_rng(_SEED)
        self._inputs = _inputs(way, frequency, random)
        bent = "sine" if way == "sine" else "relu"
        self._network = SmallNetwork((self._inputs.shape[1], _UNITS, _UNITS, 1), (bent, bent, "linear"))
        begun = _first_weights(self._network, way, frequency, random)
        samples = at_points(self._inputs.T).T, at_points(truth())[:, np.newaxis]
        adam = METHODS["adam"]
        self._steps = training(self._network, begun, samples, adam, _RATE, POINTS, STEPS, None, "l2")
        self._made = [self._network.outputs(begun, self._inputs)[:, 0]]

    def until(self, steps: int) -> Doubles:
        while len(self._made) <= steps // EVERY:
            for _ in range(EVERY):
                weights = next(self._steps)
            self._made.append(self._network.outputs(weights, self._inputs)[:, 0])
        return np.stack(self._made[: 1 + steps // EVERY])


_learner = lru_cache(maxsize=16)(_Learner)


def _inputs(way: Way, frequency: float, random: np.random.Generator) -> Doubles:
    """What a network is told of each of the places, (256, inputs)."""
    x = places()[:, np.newaxis]
    if way != "fourier":
        return 2 * x - 1
    turns = 2 * np.pi * x * random.normal(0, frequency, _UNITS // 2)
    return np.concatenate([np.sin(turns), np.cos(turns)], axis=1)


def _first_weights(
    network: SmallNetwork, way: Way, frequency: float, random: np.random.Generator
) -> list[Doubles]:
    """So wide that signals keep their size from layer to layer (He et al., 2015; Sitzmann et al., 2020); only
    the last ones are 0, so that all of every wave is left at first."""
    arrays: list[Doubles] = []
    for inputs, units in zip(network.sizes[:-1], network.sizes[1:], strict=True):
        width = np.sqrt(6 / inputs)
        arrays += [random.uniform(-width, width, (inputs, units)), np.zeros(units)]
    arrays[-2] = np.zeros_like(arrays[-2])
    if way == "sine":
        arrays[0] = np.pi * frequency * random.uniform(-1, 1, arrays[0].shape)
        arrays[1] = random.uniform(-np.pi, np.pi, _UNITS)
    elif way == "relu":
        arrays[1] = random.uniform(-1, 1, _UNITS) * np.abs(arrays[0][0])  # bends lie all over the line
    return arrays
