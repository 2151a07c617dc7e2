"""Page 11: activations and their slopes, and ten tanh neurons that a hand bends until their sum is a sine."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import atanh

import numpy as np

from cadl_desktop.lessons.controls import Button, Choice, Control, Slider, Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Handle, Item, Line, Points, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.networks import tanh_neurons
from cadl_desktop.lessons.networks.small_network import ACTIVATIONS
from cadl_desktop.lessons.networks.tanh_neurons import COUNT, Neuron, Neurons
from cadl_desktop.lessons.samples import noisy_sine

_L12 = LECTURE["L12"]
LEAST, MOST = _L12["least"], _L12["most"]
GOAL = 0.30
"""The mean error that a hand should come below: about that of the trained network in the studio."""
TITLES: Mapping[str, str] = {"tanh": "tanh", "sigmoid": "sigmoid", "relu": "relu"}
_ALONG = np.linspace(LEAST, MOST, 241)
_NEAR = np.linspace(-5.0, 5.0, 161)
_FARTHEST = 4.0
"""Neurons bend between minus and plus this."""
_REACH, _HIGHEST = 0.7, 0.98
"""The dot for the steepness stands so far right of the middle, and at most so high."""


@dataclass(frozen=True)
class Activations(Demonstration):
    """`at` is where the slope of the activation is shown; `chosen` counts neurons from 1. `by_hand` is False
    as long as it was training that bent them."""

    activation: str = _L12["activations"][0]
    at: float = 1.0
    neurons: Neurons = field(default_factory=tanh_neurons.begun)
    chosen: int = 1
    by_hand: bool = True

    def controls(self) -> tuple[Control, ...]:
        activation = Choice(
            "activation",
            "Activation",
            self.activation,
            tuple((name, TITLES[name]) for name in _L12["activations"]),
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

    def turned(self, name: str, value: Value) -> "Activations":
        return super().turned(name, int(value) if name == "chosen" else value)

    def pressed(self, name: str) -> "Activations":
        match name:
            case "flat":
                return self._bent(self._neuron()._replace(weight=0.0))
            case "train":
                return replace(self, neurons=tanh_neurons.trained(), by_hand=False)
        return replace(self, neurons=tanh_neurons.begun(), by_hand=True)

    def moved(self, name: str, x: float, y: float) -> "Activations":
        match name:
            case "at":
                return replace(self, at=float(np.clip(x, LEAST, MOST)))
            case "middle":
                return self._bent(self._neuron()._replace(middle=float(np.clip(x, -_FARTHEST, _FARTHEST))))
            case "steepness":
                weight = atanh(float(np.clip(y, -_HIGHEST, _HIGHEST))) / _REACH
                return self._bent(self._neuron()._replace(weight=weight))
        distances = np.abs(tanh_neurons.outputs(self.neurons, np.array([x]))[0] - y)
        return replace(self, chosen=int(np.argmin(distances)) + 1)

    def figures(self) -> tuple[Figure, ...]:
        return self._neurons(), self._sum(), self._activation()

    def words(self) -> tuple[str, ...]:
        neuron = self._neuron()
        bent = (
            rf"Neuron {self.chosen}: $\tanh({neuron.weight:z.2f} \, x "
            rf"{-neuron.weight * neuron.middle:+z.2f})$. Mean error of the sum: "
            rf"{self._cost():.3f}."
        )
        value, slope = self._value_and_slope(np.array([self.at]))
        at = (
            f"{TITLES[self.activation]} of {self.at:z.2f} is {float(value[0]):z.3f}, and its "
            f"slope there {float(slope[0]):.3f}."
        )
        return bent, at

    def as_in_lecture(self) -> "Activations":
        return Activations().pressed("train")

    def numbers(self) -> tuple[Table, ...]:
        header = ("neuron", "weight", "bias")
        rows = [
            (float(number), neuron.weight, -neuron.weight * neuron.middle)
            for number, neuron in enumerate(self.neurons, 1)
        ]
        return (Table("neurons", "All ten", header, rows),)

    def reached(self) -> bool:
        return self.by_hand and self._cost() < GOAL

    def _neuron(self) -> Neuron:
        return self.neurons[self.chosen - 1]

    def _bent(self, neuron: Neuron) -> "Activations":
        """With another in the place of the chosen one."""
        at = self.chosen - 1
        return replace(self, neurons=(*self.neurons[:at], neuron, *self.neurons[at + 1 :]))

    def _cost(self) -> float:
        return tanh_neurons.cost(self.neurons)

    def _value_and_slope(self, x: Doubles) -> tuple[Doubles, Doubles]:
        known = ACTIVATIONS[self.activation]
        return known.given(x), known.slope(x)

    def _activation(self) -> Figure:
        values, slopes = self._value_and_slope(_ALONG)
        value, slope = self._value_and_slope(np.array([self.at]))
        touching = self.at + np.array([-1.0, 1.0])
        items: tuple[Item, ...] = (
            Line(_ALONG, values, "series", TITLES[self.activation]),
            Line(_ALONG, slopes, "second", "its slope"),
            Line(touching, value + slope * (touching - self.at), "truth", width=1.5, dashed=True),
            Points(np.array([self.at]), slope, "second", size=8),
            Handle("at", "Where the slope is looked at", self.at, float(value[0]), along="x"),
        )
        title = f"{TITLES[self.activation]} and its slope"
        return Figure("activation", title, items, Axis("x", (LEAST, MOST)), Axis("y", (-1.5, 2.5)))

    def _neurons(self) -> Figure:
        curves = tanh_neurons.outputs(self.neurons, _NEAR)
        middle, weight = self._neuron()
        steepness = float(np.tanh(weight * _REACH))
        items: tuple[Item, ...] = (
            _side_by_side(curves),
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
        total = tanh_neurons.outputs(self.neurons, _NEAR).sum(axis=1)
        items: tuple[Item, ...] = (
            Points(noisy_sine.x(), noisy_sine.y(), name="what was measured", size=3, opacity=0.35),
            Line(_NEAR, total, "series", "sum of all ten", width=3),
        )
        title = f"Their sum: mean error {self._cost():.3f}"
        return Figure("sum", title, items, Axis("x", (-5.0, 5.0)), Axis("y", (-4.0, 4.0)))


def _side_by_side(curves: Doubles) -> Line:
    """All curves (n, neurons) as one line with gaps."""
    gap = np.full((1, curves.shape[1]), np.nan)
    x = np.tile(np.append(_NEAR, np.nan), curves.shape[1])
    return Line(x, np.vstack((curves, gap)).T.ravel(), "muted", "the others", width=1.0)
