"""Page 11: activations and their slopes, and ten tanh neurons (the lecture's L13) to be shaped by hand.

The sum of the ten is to follow the noisy sine.
"""

from dataclasses import dataclass, field, replace
from functools import cache
from math import atanh
from typing import NamedTuple

import numpy as np

from cadl_desktop.lessons import noisy_sine
from cadl_desktop.lessons.demonstration import Button, Choice, Control, Demonstration, Hints, Slider, Value
from cadl_desktop.lessons.descents import METHODS
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Handle, Item, Line, Points, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.small_network import ACTIVATIONS, SmallNetwork, training

_L9, _L13 = LECTURE["L9"], LECTURE["L13"]
COUNT: int = _L13["neurons"]
_NETWORK = SmallNetwork((1, COUNT), ("tanh",), summed=True)
_SEED = 1


class Neuron(NamedTuple):
    """Neuron tanh(weight · (x - middle)); its bias is -weight · middle."""

    middle: float
    weight: float


Neurons = tuple[Neuron, ...]


@cache
def first_neurons() -> Neurons:
    """Initial neurons: weights from N(0, 1), no bias, so that each bends at 0."""
    weights, bias = _first_weights()
    return _from_network(weights, bias)


@cache
def trained_neurons() -> Neurons:
    """Neurons after 100 epochs of gradient descent on shuffled batches of 200, at rate 0.02 (L9)."""
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


def neuron_outputs(neurons: Neurons, x: Doubles) -> Doubles:
    """Outputs (n, neurons) at places x (n,)."""
    middles, weights = np.array(neurons).T
    return np.asarray(np.tanh(weights * (x[:, np.newaxis] - middles)))


def sum_error(neurons: Neurons) -> float:
    """Mean absolute error of the sum of the neurons against the noisy sine."""
    return float(np.abs(neuron_outputs(neurons, noisy_sine.x()).sum(axis=1) - noisy_sine.y()).mean())


def _first_weights() -> list[Doubles]:
    return _NETWORK.first_weights(np.random.default_rng(_SEED), _L13["spread"], _L13["bias"])


def _from_network(weights: Doubles, bias: Doubles) -> Neurons:
    middles = -bias / weights[0] + 0.0  # no minus zero
    return tuple(map(Neuron, middles.tolist(), weights[0].tolist()))


_L12 = LECTURE["L12"]
LEAST, MOST = _L12["least"], _L12["most"]
GOAL = 0.30
"""Goal for the mean error; about that of the network trained in the studio."""
_ALONG = np.linspace(LEAST, MOST, 241)
_NEAR = np.linspace(-5.0, 5.0, 161)
_FARTHEST = 4.0
"""Largest |middle| of a neuron."""
_FLAT = 0.05
"""Largest |weight| of a neuron that counts as flat."""
_REACH, _HIGHEST = 0.7, 0.98
"""Distance of the steepness handle from the middle, and its largest height."""


