"""Parts of axes that a person has brushed, and which lines pass through all of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.ui.sweeps.axes.painting import Span
from cadl_desktop.ui.sweeps.axes.scale import Doubles

_ROUNDED = 1e-9
_LEAST = 0.01
"""A stroke that is shorter is a click."""


@dataclass(frozen=True)
class Stroke:
    """A drag along an axis, from where it began: it draws a new span, or moves one, or one of its ends."""

    axis: int
    began: float
    before: Span | None
    grip: str

    def to(self, now: float) -> Span | None:
        """The span when the hand is there; None for no more than a click."""
        if self.before is None or self.grip == "new":
            low, high = sorted((self.began, now))
            return (low, high) if high - low >= _LEAST else None
        low, high = self.before
        if self.grip == "low":
            return min(now, high), max(now, high)
        if self.grip == "high":
            return min(low, now), max(low, now)
        moved = min(max(now - self.began, -low), 1 - high)
        return low + moved, high + moved


class Brushes:
    """The span of each axis that has one, by its number."""

    def __init__(self) -> None:
        self.spans: dict[int, Span] = {}

    def begin(self, axis: int, place: float, reach: float) -> Stroke:
        """A stroke that begins at a place; `reach` is how near an end of a span is taken for it."""
        span = self.spans.get(axis)
        if span is None:
            return Stroke(axis, place, None, "new")
        for grip, end in (("low", span[0]), ("high", span[1])):
            if abs(place - end) <= reach:
                return Stroke(axis, place, span, grip)
        return Stroke(axis, place, span, "move" if span[0] < place < span[1] else "new")

    def put(self, axis: int, span: Span | None) -> None:
        """Another span, or none."""
        if span is None:
            self.spans.pop(axis, None)
        else:
            self.spans[axis] = span

    def nudge(self, axis: int, end: int, by: float) -> None:
        """Moves an end of a span, 0 or 1, of an axis without one that of the whole axis."""
        span = [*self.spans.get(axis, (0.0, 1.0))]
        span[end] = min(max(span[end] + by, 0.0), 1.0)
        low, high = sorted(span)
        self.put(axis, None if (low, high) == (0.0, 1.0) else (low, high))

    def kept(self, places: Doubles) -> NDArray[np.bool_]:
        """Of lines (lines, axes) those that pass through all spans, (lines,)."""
        kept = np.ones(len(places), bool)
        for axis, (low, high) in self.spans.items():
            column = places[:, axis]
            kept &= (column >= low - _ROUNDED) & (column <= high + _ROUNDED)
        return kept
