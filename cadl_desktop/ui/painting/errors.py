"""The blue and orange of an error: a fixed scale from -128 to 128, and the bar that explains it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.drawing.palette import ERROR_REACH
from cadl_desktop.ui.controls.tips import set_tip
from cadl_desktop.ui.painting.images import bands
from cadl_desktop.ui.theme.sign_colours import sign_bar, sign_colours
from cadl_desktop.ui.theme.theme import SMALL, Theme, tabular_font, theme

_BAR = 64


def mean_error(painted: NDArray[Any], target: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Painted minus target, (height, width): the mean over the colours."""
    error = painted.astype(np.float32)
    error -= target
    mean: NDArray[np.float32] = (error[..., 0] + error[..., 1] + error[..., 2]) * np.float32(1 / 3)
    return mean


def error_image(painted: NDArray[Any], target: NDArray[np.uint8], colours: Theme) -> QImage:
    """The mean error in the scale's colours."""
    scale, (height, width) = sign_colours(colours, ERROR_REACH), target.shape[:2]
    pixels = np.empty((height, width), scale.dtype)
    for rows in bands(height):
        error = np.clip(mean_error(painted[rows], target[rows]), -ERROR_REACH, ERROR_REACH)
        scale.take((error + (ERROR_REACH + 0.5)).astype(np.intp), out=pixels[rows], mode="clip")
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


class ScaleBar(QWidget):
    """Says what the colours of the error mean: -128, the colours, +128."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high = f"−{ERROR_REACH}", f"+{ERROR_REACH}"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Colours of the error")
        set_tip(self, "Orange where the painting is too dark, blue where it is too bright.")

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(tabular_font(SMALL))
        return QSize(metrics.horizontalAdvance(self._low + self._high) + _BAR + 16, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(tabular_font(SMALL))
        painter.setPen(QColor(theme().muted))
        metrics = QFontMetrics(tabular_font(SMALL))
        start = metrics.horizontalAdvance(self._low) + 6
        middle = self.height() / 2
        left = self.width() - start - metrics.horizontalAdvance(self._high) - 8
        bar = QRectF(start, middle - 3, max(8, min(_BAR, left)), 6)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, start, self.height()), flags, self._low)
        painter.drawText(QRectF(bar.right() + 6, 0, 60, self.height()), flags, self._high)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, sign_bar(theme(), ERROR_REACH))
        painter.setPen(QColor(theme().border))
        painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
