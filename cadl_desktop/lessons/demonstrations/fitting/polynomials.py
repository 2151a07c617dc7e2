"""Page 10: powers of x, why they are hard to train, and what standardising and orthogonal ones change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from cadl_desktop.lessons.controls import Choice, Control, Slider
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.demonstrations.fitting.line_figures import data_figure
from cadl_desktop.lessons.figure import Arrow, Axis, Doubles, Figure, Line, Role, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.samples import noisy_sine
from cadl_desktop.lessons.samples import polynomials as known

DEGREES: tuple[int, ...] = LECTURE["L11"]["degrees"]
RATE: float = LECTURE["L9"]["rate"]
WATCHED, NEAR = 25, 0.28
"""A curve follows the sine when none of its last so many costs is higher than that."""
EVERY = 50
"""Of the steps so many lie between two curves that are drawn: ten of the lecture's iterations."""
BASES: Mapping[str, str] = {
    "raw": "powers of x",
    "standardised": "powers of a standardised x",
    "orthogonal": "orthogonal polynomials",
}
_ROLES: tuple[Role, ...] = ("muted", "series", "second", "positive", "negative")
"""Of the terms, from the constant on."""


@dataclass(frozen=True)
class Polynomials(Demonstration):
    """The degree is kept as the key of its choice."""

    degree: str = str(DEGREES[0])
    basis: str = "raw"
    rate: float = RATE

    def controls(self) -> tuple[Control, ...]:
        degree = Choice(
            "degree",
            "Degree",
            self.degree,
            tuple((str(degree), str(degree)) for degree in DEGREES),
            "The highest power of x.",
        )
        basis = Choice(
            "basis",
            "Made of",
            self.basis,
            tuple(BASES.items()),
            "What the curve is added up from.",
        )
        rate = Slider(
            "rate",
            "Learning rate",
            self.rate,
            1e-4,
            1.0,
            "What the gradient is multiplied by to make a step.",
            logarithmic=True,
        )
        return degree, basis, rate

    def figures(self) -> tuple[Figure, ...]:
        return self._curve(), self._terms(), self._bowl()

    def words(self) -> tuple[str, ...]:
        costs = self._end_costs()
        told = (
            f"In the last {WATCHED} of {known.STEPS} steps the cost lies between "
            f"{float(costs.min()):.3f} and {float(costs.max()):.3f}."
        )
        condition = known.condition(*self._kind())
        bowl = (
            f"The bowl bends {condition:,.0f} times as strongly one way as the other, and is "
            f"{condition**0.5:,.1f} times as long as wide."
        )
        return told, bowl

    def as_in_lecture(self) -> "Polynomials":
        return Polynomials(degree=str(DEGREES[-1]))

    def numbers(self) -> tuple[Table, ...]:
        rows = [
            (float(degree), title, known.condition(degree, basis), *_end(degree, basis))
            for degree in DEGREES
            for basis, title in ((cast("known.Basis", key), title) for key, title in BASES.items())
        ]
        header = (
            "degree",
            "made of",
            "condition number",
            "least of the last costs",
            "greatest of the last costs",
        )
        title = f"With the learning rate {RATE:g}"
        return (Table("degrees", title, header, rows),)

    def reached(self) -> bool:
        return int(self.degree) == DEGREES[-1] and bool(self._end_costs().max() <= NEAR)

    def _kind(self) -> tuple[int, known.Basis]:
        return int(self.degree), cast("known.Basis", self.basis)

    def _path(self) -> Doubles:
        return known.descent(*self._kind(), self.rate)

    def _end_costs(self) -> Doubles:
        return known.costs(*self._kind(), self._path()[-WATCHED:])

    def _curve(self) -> Figure:
        x = noisy_sine.x()
        shown = self._path()[::EVERY]
        curves = known.curves(*self._kind(), shown)
        earlier = [
            Line(x, curve, "series", width=1.0, opacity=0.7 * at / len(curves))
            for at, curve in enumerate(curves[:-1])
        ]
        last = Line(x, curves[-1], "series", "the curve now", width=3.0)
        truth = Line(x, np.sin(x), "truth", "the sine beneath", dashed=True)
        title = f"A curve of degree {self.degree}"
        return data_figure("curve", title, (*earlier, truth, last))

    def _terms(self) -> Figure:
        terms = known.terms(*self._kind()).T
        items = [
            Line(noisy_sine.x(), term, role, f"degree {degree}")
            for degree, (term, role) in enumerate(zip(terms, _ROLES, strict=False))
        ]
        return Figure(
            "terms",
            f"What is added up: {BASES[self.basis]}",
            items,
            Axis("x"),
            Axis(),
        )

    def _bowl(self) -> Figure:
        long, short = known.radii(*self._kind())
        turn = np.linspace(0, 2 * np.pi, 181)
        contours = [
            Line(size * long * np.cos(turn), size * short * np.sin(turn), "series", width=1.5)
            for size in (0.25, 0.5, 0.75, 1.0)
        ]
        radii = (Arrow((0.0, 0.0), (long, 0.0)), Arrow((0.0, 0.0), (0.0, short)))
        return Figure(
            "bowl",
            "Its bowl from above",
            (*contours, *radii),
            Axis("the softest way", (-1.1, 1.1)),
            Axis("the stiffest way", (-1.1, 1.1)),
            square=True,
        )


def _end(degree: int, basis: known.Basis) -> tuple[float, float]:
    costs = known.costs(degree, basis, known.descent(degree, basis, RATE)[-WATCHED:])
    return float(costs.min()), float(costs.max())
