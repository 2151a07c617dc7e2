"""Page 14: points that were held out tell a curve that has learned from one that knows by heart."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons.controls import Button, Control, Slider, Switch, Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Item, Line, Points, Role, Table
from cadl_desktop.lessons.samples import held_out, noisy_sine
from cadl_desktop.lessons.samples.held_out import FARTHEST, HIGHEST_DEGREE

FEW = 15
LEAST_PENALTY, MOST_PENALTY = 1e-6, 1.0
TWICE = 2.0
"""Who is wrong so many times as much about new points as about the known has learned those by heart."""
MENDED = 0.30
"""A cost of held-out points below this is as good as the noise lets it be, nearly."""
_DEGREES = np.arange(1.0, HIGHEST_DEGREE + 1)
_OFF = 50.0
"""Curves are cut off so far away from 0: nobody sees that, and painters can count with it."""
_TOP = 1.0
"""Of the costs by degree."""


@dataclass(frozen=True)
class TrainingAndTest(Demonstration):
    """`overfitted` is the degree of the curve that a person has rightly called overfitted, 0 before that; and
    `mended` is set once one of the same degree has rightly been called mended."""

    degree: int = 3
    points: int = FEW
    penalty: float = LEAST_PENALTY
    beyond: bool = False
    overfitted: int = 0
    mended: bool = False
    claimed: str = ""

    def controls(self) -> tuple[Control, ...]:
        degree = Slider(
            "degree",
            "Degree",
            self.degree,
            1,
            HIGHEST_DEGREE,
            "The highest power of x in the curve.",
            whole=True,
        )
        points = Slider(
            "points",
            "Training points",
            self.points,
            FEW,
            held_out.most_points(),
            "How many points the curve is fitted to.",
            logarithmic=True,
            whole=True,
        )
        penalty = Slider(
            "penalty",
            "Penalty",
            self.penalty,
            LEAST_PENALTY,
            MOST_PENALTY,
            "How dear it is to bend: what large numbers in the curve add to its cost.",
            logarithmic=True,
        )
        beyond = Switch(
            "beyond",
            "Look beyond the points",
            self.beyond,
            "Shows more of the number line, with a test set out there.",
        )
        overfits = Button("overfits", "It overfits", "Says that this curve has learned by heart.")
        mends = Button("mends", "It is mended", "Says that this curve, of the same degree, has learned.")
        return degree, points, penalty, beyond, overfits, mends

    def turned(self, name: str, value: Value) -> "TrainingAndTest":
        if name == "beyond":
            return super().turned(name, value)
        return replace(super().turned(name, value if name == "penalty" else int(value)), claimed="")

    def pressed(self, name: str) -> "TrainingAndTest":
        if name == "overfits":
            return replace(
                self, claimed=name, overfitted=self.degree if self._overfits() else self.overfitted
            )
        return replace(self, claimed=name, mended=self.mended or self._is_mended())

    def figures(self) -> tuple[Figure, ...]:
        return self._curve(), self._costs_by_degree()

    def tables(self) -> tuple[Table, ...]:
        parts = (
            ("trained on", held_out.training(self.points)),
            ("held out", held_out.held_out()),
            ("beyond", held_out.beyond()),
        )
        rows: list[tuple[float | str, ...]] = [
            (name, len(points.x), *map(float, held_out.costs(self._fitted(), points)))
            for name, points in parts
        ]
        header = ("points", "how many", "cost against them", "against the true sine")
        return (Table("costs", "Mean absolute error", header, rows),)

    def words(self) -> tuple[str, ...]:
        known, new = self._costs()
        told = (
            f"About new points the curve is wrong {new / max(known, 1e-9):.1f} times as much "
            "as about those it knows."
        )
        return (told, *self._verdict())

    def as_in_lecture(self) -> "TrainingAndTest":
        return replace(self, points=held_out.most_points(), beyond=True)

    def numbers(self) -> tuple[Table, ...]:
        columns = (_DEGREES, *self._costs_by_degrees(), *held_out.costs(self._all(), held_out.beyond()))
        rows = np.stack(columns, axis=1).tolist()
        header = (
            "degree",
            "training",
            "held out",
            "held out, true sine",
            "beyond",
            "beyond, true sine",
        )
        return (*self.tables(), Table("degrees", "The cost of every degree", header, rows))

    def reached(self) -> bool:
        return self.mended

    def _all(self) -> Doubles:
        """The fitted curves of all degrees (15, 16)."""
        return held_out.fitted(self.points, self.penalty)

    def _fitted(self) -> Doubles:
        return np.asarray(self._all()[self.degree - 1])

    def _costs(self) -> tuple[float, float]:
        """Of training points and of those held out."""
        known, _ = held_out.costs(self._fitted(), held_out.training(self.points))
        new, _ = held_out.costs(self._fitted(), held_out.held_out())
        return float(known), float(new)

    def _costs_by_degrees(self) -> tuple[Doubles, Doubles, Doubles]:
        """Of training points, of those held out, and of these against the true sine, (15,) each."""
        known, _ = held_out.costs(self._all(), held_out.training(self.points))
        return known, *held_out.costs(self._all(), held_out.held_out())

    def _overfits(self) -> bool:
        known, new = self._costs()
        return new > TWICE * known

    def _is_mended(self) -> bool:
        return self.degree == self.overfitted and self._costs()[1] < MENDED

    def _verdict(self) -> tuple[str, ...]:
        if self.claimed == "overfits":
            if self._overfits():
                return ("Right: it has learned its points by heart. Mend it at this degree.",)
            return ("No: then it would be wrong more than twice as much about new points.",)
        if self.claimed == "mends":
            if self._is_mended():
                return ("Right: as many powers, and yet it knows what is new.",)
            if not self.overfitted:
                return ("First find a curve that overfits.",)
            if self.degree != self.overfitted:
                return (f"Not like that: keep the degree at {self.overfitted}.",)
            return (f"Not yet: the cost of the held-out points should be below {MENDED:.2f}.",)
        return ()

    def _curve(self) -> Figure:
        reach = FARTHEST if self.beyond else noisy_sine.MOST + 0.5
        x = np.linspace(-reach, reach, 601)
        fit = np.clip(held_out.values(self._fitted(), x), -_OFF, _OFF)
        items: list[Item] = [
            _dots(held_out.held_out(), "second", "held out", 4.0),
            Line(x, np.sin(x), "truth", "true sine", width=1.5, dashed=True),
            Line(x, fit, "series", "fitted curve", width=3),
            _dots(
                held_out.training(self.points),
                "points",
                "trained on",
                8.0 if self.points < 100 else 4.0,
            ),
        ]
        if self.beyond:
            items.insert(0, _dots(held_out.beyond(), "negative", "test set beyond", 4.0))
        title = f"Degree {self.degree} through {self.points} points"
        return Figure("curve", title, items, Axis("x", (-reach, reach)), Axis("y", (-2.5, 2.5)))

    def _costs_by_degree(self) -> Figure:
        x = _DEGREES
        known, new, true = np.minimum(self._costs_by_degrees(), 2 * _TOP)
        at = self.degree - 1
        items = (
            Line(x, known, "points", "trained on"),
            Line(x, new, "second", "held out"),
            Line(x, true, "truth", "held out, against the true sine", dashed=True),
            Points(np.full(3, x[at]), np.array([known[at], new[at], true[at]]), "series", size=9),
        )
        title = "What every degree would cost"
        return Figure("degrees", title, items, Axis("degree"), Axis("cost", (0.0, _TOP)))


def _dots(points: held_out.Points, role: Role, name: str, size: float) -> Points:
    return Points(points.x, points.y, role, name, size)
