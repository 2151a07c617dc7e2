"""Page 1: a threshold separates apples from oranges by their redness, and its mistakes become a cost."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from cadl_desktop.lessons.demonstration import Button, Control, Demonstration, Hints, Slider
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Handle, Item, Line, Points, Table

FRUIT = 100
ORANGE, APPLE = 0.0, 1.0
_SEED = 3
_REDNESS, _SPREAD = (0.38, 0.64), 0.11


@cache
def redness() -> Doubles:
    """Redness (100,) of fifty oranges, then fifty apples, from 0 to 1; apples are redder on the whole."""
    middles = np.repeat(_REDNESS, FRUIT // 2)
    return np.clip(np.random.default_rng(_SEED).normal(middles, _SPREAD), 0, 1)


@cache
def fruit_labels() -> Doubles:
    """Labels (100,): `ORANGE` or `APPLE`."""
    return np.repeat((ORANGE, APPLE), FRUIT // 2)


@cache
def distinct_thresholds() -> Doubles:
    """Thresholds (99,) between neighbours; any other threshold classifies the fruit as one of these does."""
    x = np.sort(redness())
    return np.asarray((x[1:] + x[:-1]) / 2)


def predict(x: Doubles, threshold: Doubles | float, softness: float) -> Doubles:
    """Answers for redness x: a step from 0 to 1 at the threshold, or with `softness` > 0 a logistic curve.

    The shapes of `x` and `threshold` are broadcast.
    """
    if softness == 0:
        return np.where(x > threshold, APPLE, ORANGE)
    return np.asarray((1 + np.tanh((x - threshold) / (2 * softness))) / 2)  # no exp that could overflow


@dataclass(frozen=True, eq=False)
class Costs:
    """Costs of errors E over their last axis: the number of outputs nearer to the wrong label, and the means
    of E, |E| and E²."""

    wrong: Doubles
    signed: Doubles
    absolute: Doubles
    squared: Doubles


def measure_errors(errors: Doubles) -> Costs:
    """Costs of errors (..., n)."""
    sizes = np.abs(errors)
    wrong = np.asarray(np.sum(sizes > 0.5, axis=-1), dtype=np.float64)
    return Costs(wrong, errors.mean(-1), sizes.mean(-1), (errors**2).mean(-1))


def measure_thresholds(thresholds: Doubles, softness: float, fruit_labels: Doubles) -> Costs:
    """Costs (n,) of each threshold (n,)."""
    return measure_errors(predict(redness(), thresholds[:, None], softness) - fruit_labels)


DRAGGED = int(np.argmax(redness()[: FRUIT // 2]))
"""Index of the piece whose label can be dragged: the reddest orange."""
THRESHOLDS = np.linspace(0, 1, 201)
TOLERANCE = 1
"""Mistakes above the minimum that are accepted, as dragging is not more precise."""

MEASURES = _, SIGNED, ABSOLUTE, SQUARED = (
    "mistakes of 100",
    "mean of E",
    "mean of |E|",
    "mean of E squared",
)


@dataclass(frozen=True)
class ErrorAndCost(Demonstration):
    """State of page 1; `found` is set once the best threshold was claimed rightly."""

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

    def after_press(self, name: str) -> "ErrorAndCost":
        return replace(self, claimed=True, found=self.found or self._is_best())

    def after_move(self, name: str, x: float, y: float) -> "ErrorAndCost":
        if name == "label":
            return replace(self, label=float(np.clip(y, ORANGE, APPLE)), claimed=False)
        return replace(self, threshold=float(np.clip(x, 0, 1)), claimed=False)

    def figures(self) -> tuple[Figure, ...]:
        return self._fruit(), self._curves()

    def tables(self) -> tuple[Table, ...]:
        wrong, *means = map(float, _in_order(measure_errors(self._errors())))
        rows = list(zip(MEASURES, (round(wrong), *means), strict=True))
        return (Table("costs", "One number for all", ("cost", "value"), rows),)

    def words(self) -> tuple[str, ...]:
        output = float(self._outputs(redness())[DRAGGED])
        error_text = (
            f"The orange you can drag: $E = f(X) - y = {output:.2f} - {self.label:.2f} = "
            f"{output - self.label:z.2f}$"
        )
        return (error_text, *self._verdict())

    def as_in_lecture(self) -> "ErrorAndCost":
        best = distinct_thresholds()[np.argmin(self._costs_of(distinct_thresholds()).wrong)]
        return replace(self, threshold=float(best))

    def numbers(self) -> tuple[Table, ...]:
        columns = (THRESHOLDS, *_in_order(self._costs_of(THRESHOLDS)))
        rows = np.stack(columns, axis=1).tolist()
        header = ("threshold", *MEASURES)
        return (Table("thresholds", "The cost of every threshold", header, rows),)

    def reached(self) -> bool:
        return self.found

    def missed(self) -> bool:
        return self.claimed and not self.found

    def hints(self) -> Hints:
        too_red, too_pale = int((self._errors() > 0.5).sum()), int((self._errors() < -0.5).sum())
        if self._is_best():
            look = "Hardly any place makes fewer mistakes than this one: say so."
        elif too_red > too_pale:
            look = (
                f"{too_red} oranges count as apples, and {too_pale} apples as oranges: "
                "more strokes stand on the right. Where would both be few?"
            )
        elif too_red == too_pale:
            look = (
                f"{too_red} apples count as oranges, and as many oranges as apples. Where would both be few?"
            )
        else:
            look = (
                f"{too_pale} apples count as oranges, and {too_red} oranges as apples: "
                "more strokes stand on the left. Where would both be few?"
            )
        return (
            look,
            "Put the threshold at 0.5, where the curves are lowest, and press “No threshold does better”.",
        )

    def _labels(self) -> Doubles:
        labels = fruit_labels().copy()
        labels[DRAGGED] = self.label
        return labels

    def _outputs(self, x: Doubles) -> Doubles:
        return predict(x, self.threshold, self.softness)

    def _errors(self) -> Doubles:
        return self._outputs(redness()) - self._labels()

    def _costs_of(self, thresholds: Doubles) -> Costs:
        return measure_thresholds(thresholds, self.softness, self._labels())

    def _is_best(self) -> bool:
        fewest = self._costs_of(distinct_thresholds()).wrong.min()
        return bool(measure_errors(self._errors()).wrong <= fewest + TOLERANCE)

    def _verdict(self) -> tuple[str, ...]:
        if not self.claimed:
            return ()
        if self._is_best():
            return ("Right: no other place makes noticeably fewer mistakes.",)
        return ("Not yet: somewhere else there are fewer mistakes.",)

    def _fruit(self) -> Figure:
        x, y = redness(), self._labels()
        oranges = fruit_labels() == ORANGE
        along = np.linspace(0, 1, 401)
        items: tuple[Item, ...] = (
            # In colours of their own, as the next figure's curves are of both kinds.
            _error_strokes(x, self._outputs(x), y),
            Line(along, self._outputs(along), "truth", "answer f(X)"),
            Points(x[oranges], y[oranges], "negative", "oranges", size=7, opacity=0.7),
            Points(x[~oranges], y[~oranges], "positive", "apples", size=7, opacity=0.7),
            Handle("threshold", "Threshold", self.threshold, 0.5, along="x", step=0.01),
            Handle("label", "Label of the reddest orange", float(x[DRAGGED]), self.label, along="y"),
        )
        return Figure(
            "fruit",
            "A hundred pieces of fruit",
            items,
            Axis("X, how red", (0, 1)),
            Axis("y: 0 orange, 1 apple", (-0.1, 1.1)),
        )

    def _curves(self) -> Figure:
        costs, now = self._costs_of(THRESHOLDS), measure_errors(self._errors())
        here = np.full(3, self.threshold)
        items: tuple[Item, ...] = (
            # Nested, as they lie on one another unless answers are soft.
            Line(THRESHOLDS, costs.wrong / FRUIT, "muted", "mistakes / 100", width=9, opacity=0.35),
            Line(THRESHOLDS, costs.signed, "truth", SIGNED, stroke="dotted"),
            Line(THRESHOLDS, costs.absolute, "series", ABSOLUTE, width=4),
            Line(THRESHOLDS, costs.squared, "second", SQUARED, stroke="dashed"),
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
    """Costs in the order of `MEASURES`."""
    return costs.wrong, costs.signed, costs.absolute, costs.squared


def _error_strokes(x: Doubles, outputs: Doubles, labels: Doubles) -> Line:
    """Errors as vertical strokes from each answer to its label."""
    nothing = np.full(len(x), np.nan)
    ends = np.stack([outputs, labels, nothing], axis=1).ravel()
    return Line(np.repeat(x, 3), ends, "muted", "error E", width=1, opacity=0.5)
