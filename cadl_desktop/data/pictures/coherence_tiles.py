"""Tiles of a picture for the coherence penalty, and the places in them that count."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.pictures.hole_filling import (
    ANISOTROPY,
    DEFAULT_SLOPES,
    LEAST_WINDOW,
    Doubles,
    SlopeTuning,
    mean_and_variance,
    mean_colour_weight,
    tune_slopes,
    window_side,
)
from cadl_desktop.data.samples import Samples
from cadl_desktop.data.scaling import Affine
from cadl_desktop.experiment.catalog.dataset_entries import trained_size
from cadl_desktop.experiment.effort import tile_side
from cadl_desktop.experiment.model import Experiment

SLOPES = 0.4
"""Share of the first derivatives between pixels kept at random, and where nothing is hidden; the second
derivatives have the rest. Around holes the share is tuned to the picture."""
_MOST_SEEN = 2**17
"""Most visible pixels from which a picture's mean colour is computed."""
_TILE_STREAM = 9
"""Random stream of the tiles' order, independent of others that are drawn from the same seed."""


class Tiles(NamedTuple):
    """Tiles of a picture, one of which each step evaluates.

    The first pixel of each is sample `corners` (tiles,); its other pixels are `offsets` (height, width) after
    it. `near` (samples,) marks the samples that count, except at a tile's edge. `span` (1 or columns,) is the
    range of the scaled targets. `shares` (3,) are the weights of the squared distance to the `mean`
    (columns,) colour and of the first and second derivatives. `anisotropy` () is how much a change along an
    edge costs beyond the tensors' inverses.
    """

    corners: NDArray[np.int32]
    offsets: NDArray[np.int32]
    near: NDArray[np.bool_]
    span: NDArray[np.float32]
    mean: NDArray[np.float32]
    shares: NDArray[np.float32]
    anisotropy: np.float32


def coherence_tiles(experiment: Experiment, samples: Samples, to_target: Affine) -> Tiles | None:
    """Returns overlapping tiles that contain a place that counts, shuffled by the seed; None for a curve.

    Tiles overlap by half. A place counts where there is a hidden pixel in its window; all count if none is
    hidden. Tiles are repeated so that their number doesn't depend on the mask.
    """
    if samples.picture_shape is None:
        return None
    height, width = (int(edge) for edge in samples.high[:2])
    pixels = np.arange(len(samples.inputs), dtype=np.int32).reshape(-1, height, width)
    near = _near_hidden(samples, pixels, coherence_window(experiment) // 2 + 1).ravel()
    side = tile_side(experiment)
    offsets = pixels[0, :side, :side]
    corners = pixels[:, _tile_starts(height, side)][..., _tile_starts(width, side)].ravel()
    order = np.random.default_rng([experiment.seed, _TILE_STREAM]).permutation(len(corners))
    costly = [number for number in order if near[corners[number] + offsets[1:-1, 1:-1]].any()]
    # A constant number of tiles: another array shape would be compiled again.
    chosen = np.resize(costly or order, len(corners))
    span = (samples.target_high - samples.target_low) / to_target.scale
    slopes = slope_tuning(experiment, samples).slopes
    holes = has_holes(experiment, samples)
    mean, variance = mean_and_variance(
        _visible_colours(samples) if holes else np.zeros_like(samples.targets[:1])
    )
    mean = mean * (samples.target_high - samples.target_low) + samples.target_low
    return Tiles(
        corners[chosen],
        offsets,
        near,
        span.astype(np.float32),
        (to_target.apply(mean) / span).astype(np.float32),
        np.array([mean_colour_weight(slopes, variance) if holes else 0.0, slopes, 1.0 - slopes], np.float32),
        np.float32(ANISOTROPY if holes else 0.0),
    )


def slope_tuning(experiment: Experiment, samples: Samples) -> SlopeTuning:
    """Returns the share of the first derivatives, tuned on the picture where it is a single one with
    holes."""
    hidden, shape = samples.hidden, samples.picture_shape
    if not has_holes(experiment, samples) or hidden is None or shape is None or samples.places is not None:
        return SlopeTuning(SLOPES, 0)
    if samples.large:
        return SlopeTuning(DEFAULT_SLOPES, 0)
    return tune_slopes(_unit_colours(samples, slice(None)).reshape(*shape, -1), hidden.reshape(shape))


def coherence_unit(tiles: Tiles, samples: int) -> float:
    """Returns the factor between a weight of coherence and the cost of a tile's places. With it the mean over
    the tiles counts each place once, relative to the number of all samples and in the unit of a squared
    colour."""
    places, count = np.zeros_like(tiles.near), 0
    for corner in tiles.corners:
        inner = corner + tiles.offsets[1:-1, 1:-1]
        places[inner] = costs = tiles.near[inner]
        count += int(np.count_nonzero(costs))
    share = np.count_nonzero(places) / max(count, 1) * len(tiles.corners) / samples
    return share * float(np.square(tiles.span).mean())


def coherence_window(experiment: Experiment) -> int:
    """Returns the side of the window in pixels: an odd number that doesn't depend on the mask, since another
    one would be compiled again."""
    if _is_sparse(experiment):
        return LEAST_WINDOW
    if experiment.data.kind == "picture":
        return window_side(max(trained_size(experiment.data)))
    return window_side(int(experiment.data.as_dict().get("longest", 0)))


def _unit_colours(samples: Samples, rows: NDArray[np.intp] | slice) -> Doubles:
    """Returns the colours of some samples, between 0 and 1."""
    colours: Doubles = (samples.targets[rows] - samples.target_low) / (
        samples.target_high - samples.target_low
    )
    return colours


def _visible_colours(samples: Samples) -> Doubles:
    """Returns colours of visible pixels, evenly chosen where there are many."""
    assert samples.hidden is not None
    rows = np.flatnonzero(~samples.hidden)
    return _unit_colours(samples, rows[:: 1 + len(rows) // _MOST_SEEN])


def has_holes(experiment: Experiment, samples: Samples) -> bool:
    """Tells whether pixels are hidden, other than all but some at random."""
    return not _is_sparse(experiment) and samples.hidden is not None and bool(samples.hidden.any())


def _is_sparse(experiment: Experiment) -> bool:
    """Tells whether only some pixels are kept, at random."""
    return float(experiment.data.as_dict().get("keep", 100.0)) < 100.0


def _tile_starts(length: int, side: int) -> list[int]:
    """Returns where tiles begin along a side, the last of them so that it ends at the edge."""
    last = max(length - side, 0)
    return [*range(0, last, side // 2), last]


def _near_hidden(samples: Samples, pixels: NDArray[np.int32], reach: int) -> NDArray[np.bool_]:
    """Returns which of the `pixels` (pictures, height, width) have a hidden one at most `reach` away along
    each axis; all where none is hidden."""
    if samples.hidden is None or not samples.hidden.any():
        return np.ones(pixels.shape, np.bool_)
    hidden: NDArray[np.bool_] = samples.hidden[pixels]
    for axis, side in ((1, pixels.shape[1]), (2, pixels.shape[2])):
        edges = [(reach, reach) if axis == other else (0, 0) for other in range(3)]
        padded = np.pad(hidden, edges)
        hidden = hidden.copy()
        for shift in range(2 * reach + 1):
            hidden |= np.take(padded, range(shift, shift + side), axis)
    return hidden
