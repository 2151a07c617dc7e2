"""Page 14: overfitting, shown by polynomials fitted to some points of the noisy sine and tested on others.

The lecture's L16.
"""

from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

from cadl_desktop.lessons import noisy_sine
from cadl_desktop.lessons.demonstration import Button, Control, Demonstration, Hints, Slider, Switch, Value
from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Item, Line, Points, Role, Table
from cadl_desktop.lessons.lecture import LECTURE

FARTHEST = 6.0
"""Largest |x| of the test set beyond the points."""
HIGHEST_DEGREE = 15
_BEYOND = 200
_SEED, _SEED_BEYOND = 1, 2


@dataclass(frozen=True, eq=False)
class SampleSet:
    """Places x (n,), measured values y (n,), the noiseless sine truth (n,), and Legendre polynomials up to
    degree 15 at x, terms (n, 16)."""

    x: Doubles
    y: Doubles
    truth: Doubles
    terms: Doubles


@cache
def held_out_points() -> SampleSet:
    """Tenth of the noisy sine that is held out."""
    return _sample_set(_order()[: _held_out_count()])


@cache
def max_training_points() -> int:
    """Number of points that are not held out."""
    return len(_order()) - _held_out_count()


@lru_cache(maxsize=16)
def training_points(count: int) -> SampleSet:
    """First `count` of the points that are not held out, in a fixed random order."""
    return _sample_set(_order()[_held_out_count() :][:count])


