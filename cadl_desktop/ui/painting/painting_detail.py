"""Rendering of the painting beyond its own pixels: what to request for the view, and the layers that
arrive."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QAction, QImage

from cadl_desktop.computing.view_rendering import PaintedLayer, PictureRequest
from cadl_desktop.data.frames import WHOLE, Frame
from cadl_desktop.ui.painting.images import image_of
from cadl_desktop.ui.painting.painting_switches import TIMES
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.view import View

_MOST_SIDE = 2048
"""Largest side of a painting rendered at several times its size."""
MOST_LIVE = 2**16
"""Largest number of pixels rendered while a network trains: as many as a screen has would arrive too
seldom."""


class PaintingDetail:
    """Detail layers of the pane that shows the painting.

    While paintings follow one another (`live`), the whole picture is interpolated between its pixels; at rest
    it is rendered at screen resolution.
    """

    def __init__(self, pane: Pane, view: View, larger: QAction) -> None:
        self._pane, self._view, self._larger = pane, view, larger
        self.live = False
        self.layers: tuple[PaintedLayer, ...] = ()

    def wanted(self, height: int, width: int) -> PictureRequest | None:
        """Request for what to render, of a picture of this size; None if the painting's own pixels
        suffice."""
        if self._view.whole and self._larger.isChecked():
            times = min(TIMES, _MOST_SIDE / max(height, width))
            return PictureRequest(WHOLE, max(1, round(times * height)), max(1, round(times * width)))
        if self._pane.small:
            return None
        if not self._view.whole:
            seen = self._pane.seen()
            return self._on_screen(Frame(seen.top(), seen.left(), seen.height(), seen.width()))
        on_screen = self._on_screen(WHOLE)
        return None if self.live or on_screen.width <= width else on_screen

    def show_layers(self, layers: Sequence[PaintedLayer], width: int) -> bool:
        """Draws layers over a painting that is `width` pixels wide; returns whether they differ from the
        previous ones."""
        if tuple(layers) == self.layers:
            return False
        self.layers = tuple(layers)
        least = width if self._view.whole else 0
        self._pane.show_layers(
            [
                (image_of(layer.pixels), rectangle(layer.frame))
                for layer in self.layers
                if layer.density >= least  # a coarser one than the painting would be a step back
            ]
        )
        return True

    def image(self) -> QImage | None:
        """Rendered view shown in place of the painting's own pixels, once it is complete."""
        is_own = self._view.whole and not self._larger.isChecked()
        if is_own or not self.layers or not self.layers[0].last:
            return None
        return image_of(self.layers[0].pixels)

    def is_interpolated(self, width: int) -> bool:
        """Whether the screen has more pixels than the painting (`width` wide) and its layers."""
        there = max((layer.density for layer in self.layers), default=0.0)
        on_screen = self._size()[1] / self._pane.seen().width()
        return max(there, width) < 0.99 * on_screen

    def _on_screen(self, frame: Frame) -> PictureRequest:
        height, width = self._size()
        share = min(1.0, math.sqrt(MOST_LIVE / (height * width))) if self.live else 1.0
        return PictureRequest(frame, max(1, round(share * height)), max(1, round(share * width)))

    def _size(self) -> tuple[float, float]:
        """Height and width of the drawn area in screen pixels."""
        size = self._pane.drawn_area().size() * self._pane.devicePixelRatioF()
        return size.height(), size.width()


def rectangle(frame: Frame) -> QRectF:
    """Returns a frame as panes place images, in units of the picture."""
    return QRectF(frame.left, frame.top, frame.width, frame.height)
