"""Frames: parts of the plane that are shown as pictures, and the positions of their pixels."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Doubles


@dataclass(frozen=True)
class Frame:
    """Rectangle of the plane. The learned picture reaches from 0 to 1 in both directions, and a frame may lie
    outside of it. Raises ValueError where it has no extent or is not finite."""

    top: float = 0.0
    left: float = 0.0
    height: float = 1.0
    width: float = 1.0

    def __post_init__(self) -> None:
        numbers = (self.top, self.left, self.height, self.width)
        if not all(map(math.isfinite, numbers)) or self.height <= 0 or self.width <= 0:
            raise ValueError(f"a frame is finite and has an extent, not {numbers}")

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def right(self) -> float:
        return self.left + self.width


WHOLE = Frame()


def around(times: float) -> Frame:
    """Returns the frame that is `times` as high and wide as the picture, with the picture in its middle."""
    margin = (times - 1) / 2
    return Frame(-margin, -margin, times, times)


def pixel_centres(start: float, extent: float, pixels: int, count: int) -> Doubles:
    """Returns the centres (count,) of `count` pixels that divide the `extent` from `start` on.

    They are in pixels of a picture that is `pixels` high or wide, whose first pixel has its centre at 0. At
    the picture's own size they are exactly the whole numbers; at k times its size (i + 0.5) / k - 0.5. Raises
    ValueError for less than one pixel.
    """
    if count < 1:
        raise ValueError(f"a picture has at least one pixel each way, not {count}")
    middles = np.arange(0.5, count)
    return middles * (extent * pixels / count) + (start * pixels - 0.5)


def nearest_pixels(wanted: int, available: int) -> NDArray[np.int64]:
    """Returns which of `available` pixels along a side contains the centre of each of `wanted` pixels."""
    return ((2 * np.arange(wanted) + 1) * available) // (2 * wanted)
