"""A curve of powers fitted to some points of the noisy sine and tried on others: the lecture's L16."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.samples import noisy_sine

FARTHEST = 6.0
"""The test set beyond the points reaches from their ends to minus and plus this."""
HIGHEST_DEGREE = 15
_BEYOND = 200
_SEED, _SEED_BEYOND = 1, 2


@dataclass(frozen=True, eq=False)
class Points:
    """Places x (n,), what was measured there, y (n,), and the sine behind it, truth (n,); `terms` (n, 16) are
    Legendre's polynomials there, which together span all powers up to the 15th."""

    x: Doubles
    y: Doubles
    truth: Doubles
    terms: Doubles


@cache
def held_out() -> Points:
    """A tenth of the noisy sine, that nothing is fitted to."""
    return _taken(_order()[: _held_out_count()])


@cache
def most_points() -> int:
    """So many can be fitted to."""
    return len(_order()) - _held_out_count()


@lru_cache(maxsize=16)
def training(count: int) -> Points:
    """The first `count` of the others, in an order drawn once."""
    return _taken(_order()[_held_out_count() :][:count])


@cache
def beyond() -> Points:
    """A test set out there, with the same noise."""
    reach = np.linspace(noisy_sine.MOST, FARTHEST, _BEYOND // 2 + 1)[1:]
    x = np.concatenate((-reach[::-1], reach))
    noise = np.random.default_rng(_SEED_BEYOND).uniform(-noisy_sine.NOISE, noisy_sine.NOISE, x.shape)
    return Points(x, np.sin(x) + noise, np.sin(x), _terms(x))


@lru_cache(maxsize=16)
def fitted(count: int, penalty: float) -> Doubles:
    """For each degree from 1 to 15 the factors (15, 16) of all terms, 0 for those of higher degrees: of least
    mean square on `count` training points plus `penalty` times the sum of the squares of all factors but the
    first. That is ridge regression (Hoerl and Kennard, 1970)."""
    points = training(count)
    bends = points.terms.T @ points.terms / count + penalty * np.diag([0.0] + HIGHEST_DEGREE * [1.0])
    aims = points.terms.T @ points.y / count
    factors = np.zeros((HIGHEST_DEGREE, HIGHEST_DEGREE + 1))
    for row, size in enumerate(range(2, HIGHEST_DEGREE + 2)):
        factors[row, :size] = np.linalg.solve(bends[:size, :size], aims[:size])
    return factors


def values(factors: Doubles, x: Doubles) -> Doubles:
    """Of curves with factors (..., 16) at places x (n,): (..., n)."""
    return np.asarray(factors @ _terms(x).T)


def costs(factors: Doubles, points: Points) -> tuple[Doubles, Doubles]:
    """Of curves with factors (..., 16) the mean absolute error against what was measured there, and against
    the sine behind it: (...,) each."""
    found = factors @ points.terms.T
    return np.abs(found - points.y).mean(axis=-1), np.abs(found - points.truth).mean(axis=-1)


def _terms(x: Doubles) -> Doubles:
    return np.asarray(legendre.legvander(x / noisy_sine.MOST, HIGHEST_DEGREE))


@cache
def _order() -> NDArray[np.intp]:
    return np.random.default_rng(_SEED).permutation(len(noisy_sine.x()))


def _held_out_count() -> int:
    share: float = LECTURE["L16"]["held_out"]
    return round(share * len(noisy_sine.x()))


def _taken(rows: NDArray[np.intp]) -> Points:
    x = noisy_sine.x()[rows]
    return Points(x, noisy_sine.y()[rows], np.sin(x), _terms(x))
