"""Page 8: which samples are looked at, in which order, and how that shakes the way down."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons.controls import Button, Control, Slider, Switch, Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.demonstrations.fitting.line_figures import bowl_from_above, cost_by_step, held
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Points, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.networks import line

_L8 = LECTURE["L8"]
INDICES, BATCHES = _L8["indices"], _L8["indices"] // _L8["batch"]
RATE: float = LECTURE["L7"]["rate"]
WATCHED, NEAR = 100, 0.005
"""A descent has arrived when its last so many costs are all so near to the lowest."""
FEW = 5000
"""So many samples may be looked at by who arrives with little work."""


@dataclass(frozen=True)
class MiniBatches(Demonstration):
    """`taken` counts the batches of 100 samples that were taken; `found` is set once a person has rightly
    said that few samples were enough."""

    shuffled: bool = False
    taken: int = 0
    batch: int = _L8["training_batch"]
    start: line.Place = line.BEGIN
    claimed: bool = False
    found: bool = False

    def controls(self) -> tuple[Control, ...]:
        shuffled = Switch(
            "shuffled",
            "Shuffled",
            self.shuffled,
            "Takes the samples in an order drawn anew for every epoch.",
        )
        take = Button(
            "take",
            "Take a batch",
            "Takes the next ten of a hundred samples.",
            possible=self.taken < BATCHES,
            plays=True,
        )
        again = Button("again", "Next epoch", "Puts all hundred samples back.")
        batch = Slider(
            "batch",
            "Samples a step",
            float(self.batch),
            1,
            line.POINTS,
            "How many points every step down the bowl looks at.",
            logarithmic=True,
            whole=True,
        )
        claim = Button(
            "claim",
            "That was enough",
            "Says that so few samples were enough to come to the bottom and stay there.",
        )
        return shuffled, take, again, batch, claim

    def turned(self, name: str, value: Value) -> "MiniBatches":
        if name == "shuffled":
            return replace(self, shuffled=bool(value), taken=0, claimed=False)
        return replace(self, batch=round(float(value)), claimed=False)

    def pressed(self, name: str) -> "MiniBatches":
        if name == "claim":
            right = self._arrives() and self._looked_at() <= FEW
            return replace(self, claimed=True, found=self.found or right)
        return replace(self, taken=min(self.taken + 1, BATCHES) if name == "take" else 0)

    def moved(self, name: str, x: float, y: float) -> "MiniBatches":
        return replace(self, start=held(x, y), claimed=False)

    def figures(self) -> tuple[Figure, ...]:
        title = f"{line.STEPS} steps, {self.batch:,} samples each"
        way = bowl_from_above("way", title, self._path(), self.start)
        return self._samples(), way, cost_by_step(self._path())

    def words(self) -> tuple[str, ...]:
        costs = self._end_costs()
        told = (
            f"{line.STEPS} steps look at {self._looked_at():,} samples. In the last {WATCHED} "
            f"of them the cost is at most {float(costs.max()):.4f} above the lowest."
        )
        return (told, self._verdict()) if self.claimed else (told,)

    def as_in_lecture(self) -> "MiniBatches":
        return MiniBatches(shuffled=True, taken=BATCHES)

    def numbers(self) -> tuple[Table, ...]:
        rows = [(float(at), *map(float, batch)) for at, batch in enumerate(line.order(self.shuffled), 1)]
        header = (
            "batch",
            *(f"sample {place}" for place in range(1, INDICES // BATCHES + 1)),
        )
        return (Table("batches", "Which samples each batch takes", header, rows),)

    def reached(self) -> bool:
        return self.found

    def _path(self) -> Doubles:
        return line.batch_descent(self.start, RATE, self.batch, self.shuffled)

    def _end_costs(self) -> Doubles:
        """Above the lowest (100,)."""
        return np.asarray(line.costs(self._path()[-WATCHED:]) - line.lowest()[1])

    def _looked_at(self) -> int:
        return line.STEPS * self.batch

    def _arrives(self) -> bool:
        return bool(self._end_costs().max() <= NEAR)

    def _verdict(self) -> str:
        if not self._arrives():
            return f"No: at the end it is still more than {NEAR:g} above the lowest cost."
        if self._looked_at() > FEW:
            return f"It arrives, but it looks at more than {FEW:,} samples."
        return (
            f"Right: this takes {100 * self.batch / line.POINTS:.1f} % of the work of "
            "looking at all points in every step."
        )

    def _samples(self) -> Figure:
        """Those that weren't taken yet lie in row 0."""
        samples = np.arange(float(INDICES))
        rows = np.zeros(INDICES)
        for at, batch in enumerate(line.order(self.shuffled)[: self.taken], 1):
            rows[batch] = at
        left, now = rows == 0, (rows == self.taken) & (rows > 0)
        taken = ~left & ~now
        items = (
            Points(samples[left], rows[left], "points", "not taken yet", size=5, opacity=0.6),
            Points(samples[taken], rows[taken], "series", "taken", size=5, opacity=0.5),
            Points(samples[now], rows[now], "series", "taken now", size=9),
        )
        return Figure(
            "samples",
            f"Which of {INDICES} samples each batch takes",
            items,
            Axis("sample", (-3.0, INDICES + 2.0)),
            Axis("batch", (-0.7, BATCHES + 0.7)),
        )
