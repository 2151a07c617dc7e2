"""Plot of PSNR over file size: JPEG and WebP as curves, the network as a point."""

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtWidgets import QWidget

from cadl_desktop.data.pictures.codec_sizes import CodecPoint, CodecSizes
from cadl_desktop.data.samples import Doubles
from cadl_desktop.runs.evaluations import NetworkBytes
from cadl_desktop.ui.bytes.bytes_words import KILOBYTE
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.plots.key import KeyEntry
from cadl_desktop.ui.plots.plot import Plot, Range
from cadl_desktop.ui.plots.plot_canvas import shade
from cadl_desktop.ui.theme.theme import GRID, SMALL, Theme, text_font, theme

_BEYOND = 1.6
"""End of the axis as a multiple of the largest size that is compared."""
_ROOM, _LABEL = 1.0, 0.18
"""Decibels above and below what is drawn, and their least share of it, which is room for the label."""
_POINT = 10


class BytesPlot(Plot):
    """Shows what is larger at the same PSNR, and what is better at the same size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: NetworkBytes | None = None
        self._guides = pg.PlotCurveItem(connect="finite")
        self.jpeg, self.webp = (pg.PlotDataItem(antialias=True) for _ in range(2))
        self.network = pg.ScatterPlotItem(symbol="o", size=_POINT, pxMode=True, antialias=True)
        self._label = pg.TextItem("This network")
        for item in (self._guides, self.jpeg, self.webp, self._label, self.network):
            self.canvas.addItem(item, ignoreBounds=True)
        self.rename("PSNR over file size", "size in kB", "PSNR in dB")
        self.show_bytes(None)
        self.apply_theme(theme())

    def sizeHint(self) -> QSize:
        return QSize(64 * GRID, 40 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(40 * GRID, 24 * GRID)

    def show_bytes(self, found: NetworkBytes | None) -> None:
        """Draws a result, or nothing."""
        self.found, self.zoomed = found, False
        for curve, sizes in self._curves():
            curve.setData(*_columns(sizes.points if sizes else ()))
        place = _columns([CodecPoint(found.bytes, found.psnr)] if found else ())
        self.network.setData(*place)
        self._label.setVisible(found is not None)
        self.show_empty_text(
            "" if found else "This network appears here, beside the curves of JPEG and WebP."
        )
        self.key.show_entries(
            *([KeyEntry("WebP", "truth"), KeyEntry("JPEG", "points", "dash")] if found else [])
        )
        self.fit(*self.full_range())
        self._guide(*place)
        self.update_readout()

    def full_range(self) -> tuple[Range, Range]:
        if self.found is None:
            return (0.0, 1.0), (0.0, 1.0)
        codecs = (self.found.codecs.jpeg, self.found.codecs.webp)
        compared = [self.found.bytes, *(sizes.bytes or sizes.points[0].bytes for sizes in codecs)]
        across = _BEYOND * max(compared) / KILOBYTE
        heights = [self.found.psnr]
        for sizes in codecs:
            size, psnr = _columns(sizes.points)
            if len(size):
                heights += [float(psnr[0]), float(np.interp(across, size, psnr))]
        known = [height for height in heights if math.isfinite(height)] or [0.0]
        low, high = min(known), max(known)
        room = max(_ROOM, _LABEL * (high - low))
        return (0.0, across), (low - room, high + room)

    def readout_at(self, where: QPointF) -> tuple[str, float | None]:
        words = [f"{figure(where.x())} kB"]
        for name, (_, sizes) in zip(("JPEG", "WebP"), self._curves(), strict=True):
            size, psnr = _columns(sizes.points if sizes else ())
            if len(size) and size[0] <= where.x() <= size[-1]:
                words.append(f"{name} {np.interp(where.x(), size, psnr):.1f} dB")
        return (" · ".join(words), where.x()) if self.found else ("", None)

    def recolour(self, colours: Theme) -> None:
        dashed = Qt.PenStyle.DashLine
        for curve, colour, style in (
            (self.jpeg, colours.points, dashed),
            (self.webp, colours.truth, Qt.PenStyle.SolidLine),
        ):
            curve.setPen(pg.mkPen(colour, width=1.5, style=style))
        self._guides.setPen(pg.mkPen(shade(colours.series, 0.6), width=1, style=Qt.PenStyle.DotLine))
        self.network.setPen(pg.mkPen(colours.plot_background, width=1.5))
        self.network.setBrush(pg.mkBrush(colours.series))
        self._label.setColor(colours.series)
        self._label.setFont(text_font(SMALL))
        self._label.fill = pg.mkBrush(shade(colours.plot_background, 0.8))

    def _curves(self) -> tuple[tuple[pg.PlotDataItem, CodecSizes | None], ...]:
        codecs = self.found.codecs if self.found else None
        return (self.jpeg, codecs.jpeg if codecs else None), (self.webp, codecs.webp if codecs else None)

    def _guide(self, size: Doubles, psnr: Doubles) -> None:
        """Draws lines from the network to both axes, and its name on the side that the curves leave free."""
        if self.found is None or not len(size):
            self._guides.setData([], [])
            return
        (_, _), (low, _) = self.full_range()
        x, y = float(size[0]), float(psnr[0])
        self._guides.setData([0.0, x, x], [y, y, low])
        best = max(each.psnr or 0.0 for each in (self.found.codecs.jpeg, self.found.codecs.webp))
        self._label.setAnchor((1.08, 1.25) if y > best else (-0.08, -0.25))
        self._label.setPos(x, y)


def _columns(points: Sequence[CodecPoint]) -> tuple[Doubles, Doubles]:
    """Sizes in kB and PSNR in dB (n,) of the points that can be drawn: not of a lossless one."""
    drawn = [point for point in points if math.isfinite(point.psnr)]
    return np.array([point.bytes / KILOBYTE for point in drawn]), np.array([point.psnr for point in drawn])
