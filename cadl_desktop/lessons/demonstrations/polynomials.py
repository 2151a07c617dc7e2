"""Page 10: polynomials fitted to the noisy sine (the lecture's L11), with three bases.

Powers of x train badly; standardising x or orthogonal polynomials lower the condition number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import sqrt
from typing import Literal, cast

import numpy as np
from numpy.polynomial import legendre

from cadl_desktop.lessons import noisy_sine
from cadl_desktop.lessons.demonstration import Choice, Control, Demonstration, Hints, Slider
from cadl_desktop.lessons.figure import Arrow, Axis, Doubles, Figure, Line, Role, Stroke, Table
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.line_fit import data_figure
from cadl_desktop.lessons.small_network import batches

Basis = Literal["raw", "standardised", "orthogonal"]
_L9, _L11 = LECTURE["L9"], LECTURE["L11"]
POINTS: int = LECTURE["L5"]["points"]
STEPS: int = _L9["iterations"] * POINTS // _L9["batch"]
_SEED = 1


@lru_cache(maxsize=16)
def basis_terms(degree: int, basis: Basis) -> Doubles:
    """Terms (1000, degree + 1) at every place of the noisy sine.

    Powers 0, 1, ... of x or of x divided by its standard deviation, or Legendre polynomials of x / 3, which
    are orthogonal on [-3, 3].
    """
    x = noisy_sine.x()
    if basis == "orthogonal":
        return np.asarray(legendre.legvander(x / noisy_sine.HIGHEST_X, degree))
    return np.vander(x / x.std() if basis == "standardised" else x, degree + 1, increasing=True)


@lru_cache(maxsize=16)
def fit_by_descent(degree: int, basis: Basis, rate: float) -> Doubles:
    """Weights of all terms and a bias (501, degree + 2), before and after each of 500 steps.

    Each step takes 200 shuffled samples on the L1 cost. Initial weights are from N(0, 0.1), the bias from
    N(0, 1).
    """
    random = np.random.default_rng(_SEED)
    bias = random.normal(0, _L11["bias_spread"])
    weights = np.append(random.normal(0, _L11["spread"], degree + 1), bias)
    inputs, y = _with_bias(degree, basis), noisy_sine.y()
    path = [weights]
    while len(path) <= STEPS:
        for taken in batches(POINTS, _L9["batch"], random):
            rows = inputs[taken]
            signs = np.sign(rows @ weights - y[taken])
            weights = weights - rate / len(taken) * (signs @ rows)
            path.append(weights)
    return np.array(path)


def evaluate_curves(degree: int, basis: Basis, weights: Doubles) -> Doubles:
    """Values (n, 1000) at every place, for weights (n, degree + 2)."""
    return np.asarray(weights @ _with_bias(degree, basis).T)


def curve_costs(degree: int, basis: Basis, weights: Doubles) -> Doubles:
    """L1 costs (n,) of weights (n, degree + 2)."""
    return np.asarray(np.abs(evaluate_curves(degree, basis, weights) - noisy_sine.y()).mean(axis=1))


def condition_number(degree: int, basis: Basis) -> float:
    """Ratio of the largest to the smallest curvature of the squared cost over the terms' weights.

    The curvature of the squared cost is the same everywhere.
    """
    curvatures = np.linalg.eigvalsh(basis_terms(degree, basis).T @ basis_terms(degree, basis) / POINTS)
    return float(curvatures[-1] / curvatures[0])


def contour_radii(degree: int, basis: Basis) -> tuple[float, float]:
    """Radii of a contour of the squared cost along its softest and stiffest direction; the first is 1.

    A radius is proportional to one over the root of the curvature.
    """
    return 1.0, 1 / sqrt(condition_number(degree, basis))


@cache
def _with_bias(degree: int, basis: Basis) -> Doubles:
    return np.append(basis_terms(degree, basis), np.ones((POINTS, 1)), axis=1)


DEGREES: tuple[int, ...] = LECTURE["L11"]["degrees"]
RATE: float = LECTURE["L9"]["rate"]
TAIL, COST_LIMIT = 25, 0.28
"""A curve follows the sine if none of its last `TAIL` costs is above `COST_LIMIT`."""
DRAW_INTERVAL = 50
"""Steps between the curves that are drawn: ten of the lecture's iterations."""
BASES: Mapping[str, str] = {
    "raw": "powers of x",
    "standardised": "powers of a standardised x",
    "orthogonal": "orthogonal polynomials",
}
_ROLES: tuple[Role, ...] = ("muted", "series", "second", "positive", "negative")
_STROKES: tuple[Stroke, ...] = ("dotted", "solid", "dashed", "dash-dotted", "solid")
"""Colours and strokes of the terms, from the constant on."""


