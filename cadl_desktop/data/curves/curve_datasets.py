"""Curve datasets (y over x): functions with noise, and own points with the bytes that hold them."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cadl_desktop.data.curves.columns import columns_of
from cadl_desktop.data.curves.date_counts import EXAMPLE, counts_of
from cadl_desktop.data.curves.expressions import Expression, ExpressionError, read_expression
from cadl_desktop.data.samples import DataError, Doubles, Samples
from cadl_desktop.experiment.part import Part
from cadl_desktop.sentences import Sentence, sentence_of

MAGIC = b"\x93NUMPY"
MOST_POINTS = 100_000
MOST_BYTES = 16 * MOST_POINTS + 1024
LARGEST = 1e30
"""Largest number that is accepted: the square of a larger one might overflow."""


class PointsError(DataError):
    """Error for bytes that don't hold points; the message is one plain sentence."""


def encode_points(points: ArrayLike) -> bytes:
    """Encodes x, y pairs (points, 2) as an .npy file. Raises PointsError where they can't be learned."""
    array = np.ascontiguousarray(points, np.float64)
    _check_points(array)
    written = BytesIO()
    np.save(written, array, allow_pickle=False)
    return written.getvalue()


@lru_cache(maxsize=16)
def decode_points(content: bytes) -> Doubles:
    """Decodes x, y pairs (points, 2), read-only; empty bytes give none. Raises PointsError."""
    if not content:
        return np.empty((0, 2))
    try:
        points: Doubles = np.load(BytesIO(content[:MOST_BYTES]), allow_pickle=False)
    except Exception as error:  # NumPy's reader of headers raises nearly anything for damaged ones
        raise PointsError("The points are damaged; open their table again.") from error
    _check_points(points)
    points.flags.writeable = False  # shared by all callers through the cache
    return points


def _check_points(points: object) -> None:
    if not isinstance(points, np.ndarray) or points.ndim != 2 or points.shape[1] != 2:
        raise PointsError("The points are no pairs of x and y; open their table again.")
    if points.dtype != np.float64:
        raise PointsError("The points are no decimal numbers; open their table again.")
    if len(points) > MOST_POINTS:
        raise PointsError(
            "{count:,} points are too many; {most:,} are possible.", count=len(points), most=MOST_POINTS
        )
    if not (np.abs(points) <= LARGEST).all():
        raise PointsError("Some points are not finite or too large; open their table again.")


Function = Callable[[Doubles], Doubles]
POSITIONS = 481
_GLANCE = 1001


def sine(data: Part) -> Samples:
    """Makes the samples of the dataset 'sine' (loaded by name, `experiment/catalog/dataset_entries.py`).

    `observations` points, x evenly from `low` to `high`; y = sin x plus uniform noise within ±`noise`, which
    depends only on `seed`. Inputs, targets and truth are (observations, 1).
    """
    x = _even_positions(data, data["observations"])[:, np.newaxis]
    return _observed(data, x, np.sin)


def function(data: Part) -> Samples:
    """Makes the samples of the dataset 'function' (loaded by name, `experiment/catalog/dataset_entries.py`).

    Like `sine`, for the function that `expression` spells. Points where it has no value are left out, and
    `note` tells how many, and what was understood of a formula that isn't in Python's notation. Raises
    ExpressionError where it is no function or has no value anywhere.
    """
    compute = read_expression(data["expression"])
    x = _even_positions(data, data["observations"])
    known = _is_usable(compute(x))
    left = int(known.sum())
    if left == 0:
        raise ExpressionError(
            "'{expression}' {problem}", expression=data["expression"], problem=_no_value_problem(data)
        )
    notes = (
        f"Read as y = {compute.rewritten}." if compute.rewritten else "",
        _left_out_note(len(x) - left, len(x)),
    )
    return _observed(data, x[known, np.newaxis], compute, " ".join(filter(None, notes)))


def points(data: Part) -> Samples:
    """Makes the samples of the dataset 'points' (loaded by name, `experiment/catalog/dataset_entries.py`).

    The person's own points in their order, (points, 1) each. Raises PointsError where there are none.
    """
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
        columns=columns_of(data),
    )


