"""Which samples of a large picture are looked at where all of them would be too many."""

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import PixelPositions, Samples
from cadl_desktop.data.split import split
from cadl_desktop.experiment.catalog.large_pictures import screen_size
from cadl_desktop.experiment.model import Experiment

MOST_MEASURED = 2**18
"""So many pixels tell the mean of millions to less than a hundredth of a decibel."""

Rows = NDArray[np.int64]


def measured_rows(samples: Samples) -> Rows:
    """The samples that stand for all that aren't hidden, sorted, always the same: `MOST_MEASURED` at most,
    one at random out of every few in a row."""
    if samples.hidden is None:
        return _spread(len(samples.inputs))
    seen = np.flatnonzero(~samples.hidden)
    return seen[_spread(len(seen))]


def _spread(count: int) -> Rows:
    if count <= MOST_MEASURED:
        return np.arange(count)
    bounds = np.arange(MOST_MEASURED + 1) * count // MOST_MEASURED
    return np.random.default_rng(0).integers(bounds[:-1], bounds[1:])


def screen_rows(samples: Samples) -> Rows:
    """The samples that a screen shows of a picture, (rows, columns): the pixels of a large one in which the
    middles of the screen's lie."""
    rows, columns = _screen_axes(samples)
    return rows[:, np.newaxis] * int(samples.high[1]) + columns


def _screen_axes(samples: Samples) -> tuple[Rows, Rows]:
    height, width = samples.picture_shape or (0, 0)
    rows, columns = screen_size(height, width)
    return _middles(height, rows), _middles(width, columns)


def _middles(there: int, wanted: int) -> Rows:
    return ((2 * np.arange(wanted) + 1) * there) // (2 * wanted)


def on_screen(samples: Samples) -> Samples:
    """What a person looks at of samples: themselves, or of a large picture those of `screen_rows`, which
    keep their places in it, as positions and bytes."""
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
    """Which of `on_screen(samples)` are held out of the training."""
    if not experiment.validation:
        return np.empty(0, np.int64)
    held_out = split(experiment, samples)[1]
    return np.flatnonzero(np.isin(screen_rows(samples), held_out)) if samples.large else held_out
