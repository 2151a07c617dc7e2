"""Pictures that no method was made for, at any size, as a person's own would come."""

from pathlib import Path
from typing import Any

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]

PHOTOS = (
    "chelsea",
    "coffee",
    "camera",
    "rocket",
    "coins",
    "moon",
    "clock",
    "hubble_deep_field",
    "immunohistochemistry",
)
TEN = (*PHOTOS[:7], "page", "hubble_deep_field", "immunohistochemistry")
"""Pictures that medians are taken over: nine photographs and a page of text, without the astronaut."""
KINDS = {"photo": "coffee", "text": "page", "drawing": "horse", "texture": "grass", "noise": "noise"}
"""Picture of each kind, by its word in the table."""


def square(name: str, size: int) -> Bytes:
    """The middle square of one of scikit-image's pictures, or a drawn one, (size, size, 3)."""
    drawn = _DRAWN.get(name)
    if drawn is not None:
        return _in_colour(drawn(size))
    pixels = _in_colour(_of_scikit_image(name))
    side = min(pixels.shape[:2])
    top, left = ((length - side) // 2 for length in pixels.shape[:2])
    middle = Image.fromarray(pixels[top : top + side, left : left + side])
    return np.asarray(middle.resize((size, size), Image.Resampling.LANCZOS))


def whole(name: str) -> Image.Image:
    """One of scikit-image's pictures as it is; grey ones have one colour."""
    return Image.fromarray(_of_scikit_image(name))


def _of_scikit_image(name: str) -> NDArray[Any]:
    pixels: NDArray[Any] = np.asarray(getattr(skimage.data, name)())
    return pixels * np.uint8(255) if pixels.dtype == np.bool_ else pixels


def _in_colour(pixels: NDArray[Any]) -> Bytes:
    three = pixels[..., np.newaxis].repeat(3, axis=-1) if pixels.ndim == 2 else pixels[..., :3]
    return np.ascontiguousarray(three, np.uint8)


def _checkerboard(size: int) -> NDArray[Any]:
    """Neighbouring pixels are black and white."""
    board: NDArray[Any] = np.indices((size, size)).sum(axis=0) % 2 * 255
    return board


def _zone_plate(size: int) -> NDArray[Any]:
    """Rings that grow finer outwards, to the finest that pixels can show at the edges' middles."""
    row, column = np.indices((size, size)) - size / 2
    rings: NDArray[Any] = 127.5 + 127.5 * np.cos(np.pi * (row**2 + column**2) / size)
    return rings


def _noise(size: int) -> NDArray[Any]:
    """Every colour of every pixel by chance."""
    return np.random.default_rng(0).integers(0, 256, (size, size, 3))


_DRAWN = {"checkerboard": _checkerboard, "zone plate": _zone_plate, "noise": _noise}


def as_of_a_camera(width: int, height: int, path: Path) -> None:
    """Writes a shipped photograph, enlarged and with sensor noise."""
    image = Image.fromarray(skimage.data.retina()).resize((width, height), Image.Resampling.BICUBIC)
    pixels, random = np.array(image), np.random.default_rng(0)
    for row in pixels:  # the peak of memory is to be the training's
        row[:] = np.clip(row + random.normal(0, 4, (width, 1)), 0, 255)
    Image.fromarray(pixels).save(path, quality=92)