@cache
def points_beyond() -> SampleSet:
    """Test set beyond the range of the points, with the same noise."""
    reach = np.linspace(noisy_sine.HIGHEST_X, FARTHEST, _BEYOND // 2 + 1)[1:]
    x = np.concatenate((-reach[::-1], reach))
    noise = np.random.default_rng(_SEED_BEYOND).uniform(-noisy_sine.NOISE, noisy_sine.NOISE, x.shape)
    return SampleSet(x, np.sin(x) + noise, np.sin(x), _terms(x))


@lru_cache(maxsize=16)
def fit_ridge(count: int, penalty: float) -> Doubles:
    """Factors (15, 16) of all terms for each degree from 1 to 15; those of higher degrees are 0.

    Ridge regression (Hoerl and Kennard, 1970) on `count` training points: least mean square plus `penalty`
    times the sum of the squared factors, but for the first.
    """
    points = training_points(count)
    curvature = points.terms.T @ points.terms / count + penalty * np.diag([0.0] + HIGHEST_DEGREE * [1.0])
    projections = points.terms.T @ points.y / count
    factors = np.zeros((HIGHEST_DEGREE, HIGHEST_DEGREE + 1))
    for row, size in enumerate(range(2, HIGHEST_DEGREE + 2)):
        factors[row, :size] = np.linalg.solve(curvature[:size, :size], projections[:size])
    return factors


def evaluate_fits(factors: Doubles, x: Doubles) -> Doubles:
    """Values (..., n) at places x (n,) of curves with factors (..., 16)."""
    return np.asarray(factors @ _terms(x).T)


def mean_errors(factors: Doubles, points: SampleSet) -> tuple[Doubles, Doubles]:
    """Mean absolute errors (...,) of curves with factors (..., 16), against the measured values and against
    the true sine."""
    found = factors @ points.terms.T
    return np.abs(found - points.y).mean(axis=-1), np.abs(found - points.truth).mean(axis=-1)


def _terms(x: Doubles) -> Doubles:
    return np.asarray(legendre.legvander(x / noisy_sine.HIGHEST_X, HIGHEST_DEGREE))


@cache
def _order() -> NDArray[np.intp]:
    return np.random.default_rng(_SEED).permutation(len(noisy_sine.x()))


def _held_out_count() -> int:
    share: float = LECTURE["L16"]["held_out"]
    return round(share * len(noisy_sine.x()))


def _sample_set(rows: NDArray[np.intp]) -> SampleSet:
    x = noisy_sine.x()[rows]
    return SampleSet(x, noisy_sine.y()[rows], np.sin(x), _terms(x))


FEWEST_POINTS = 15
LEAST_PENALTY, MOST_PENALTY = 1e-6, 1.0
OVERFIT_RATIO = 2.0
"""A curve overfits if its cost on held-out points is more than this many times that on its own."""
MENDED = 0.30
"""Cost of held-out points that is close to what the noise allows."""
_DEGREES = np.arange(1.0, HIGHEST_DEGREE + 1)
_CLIP = 50.0
"""Curves are clipped at this distance from 0, outside the figure, as painters fail on huge numbers."""
_COST_AXIS_END = 1.0
"""Upper end of the axis of costs by degree."""


@dataclass(frozen=True)
class TrainingAndTest(Demonstration):
    """State of page 14.

    `overfitted` is the degree of the curve that was rightly claimed to overfit, 0 before that; `mended` is
    set once a curve of that degree was rightly claimed to be mended. `claimed` is the last claim.
    """

    degree: int = 3
    points: int = FEWEST_POINTS
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
            FEWEST_POINTS,
            max_training_points(),
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

    def with_value(self, name: str, value: Value) -> "TrainingAndTest":
        if name == "beyond":
            return super().with_value(name, value)
        return replace(super().with_value(name, value if name == "penalty" else int(value)), claimed="")

    def after_press(self, name: str) -> "TrainingAndTest":
        if name == "overfits":
            return replace(
                self, claimed=name, overfitted=self.degree if self._overfits() else self.overfitted
            )
        return replace(self, claimed=name, mended=self.mended or self._is_mended())

    def figures(self) -> tuple[Figure, ...]:
        return self._curve(), self._costs_by_degree()

    def tables(self) -> tuple[Table, ...]:
        parts = (
            ("trained on", training_points(self.points)),
            ("held out", held_out_points()),
            ("beyond", points_beyond()),
        )
        rows: list[tuple[float | str, ...]] = [
            (name, len(points.x), *map(float, mean_errors(self._fit(), points))) for name, points in parts
        ]
        header = ("points", "how many", "cost against them", "against the true sine")
        return (Table("costs", "Mean absolute error", header, rows),)

    def words(self) -> tuple[str, ...]:
        known, new = self._costs()
        text = (
            f"About new points the curve is wrong {new / max(known, 1e-9):.1f} times as much "
            "as about those it knows."
        )
        return (text, *self._verdict())

    def as_in_lecture(self) -> "TrainingAndTest":
        return replace(self, points=max_training_points(), beyond=True)

    def numbers(self) -> tuple[Table, ...]:
        columns = (
            _DEGREES,
            *self._costs_by_degrees(),
            *mean_errors(self._all_fits(), points_beyond()),
        )
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

    def missed(self) -> bool:
        return (self.claimed == "overfits" and not self._overfits()) or (
            self.claimed == "mends" and not self.mended
        )

    def hints(self) -> Hints:
        known, new = self._costs()
        if not self.overfitted:
            look = (
                f"Held-out points cost {new / max(known, 1e-9):.1f} times as much as "
                "known ones. Raise the degree, and leave only few points."
            )
            if self._overfits():
                look = "It is wrong more than twice as much about new points: say that it overfits."
            return (
                look,
                "Set the degree to 9, the training points to 15, the penalty "
                "as low as it goes, and press “It overfits”.",
            )
        if self.degree != self.overfitted:
            look = (
                f"The curve that overfitted had degree {self.overfitted}. "
                "Go back to it, and change something else."
            )
        else:
            look = (
                f"The held-out points cost {new:.2f}. Two things calm a "
                "curve: more points, and a little penalty."
            )
        return look, (
            f"Set the degree to {self.overfitted}, the training points to "
            "900, the penalty to 0.01, and press “It is mended”."
        )

    def _all_fits(self) -> Doubles:
        """Factors (15, 16) of the fitted curves of all degrees."""
        return fit_ridge(self.points, self.penalty)

    def _fit(self) -> Doubles:
        return np.asarray(self._all_fits()[self.degree - 1])

    def _costs(self) -> tuple[float, float]:
        """Costs of the training points and of the held-out points."""
        known, _ = mean_errors(self._fit(), training_points(self.points))
        new, _ = mean_errors(self._fit(), held_out_points())
        return float(known), float(new)

    def _costs_by_degrees(self) -> tuple[Doubles, Doubles, Doubles]:
        """Costs (15,) of training points, of held-out points, and of these against the true sine."""
        known, _ = mean_errors(self._all_fits(), training_points(self.points))
        return known, *mean_errors(self._all_fits(), held_out_points())

    def _overfits(self) -> bool:
        known, new = self._costs()
        return new > OVERFIT_RATIO * known

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
        reach = FARTHEST if self.beyond else noisy_sine.HIGHEST_X + 0.5
        x = np.linspace(-reach, reach, 601)
        fit = np.clip(evaluate_fits(self._fit(), x), -_CLIP, _CLIP)
        items: list[Item] = [
            _dots(held_out_points(), "second", "held out", 4.0),
            Line(x, np.sin(x), "truth", "true sine", width=1.5, stroke="dashed"),
            Line(x, fit, "series", "fitted curve", width=3),
            _dots(
                training_points(self.points),
                "points",
                "trained on",
                8.0 if self.points < 100 else 4.0,
            ),
        ]
        if self.beyond:
            items.insert(0, _dots(points_beyond(), "negative", "test set beyond", 4.0))
        title = f"Degree {self.degree} through {self.points} points"
        return Figure("curve", title, items, Axis("x", (-reach, reach)), Axis("y", (-2.5, 2.5)))

    def _costs_by_degree(self) -> Figure:
        x = _DEGREES
        known, new, true = np.minimum(self._costs_by_degrees(), 2 * _COST_AXIS_END)
        at = self.degree - 1
        items = (
            Line(x, known, "points", "trained on"),
            Line(x, new, "second", "held out"),
            Line(x, true, "truth", "held out, against the true sine", stroke="dashed"),
            Points(np.full(3, x[at]), np.array([known[at], new[at], true[at]]), "series", size=9),
        )
        title = "What every degree would cost"
        return Figure("degrees", title, items, Axis("degree"), Axis("cost", (0.0, _COST_AXIS_END)))


def _dots(points: SampleSet, role: Role, name: str, size: float) -> Points:
    return Points(points.x, points.y, role, name, size)
