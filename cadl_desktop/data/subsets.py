"""Subsets of samples: trained on, held out, in an epoch; of large pictures also measured and shown."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.frames import nearest_pixels
from cadl_desktop.data.samples import PixelPositions, Samples
from cadl_desktop.experiment.catalog.dataset_entries import screen_size
from cadl_desktop.experiment.model import Experiment

Rows = NDArray[np.signedinteger]


class EveryRow:
    """All rows in order, without storing them: for a camera's picture that would take more memory than its
    colours."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, places: slice | Rows) -> Rows:
        """Returns the rows at some places."""
        return np.arange(*places.indices(self._count)) if isinstance(places, slice) else places


_SPLIT_STREAM = 1
"""Random stream of the split, independent of weights and batch orders, which are drawn from the same seed."""


def split(experiment: Experiment, samples: Samples) -> tuple[Rows | EveryRow, Rows]:
    """Returns the rows of the samples that are trained on and of those held out for validation, both sorted.

    Hidden samples are in neither. The training rows are `EveryRow` where they are all rows of a large
    picture. The result depends only on the visible samples and on the experiment's seed and validation
    fraction, which is rounded to whole samples. At least one visible row is always trained on.
    """
    count = len(samples.inputs) if samples.hidden is None else int(np.count_nonzero(~samples.hidden))
    held_out = min(round(experiment.validation * count), count - 1)
    if held_out <= 0:
        is_every = samples.large and samples.hidden is None
        return EveryRow(count) if is_every else _visible_rows(samples), np.empty(0, np.int64)
    seen = _visible_rows(samples)
    order = np.random.default_rng([experiment.seed, _SPLIT_STREAM]).permutation(
        np.arange(count, dtype=seen.dtype)
    )
    return seen[np.sort(order[held_out:])], seen[np.sort(order[:held_out])]


def _visible_rows(samples: Samples) -> Rows:
    numbers = np.int32 if samples.large else np.int64
    if samples.hidden is None:
        return np.arange(len(samples.inputs), dtype=numbers)
    return np.flatnonzero(~samples.hidden).astype(numbers)


MOST_SHUFFLED = 2**20
"""Most samples of a large picture whose order is in memory at a time."""


def epoch_pieces(count: int) -> int:
    """Returns in how many pieces the epoch of a large picture with `count` training samples is shuffled. Each
    has `count // pieces` samples; the few left over are different in every epoch."""
    return -(-count // MOST_SHUFFLED)


def samples_per_epoch(samples: Samples, training: Rows | EveryRow) -> int:
    """Returns how many of the training samples an epoch contains."""
    count = len(training)
    return count // epoch_pieces(count) * epoch_pieces(count) if samples.large else count


def batches_left(count: int, row: int, batch_size: int) -> int:
    """Returns the whole batches left in an epoch of `count` samples of which `row` have been used."""
    # In a file that was edited by hand `row` may exceed the count.
    return max(0, count - row) // batch_size


MOST_MEASURED = 2**18
"""Most measured samples of a large picture, enough for a PSNR to a hundredth of a decibel."""


def measured_rows(samples: Samples) -> Rows:
    """Returns the rows that represent all visible samples, sorted and always the same: at most
    `MOST_MEASURED`, one at random from each of as many intervals."""
    if samples.hidden is None:
        return _evenly_drawn(len(samples.inputs))
    seen = np.flatnonzero(~samples.hidden)
    return seen[_evenly_drawn(len(seen))]


def _evenly_drawn(count: int) -> Rows:
    if count <= MOST_MEASURED:
        return np.arange(count)
    bounds = np.arange(MOST_MEASURED + 1) * count // MOST_MEASURED
    return np.random.default_rng(0).integers(bounds[:-1], bounds[1:])


def screen_rows(samples: Samples) -> Rows:
    """Returns the samples that a screen shows of a picture, (rows, columns): for a large one the pixels that
    contain the centres of the screen's pixels."""
    rows, columns = _screen_axes(samples)
    return rows[:, np.newaxis] * int(samples.high[1]) + columns


def _screen_axes(samples: Samples) -> tuple[Rows, Rows]:
    height, width = samples.picture_shape or (0, 0)
    rows, columns = screen_size(height, width)
    return nearest_pixels(rows, height), nearest_pixels(columns, width)


def on_screen(samples: Samples) -> Samples:
    """Returns the samples that are shown: all, or for a large picture those of `screen_rows`, as bytes."""
    if not samples.large:
        return samples
    axes, rows = _screen_axes(samples), screen_rows(samples).ravel()
    return Samples(
        inputs=PixelPositions(*axes),
        targets=samples.targets[rows],
        low=samples.low,
        high=samples.high,
        target_low=samples.target_low,
        target_high=samples.target_high,
        picture_shape=(len(axes[0]), len(axes[1])),
        hidden=None if samples.hidden is None else samples.hidden[rows],
        note=samples.note,
    )


def held_out_on_screen(experiment: Experiment, samples: Samples) -> Rows:
    """Returns which of `on_screen(samples)` are held out of training."""
    if not experiment.validation:
        return np.empty(0, np.int64)
    held_out = split(experiment, samples)[1]
    return np.flatnonzero(np.isin(screen_rows(samples), held_out)) if samples.large else held_out
