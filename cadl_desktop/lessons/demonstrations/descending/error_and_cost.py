"""Page 1: a threshold tells apples from oranges, and what it gets wrong becomes a cost."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons.controls import Button, Control, Slider
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.descending import errors
from cadl_desktop.lessons.descending.errors import APPLE, FRUIT, ORANGE, Costs
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Handle, Item, Line, Points, Table

HELD = int(np.argmax(errors.redness()[: FRUIT // 2]))
"""The piece whose label can be dragged: the reddest of the oranges."""
THRESHOLDS = np.linspace(0, 1, 201)
SPARE = 1
"""So many more mistakes than the fewest still count as the fewest: a hand is no finer than that."""

MEASURES = _, SIGNED, ABSOLUTE, SQUARED = (
    "mistakes of 100",
    "mean of E",
    "mean of |E|",
    "mean of E squared",
)


@dataclass(frozen=True)
class ErrorAndCost(Demonstration):
    """`found` is set once a person has rightly said that no threshold does better."""

    threshold: float = 0.15
    softness: float = 0.0
    label: float = ORANGE
    claimed: bool = False
    found: bool = False

    def controls(self) -> tuple[Control, ...]:
        softness = Slider(
            "softness",
            "Softness",
            self.softness,
            0.0,
            0.2,
            "How gently the answer goes over from orange to apple.",
        )
        claim = Button(
            "claim",
            "No threshold does better",
            "Says that you have found the place with the fewest mistakes.",
        )
        return softness, claim

    def pressed(self, name: str) -> "ErrorAndCost":
        return replace(self, claimed=True, found=self.found or self._is_best())

    def moved(self, name: str, x: float, y: float) -> "ErrorAndCost":
        if name == "label":
            return replace(self, label=float(np.clip(y, ORANGE, APPLE)), claimed=False)
        return replace(self, threshold=float(np.clip(x, 0, 1)), claimed=False)

    def figures(self) -> tuple[Figure, ...]:
        return self._fruit(), self._curves()

    def tables(self) -> tuple[Table, ...]:
        wrong, *means = map(float, _in_order(errors.costs(self._errors())))
        rows = list(zip(MEASURES, (round(wrong), *means), strict=True))
        return (Table("costs", "One number for all", ("cost", "value"), rows),)

    def words(self) -> tuple[str, ...]:
        output = float(self._outputs(errors.redness())[HELD])
        held = (
            f"The orange you can drag: $E = f(X) - y = {output:.2f} - {self.label:.2f} = "
            f"{output - self.label:z.2f}$"
        )
        return (held, *self._verdict())

    def as_in_lecture(self) -> "ErrorAndCost":
        best = errors.limits()[np.argmin(self._costs_of(errors.limits()).wrong)]
        return replace(self, threshold=float(best))

    def numbers(self) -> tuple[Table, ...]:
        columns = (THRESHOLDS, *_in_order(self._costs_of(THRESHOLDS)))
        rows = np.stack(columns, axis=1).tolist()
        header = ("threshold", *MEASURES)
        return (Table("thresholds", "The cost of every threshold", header, rows),)

    def reached(self) -> bool:
        return self.found

    def _labels(self) -> Doubles:
        labels = errors.labels().copy()
        labels[HELD] = self.label
        return labels

    def _outputs(self, x: Doubles) -> Doubles:
        return errors.predicted(x, self.threshold, self.softness)

    def _errors(self) -> Doubles:
        return self._outputs(errors.redness()) - self._labels()

    def _costs_of(self, thresholds: Doubles) -> Costs:
        return errors.costs_of_thresholds(thresholds, self.softness, self._labels())

    def _is_best(self) -> bool:
        fewest = self._costs_of(errors.limits()).wrong.min()
        return bool(errors.costs(self._errors()).wrong <= fewest + SPARE)

    def _verdict(self) -> tuple[str, ...]:
        if not self.claimed:
            return ()
        if self._is_best():
            return ("Right: no other place makes fewer mistakes worth the name.",)
        return ("Not yet: somewhere else there are fewer mistakes.",)

    def _fruit(self) -> Figure:
        x, y = errors.redness(), self._labels()
        oranges = errors.labels() == ORANGE
        along = np.linspace(0, 1, 401)
        items: tuple[Item, ...] = (
            _between(x, self._outputs(x), y),
            Line(along, self._outputs(along), "truth", "answer f(X)"),
            Points(x[oranges], y[oranges], "second", "oranges", size=7, opacity=0.7),
            Points(x[~oranges], y[~oranges], "series", "apples", size=7, opacity=0.7),
            Handle("threshold", "Threshold", self.threshold, 0.5, along="x", step=0.01),
            Handle("label", "Label of the reddest orange", float(x[HELD]), self.label, along="y"),
        )
        return Figure(
            "fruit",
            "A hundred pieces of fruit",
            items,
            Axis("X, how red", (0, 1)),
            Axis("y: 0 orange, 1 apple", (-0.1, 1.1)),
        )

    def _curves(self) -> Figure:
        costs, now = self._costs_of(THRESHOLDS), errors.costs(self._errors())
        here = np.full(3, self.threshold)
        items: tuple[Item, ...] = (
            Line(THRESHOLDS, costs.signed, "muted", SIGNED, dashed=True),
            Line(THRESHOLDS, costs.wrong / FRUIT, "truth", "mistakes / 100", width=4, opacity=0.4),
            Line(THRESHOLDS, costs.absolute, "series", ABSOLUTE),
            Line(THRESHOLDS, costs.squared, "second", SQUARED),
            Points(here, np.array([now.wrong / FRUIT, now.absolute, now.squared]), "truth", size=8),
        )
        return Figure(
            "cost-of-threshold",
            "What each threshold costs",
            items,
            Axis("threshold", (0, 1)),
            Axis("cost", (-0.6, 0.6)),
        )


def _in_order(costs: Costs) -> tuple[Doubles, ...]:
    """As `MEASURES` names them."""
    return costs.wrong, costs.signed, costs.absolute, costs.squared


def _between(x: Doubles, outputs: Doubles, labels: Doubles) -> Line:
    """The errors as upright strokes from each answer to its label."""
    nothing = np.full(len(x), np.nan)
    ends = np.stack([outputs, labels, nothing], axis=1).ravel()
    return Line(np.repeat(x, 3), ends, "negative", "error E", width=1, opacity=0.5)
