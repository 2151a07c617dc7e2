"""Cropping: part of a picture that is learned, its size, and the ground behind transparency."""

from dataclasses import dataclass
from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from cadl_desktop.data.pictures.picture_colours import flattened
from cadl_desktop.data.pictures.picture_reading import PictureFrame
from cadl_desktop.experiment.catalog.dataset_entries import MOST_SIDE, reduced_size

SMALL, MEDIUM, LARGE = 64, 256, 512
"""Longer sides in pixels that are offered: the lecture's, what a new picture begins with, and fine detail."""

_LONG = 4
"""Ratio of the sides above which a picture is elongated."""
_COMPRESSION = 3
"""PNG compression level: three times as fast for photographs as the default 6, and a tenth larger."""


class Box(NamedTuple):
    """Part of a picture in pixels; `left` and `top` are measured from its upper left corner."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Cut:
    """How a frame is cropped and resized."""

    box: Box | None = None
    """Part that is cut out; None for the whole frame."""
    longest: int = MEDIUM
    """Longer side after the reduction; a smaller part is never enlarged."""
    size: tuple[int, int] | None = None
    """Exact width and height, instead of `longest`."""
    ground: str = "#ffffff"
    """Colour behind transparent pixels, '#rrggbb'."""

    def painted_size(self, frame: tuple[int, int]) -> tuple[int, int]:
        """Returns width and height of the picture that is learned, for a frame of this width and height."""
        if self.size is not None:
            return carried_size(self, frame)
        return reduced_size(carried_size(self, frame), self.longest)

    @property
    def painted_longest(self) -> int:
        """Value for the setting `longest` of the picture dataset."""
        return max(self.size) if self.size is not None else self.longest


def first_longest(frame: tuple[int, int], side: int = MEDIUM) -> int:
    """Returns the longer side with which a frame of this width and height begins at one of the sizes.

    A picture more than four times as long as wide, which would be reduced to a line, gets as many pixels as a
    square of that side has.
    """
    long, short = sorted(reduced_size(frame, MOST_SIDE), reverse=True)  # as the experiment will hold it
    return side if long <= _LONG * short else min(round(side * (long / short) ** 0.5), MOST_SIDE)


def carried_size(cut: Cut, frame: tuple[int, int]) -> tuple[int, int]:
    """Returns width and height of the picture that the experiment holds."""
    return reduced_size(cut.size or (cut.box[2:] if cut.box else frame), MOST_SIDE)


def carried_picture(frame: PictureFrame, cut: Cut) -> bytes:
    """Returns the PNG that the experiment holds: 8-bit RGB, or grey where no pixel has a colour; no metadata,
    within the limits of a picture."""
    image = _carried(frame, cut)
    red, *others = image.split()
    is_grey = all(ImageChops.difference(red, other).getbbox() is None for other in others)
    return image_to_png(red if is_grey else image)


def painted_picture(frame: PictureFrame, cut: Cut) -> NDArray[np.uint8]:
    """Returns the picture that is learned, (height, width, 3), with exactly the pixels of the dataset."""
    return np.array(reduced(_carried(frame, cut), cut.painted_longest))


def preview_picture(frame: PictureFrame, cut: Cut, longest: int) -> NDArray[np.uint8]:
    """Returns the picture that is learned, reduced to at most `longest` pixels along a side."""
    return np.array(reduced(_carried(frame, cut), min(longest, cut.painted_longest)))


def stand_in(frame: PictureFrame, size: tuple[int, int]) -> bytes:
    """Returns a PNG of one colour, of this width and height and grey where the frame is: for estimates of
    what the frame would take at this size, in a fraction of the time that its own PNG needs."""
    small = np.asarray(resized(flattened(frame.image, "#ffffff"), reduced_size(frame.size, SMALL)))
    is_grey = (small == small[..., :1]).all()
    return image_to_png(Image.new("RGB", size, "grey" if is_grey else "orange"))


def reduced(image: Image.Image, longest: int) -> Image.Image:
    """Returns the image with its longer side reduced to `longest` pixels; never enlarged."""
    return resized(image, reduced_size(image.size, longest))


def image_to_png(image: Image.Image) -> bytes:
    """Encodes the pixels alone. From the image itself Pillow would write its profile and resolution, too."""
    written = BytesIO()
    Image.fromarray(np.asarray(image)).save(written, "PNG", compress_level=_COMPRESSION)
    return written.getvalue()


def _carried(frame: PictureFrame, cut: Cut) -> Image.Image:
    image = frame.image
    if cut.box is not None:
        left, top, width, height = cut.box
        image = image.crop((left, top, left + width, top + height))
    return resized(flattened(image, cut.ground), carried_size(cut, frame.size))


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Resizes bilinearly, with Pillow's antialiasing when reducing, as the lecture's `imresize` did."""
    return image if size == image.size else image.resize(size, Image.Resampling.BILINEAR)
