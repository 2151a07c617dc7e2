"""Histograms over time of a network's weights, gradients and activations, of bounded size.

The bins are the same for every network and run: five per decade on either side of zero, and one for all that
is smaller. Nothing is lost by a range guessed too small, and layers can be compared.
"""

from collections.abc import Sequence
from copy import copy
from math import ceil, gcd, log, sqrt
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Event, Floats, Probed
from cadl_desktop.runs.network_weights import by_column

Quantity = Literal["weights", "gradients", "activations"]
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)

LOWEST, HIGHEST = -8, 4
"""Exponents of ten between which sizes are told apart."""
PER_DECADE = 5
SIDE = PER_DECADE * (HIGHEST - LOWEST)
"""Bins on either side of the one for zero, whose index this is."""
BINS = 2 * SIDE + 1
MOST_SLICES = 240
"""Limit of the slices kept: as many as a narrow picture has columns."""
MOST_VALUES = 4096
"""Limit of the numbers of one layer that are counted; of more, every second, third, ..."""

_SAFE_IN_FLOAT32 = 1e-25, 1e35
"""Sums of squares that are accurate in single precision, which takes a tenth of double's time."""
_TINY = 10.0 ** (LOWEST - 1)
_PER_LOGARITHM = PER_DECADE / log(10)


def edges() -> NDArray[np.float64]:
    """Edges of the bins, (BINS + 1,), from the most negative to the most positive."""
    sizes = 10.0 ** (LOWEST + np.arange(SIDE + 1) / PER_DECADE)
    return np.concatenate([-sizes[::-1], sizes])


def shares(values: NDArray[Any]) -> NDArray[np.float32]:
    """Share of the values (values,) in each bin, (BINS,).

    Values beyond the edges are in the outermost bins; NaN is left out.
    """
    if np.isnan(values).any():
        values = values[~np.isnan(values)]
    # log is several times faster than log10.
    levels = np.log(np.maximum(np.abs(values), _TINY)) * _PER_LOGARITHM - LOWEST * PER_DECADE
    # Floor, as truncating would move values just below the lowest edge onto it.
    levels = np.clip(np.floor(levels), -1, SIDE - 1).astype(np.intp) + 1
    counts = np.bincount(SIDE + np.where(values < 0, -levels, levels), minlength=BINS)
    return (counts / max(1, len(values))).astype(np.float32)


def by_layer(experiment: Experiment, arrays: Sequence[Floats]) -> list[list[Floats]]:
    """Arrays in the order of `RunState.weights`, as a list for each layer and one for the output. Weights of
    an encoding, which come first, are left out."""
    return by_column(experiment, arrays)[1:]


class Slices:
    """Slices of one quantity over time: one per moment up to `MOST_SLICES`; then every second, fourth, ...
    moment, and always the newest."""

    def __init__(self) -> None:
        self.count = 0
        """Number of moments ever added, by which a view sees whether there is anything new to draw."""
        self._every, self._length = 1, 0
        self._numbers = np.empty(MOST_SLICES, np.int64)
        self._steps = np.empty(MOST_SLICES, np.int64)
        self._shares = np.empty((MOST_SLICES, 0, BINS), np.float32)
        self._sizes = np.empty((MOST_SLICES, 0))

    @property
    def steps(self) -> NDArray[np.int64]:
        """Steps of the slices, (slices,), ascending."""
        return self._steps[: self._length]

    @property
    def shares(self) -> NDArray[np.float32]:
        """Shares in each bin, (slices, layers, BINS); all 0 for a layer without such numbers."""
        return self._shares[: self._length]

    @property
    def sizes(self) -> NDArray[np.float64]:
        """Root mean squares, (slices, layers)."""
        return self._sizes[: self._length]

    def add(self, step: int, layers: Sequence[NDArray[Any]]) -> None:
        """Adds the layers' numbers, (any length,) each, at a step.

        A run that continues from an earlier state overwrites what came after that state.
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
        """Independent copy."""
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
    """Histograms of weights, gradients and activations of every layer and the output, over a run."""

    def __init__(self) -> None:
        self._slices = {quantity: Slices() for quantity in QUANTITIES}
        self._with_encoding = Slices()
        self.newest: Probed | None = None
        """The last event that was added."""

    def __getitem__(self, quantity: Quantity) -> Slices:
        return self._slices[quantity]

    def shown(self, quantity: Quantity) -> Slices:
        """Slices of a quantity for people; those of weights begin with the encoding's where it learns any."""
        is_more = quantity == "weights" and self._with_encoding.count
        return self._with_encoding if is_more else self[quantity]

    def copy(self) -> "Histograms":
        """Independent copy, for another network that continues from here."""
        copied = Histograms()
        copied._slices = {quantity: slices.copy() for quantity, slices in self._slices.items()}
        copied._with_encoding = self._with_encoding.copy()
        copied.newest = self.newest
        return copied

    def add(self, event: Event, experiment: Experiment) -> None:
        """Adds an event of a training of this experiment. Only `Probed` with gradients counts; they come less
        often than the drawing's pictures."""
        if not isinstance(event, Probed) or event.gradients is None:
            return
        columns = event.columns[-(len(experiment.layers) + 1) :]
        self["activations"].add(event.step, [sample(column) for column in columns])
        weights = _joined(experiment, event.weights)
        self["weights"].add(event.step, weights)
        if encoding := by_column(experiment, event.weights)[0]:
            self._with_encoding.add(event.step, [np.concatenate([*map(sample, encoding)]), *weights])
        elif self._with_encoding.count:
            self._with_encoding = Slices()
        self["gradients"].add(event.step, _joined(experiment, event.gradients))
        self.newest = event


def sample(values: NDArray[Any]) -> NDArray[Any]:
    """Selection of about `MOST_VALUES` of the values (rows, columns), from all rows and columns alike."""
    step = max(1, ceil(values.size / MOST_VALUES))
    # With a common divisor some columns would never be sampled.
    while gcd(step, values.shape[-1]) > 1:
        step += 1
    # `flat`, as the values of a probe are transposed: `ravel` would copy all of them.
    found: NDArray[Any] = values.flat[::step]
    return found


def size(values: NDArray[Any]) -> float:
    """Root mean square; 0 for an empty array."""
    if not values.size:
        return 0.0
    flat = values.ravel(order="K")
    with np.errstate(over="ignore"):
        square = float(flat @ flat)
    if not _SAFE_IN_FLOAT32[0] < square < _SAFE_IN_FLOAT32[1]:
        square = float(np.sum(np.square(values, dtype=np.float64)))
    return sqrt(square / values.size)


def size_of_all(arrays: Sequence[NDArray[Any]]) -> float:
    """Root mean square over several arrays; large ones are sampled."""
    squares = [array.size * size(sample(array)) ** 2 for array in arrays]
    return sqrt(sum(squares) / max(1, sum(array.size for array in arrays)))


def _joined(experiment: Experiment, arrays: Sequence[Floats]) -> list[NDArray[Any]]:
    """Weights and biases of each layer together."""
    none = np.empty(0, np.float32)
    return [
        np.concatenate([sample(array) for array in group]) if group else none
        for group in by_layer(experiment, arrays)
    ]
