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
from cadl_desktop.sentences import Sentence, said

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
            said("Neurons"),
            float(self.neurons),
            1,
            NEURONS,
            said("How many lines are added up."),
            logarithmic=True,
            whole=True,
        )
        rate = Slider(
            "rate",
            said("Learning rate"),
            self.rate,
            1e-6,
            0.1,
            said("What the gradient is multiplied by to make a step."),
            logarithmic=True,
        )
        claim = Button(
            "claim",
            said("This rate calms them"),
            said(
                "Says that {count} neurons come to the lowest cost with this rate and stay there.",
                count=NEURONS,
            ),
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
        return self._lines(), cost_by_step(self._path(), Axis(said("cost"), (0.0, 4.5)))

    def words(self) -> tuple[Sentence, ...]:
        costs = line.costs(self._path()[-WATCHED:])
        told = said(
            "In the last {watched} of {steps} steps the cost lies between {least:.3f} and {most:.3f}; the "
            "best line costs {lowest:.3f}.",
            watched=WATCHED,
            steps=line.STEPS,
            least=float(costs.min()),
            most=float(costs.max()),
            lowest=line.lowest()[1],
        )
        steps = said(
            r"Their sum moves as one neuron does at the rate ${neurons} \cdot {rate:.2g} = {product:.2g}$.",
            neurons=self.neurons,
            rate=self.rate,
            product=self.neurons * self.rate,
        )
        return (told, steps, self._verdict()) if self.claimed else (told, steps)

    def numbers(self) -> tuple[Table, ...]:
        costs = line.costs(self._path())
        rows = [(float(at), float(w), float(b), float(costs[at])) for at, (w, b) in enumerate(self._path())]
        header = (said("step"), said("sum of all W"), said("sum of all b"), said("cost"))
        return (Table("steps", said("Step by step"), header, rows),)

    def reached(self) -> bool:
        return self.found

    def _path(self) -> Doubles:
        return linear_neurons.sums(self.neurons, self.rate)

    def _is_calm(self) -> bool:
        return bool((line.costs(self._path()[-WATCHED:]) - line.lowest()[1]).max() <= NEAR)

    def _verdict(self) -> Sentence:
        if self.neurons < NEURONS:
            return said("The question is about all {count} neurons.", count=NEURONS)
        if self._is_calm():
            return said("Right: they are calm, and still no more than a line.")
        if self.neurons * self.rate < RATE:
            return said("No: they are calm enough, but haven't come to the lowest cost.")
        return said("No: the cost still leaps.")

    def _lines(self) -> Figure:
        each = linear_neurons.each(self.neurons, self.rate)
        singly = np.concatenate([(*values_of(neuron), np.nan) for neuron in each])
        items = (
            Line(np.tile((*ENDS, np.nan), len(each)), singly, "second", said("each neuron"), 1.0, 0.4),
            Line(ENDS, values_of(self._path()[-1]), "series", said("their sum"), width=3.0),
        )
        return data_figure("neurons", said("{count} neurons, one line", count=self.neurons), items)
