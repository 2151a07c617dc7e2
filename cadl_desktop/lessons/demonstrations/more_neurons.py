"""Page 9: a hundred linear neurons whose outputs are added up (the lecture's L10), and their learning rate.

All n neurons have the gradient of the sum of their outputs. A step of gradient descent therefore moves the
sum of their weights, and of their biases, n times as far as each of them: together they learn as one neuron
with n times the learning rate, and need not be computed one by one.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from cadl_desktop.lessons import line_fit
from cadl_desktop.lessons.demonstration import Button, Control, Demonstration, Hints, Slider, Value
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Line, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.line_fit import (
    ENDS,
    cost_by_step,
    data_figure,
    values_of,
)

_L9, _L10 = LECTURE["L9"], LECTURE["L10"]
_SEED = 1


@cache
def first_neuron_weights() -> Doubles:
    """Initial weights (100,) of the neurons, from N(0, 0.1)."""
    return np.asarray(np.random.default_rng(_SEED).normal(0, _L10["spread"], _L10["neurons"]))


def summed_path(neurons: int, rate: float) -> Doubles:
    """W and b (501, 2) of the sum of the first `neurons`, before and after each of 500 steps of 200 samples
    (the lecture's 100 iterations)."""
    start = float(first_neuron_weights()[:neurons].sum()), neurons * _L10["bias"]
    return line_fit.batch_descent(start, neurons * rate, _L9["batch"], True)


def final_neurons(neurons: int, rate: float) -> Doubles:
    """Final W and b (neurons, 2) of every neuron: all have moved equally far."""
    path = summed_path(neurons, rate)
    initial = np.stack((first_neuron_weights()[:neurons], np.full(neurons, _L10["bias"])), axis=1)
    return np.asarray(initial + (path[-1] - path[0]) / neurons)


NEURONS: int = LECTURE["L10"]["neurons"]
RATE: float = LECTURE["L9"]["rate"]
TAIL, TOLERANCE = 100, 0.005
"""The neurons are calm if the last `TAIL` costs are all within `TOLERANCE` of the lowest."""


@dataclass(frozen=True)
class MoreNeurons(Demonstration):
    """State of page 9; `found` is set once a rate was rightly claimed to calm all hundred neurons."""

    neurons: int = NEURONS
    rate: float = RATE
    claimed: bool = False
    found: bool = False

    def controls(self) -> tuple[Control, ...]:
        neurons = Slider(
            "neurons",
            "Neurons",
            float(self.neurons),
            1,
            NEURONS,
            "How many lines are added up.",
            logarithmic=True,
            whole=True,
        )
        rate = Slider(
            "rate",
            "Learning rate",
            self.rate,
            1e-6,
            0.1,
            "What the gradient is multiplied by to make a step.",
            logarithmic=True,
        )
        claim = Button(
            "claim",
            "This rate calms them",
            f"Says that {NEURONS} neurons come to the lowest cost with this rate and stay there.",
        )
        return neurons, rate, claim

    def with_value(self, name: str, value: Value) -> "MoreNeurons":
        if name == "neurons":
            return replace(self, neurons=round(float(value)), claimed=False)
        return replace(self, rate=float(value), claimed=False)

    def after_press(self, name: str) -> "MoreNeurons":
        right = self.neurons == NEURONS and self._is_calm()
        return replace(self, claimed=True, found=self.found or right)

    def figures(self) -> tuple[Figure, ...]:
        return self._lines(), cost_by_step(self._path(), Axis("cost", (0.0, 4.5)))

    def words(self) -> tuple[str, ...]:
        costs = line_fit.costs(self._path()[-TAIL:])
        text = (
            f"In the last {TAIL} of {line_fit.STEPS} steps the cost lies between "
            f"{float(costs.min()):.3f} and {float(costs.max()):.3f}; the best line costs "
            f"{line_fit.best_line()[1]:.3f}."
        )
        steps = (
            rf"Their sum moves as one neuron does at the rate ${self.neurons} \cdot "
            rf"{self.rate:.2g} = {self.neurons * self.rate:.2g}$."
        )
        return (text, steps, self._verdict()) if self.claimed else (text, steps)

    def numbers(self) -> tuple[Table, ...]:
        costs = line_fit.costs(self._path())
        rows = [(float(at), float(w), float(b), float(costs[at])) for at, (w, b) in enumerate(self._path())]
        header = ("step", "sum of all W", "sum of all b", "cost")
        return (Table("steps", "Step by step", header, rows),)

    def reached(self) -> bool:
        return self.found

    def missed(self) -> bool:
        return self.claimed and not self.found

    def hints(self) -> Hints:
        if self.neurons < NEURONS:
            look = (
                f"With {self.neurons} it may be calm, but the goal is about "
                f"all {NEURONS}. Take them all, and a smaller rate."
            )
        elif self._is_calm():
            look = "All hundred have come to the lowest cost and stay there: say so."
        elif self.neurons * self.rate < RATE:
            look = "The cost is calm but still on its way down: the rate is too small now."
        else:
            look = (
                "Together they move like one neuron at the rate "
                f"{self.neurons * self.rate:.2g}. One alone was calm at {RATE:g}."
            )
        return look, (
            f"With {NEURONS} neurons, set the learning rate to "
            f"{RATE / NEURONS:.4f}, and press “This rate calms them”."
        )

    def _path(self) -> Doubles:
        return summed_path(self.neurons, self.rate)

    def _is_calm(self) -> bool:
        return bool((line_fit.costs(self._path()[-TAIL:]) - line_fit.best_line()[1]).max() <= TOLERANCE)

    def _verdict(self) -> str:
        if self.neurons < NEURONS:
            return f"The question is about all {NEURONS} neurons."
        if self._is_calm():
            return "Right: they are calm, and still no more than a line."
        if self.neurons * self.rate < RATE:
            return "No: they are calm enough, but haven't come to the lowest cost."
        return "No: the cost still leaps."

    def _lines(self) -> Figure:
        each = final_neurons(self.neurons, self.rate)
        values = np.concatenate([(*values_of(neuron), np.nan) for neuron in each])
        items = (
            Line(np.tile((*ENDS, np.nan), len(each)), values, "second", "each neuron", 1.0, 0.4),
            Line(ENDS, values_of(self._path()[-1]), "series", "their sum", width=3.0),
        )
        return data_figure("neurons", f"{self.neurons} neurons, one line", items)
