"""What lies between the pixels that a painting is learned from, to measure how near it comes there."""

from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.pictures.composites import Mask
from cadl_desktop.data.pictures.masks import as_png, drawn_pixels, hidden_pixels
from cadl_desktop.data.pictures.picture_files import PictureError
from cadl_desktop.data.pictures.pictures import Bytes, thumbnail
from cadl_desktop.data.scores import psnr
from cadl_desktop.experiment.catalog.datasets import trained_size
from cadl_desktop.experiment.live_settings import PENALTIES
from cadl_desktop.experiment.methods.following import followed
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.part import Part

_TIMES = 4
"""How much finer than the pixels that are learned a painting is looked at, at most."""
_LEAST_TIMES = 1.5
"""An original that is hardly larger says nothing of what lies between."""
_MOST_SIDE = 4096
"""Of an original that is painted again: some ten seconds."""
_MOST_LEFT_OUT = 2**20
"""Of a picture with more pixels, a training of a moment says nothing."""
SECONDS = 5.0
"""How long the training on every second pixel lasts at most."""


@dataclass(frozen=True, eq=False)
class Original:
    """The picture (height, width, 3), 0 to 255, larger than it is learned. `counts` (height, width) says
    where what is learned isn't hidden, None everywhere; `bicubic` is the PSNR in dB of what is learned,
    enlarged, and None where the network doesn't know all of that."""

    pixels: Bytes
    counts: Mask | None
    bicubic: float | None


@dataclass(frozen=True, eq=False)
class LeftOut:
    """An experiment that learns every second pixel of those seen, like the squares of a chessboard.

    `pixels` are the picture (height, width, 3), 0 to 255, and `counts` (height, width) the pixels left out;
    `neighbours` is the PSNR in dB there of the mean of the pixels beside them that are learned.
    """

    experiment: Experiment
    pixels: Bytes
    counts: Mask
    neighbours: float


def original_longest(data: Part) -> int | None:
    """Pixels along the longer side of the original that a painting can be compared with; None where a picture
    dataset has no larger one."""
    learned = max(trained_size(data))
    longest = max(trained_size(data.has(longest=min(_TIMES * learned, _MOST_SIDE))))
    return longest if longest >= _LEAST_TIMES * learned else None


def is_too_large(data: Part) -> bool:
    """Whether there is no original to compare with, and a training of a moment would say nothing."""
    height, width = trained_size(data)
    return original_longest(data) is None and height * width > _MOST_LEFT_OUT


def original_of(data: Part, longest: int) -> Original:
    """The original with so many pixels along its longer side. Raises PictureError."""
    learned, pixels = thumbnail(data, data["longest"]), thumbnail(data, longest)
    hidden = hidden_pixels(data, *learned.shape[:2])
    height, width = pixels.shape[:2]
    if hidden is None:
        larger = Image.fromarray(learned).resize((width, height), Image.Resampling.BICUBIC)
        return Original(pixels, None, psnr(np.asarray(larger), pixels))
    shown = Image.fromarray(~hidden).resize((width, height), Image.Resampling.NEAREST)
    return Original(pixels, np.asarray(shown, np.bool_), None)


def left_out_of(experiment: Experiment) -> LeftOut:
    """An experiment, for a moment and with every second pixel of its picture left out. Raises PictureError
    where too few are seen."""
    data = experiment.data
    pixels = thumbnail(data, data["longest"])
    height, width = pixels.shape[:2]
    hidden = hidden_pixels(data, height, width)
    seen = np.ones((height, width), np.bool_) if hidden is None else ~hidden
    board = np.indices((height, width)).sum(0) % 2 == 1
    mean, known = _beside(pixels, seen & ~board)
    counts = seen & board & known
    if not counts.any():
        raise PictureError("Too few pixels are seen to leave out every second one; show more of the picture.")
    mask = as_png(drawn_pixels(data, height, width) | board)
    halved = followed(experiment, replace(experiment, data=data.has(mask=mask)))
    # What holds hidden pixels together would make it a score of another method.
    penalties = {name: getattr(experiment, name) for name in PENALTIES}
    return LeftOut(
        replace(halved, stop=_briefly(experiment.stop), **penalties),
        pixels,
        counts,
        psnr(mean[counts], pixels[counts]),
    )


def _beside(pixels: Bytes, learned: Mask) -> tuple[NDArray[np.float64], Mask]:
    """For each pixel the mean colour of those beside it that are learned, and whether there is any."""
    weights = np.pad(learned.astype(np.float64), 1)[..., np.newaxis]
    colours = np.pad(pixels.astype(np.float64), ((1, 1), (1, 1), (0, 0))) * weights
    count, total = map(_four_sides, (weights, colours))
    return total / np.maximum(count, 1), count[..., 0] > 0


def _four_sides(padded: NDArray[np.float64]) -> NDArray[np.float64]:
    return padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]


def _briefly(stop: Stop) -> Stop:
    return replace(stop, seconds=min(stop.seconds or SECONDS, SECONDS))
