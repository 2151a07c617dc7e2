"""Folds what is told of a network's numbers into histograms over time that stay bounded.

The bins are the same for every network and every run: five to a decade on either side of zero, and one for
all that is smaller. Nothing is lost by a range that was guessed too small, and layers can be compared.
"""

from collections.abc import Sequence
from copy import copy
from math import ceil, gcd, log, sqrt
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Event, Floats, Probed
from cadl_desktop.runs.weights import by_column

Quantity = Literal["weights", "gradients", "activations"]
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)

LOWEST, HIGHEST = -8, 4
"""Sizes are told apart from 10 to the power of the one to 10 to the power of the other."""
PER_DECADE = 5
SIDE = PER_DECADE * (HIGHEST - LOWEST)
"""Bins on either side of the one for zero, which stands at this index."""
BINS = 2 * SIDE + 1
MOST_SLICES = 240
"""Moments that are kept: as many as a narrow picture has columns."""
MOST_VALUES = 4096
"""Numbers of one layer that are counted; of more, every second, third, ..."""

_TOLD_BY_SINGLE = 1e-25, 1e35
"""Between which sums of squares are right in single precision, which takes a tenth of double's time."""
_TINY = 10.0 ** (LOWEST - 1)
_PER_LOGARITHM = PER_DECADE / log(10)


def edges() -> NDArray[np.float64]:
    """The (BINS + 1) edges, from the most negative to the most positive."""
    sizes = 10.0 ** (LOWEST + np.arange(SIDE + 1) / PER_DECADE)
    return np.concatenate([-sizes[::-1], sizes])


def shares(values: NDArray[Any]) -> NDArray[np.float32]:
    """The share of the values (values,) that lies in each bin, (BINS,).

    Those beyond the edges are in the outermost bins; what is no number is left out.
    """
    if np.isnan(values).any():
        values = values[~np.isnan(values)]
    # The natural logarithm is several times faster than the decadic one.
    levels = np.log(np.maximum(np.abs(values), _TINY)) * _PER_LOGARITHM - LOWEST * PER_DECADE
    # Truncating would lift what is just below the lowest edge onto it.
    levels = np.clip(np.floor(levels), -1, SIDE - 1).astype(np.intp) + 1
    counts = np.bincount(SIDE + np.where(values < 0, -levels, levels), minlength=BINS)
    return (counts / max(1, len(values))).astype(np.float32)


def by_layer(experiment: Experiment, arrays: Sequence[Floats]) -> list[list[Floats]]:
    """Arrays in the order of `RunState.weights`, as a list for each layer and one for the output.

    What an encoding has learned stands before them all, and is left out.
    """
    return by_column(experiment, arrays)[1:]


class Slices:
    """One quantity over time: a slice for every moment until there are `MOST_SLICES`; then every second,
    fourth, ... moment, and always the newest."""

    def __init__(self) -> None:
        self.count = 0
        """How many moments were ever added: tells whether there is anything new to draw."""
        self._every, self._length = 1, 0
        self._numbers = np.empty(MOST_SLICES, np.int64)
        self._steps = np.empty(MOST_SLICES, np.int64)
        self._shares = np.empty((MOST_SLICES, 0, BINS), np.float32)
        self._sizes = np.empty((MOST_SLICES, 0))

    @property
    def steps(self) -> NDArray[np.int64]:
        """(slices,), rising."""
        return self._steps[: self._length]

    @property
    def shares(self) -> NDArray[np.float32]:
        """(slices, layers, BINS); all 0 for a layer that has no such numbers."""
        return self._shares[: self._length]

    @property
    def sizes(self) -> NDArray[np.float64]:
        """The root of the mean square, (slices, layers)."""
        return self._sizes[: self._length]

    def add(self, step: int, layers: Sequence[NDArray[Any]]) -> None:
        """Adds what the layers' numbers are at a step; they are (anything,) each.

        A run that goes on from an earlier state writes over what came after that state.
        """
        if len(layers) != self._shares.shape[1]:
            self._start_over(len(layers))
        self._length = int(np.searchsorted(self.steps, step))
        if self._length and self._numbers[self._length - 1] % self._every:
            self._length -= 1
        while self._length == MOST_SLICES:
            self._thin()
        at = self._length
        self._numbers[at], self._steps[at] = self.count, step
        for layer, values in enumerate(layers):
            self._shares[at, layer] = shares(values)
            self._sizes[at, layer] = size(values)
        self._length, self.count = at + 1, self.count + 1

    def copy(self) -> "Slices":
        """What is added to either of the two isn't added to the other."""
        copied = copy(self)
        for name in ("_numbers", "_steps", "_shares", "_sizes"):
            own = np.empty_like(getattr(self, name))
            own[: self._length] = getattr(self, name)[: self._length]
            setattr(copied, name, own)
        return copied

    def _start_over(self, layers: int) -> None:
        self._length = 0
        self._shares = np.empty((MOST_SLICES, layers, BINS), np.float32)
        self._sizes = np.empty((MOST_SLICES, layers))

    def _thin(self) -> None:
        self._every *= 2
        kept = np.flatnonzero(self._numbers % self._every == 0)
        for array in (self._numbers, self._steps, self._shares, self._sizes):
            array[: len(kept)] = array[kept]
        self._length = len(kept)


