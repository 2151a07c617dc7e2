"""Tiles of a picture, and what of them is looked at for coherence: what is around hidden pixels."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.pictures.hole_filling import ANISOTROPY, Doubles, mean_and_variance, pull
from cadl_desktop.data.pictures.second_holes import LEAST_WINDOW, USUAL, Tuned, tuned, window_over
from cadl_desktop.data.samples import Samples
from cadl_desktop.data.scaling import Affine
from cadl_desktop.experiment.catalog.datasets import trained_size
from cadl_desktop.experiment.effort import tile_side
from cadl_desktop.experiment.model import Experiment

SLOPES = 0.4
"""The share of the first derivatives between pixels kept by chance, and where nothing is hidden; around holes
it is tuned on the picture. The second ones have the rest."""
_MOST_SEEN = 2**17
"""So many pixels say what a picture's mean colour is."""
_STREAM = 9
"""Keeps what is drawn here apart from what else is drawn from the experiment's seed."""


class Tiles(NamedTuple):
    """Parts of a picture, of which each step looks at one.

    Their first pixels are the samples `corners` (tiles,), and all others stand `offsets` (height, width)
    after these. `near` (samples,) says which of them cost something; those at a tile's edge never do. `span`
    (1 or columns,) is how far apart the scaled targets may lie. `shares` (3,) are those of the squared
    distance to the `mean` (columns,) colour and of the first and the second derivatives, and
    `anisotropy` () is how much more a change along an edge costs than the tensors' inverses say.
    """

    corners: NDArray[np.int32]
    offsets: NDArray[np.int32]
    near: NDArray[np.bool_]
    span: NDArray[np.float32]
    mean: NDArray[np.float32]
    shares: NDArray[np.float32]
    anisotropy: np.float32


def coherence_tiles(experiment: Experiment, samples: Samples, to_target: Affine) -> Tiles | None:
    """Tiles that overlap by half and hold a place that costs, shuffled by the seed and over again until they
    are as many for every mask; None of a curve.

    A place costs where there is a hidden pixel in its window, or anywhere if none is hidden.
    """
    if samples.picture_shape is None:
        return None
    height, width = (int(edge) for edge in samples.high[:2])
    pixels = np.arange(len(samples.inputs), dtype=np.int32).reshape(-1, height, width)
    near = _near_hidden(samples, pixels, window_of(experiment) // 2 + 1).ravel()
    side = tile_side(experiment)
    offsets = pixels[0, :side, :side]
    corners = pixels[:, _starts(height, side)][..., _starts(width, side)].ravel()
    order = np.random.default_rng([experiment.seed, _STREAM]).permutation(len(corners))
    costly = [number for number in order if near[corners[number] + offsets[1:-1, 1:-1]].any()]
    # As many for every mask: another shape would be compiled anew.
    chosen = np.resize(costly or order, len(corners))
    span = (samples.target_high - samples.target_low) / to_target.scale
    slopes = tuning_of(experiment, samples).slopes
    holes = _has_holes(experiment, samples)
    mean, variance = mean_and_variance(_some_seen(samples) if holes else np.zeros_like(samples.targets[:1]))
    mean = mean * (samples.target_high - samples.target_low) + samples.target_low
    return Tiles(
        corners[chosen],
        offsets,
        near,
        span.astype(np.float32),
        (to_target.apply(mean) / span).astype(np.float32),
        np.array([pull(slopes, variance) if holes else 0.0, slopes, 1.0 - slopes], np.float32),
        np.float32(ANISOTROPY if holes else 0.0),
    )


def tuning_of(experiment: Experiment, samples: Samples) -> Tuned:
    """The share of the first derivatives: around holes in one picture what was tried in it elsewhere."""
    hidden, shape = samples.hidden, samples.picture_shape
    if not _has_holes(experiment, samples) or hidden is None or shape is None or samples.places is not None:
        return Tuned(SLOPES, 0)
    if samples.large:
        return Tuned(USUAL, 0)
    return tuned(_colours(samples, slice(None)).reshape(*shape, -1), hidden.reshape(shape))


def coherence_unit(tiles: Tiles, samples: int) -> float:
    """What a weight of coherence is multiplied by for what a tile's places cost: on the mean over the tiles
    each place then counts once, over the number of all samples, in the unit of a squared colour."""
    places, count = np.zeros_like(tiles.near), 0
    for corner in tiles.corners:
        inner = corner + tiles.offsets[1:-1, 1:-1]
        places[inner] = costs = tiles.near[inner]
        count += int(np.count_nonzero(costs))
    share = np.count_nonzero(places) / max(count, 1) * len(tiles.corners) / samples
    return share * float(np.square(tiles.span).mean())


def window_of(experiment: Experiment) -> int:
    """How many pixels wide: an odd number, the same whatever is drawn on a mask, since another one is
    compiled anew."""
    if _is_sparse(experiment):
        return LEAST_WINDOW
    if experiment.data.kind == "picture":
        return window_over(max(trained_size(experiment.data)))
    return window_over(int(experiment.data.as_dict().get("longest", 0)))


def _colours(samples: Samples, rows: NDArray[np.intp] | slice) -> Doubles:
    """Those of some samples, between 0 and 1."""
    colours: Doubles = (samples.targets[rows] - samples.target_low) / (
        samples.target_high - samples.target_low
    )
    return colours


def _some_seen(samples: Samples) -> Doubles:
    """The colours of pixels that aren't hidden, evenly chosen where they are many."""
    assert samples.hidden is not None
    rows = np.flatnonzero(~samples.hidden)
    return _colours(samples, rows[:: 1 + len(rows) // _MOST_SEEN])


def _has_holes(experiment: Experiment, samples: Samples) -> bool:
    return not _is_sparse(experiment) and samples.hidden is not None and bool(samples.hidden.any())


def _is_sparse(experiment: Experiment) -> bool:
    """Whether only some pixels, by chance, are kept."""
    return float(experiment.data.as_dict().get("keep", 100.0)) < 100.0


def _starts(length: int, side: int) -> list[int]:
    """Where tiles begin along a length, so that the last one ends where that does."""
    last = max(length - side, 0)
    return [*range(0, last, side // 2), last]


def _near_hidden(samples: Samples, pixels: NDArray[np.int32], reach: int) -> NDArray[np.bool_]:
    """Which of the `pixels` (pictures, height, width) have a hidden one at most `reach` away along each side;
    all where none is hidden."""
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
