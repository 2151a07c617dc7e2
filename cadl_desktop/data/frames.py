"""Which part of the plane a picture shows, and where its pixels lie."""

import math
from dataclasses import dataclass

import numpy as np

from cadl_desktop.data.samples import Doubles


@dataclass(frozen=True)
class Frame:
    """A rectangle of the plane that a picture lies in: the picture itself reaches from 0 to 1 both ways, and
    a frame may lie outside. Raises ValueError where it has no extent or is not finite."""

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
    """The frame that is so many times as high and wide as the picture, which stays in its middle."""
    margin = (times - 1) / 2
    return Frame(-margin, -margin, times, times)


def centres(start: float, extent: float, pixels: int, count: int) -> Doubles:
    """Where the middles of `count` pixels lie that share the `extent` from `start` on, (count,): in pixels
    of a picture that is `pixels` high or wide, whose own first pixel has its middle at 0.

    At a picture's own size these are exactly the whole numbers; at k times its size (i + 0.5) / k - 0.5.
    Raises ValueError for less than one pixel.
    """
    if count < 1:
        raise ValueError(f"a picture has at least one pixel each way, not {count}")
    middles = np.arange(0.5, count)
    return middles * (extent * pixels / count) + (start * pixels - 0.5)
