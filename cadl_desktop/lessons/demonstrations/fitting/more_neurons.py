"""Page 9: a hundred neurons that add up to a line, and the rate that calms them."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons.controls import Button, Control, Slider, Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.demonstrations.fitting.line_figures import (
    ENDS,
    cost_by_step,
    data_figure,
    values_of,
)
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Line, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.networks import line, linear_neurons

NEURONS: int = LECTURE["L10"]["neurons"]
RATE: float = LECTURE["L9"]["rate"]
WATCHED, NEAR = 100, 0.005
"""A hundred neurons are calm when the last so many costs are all so near to the lowest."""


@dataclass(frozen=True)
class MoreNeurons(Demonstration):
    """`found` is set once a person has rightly said of a rate that it calms all hundred."""

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

    def turned(self, name: str, value: Value) -> "MoreNeurons":
        if name == "neurons":
            return replace(self, neurons=round(float(value)), claimed=False)
        return replace(self, rate=float(value), claimed=False)

    def pressed(self, name: str) -> "MoreNeurons":
        right = self.neurons == NEURONS and self._is_calm()
        return replace(self, claimed=True, found=self.found or right)

    def figures(self) -> tuple[Figure, ...]:
        return self._lines(), cost_by_step(self._path(), Axis("cost", (0.0, 4.5)))

    def words(self) -> tuple[str, ...]:
        costs = line.costs(self._path()[-WATCHED:])
        told = (
            f"In the last {WATCHED} of {line.STEPS} steps the cost lies between "
            f"{float(costs.min()):.3f} and {float(costs.max()):.3f}; the best line costs "
            f"{line.lowest()[1]:.3f}."
        )
        steps = (
            rf"Their sum moves as one neuron does at the rate ${self.neurons} \cdot "
            rf"{self.rate:.2g} = {self.neurons * self.rate:.2g}$."
        )
        return (told, steps, self._verdict()) if self.claimed else (told, steps)

    def numbers(self) -> tuple[Table, ...]:
        costs = line.costs(self._path())
        rows = [(float(at), float(w), float(b), float(costs[at])) for at, (w, b) in enumerate(self._path())]
        header = ("step", "sum of all W", "sum of all b", "cost")
        return (Table("steps", "Step by step", header, rows),)

    def reached(self) -> bool:
        return self.found

    def _path(self) -> Doubles:
        return linear_neurons.sums(self.neurons, self.rate)

    def _is_calm(self) -> bool:
        return bool((line.costs(self._path()[-WATCHED:]) - line.lowest()[1]).max() <= NEAR)

    def _verdict(self) -> str:
        if self.neurons < NEURONS:
            return f"The question is about all {NEURONS} neurons."
        if self._is_calm():
            return "Right: they are calm, and still no more than a line."
        if self.neurons * self.rate < RATE:
            return "No: they are calm enough, but haven't come to the lowest cost."
        return "No: the cost still leaps."

    def _lines(self) -> Figure:
        each = linear_neurons.each(self.neurons, self.rate)
        singly = np.concatenate([(*values_of(neuron), np.nan) for neuron in each])
        items = (
            Line(np.tile((*ENDS, np.nan), len(each)), singly, "second", "each neuron", 1.0, 0.4),
            Line(ENDS, values_of(self._path()[-1]), "series", "their sum", width=3.0),
        )
        return data_figure("neurons", f"{self.neurons} neurons, one line", items)
