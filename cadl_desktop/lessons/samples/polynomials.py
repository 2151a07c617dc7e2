"""Curves made of powers of x, fitted to the noisy sine: the lecture's L11, and two ways to make it easier."""

from functools import cache, lru_cache
from math import sqrt
from typing import Literal

import numpy as np
from numpy.polynomial import legendre

from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.lessons.lecture import LECTURE
from cadl_desktop.lessons.networks.small_network import batches
from cadl_desktop.lessons.samples import noisy_sine

Basis = Literal["raw", "standardised", "orthogonal"]
_L9, _L11 = LECTURE["L9"], LECTURE["L11"]
POINTS: int = LECTURE["L5"]["points"]
STEPS: int = _L9["iterations"] * POINTS // _L9["batch"]
_SEED = 1


@lru_cache(maxsize=16)
def terms(degree: int, basis: Basis) -> Doubles:
    """(1000, degree + 1): at every place of the noisy sine the powers 0, 1, ... of x, of x divided by its
    standard deviation, or Legendre's polynomials of x divided by 3, which are orthogonal on [-3, 3]."""
    x = noisy_sine.x()
    if basis == "orthogonal":
        return np.asarray(legendre.legvander(x / noisy_sine.MOST, degree))
    return np.vander(x / x.std() if basis == "standardised" else x, degree + 1, increasing=True)


@lru_cache(maxsize=16)
def descent(degree: int, basis: Basis, rate: float) -> Doubles:
    """The weights of all terms and a bias (501, degree + 2), before and after each of 500 steps of 200
    shuffled samples on the L1 cost; each first weight is from N(0, 0.1), the bias from N(0, 1)."""
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


def curves(degree: int, basis: Basis, weights: Doubles) -> Doubles:
    """What weights (n, degree + 2) make of every place: (n, 1000)."""
    return np.asarray(weights @ _with_bias(degree, basis).T)


def costs(degree: int, basis: Basis, weights: Doubles) -> Doubles:
    """L1, of weights (n, degree + 2): (n,)."""
    return np.asarray(np.abs(curves(degree, basis, weights) - noisy_sine.y()).mean(axis=1))


def condition(degree: int, basis: Basis) -> float:
    """How many times as strongly the bowl over the terms' weights bends along its stiffest direction as along
    its softest. It is that of the squared cost, whose bend is the same everywhere."""
    bends = np.linalg.eigvalsh(terms(degree, basis).T @ terms(degree, basis) / POINTS)
    return float(bends[-1] / bends[0])


def radii(degree: int, basis: Basis) -> tuple[float, float]:
    """Of a contour of that bowl along both directions, the long one being 1: a radius goes with one over the
    root of the bend."""
    return 1.0, 1 / sqrt(condition(degree, basis))


@cache
def _with_bias(degree: int, basis: Basis) -> Doubles:
    return np.append(terms(degree, basis), np.ones((POINTS, 1)), axis=1)
