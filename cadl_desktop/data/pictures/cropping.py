"""Which part of a picture is painted, how large, and on which ground."""

from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.pictures.picture_colours import on_ground
from cadl_desktop.data.pictures.picture_files import PictureFrame
from cadl_desktop.experiment.catalog.datasets import picture_size
from cadl_desktop.experiment.catalog.large_pictures import MOST_SIDE, reduced_size
from cadl_desktop.experiment.part import Part

LONGEST = 64
"""What the longer side is reduced to where nobody says otherwise: the lecture's size."""

_LONG = 4
_COMPRESSION = 3
"""A photograph is written three times as fast as by the usual 6, and is a tenth larger."""


class Box(NamedTuple):
    """A part of a picture in pixels; `left` and `top` count from its upper left corner."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Cut:
    """What is made of a frame."""

    box: Box | None = None
    """None is the whole frame."""
    longest: int = LONGEST
    """What the longer side is reduced to; a smaller part is never enlarged."""
    size: tuple[int, int] | None = None
    """Width and height to be resized to exactly, instead of `longest`."""
    ground: str = "#ffffff"
    """The colour behind what is transparent, '#rrggbb'."""

    def painted_size(self, frame: tuple[int, int]) -> tuple[int, int]:
        """Width and height of the picture that is painted, for a frame of this width and height."""
        if self.size is not None:
            return carried_size(self, frame)
        return reduced_size(carried_size(self, frame), self.longest)

    @property
    def painted_longest(self) -> int:
        """The picture dataset's setting that belongs to it."""
        return max(self.size) if self.size is not None else self.longest


def first_longest(before: Part, frame: tuple[int, int]) -> int:
    """The longer side at which a frame of this width and height begins in the picture dataset `before`.

    It is that of the picture before it; but one more than four times as long as wide, which would be a line,
    begins with as many pixels as a square has.
    """
    longest = int(before["longest"])
    if longest == _as_square(picture_size(before), LONGEST):
        longest = LONGEST
    return _as_square(reduced_size(frame, MOST_SIDE), longest)  # as it will be known by then


def _as_square(size: tuple[int, int], longest: int) -> int:
    long, short = max(size), max(min(size), 1)
    return longest if long <= _LONG * short else min(round(longest * (long / short) ** 0.5), MOST_SIDE)


def carried_size(cut: Cut, frame: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the picture that the experiment carries."""
    return reduced_size(cut.size or (cut.box[2:] if cut.box else frame), MOST_SIDE)


def carried_picture(frame: PictureFrame, cut: Cut) -> bytes:
    """The PNG that an experiment carries: 8-bit RGB, without metadata, as large as a picture may be."""
    return as_png(_carried(frame, cut))


def painted_picture(frame: PictureFrame, cut: Cut) -> NDArray[np.uint8]:
    """The picture that is painted, (height, width, 3): the very pixels that the dataset will have."""
    return np.array(reduced(_carried(frame, cut), cut.painted_longest))


def preview_picture(frame: PictureFrame, cut: Cut, longest: int) -> NDArray[np.uint8]:
    """The same, reduced to what can be seen of it: at most `longest` pixels along a side."""
    return np.array(reduced(_carried(frame, cut), min(longest, cut.painted_longest)))


def reduced(image: Image.Image, longest: int) -> Image.Image:
    """With its longer side reduced to `longest` pixels; never enlarged."""
    return resized(image, reduced_size(image.size, longest))


def as_png(image: Image.Image) -> bytes:
    """Made of the pixels alone: Pillow would otherwise write profile and resolution along."""
    written = BytesIO()
    Image.fromarray(np.asarray(image)).save(written, "PNG", compress_level=_COMPRESSION)
    return written.getvalue()


def _carried(frame: PictureFrame, cut: Cut) -> Image.Image:
    image = frame.image
    if cut.box is not None:
        left, top, width, height = cut.box
        image = image.crop((left, top, left + width, top + height))
    return resized(on_ground(image, cut.ground), carried_size(cut, frame.size))


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Bilinear, which Pillow antialiases when it reduces: what the lecture's `imresize` did."""
    return image if size == image.size else image.resize(size, Image.Resampling.BILINEAR)