def problems_of_function(data: Part) -> Iterator[tuple[str, str]]:
    """Yields the problems of a function (loaded by name, `experiment/catalog/dataset_entries.py`)."""
    try:
        compute = read_expression(data["expression"])
    except ExpressionError as error:
        yield "expression", sentence_of(error)
        return
    if not _has_value(compute, data):
        yield "expression", _no_value_problem(data)


def problems_of_points(data: Part) -> Iterator[tuple[str, str]]:
    """Yields the problems of own points (loaded by name, `experiment/catalog/dataset_entries.py`)."""
    try:
        if not len(decode_points(data["points"])):
            yield "points", _NO_POINTS
    except PointsError as error:
        yield "points", sentence_of(error)
    for name in ("x_counts", "y_counts"):
        if (text := data.as_dict().get(name)) and counts_of(text) is None:
            yield name, Sentence("doesn't say since when; {example}.", example=EXAMPLE)


def curve_positions(samples: Samples) -> Doubles:
    """Returns the x values at which a curve is drawn, (481, 1).

    They extend beyond each edge by a sixth of the data's width, to show how a fit extrapolates; by half a
    unit where all data are at one x.
    """
    width = samples.high - samples.low
    margin = np.where(width > 0, width / 6, 0.5)
    return np.linspace(samples.low - margin, samples.high + margin, POSITIONS)


def truth_line(samples: Samples, every: int = 1) -> tuple[Doubles, Doubles]:
    """Returns x and the truth in order of x, (n,) each, of every so many samples, separated by NaN where the
    function has no value. The truth has to be known."""
    assert samples.truth is not None
    order = np.argsort(samples.inputs[:, 0], kind="stable")[::every]
    x, y = samples.inputs[order, 0], samples.truth[order, 0]
    steps, middle = np.diff(x), (len(x) - 1) // 2
    # np.median imports masked arrays first, which delayed the first drawing of a curve.
    is_break = steps > 1.5 * np.partition(steps, middle)[middle] if len(steps) else np.empty(0, np.bool_)
    breaks = np.flatnonzero(is_break) + 1
    return np.insert(x, breaks, np.nan), np.insert(y, breaks, np.nan)


def truth_outside(samples: Samples, low: float, high: float, count: int) -> tuple[Doubles, Doubles]:
    """Returns `count` positions from `low` to `high` and the truth there, (count,) each. It is NaN among the
    samples, where `truth_line` has it, and where the function has no value. The function has to be known."""
    assert samples.function is not None
    x = np.linspace(low, high, count)
    y = samples.function(x)
    inside = (x > samples.inputs[:, 0].min()) & (x < samples.inputs[:, 0].max())
    return x, np.where(inside | ~_is_usable(y), np.nan, y)


def distance_to_truth(fitted: NDArray[Any], samples: Samples) -> float | None:
    """Returns the mean absolute error of a network's outputs (samples,) to the truth; None where that is
    unknown."""
    return None if samples.truth is None else float(np.abs(fitted - samples.truth[:, 0]).mean())


_NO_POINTS = "There are no points yet; open a table, or add some with Edit points on the plot."


def _even_positions(data: Part, count: int) -> Doubles:
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


def _is_usable(values: Doubles) -> NDArray[np.bool_]:
    return np.abs(values) <= LARGEST  # False for NaN


def _has_value(compute: Expression, data: Part) -> bool:
    """Tells whether the function has a value at any point. Tries a few first: it runs at every keystroke."""
    counts = (min(data["observations"], _GLANCE), data["observations"])
    return any(_is_usable(compute(_even_positions(data, count))).any() for count in counts)


def _no_value_problem(data: Part) -> Sentence:
    low, high = data["low"], data["high"]
    return Sentence(
        "has no finite value between {low:g} and {high:g}; choose another function or range.",
        low=low,
        high=high,
    )


def _left_out_note(count: int, of: int) -> str:
    if not count:
        return ""
    return f"{count:,} of {of:,} points are left out: the function has no finite value there."
