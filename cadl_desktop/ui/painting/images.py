"""Conversion of colour arrays to images."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from cadl_desktop.drawing.palette import ERROR_REACH
from cadl_desktop.ui.theme.theme import Theme, sign_colours, theme

Pixels = NDArray[np.uint8]

_BAND = 32
"""Rows per band."""
_BETWEEN = 4
"""Space in pixels between images laid side by side."""


def bands(height: int) -> Iterator[slice]:
    """Slices that cover all rows, a few at a time, so that intermediate arrays stay small: allocating memory
    for a whole screen took most of the time while a network trained."""
    return (slice(first, first + _BAND) for first in range(0, height, _BAND))


def pixels_of(colours: NDArray[Any]) -> Pixels:
    """Finite colours (height, width, 3), rounded and clipped to 0..255."""
    pixels = np.empty(colours.shape, np.uint8)
    for rows in bands(len(colours)):
        pixels[rows] = np.clip(colours[rows], 0, 255) + colours.dtype.type(0.5)
    return pixels


def image_of(pixels: Pixels) -> QImage:
    """Image of colours (height, width, 3), or with their opacity (height, width, 4), that keeps no reference
    to the array."""
    height, width, columns = pixels.shape
    rows = np.ascontiguousarray(pixels)
    made, shown = QImage.Format.Format_RGB888, QImage.Format.Format_RGB32
    if columns == 4:
        made, shown = QImage.Format.Format_RGBA8888, QImage.Format.Format_ARGB32_Premultiplied
    return QImage(rows.data, width, height, columns * width, made).convertToFormat(shown)


def copy(image: QImage) -> None:
    """Copies an image to the clipboard, unless it is null."""
    if not image.isNull():
        QGuiApplication.clipboard().setImage(image)


def side_by_side(images: Sequence[QImage]) -> QImage:
    """Images of one height joined from left to right; null if there are none."""
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


def mean_error(painted: NDArray[Any], target: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Painted minus target, averaged over the colours: (height, width)."""
    error = painted.astype(np.float32)
    error -= target
    mean: NDArray[np.float32] = (error[..., 0] + error[..., 1] + error[..., 2]) * np.float32(1 / 3)
    return mean


def error_reach(painted: NDArray[Any], target: NDArray[np.uint8]) -> int:
    """Error of full colour that shows most errors well: a power of two up to `ERROR_REACH`, at least four
    times their root mean square. It changes seldom while a network learns."""
    squares = sum(
        float(np.square(mean_error(painted[rows], target[rows]), dtype=np.float64).sum())
        for rows in bands(len(target))
    )
    wanted = 4 * math.sqrt(squares / max(target[..., 0].size, 1))
    return 1 << math.ceil(math.log2(min(max(wanted, 1), ERROR_REACH)))


def error_image(
    painted: NDArray[Any], target: NDArray[np.uint8], colours: Theme, reach: int = ERROR_REACH
) -> QImage:
    """Mean error in the colours of the scale from -reach to reach."""
    scale, (height, width) = sign_colours(colours, ERROR_REACH), target.shape[:2]
    pixels = np.empty((height, width), scale.dtype)
    for rows in bands(height):
        error = mean_error(painted[rows], target[rows])
        error *= np.float32(ERROR_REACH / reach)
        np.clip(error, -ERROR_REACH, ERROR_REACH, out=error)
        scale.take((error + (ERROR_REACH + 0.5)).astype(np.intp), out=pixels[rows], mode="clip")
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