@dataclass(frozen=True)
class Polynomials(Demonstration):
    """State of page 10; `degree` is the key of its choice."""

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
        text = (
            f"In the last {TAIL} of {STEPS} steps the cost lies between "
            f"{float(costs.min()):.3f} and {float(costs.max()):.3f}."
        )
        condition = condition_number(*self._degree_and_basis())
        bowl = (
            f"The bowl bends {condition:,.0f} times as strongly one way as the other, and is "
            f"{condition**0.5:,.1f} times as long as wide."
        )
        return text, bowl

    def as_in_lecture(self) -> "Polynomials":
        return Polynomials(degree=str(DEGREES[-1]))

    def numbers(self) -> tuple[Table, ...]:
        rows = [
            (float(degree), title, condition_number(degree, basis), *_end(degree, basis))
            for degree in DEGREES
            for basis, title in ((cast("Basis", key), title) for key, title in BASES.items())
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
        return int(self.degree) == DEGREES[-1] and bool(self._end_costs().max() <= COST_LIMIT)

    def missed(self) -> bool:
        return int(self.degree) == DEGREES[-1] and self.rate != RATE and not self.reached()

    def hints(self) -> Hints:
        if int(self.degree) != DEGREES[-1]:
            look = "The goal is about degree 4. Choose it, and look at how long and thin its bowl becomes."
        elif self.basis == "raw":
            look = "This bowl is a sliver, for which no rate is right. What else can the curve be made of?"
        else:
            look = (
                "The bowl is rounder now, but the cost still comes to "
                f"{float(self._end_costs().max()):.2f}. Only the rate is left to mend."
            )
        return look, f"Choose degree 4, made of “{BASES['orthogonal']}”, and a learning rate of {RATE:g}."

    def _degree_and_basis(self) -> tuple[int, Basis]:
        return int(self.degree), cast("Basis", self.basis)

    def _path(self) -> Doubles:
        return fit_by_descent(*self._degree_and_basis(), self.rate)

    def _end_costs(self) -> Doubles:
        return curve_costs(*self._degree_and_basis(), self._path()[-TAIL:])

    def _curve(self) -> Figure:
        x = noisy_sine.x()
        shown = self._path()[::DRAW_INTERVAL]
        curves = evaluate_curves(*self._degree_and_basis(), shown)
        earlier = [
            Line(x, curve, "series", width=1.0, opacity=0.7 * at / len(curves))
            for at, curve in enumerate(curves[:-1])
        ]
        last = Line(x, curves[-1], "series", "the curve now", width=3.0)
        truth = Line(x, np.sin(x), "truth", "the sine beneath", stroke="dashed")
        title = f"A curve of degree {self.degree}"
        return data_figure("curve", title, (*earlier, truth, last))

    def _terms(self) -> Figure:
        terms = basis_terms(*self._degree_and_basis()).T
        items = [
            Line(noisy_sine.x(), term, role, f"degree {degree}", stroke=stroke)
            for degree, (term, role, stroke) in enumerate(zip(terms, _ROLES, _STROKES, strict=False))
        ]
        return Figure(
            "terms",
            f"What is added up: {BASES[self.basis]}",
            items,
            Axis("x"),
            Axis(),
        )

    def _bowl(self) -> Figure:
        long, short = contour_radii(*self._degree_and_basis())
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


def _end(degree: int, basis: Basis) -> tuple[float, float]:
    costs = curve_costs(degree, basis, fit_by_descent(degree, basis, RATE)[-TAIL:])
    return float(costs.min()), float(costs.max())
