"""Arrays of colours as images."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from cadl_desktop.ui.theme.theme import theme

Pixels = NDArray[np.uint8]

_BAND = 32
"""Rows."""
_BETWEEN = 4
"""Pixels between images that are laid side by side."""


def bands(height: int) -> Iterator[slice]:
    """All rows of a picture, a few at a time: numbers between two arrays of it then need little memory, and
    that at once. New memory for all of a screen's pixels took most of the time, while a network trained."""
    return (slice(first, first + _BAND) for first in range(0, height, _BAND))


def pixels_of(colours: NDArray[Any]) -> Pixels:
    """Finite colours (height, width, 3), 0 to 255 or beyond, as they are shown."""
    pixels = np.empty(colours.shape, np.uint8)
    for rows in bands(len(colours)):
        pixels[rows] = np.clip(colours[rows], 0, 255) + colours.dtype.type(0.5)
    return pixels


def image_of(pixels: Pixels) -> QImage:
    """An image of (height, width, 3) colours that keeps no reference to the array."""
    height, width = pixels.shape[:2]
    rows = np.ascontiguousarray(pixels)
    return QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )


def copy(image: QImage) -> None:
    """Puts an image on the clipboard, unless it is null."""
    if not image.isNull():
        QGuiApplication.clipboard().setImage(image)


def side_by_side(images: Sequence[QImage]) -> QImage:
    """Images of one height as one, from left to right; a null one where there are none."""
    if not images:
        return QImage()
    whole = QImage(
        sum(image.width() + _BETWEEN for image in images) - _BETWEEN,
        images[0].height(),
        QImage.Format.Format_RGB32,
    )
    whole.fill(QColor(theme().plot_background))
    painter = QPainter(whole)
    left = 0
    for image in images:
        painter.drawImage(left, 0, image)
        left += image.width() + _BETWEEN
    painter.end()
    return whole
