"""Small pictures as larger ones, smoothly and in bands."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.runs.events import Floats


def enlarged(picture: NDArray[np.floating], height: int, width: int, rows: int) -> Iterator[Floats]:
    """A picture (rows, columns, 3) at another size, as bands (at most `rows`, width, 3) from top to bottom.

    Bicubic (Catmull-Rom's spline as Pillow has it), averaging where it becomes smaller; where bands meet
    they agree with the picture that is made in one go. Colours keep within 0 to 255.
    """
    for first in range(0, height, rows):
        yield enlarged_rows(picture, height, width, first, min(height, first + rows))


def enlarged_rows(picture: NDArray[np.floating], height: int, width: int, first: int, last: int) -> Floats:
    """The rows from `first` up to `last` of the same, (last - first, width, 3)."""
    channels = [
        Image.fromarray(np.ascontiguousarray(picture[..., channel], np.float32)) for channel in range(3)
    ]
    rows = np.stack([_rows(channel, height, width, first, last) for channel in channels], -1)
    return np.clip(rows, 0, 255)


def _rows(channel: Image.Image, height: int, width: int, first: int, last: int) -> Floats:
    own_width, own_height = channel.size
    box = (0.0, first * own_height / height, float(own_width), last * own_height / height)
    return np.asarray(channel.resize((width, last - first), Image.Resampling.BICUBIC, box=box))


def nearest(mask: NDArray[np.bool_], height: int, width: int, first: int, last: int) -> NDArray[np.bool_]:
    """The rows from `first` to `last` of a mask (rows, columns) at another size, (last - first, width)."""
    down = (np.arange(first, last) + 0.5) * mask.shape[0] / height
    across = (np.arange(width) + 0.5) * mask.shape[1] / width
    return mask[np.ix_(down.astype(np.intp), across.astype(np.intp))]