class Histograms:
    """The weights, gradients and activations of every layer and the output, over a run."""

    def __init__(self) -> None:
        self._slices = {quantity: Slices() for quantity in QUANTITIES}
        self.newest: Probed | None = None
        """The last that was looked at."""

    def __getitem__(self, quantity: Quantity) -> Slices:
        return self._slices[quantity]

    def copy(self) -> "Histograms":
        """For another network that goes on from here: what it adds isn't of this one."""
        copied = Histograms()
        copied._slices = {quantity: slices.copy() for quantity, slices in self._slices.items()}
        copied.newest = self.newest
        return copied

    def add(self, event: Event, experiment: Experiment) -> None:
        """Takes in one event of a training of this experiment; only those with gradients, which come less
        often than the drawing's pictures, are looked at."""
        if not isinstance(event, Probed) or event.gradients is None:
            return
        columns = event.columns[-(len(experiment.layers) + 1) :]
        self["activations"].add(event.step, [sample(column) for column in columns])
        self["weights"].add(event.step, _joined(experiment, event.weights))
        self["gradients"].add(event.step, _joined(experiment, event.gradients))
        self.newest = event


def sample(values: NDArray[Any]) -> NDArray[Any]:
    """At most some `MOST_VALUES` of the values (rows, columns), from all rows and columns alike."""
    step = max(1, ceil(values.size / MOST_VALUES))
    # With a common divisor some columns would never be seen.
    while gcd(step, values.shape[-1]) > 1:
        step += 1
    # What a probe tells lies place by place: `ravel` would copy it all for these few.
    found: NDArray[Any] = values.flat[::step]
    return found


def size(values: NDArray[Any]) -> float:
    """The root of the mean square; 0 of nothing."""
    if not values.size:
        return 0.0
    flat = values.ravel(order="K")
    with np.errstate(over="ignore"):
        square = float(flat @ flat)
    if not _TOLD_BY_SINGLE[0] < square < _TOLD_BY_SINGLE[1]:
        square = float(np.sum(np.square(values, dtype=np.float64)))
    return sqrt(square / values.size)


def size_of_all(arrays: Sequence[NDArray[Any]]) -> float:
    """The same of what all of the arrays hold, of large ones by their samples."""
    squares = [array.size * size(sample(array)) ** 2 for array in arrays]
    return sqrt(sum(squares) / max(1, sum(array.size for array in arrays)))


def _joined(experiment: Experiment, arrays: Sequence[Floats]) -> list[NDArray[Any]]:
    """Weights and biases of each layer together."""
    none = np.empty(0, np.float32)
    return [
        np.concatenate([sample(array) for array in group]) if group else none
        for group in by_layer(experiment, arrays)
    ]
