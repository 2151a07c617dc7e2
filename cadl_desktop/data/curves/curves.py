"""Datasets whose target is one number of one number: y over x."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.expressions import Expression, ExpressionError, read_expression
from cadl_desktop.data.curves.points import LARGEST, PointsError, decode_points
from cadl_desktop.data.samples import Doubles, Samples
from cadl_desktop.experiment.part import Part
from cadl_desktop.sentences import Sentence, sentence_of

Function = Callable[[Doubles], Doubles]
POSITIONS = 481
_GLANCE = 1001


def sine(data: Part) -> Samples:
    """`observations` points, x evenly from `low` to `high`; y = sin x plus uniform noise within ±`noise`.

    The noise is a pure function of the part's `seed`. Inputs, targets and truth are (observations, 1).
    """
    x = _evenly(data, data["observations"])[:, np.newaxis]
    return _observed(data, x, np.sin)


def function(data: Part) -> Samples:
    """The same of the function that `expression` spells; points where it has no value are left out, and
    `note` says how many. Raises ExpressionError where it is no function or has no value anywhere."""
    compute = read_expression(data["expression"])
    x = _evenly(data, data["observations"])
    known = _is_known(compute(x))
    left = int(known.sum())
    if left == 0:
        raise ExpressionError(
            "'{expression}' {problem}", expression=data["expression"], problem=_no_value(data)
        )
    return _observed(data, x[known, np.newaxis], compute, _left_out(len(x) - left, len(x)))


def points(data: Part) -> Samples:
    """A person's own points in their order, (points, 1) each. Raises PointsError where there are none."""
    pairs = decode_points(data["points"])
    if not len(pairs):
        raise PointsError(_NO_POINTS)
    x, y = pairs[:, :1], pairs[:, 1:]
    return Samples(
        inputs=x,
        targets=y,
        low=x.min(axis=0),
        high=x.max(axis=0),
        target_low=float(y.min()),
        target_high=float(y.max()),
    )


def problems_of_function(data: Part) -> Iterator[tuple[str, str]]:
    """What keeps a function's settings from being learned."""
    try:
        compute = read_expression(data["expression"])
    except ExpressionError as error:
        yield "expression", sentence_of(error)
        return
    if not _has_value(compute, data):
        yield "expression", _no_value(data)


def problems_of_points(data: Part) -> Iterator[tuple[str, str]]:
    """What keeps own points from being learned."""
    try:
        if not len(decode_points(data["points"])):
            yield "points", _NO_POINTS
    except PointsError as error:
        yield "points", sentence_of(error)


def curve_positions(samples: Samples) -> Doubles:
    """The x values that a curve is drawn over, (481, 1).

    They reach a sixth of the data's width beyond each edge, so that one sees what a fit does out there; by
    half a unit where all data is at one x.
    """
    width = samples.high - samples.low
    margin = np.where(width > 0, width / 6, 0.5)
    return np.linspace(samples.low - margin, samples.high + margin, POSITIONS)


def truth_line(samples: Samples, every: int = 1) -> tuple[Doubles, Doubles]:
    """x and the truth in the order of x, (n,) each, of every so many samples. NaN parts them where a function
    has no value between. The truth has to be known."""
    assert samples.truth is not None
    order = np.argsort(samples.inputs[:, 0], kind="stable")[::every]
    x, y = samples.inputs[order, 0], samples.truth[order, 0]
    steps, middle = np.diff(x), (len(x) - 1) // 2
    # NumPy's own median imports its masked arrays first, for which a window waited when it drew a curve.
    is_break = steps > 1.5 * np.partition(steps, middle)[middle] if len(steps) else np.empty(0, np.bool_)
    breaks = np.flatnonzero(is_break) + 1
    return np.insert(x, breaks, np.nan), np.insert(y, breaks, np.nan)


def truth_outside(samples: Samples, low: float, high: float, count: int) -> tuple[Doubles, Doubles]:
    """`count` positions from `low` to `high` and the truth there, (count,) each; NaN among the samples, where
    `truth_line` has it, and where the function has no value. The function has to be known."""
    assert samples.function is not None
    x = np.linspace(low, high, count)
    y = samples.function(x)
    inside = (x > samples.inputs[:, 0].min()) & (x < samples.inputs[:, 0].max())
    return x, np.where(inside | ~_is_known(y), np.nan, y)


def mean_errors(positions: Doubles, curve: NDArray[Any], samples: Samples) -> tuple[float, float]:
    """How far a curve (n,), drawn through `positions` (n,), is from the targets and from the truth: the mean
    absolute error over all samples, NaN where the curve is. The truth has to be known."""
    assert samples.truth is not None
    drawn = np.interp(samples.inputs[:, 0], positions, curve)
    to_targets, to_truth = (np.abs(drawn - y[:, 0]).mean() for y in (samples.targets, samples.truth))
    return float(to_targets), float(to_truth)


_NO_POINTS = "There are no points yet; open a table, or add some with Edit points on the plot."


def _evenly(data: Part, count: int) -> Doubles:
    return np.linspace(data["low"], data["high"], count)


def _observed(data: Part, x: Doubles, function: Function, note: str = "") -> Samples:
    truth = function(x)
    noise = np.random.default_rng(data["seed"]).uniform(-data["noise"], data["noise"], x.shape)
    targets = truth + noise
    return Samples(
        inputs=x,
        targets=targets,
        low=np.array([data["low"]], np.float64),
        high=np.array([data["high"]], np.float64),
        target_low=float(targets.min()),
        target_high=float(targets.max()),
        truth=truth,
        function=function,
        note=note,
    )


def _is_known(values: Doubles) -> NDArray[np.bool_]:
    return np.abs(values) <= LARGEST  # false for NaN


def _has_value(compute: Expression, data: Part) -> bool:
    """Whether any of the points has one: of a few first, as this is asked at every key."""
    counts = (min(data["observations"], _GLANCE), data["observations"])
    return any(_is_known(compute(_evenly(data, count))).any() for count in counts)


def _no_value(data: Part) -> Sentence:
    low, high = data["low"], data["high"]
    return Sentence(
        "has no finite value between {low:g} and {high:g}; choose another function or range.",
        low=low,
        high=high,
    )


def _left_out(count: int, of: int) -> str:
    if not count:
        return ""
    return f"{count:,} of {of:,} points are left out: the function has no finite value there."
