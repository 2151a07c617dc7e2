"""References for measuring a painting between the pixels from which it was learned."""

from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.pictures.masks import Mask, drawn_pixels, hidden_pixels, mask_to_png
from cadl_desktop.data.pictures.picture_dataset import Bytes, thumbnail
from cadl_desktop.data.pictures.picture_reading import PictureError
from cadl_desktop.data.scores import psnr
from cadl_desktop.experiment.catalog.dataset_entries import trained_size
from cadl_desktop.experiment.live_settings import PENALTIES
from cadl_desktop.experiment.methods.following import followed
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part

_TIMES = 4
"""Most times that a painting is enlarged for the comparison."""
_LEAST_TIMES = 1.5
"""Least times: an original that is hardly larger has little between the pixels."""
_MOST_SIDE = 4096
"""Longest side at which a painting is compared with the original: painting it takes some ten seconds."""
_MOST_LEFT_OUT = 2**20
"""Pixels above which a short training proves nothing."""
TRAINING_SECONDS = 5.0
"""Longest training on every second pixel."""


@dataclass(frozen=True, eq=False)
class Original:
    """The original picture `pixels` (height, width, 3), 0 to 255, larger than it is learned.

    `counts` (height, width) marks pixels that aren't hidden in the learned one, None for all. `bicubic` is
    the PSNR in dB of the learned picture, enlarged bicubically; None where the network doesn't know all of
    its pixels.
    """

    pixels: Bytes
    counts: Mask | None
    bicubic: float | None


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Experiment that learns every second visible pixel, in the pattern of a chessboard.

    `pixels` are the picture (height, width, 3), 0 to 255, and `counts` (height, width) marks the pixels left
    out. `neighbours` is the PSNR in dB there of the mean of the learned pixels beside each.
    """

    experiment: Experiment
    pixels: Bytes
    counts: Mask
    neighbours: float


def original_longest(data: Part) -> int | None:
    """Returns the longer side in pixels of the original with which a painting can be compared; None where the
    picture has no larger original."""
    learned = max(trained_size(data))
    longest = max(trained_size(data.has(longest=min(_TIMES * learned, _MOST_SIDE))))
    return longest if longest >= _LEAST_TIMES * learned else None


def is_too_large(data: Part) -> bool:
    """Tells whether there is no original to compare with, and too many pixels for a short training."""
    height, width = trained_size(data)
    return original_longest(data) is None and height * width > _MOST_LEFT_OUT


def load_original(data: Part, longest: int) -> Original:
    """Returns the original reduced to this longer side in pixels. Raises PictureError."""
    learned, pixels = thumbnail(data, data["longest"]), thumbnail(data, longest)
    hidden = hidden_pixels(data, *learned.shape[:2])
    height, width = pixels.shape[:2]
    if hidden is None:
        larger = Image.fromarray(learned).resize((width, height), Image.Resampling.BICUBIC)
        return Original(pixels, None, psnr(np.asarray(larger), pixels))
    shown = Image.fromarray(~hidden).resize((width, height), Image.Resampling.NEAREST)
    return Original(pixels, np.asarray(shown, np.bool_), None)


def leave_out_pixels(experiment: Experiment) -> LeftOut:
    """Returns an experiment for a short training without every second pixel of its picture. Raises
    PictureError where too few pixels are visible."""
    data = experiment.data
    pixels = thumbnail(data, data["longest"])
    height, width = pixels.shape[:2]
    hidden = hidden_pixels(data, height, width)
    seen = np.ones((height, width), np.bool_) if hidden is None else ~hidden
    board = np.indices((height, width)).sum(0) % 2 == 1
    mean, known = _neighbour_mean(pixels, seen & ~board)
    counts = seen & board & known
    if not counts.any():
        raise PictureError("Too few pixels are seen to leave out every second one; show more of the picture.")
    mask = mask_to_png(drawn_pixels(data, height, width) | board)
    halved = followed(experiment, replace(experiment, data=data.has(mask=mask)))
    # The penalties stay those of the experiment: with those for hidden pixels another method would be scored.
    # Guesses are left out: those for every second pixel would be made of the pixels beside it.
    penalties = {name: getattr(experiment, name) for name in PENALTIES} | {"example": 0.0}
    stop = experiment.stop
    short = replace(stop, seconds=min(stop.seconds or TRAINING_SECONDS, TRAINING_SECONDS))
    return LeftOut(
        replace(halved, stop=short, **penalties),
        pixels,
        counts,
        psnr(mean[counts], pixels[counts]),
    )


def _neighbour_mean(pixels: Bytes, learned: Mask) -> tuple[NDArray[np.float64], Mask]:
    """Returns the mean colour of the learned pixels on the four sides of each, and whether there is any."""
    weights = np.pad(learned.astype(np.float64), 1)[..., np.newaxis]
    colours = np.pad(pixels.astype(np.float64), ((1, 1), (1, 1), (0, 0))) * weights
    count, total = map(_sum_of_sides, (weights, colours))
    return total / np.maximum(count, 1), count[..., 0] > 0


def _sum_of_sides(padded: NDArray[np.float64]) -> NDArray[np.float64]:
    return padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
