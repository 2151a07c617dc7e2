"""Page 17: how fast networks learn low and high frequencies, and what they make between the points.

The target is a sum of waves. One network has relu neurons; one sine neurons, as SIREN (Sitzmann et al.,
Implicit neural representations with periodic activation functions, 2020); one gets random waves as input, as
Fourier features (Tancik et al., Fourier features let networks learn high frequency functions in low
dimensional domains, 2020). The error is measured per band of frequencies, by the discrete Fourier transform,
as Rahaman et al. do (On the spectral bias of neural networks, 2019).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal, cast

import numpy as np

from cadl_desktop.lessons.demonstration import Button, Choice, Control, Demonstration, Hints, Slider, Value
from cadl_desktop.lessons.descents import METHODS
from cadl_desktop.lessons.figure import (
    Axis,
    Bars,
    Doubles,
    Figure,
    Item,
    Line,
    Node,
    Points,
    Role,
    Stroke,
    Table,
)
from cadl_desktop.lessons.small_network import SmallNetwork, training


def band_amplitudes(values: Doubles, edges: Sequence[float]) -> Doubles:
    """Amplitudes (..., bands) of values (..., n) in bands of frequencies between `edges`.

    Frequencies are in periods over all n values; a constant has frequency 0. The amplitude of a band is the
    root of the sum of the squared amplitudes in it.
    """
    count = values.shape[-1]
    sizes = np.abs(np.fft.rfft(values)) / count
    sizes[..., 1 : (count + 1) // 2] *= 2  # half of their amplitude is at the negative frequency
    swings = np.arange(sizes.shape[-1])
    of_band = np.stack([(low <= swings) & (swings < high) for low, high in pairwise(edges)])
    return np.asarray(np.sqrt(sizes**2 @ of_band.T))


def remaining_share(outputs: Doubles, target: Doubles, edges: Sequence[float]) -> Doubles:
    """Amplitude (..., bands) of the error of outputs (..., n), as a share of the target's (n,) in each band.

    1 before anything is learned; more where the error is larger than the target.
    """
    return np.asarray(band_amplitudes(outputs - target, edges) / band_amplitudes(target, edges))


Way = Literal["relu", "sine", "fourier"]
SWINGS = (1, 3, 7, 15)
"""Periods of the waves from 0 to 1; all have the same amplitude."""
EDGES = (0.6, 2.0, 5.0, 10.0, 32.0)
"""Edges of the bands of frequencies; each holds one wave."""
POINTS, PLACES_PER_POINT = 64, 4
"""Points that are learned, and places per point at which outputs are evaluated."""
STEPS, EVALUATION_INTERVAL = 500, 10
"""Steps of the training, and steps between evaluations."""
_PHASES = np.array([0.3, 1.9, 4.0, 5.2])
_UNITS = 32
_RATE = 0.003
_SEED = 1


@cache
def wave_places() -> Doubles:
    """Places (256,) of evaluation; every fourth is a training point."""
    return np.arange(POINTS * PLACES_PER_POINT) / (POINTS * PLACES_PER_POINT)


@cache
def wave_sum() -> Doubles:
    """Target: the sum of the waves (256,) at `wave_places`."""
    return np.asarray(np.sin(2 * np.pi * np.outer(wave_places(), SWINGS) + _PHASES).sum(axis=1))


def at_learned_points(values: Doubles) -> Doubles:
    """Values (..., 64) at the training points, from those (..., 256) at all places."""
    return values[..., ::PLACES_PER_POINT]


def network_outputs(way: Way, frequency: float, steps: int) -> Doubles:
    """Outputs (1 + steps / 10, 256) of a network at the beginning and after every tenth step.

    `frequency` scales the waves of its input or first layer; plain relu networks have none.
    """
    return _learner(way, 0.0 if way == "relu" else frequency).until(steps)


def remaining_by_wave(outputs: Doubles) -> Doubles:
    """Remaining share (..., 4) of each wave in the error of outputs (..., 256), at the training points."""
    return remaining_share(at_learned_points(outputs), at_learned_points(wave_sum()), EDGES)


def error_between_points(outputs: Doubles) -> Doubles:
    """Mean absolute error (...) of outputs (..., 256) at places that are no training points."""
    learned = np.arange(outputs.shape[-1]) % PLACES_PER_POINT == 0
    return np.asarray(np.abs(outputs - wave_sum())[..., ~learned].mean(axis=-1))


class _Learner:
    """Network that is trained on demand, as far as its outputs are requested."""

    def __init__(self, way: Way, frequency: float) -> None:
        random = np.random.default_rng(_SEED)
        self._inputs = _inputs(way, frequency, random)
        activation = "sine" if way == "sine" else "relu"
        self._network = SmallNetwork(
            (self._inputs.shape[1], _UNITS, _UNITS, 1), (activation, activation, "linear")
        )
        initial = _first_weights(self._network, way, frequency, random)
        samples = at_learned_points(self._inputs.T).T, at_learned_points(wave_sum())[:, np.newaxis]
        adam = METHODS["adam"]
        self._steps = training(self._network, initial, samples, adam, _RATE, POINTS, STEPS, None, "l2")
        self._outputs = [self._network.outputs(initial, self._inputs)[:, 0]]

    def until(self, steps: int) -> Doubles:
        while len(self._outputs) <= steps // EVALUATION_INTERVAL:
            for _ in range(EVALUATION_INTERVAL):
                weights = next(self._steps)
            self._outputs.append(self._network.outputs(weights, self._inputs)[:, 0])
        return np.stack(self._outputs[: 1 + steps // EVALUATION_INTERVAL])


_learner = lru_cache(maxsize=16)(_Learner)


def _inputs(way: Way, frequency: float, random: np.random.Generator) -> Doubles:
    """Inputs (256, inputs) of a network at each place."""
    x = wave_places()[:, np.newaxis]
    if way != "fourier":
        return 2 * x - 1
    turns = 2 * np.pi * x * random.normal(0, frequency, _UNITS // 2)
    return np.concatenate([np.sin(turns), np.cos(turns)], axis=1)


def _first_weights(
    network: SmallNetwork, way: Way, frequency: float, random: np.random.Generator
) -> list[Doubles]:
    """Initial weights that preserve the size of signals (He et al., 2015; Sitzmann et al., 2020).

    Those of the output are 0, so that the error is the whole target at first.
    """
    arrays: list[Doubles] = []
    for inputs, units in zip(network.sizes[:-1], network.sizes[1:], strict=True):
        width = np.sqrt(6 / inputs)
        arrays += [random.uniform(-width, width, (inputs, units)), np.zeros(units)]
    arrays[-2] = np.zeros_like(arrays[-2])
    if way == "sine":
        arrays[0] = np.pi * frequency * random.uniform(-1, 1, arrays[0].shape)
        arrays[1] = random.uniform(-np.pi, np.pi, _UNITS)
    elif way == "relu":
        # Kinks are spread over the whole line.
        arrays[1] = random.uniform(-1, 1, _UNITS) * np.abs(arrays[0][0])
    return arrays


SHARE_LIMIT, ERROR_LIMIT = 0.05, 0.1
"""Goal: at most a share `SHARE_LIMIT` of each wave is left, and the mean error between points is below
`ERROR_LIMIT`."""
WAYS: Mapping[str, str] = {
    "relu": "relu neurons",
    "sine": "sine neurons",
    "fourier": "relu neurons, told waves",
}
_ROLES: tuple[Role, ...] = ("series", "second", "positive", "negative")
_STROKES: tuple[Stroke, ...] = ("solid", "dashed", "dash-dotted", "dotted")
_NAMES = tuple(f"swings: {swings}" for swings in SWINGS)


@dataclass(frozen=True)
class Frequencies(Demonstration):
    """State of page 17, which shows `taken` steps of the training."""

    way: str = "relu"
    frequency: float = 30.0
    taken: int = 0

    def controls(self) -> tuple[Control, ...]:
        way = Choice("way", "Made of", self.way, tuple(WAYS.items()), "What the network is made of.")
        frequency = Slider(
            "frequency",
            "First waves",
            self.frequency,
            1.0,
            60.0,
            "How often the network's waves swing before it learns; relu neurons alone have none.",
            logarithmic=True,
            possible=self.way != "relu",
        )
        train = Button(
            "train",
            "Train",
            f"Takes ten steps, and again ten, until {STEPS} are done.",
            possible=self.taken < STEPS,
            plays=True,
        )
        again = Button("again", "From the start", "Takes all steps back.")
        return way, frequency, train, again

    def with_value(self, name: str, value: Value) -> "Frequencies":
        if name == "way":
            return replace(self, way=str(value), taken=0)
        return replace(self, frequency=float(value), taken=0)

    def after_press(self, name: str) -> "Frequencies":
        return replace(self, taken=0 if name == "again" else min(self.taken + EVALUATION_INTERVAL, STEPS))

    def figures(self) -> tuple[Figure, ...]:
        return self._curve(), self._bars(), self._over_time()

    def words(self) -> tuple[str, ...]:
        left = remaining_by_wave(self._outputs()[-1])
        text = (
            f"After {self.taken} steps {100 * float(left[0]):.0f} % of the slowest wave is "
            f"left to be learned, and {100 * float(left[-1]):.0f} % of the fastest. Between "
            f"the points the curve is off by {self._error_between_points():.2f} on average."
        )
        return (text, self._verdict()) if self._has_learned() else (text,)

    def as_in_lecture(self) -> "Frequencies":
        return Frequencies(taken=STEPS)

    def numbers(self) -> tuple[Table, ...]:
        outputs = self._outputs()
        rows = [
            (float(EVALUATION_INTERVAL * at), *map(float, left), float(off))
            for at, (left, off) in enumerate(
                zip(remaining_by_wave(outputs), error_between_points(outputs), strict=True)
            )
        ]
        header = ("step", *_NAMES, "mean error between the points")
        return (Table("left", "What is left of each wave", header, rows),)

    def reached(self) -> bool:
        return self._has_learned() and self._error_between_points() < ERROR_LIMIT

    def missed(self) -> bool:
        return self.taken == STEPS and not self.reached()

    def hints(self) -> Hints:
        left = f"{100 * float(remaining_by_wave(self._outputs()[-1]).max()):.0f} %"
        if self.taken < STEPS:
            look = "Press “Train”, wait for the end, and look which of the four bars stay high."
        elif self.way == "relu":
            look = (
                f"Plain relu leaves {left} of a fast wave. Which of the "
                "networks has waves from the beginning?"
            )
        elif self._has_learned():
            look = (
                f"The points are learned, but between them it is {self._error_between_points():.2f} "
                "off: its first waves are too fast."
            )
        else:
            look = f"{left} of one wave is left: its first waves are too slow, or far too fast."
        return look, "Choose “sine neurons”, set the first waves to 8, and press “Train”."

    def _outputs(self) -> Doubles:
        return network_outputs(cast("Way", self.way), self.frequency, self.taken)

    def _has_learned(self) -> bool:
        return bool(remaining_by_wave(self._outputs()[-1]).max() <= SHARE_LIMIT)

    def _error_between_points(self) -> float:
        return float(error_between_points(self._outputs()[-1]))

    def _verdict(self) -> str:
        if self.reached():
            return "All four waves are learned, and the curve is right between the points as well."
        return "All four waves are learned at the points, but between them the curve goes its own way."

    def _curve(self) -> Figure:
        x, truth = wave_places(), wave_sum()
        items = (
            Line(x, truth, "truth", "four waves, added up", width=1.5, stroke="dashed"),
            Line(x, self._outputs()[-1], "series", "the network", width=2.5),
            Points(
                at_learned_points(x),
                at_learned_points(truth),
                name="learned from",
                size=5,
            ),
        )
        return Figure(
            "curve",
            f"After {self.taken} steps",
            items,
            Axis("x", (0.0, 1.0)),
            Axis("y", (-4.5, 4.5)),
        )

    def _bars(self) -> Figure:
        left = remaining_by_wave(self._outputs()[-1])
        items: list[Item] = []
        for swings, share, role in zip(SWINGS, left, _ROLES, strict=True):
            edges = swings * np.array([1 / _BAR, _BAR])
            items.append(Bars(edges, np.ones(1), "muted", opacity=0.25))
            items.append(Bars(edges, share[np.newaxis], role))
            items.append(Node(swings, _ABOVE, f"{swings}\n{100 * share:.0f} %", framed=False))
        return Figure(
            "left",
            "What is left of each wave",
            items,
            Axis("swings from 0 to 1", _BAR_RANGE, logarithmic=True),
            _SHARE,
        )

    def _over_time(self) -> Figure:
        left = remaining_by_wave(self._outputs())
        steps = EVALUATION_INTERVAL * np.arange(float(len(left)))
        items: list[Item] = []
        for band, role, name, stroke in zip(left.T, _ROLES, _NAMES, _STROKES, strict=True):
            items += Line(steps, band, role, name, stroke=stroke), Points(steps[-1:], band[-1:], role, size=8)
        return Figure(
            "left-over-time",
            "The same, step by step",
            items,
            Axis("step", (0.0, float(STEPS))),
            _SHARE,
        )


_BAR = 1.35
"""Factor from the middle of a bar to its edges, on a logarithmic axis."""
_BAR_RANGE = (0.7, 21.5)
"""Range of the bars' axis, so narrow that labels fit side by side."""
_ABOVE = 1.2
"""Height of the bars' labels."""
_SHARE = Axis("share that is left", (0.0, 1.4))