@dataclass(frozen=True)
class Activations(Demonstration):
    """State of page 11.

    `at` is the place where the activation's slope is shown, `chosen` the number of a neuron, from 1.
    `by_hand` is False while the neurons are those of the training.
    """

    activation: str = _L12["activations"][0]
    at: float = 1.0
    neurons: Neurons = field(default_factory=first_neurons)
    chosen: int = 1
    by_hand: bool = True

    def controls(self) -> tuple[Control, ...]:
        activation = Choice(
            "activation",
            "Activation",
            self.activation,
            tuple((name, name) for name in _L12["activations"]),
            "Which curve is drawn together with its slope.",
        )
        chosen = Slider(
            "chosen",
            "Neuron",
            self.chosen,
            1,
            COUNT,
            "Which of the ten has the two dots; a click beside its curve chooses it as well.",
            whole=True,
        )
        flat = Button("flat", "Lay it flat", "Makes this neuron 0 everywhere.")
        train = Button("train", "Let training do it", "Bends all ten as training in the studio would.")
        again = Button("again", "Begin again", "Bends all ten as they were at first.")
        return activation, chosen, flat, train, again

    def with_value(self, name: str, value: Value) -> "Activations":
        return super().with_value(name, int(value) if name == "chosen" else value)

    def after_press(self, name: str) -> "Activations":
        match name:
            case "flat":
                return self._with_neuron(self._neuron()._replace(weight=0.0))
            case "train":
                return replace(self, neurons=trained_neurons(), by_hand=False)
        return replace(self, neurons=first_neurons(), by_hand=True)

    def after_move(self, name: str, x: float, y: float) -> "Activations":
        match name:
            case "at":
                return replace(self, at=float(np.clip(x, LEAST, MOST)))
            case "middle":
                return self._with_neuron(
                    self._neuron()._replace(middle=float(np.clip(x, -_FARTHEST, _FARTHEST)))
                )
            case "steepness":
                weight = atanh(float(np.clip(y, -_HIGHEST, _HIGHEST))) / _REACH
                return self._with_neuron(self._neuron()._replace(weight=weight))
        distances = np.abs(neuron_outputs(self.neurons, np.array([x]))[0] - y)
        return replace(self, chosen=int(np.argmin(distances)) + 1)

    def figures(self) -> tuple[Figure, ...]:
        return self._neurons(), self._sum(), self._activation()

    def words(self) -> tuple[str, ...]:
        neuron = self._neuron()
        neuron_text = (
            rf"Neuron {self.chosen}: $\tanh({neuron.weight:z.2f} \, x "
            rf"{-neuron.weight * neuron.middle:+z.2f})$. Mean error of the sum: "
            rf"{self._cost():.3f}."
        )
        value, slope = self._value_and_slope(np.array([self.at]))
        at = (
            f"{self.activation} of {self.at:z.2f} is {float(value[0]):z.3f}, and its "
            f"slope there {float(slope[0]):.3f}."
        )
        return neuron_text, at

    def as_in_lecture(self) -> "Activations":
        return Activations().after_press("train")

    def numbers(self) -> tuple[Table, ...]:
        header = ("neuron", "weight", "bias")
        rows = [
            (float(number), neuron.weight, -neuron.weight * neuron.middle)
            for number, neuron in enumerate(self.neurons, 1)
        ]
        return (Table("neurons", "All ten", header, rows),)

    def reached(self) -> bool:
        return self.by_hand and self._cost() < GOAL

    def missed(self) -> bool:
        return not self.by_hand

    def hints(self) -> Hints:
        if not self.by_hand:
            look = "What training has bent doesn't count. Press “Begin again”, and bend them yourself."
        else:
            bent = sum(abs(neuron.weight) > _FLAT for neuron in self.neurons)
            look = (
                f"{bent} neurons bend. Three are enough: one where the sine "
                "rises, and one on either side where it falls."
            )
        return look, (
            "“Begin again”. Lay 4 to 10 flat. Put 1, 2 and 3 at 0, -3.2 "
            "and 3.2, their second dots at 0.6, -0.6 and -0.6."
        )

    def _neuron(self) -> Neuron:
        return self.neurons[self.chosen - 1]

    def _with_neuron(self, neuron: Neuron) -> "Activations":
        """State with the chosen neuron replaced."""
        at = self.chosen - 1
        return replace(self, neurons=(*self.neurons[:at], neuron, *self.neurons[at + 1 :]))

    def _cost(self) -> float:
        return sum_error(self.neurons)

    def _value_and_slope(self, x: Doubles) -> tuple[Doubles, Doubles]:
        known = ACTIVATIONS[self.activation]
        return known.given(x), known.slope(x)

    def _activation(self) -> Figure:
        values, slopes = self._value_and_slope(_ALONG)
        value, slope = self._value_and_slope(np.array([self.at]))
        touching = self.at + np.array([-1.0, 1.0])
        items: tuple[Item, ...] = (
            Line(_ALONG, values, "series", self.activation),
            Line(_ALONG, slopes, "second", "its slope"),
            Line(touching, value + slope * (touching - self.at), "truth", width=1.5, stroke="dashed"),
            Points(np.array([self.at]), slope, "second", size=8),
            Handle("at", "Where the slope is looked at", self.at, float(value[0]), along="x"),
        )
        title = f"{self.activation} and its slope"
        return Figure("activation", title, items, Axis("x", (LEAST, MOST)), Axis("y", (-1.5, 2.5)))

    def _neurons(self) -> Figure:
        curves = neuron_outputs(self.neurons, _NEAR)
        middle, weight = self._neuron()
        steepness = float(np.tanh(weight * _REACH))
        items: tuple[Item, ...] = (
            _separate_curves(curves),
            Line(_NEAR, curves[:, self.chosen - 1], "second", f"neuron {self.chosen}", width=3),
            Handle("middle", "Where it bends", middle, 0.0, along="x"),
            Handle("steepness", "How steeply it bends", middle + _REACH, steepness, along="y"),
        )
        return Figure(
            "neurons",
            "Ten neurons, each by itself",
            items,
            Axis("x", (-5.0, 5.0)),
            Axis("y", (-1.3, 1.3)),
            clicked="neuron",
        )

    def _sum(self) -> Figure:
        total = neuron_outputs(self.neurons, _NEAR).sum(axis=1)
        items: tuple[Item, ...] = (
            Points(noisy_sine.x(), noisy_sine.y(), name="what was measured", size=3, opacity=0.35),
            Line(_NEAR, total, "series", "sum of all ten", width=3),
        )
        title = f"Their sum: mean error {self._cost():.3f}"
        return Figure("sum", title, items, Axis("x", (-5.0, 5.0)), Axis("y", (-4.0, 4.0)))


def _separate_curves(curves: Doubles) -> Line:
    """Curves (n, neurons) as one line with gaps."""
    gap = np.full((1, curves.shape[1]), np.nan)
    x = np.tile(np.append(_NEAR, np.nan), curves.shape[1])
    return Line(x, np.vstack((curves, gap)).T.ravel(), "muted", "the others", width=1.0)
