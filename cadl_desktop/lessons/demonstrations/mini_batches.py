"""Page 8: mini-batches, the order of their samples, and the noise that they add to a descent."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons import line_fit
from cadl_desktop.lessons.demonstration import Button, Control, Demonstration, Hints, Slider, Switch, Value
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Points, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.line_fit import bowl_from_above, clipped_start, cost_by_step
from cadl_desktop.sentences import counted

_L8 = LECTURE["L8"]
INDICES, BATCHES = _L8["indices"], _L8["indices"] // _L8["batch"]
RATE: float = LECTURE["L7"]["rate"]
TAIL, TOLERANCE = 100, 0.005
"""A descent has arrived if its last `TAIL` costs are all within `TOLERANCE` of the lowest."""
SAMPLE_LIMIT = 5000
"""Goal: arrive after at most this many samples."""


@dataclass(frozen=True)
class MiniBatches(Demonstration):
    """State of page 8; `taken` counts the batches taken of 100 samples, and `found` is set once few samples
    were rightly claimed to be enough."""

    shuffled: bool = False
    taken: int = 0
    batch: int = _L8["training_batch"]
    start: line_fit.Place = line_fit.INITIAL
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
            line_fit.POINTS,
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

    def with_value(self, name: str, value: Value) -> "MiniBatches":
        if name == "shuffled":
            return replace(self, shuffled=bool(value), taken=0, claimed=False)
        return replace(self, batch=round(float(value)), claimed=False)

    def after_press(self, name: str) -> "MiniBatches":
        if name == "claim":
            right = self._arrives() and self._samples_used() <= SAMPLE_LIMIT
            return replace(self, claimed=True, found=self.found or right)
        return replace(self, taken=min(self.taken + 1, BATCHES) if name == "take" else 0)

    def after_move(self, name: str, x: float, y: float) -> "MiniBatches":
        return replace(self, start=clipped_start(x, y), claimed=False)

    def figures(self) -> tuple[Figure, ...]:
        title = f"{line_fit.STEPS} steps, {counted(self.batch, 'sample')} each"
        way = bowl_from_above("way", title, self._path(), self.start)
        return self._samples(), way, cost_by_step(self._path())

    def words(self) -> tuple[str, ...]:
        costs = self._end_costs()
        text = (
            f"{line_fit.STEPS} steps look at {self._samples_used():,} samples. In the last {TAIL} "
            f"of them the cost is at most {float(costs.max()):.4f} above the lowest."
        )
        return (text, self._verdict()) if self.claimed else (text,)

    def as_in_lecture(self) -> "MiniBatches":
        return MiniBatches(shuffled=True, taken=BATCHES)

    def numbers(self) -> tuple[Table, ...]:
        rows = [
            (float(at), *map(float, batch))
            for at, batch in enumerate(line_fit.lecture_batches(self.shuffled), 1)
        ]
        header = (
            "batch",
            *(f"sample {place}" for place in range(1, INDICES // BATCHES + 1)),
        )
        return (Table("batches", "Which samples each batch takes", header, rows),)

    def reached(self) -> bool:
        return self.found

    def missed(self) -> bool:
        return self.claimed and not self.found

    def hints(self) -> Hints:
        if self._arrives() and self._samples_used() <= SAMPLE_LIMIT:
            look = "It comes to the bottom, stays there, and looks at few samples: say so."
        elif self._samples_used() > SAMPLE_LIMIT:
            look = (
                f"{line_fit.STEPS} steps of {self.batch:,} look at {self._samples_used():,} "
                f"samples. How many a step make {SAMPLE_LIMIT:,}?"
            )
        elif not self.shuffled:
            look = (
                "In order, a batch holds only neighbours, and each pulls "
                "the line its own way. What would mix them?"
            )
        else:
            look = (
                f"With {self.batch} a step the path is too rough to rest. "
                f"{SAMPLE_LIMIT:,} samples allow a few more."
            )
        return look, "Switch “Shuffled” on, set the samples a step to 10, and press “That was enough”."

    def _path(self) -> Doubles:
        return line_fit.batch_descent(self.start, RATE, self.batch, self.shuffled)

    def _end_costs(self) -> Doubles:
        """Last costs (100,), minus the lowest cost."""
        return np.asarray(line_fit.costs(self._path()[-TAIL:]) - line_fit.best_line()[1])

    def _samples_used(self) -> int:
        return line_fit.STEPS * self.batch

    def _arrives(self) -> bool:
        return bool(self._end_costs().max() <= TOLERANCE)

    def _verdict(self) -> str:
        if not self._arrives():
            return f"No: at the end it is still more than {TOLERANCE:g} above the lowest cost."
        if self._samples_used() > SAMPLE_LIMIT:
            return f"It arrives, but it looks at more than {SAMPLE_LIMIT:,} samples."
        return (
            f"Right: this takes {100 * self.batch / line_fit.POINTS:.1f} % of the work of "
            "looking at all points in every step."
        )

    def _samples(self) -> Figure:
        """Samples by the batch that took them; those not taken yet are in row 0."""
        samples = np.arange(float(INDICES))
        rows = np.zeros(INDICES)
        for at, batch in enumerate(line_fit.lecture_batches(self.shuffled)[: self.taken], 1):
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
