"""Arrays of colours as images."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from cadl_desktop.ui.theme.theme import theme

Pixels = NDArray[np.uint8]

_BETWEEN = 4
"""Pixels between images that are laid side by side."""


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
