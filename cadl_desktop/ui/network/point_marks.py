"""One point of the input in the network's drawing: every neuron's value there, and the number at the end."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cadl_desktop.runs.events import Floats
from cadl_desktop.ui.controls.figures import signed
from cadl_desktop.ui.network.geometry.layout import Placed
from cadl_desktop.ui.theme.theme import GRID, SMALL, tabular_font, theme

_LEAST = 4.0 * GRID
_CROSS = 6.0
_PAD = 6


@dataclass(frozen=True, eq=False)
class FollowedPoint:
    """`values` are what each column gives at the point, (neurons,); `numbers` are the point in the units of
    the data, and `at` is where it lies in the output's picture, 0 to 1 from left and top. Only the first
    `reached` columns are filled yet. A point that is `held` stays when the mouse goes elsewhere."""

    values: Sequence[Floats]
    numbers: Sequence[float]
    at: QPointF
    reached: int
    held: bool = False

    def fits(self, placed: Sequence[Placed]) -> bool:
        """Whether it is of the network that is drawn."""
        return [len(values) for values in self.values] == [one.mosaic.count for one in placed]

    def fills(self, column: int) -> bool:
        return column < self.reached


def paint_point_values(painter: QPainter, placed: Placed, values: Floats, names: Sequence[str]) -> None:
    """The value on every tile that has room for it; `names` stand in place of those of the first tiles."""
    mosaic = placed.mosaic
    if not mosaic.name_room and mosaic.pitch.width() - mosaic.gap < _LEAST:
        return
    painter.setFont(tabular_font(SMALL))
    painter.setPen(QColor(theme().text))
    metrics, seen = painter.fontMetrics(), painter.clipBoundingRect()
    plain, height = placed.column.has_result, metrics.height()
    ground = QColor(theme().window if mosaic.name_room else theme().surface)
    ground.setAlphaF(1.0 if mosaic.name_room else 0.85)
    for neuron in range(mosaic.count):
        tile = mosaic.tile(neuron)
        # The names' numbers stand at the drawing's edge where their tiles are beyond it.
        if not mosaic.name_room and not seen.intersects(tile.adjusted(0, -height, 0, height)):
            continue
        value = float(values[neuron])
        text = names[neuron] if neuron < len(names) else _plain(value) if plain else signed(value, 2)
        width = metrics.horizontalAdvance(text) + _PAD
        if mosaic.name_room:
            own = placed.column.names[neuron] if neuron < len(placed.column.names) else ""
            width = max(width, metrics.horizontalAdvance(own) + _PAD)  # its name stands there, too
            left = max(tile.center().x() - width / 2, 0.0)  # never beyond the drawing's edge
            line = QRectF(left, tile.bottom() + 1, width, height)
        elif tile.width() >= width:
            middle = tile.center()
            line = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
        else:
            continue
        painter.fillRect(line, ground)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)


def paint_point_end(painter: QPainter, placed: Placed, point: FollowedPoint) -> None:
    """Where the point lies in the output, in the accent where it is held, and the number that the network
    gives there."""
    own = placed.mosaic.tile(0) if placed.is_curve else placed.mosaic.area
    frame = own if placed.result.isNull() else placed.result
    where = QPointF(frame.left() + point.at.x() * frame.width(), frame.top() + point.at.y() * frame.height())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.save()
    painter.setClipRect(frame, Qt.ClipOperation.IntersectClip)
    mark = (theme().accent, 2.0) if point.held else (theme().text, 1.0)
    for colour, width in ((theme().surface, mark[1] + 2), mark):
        painter.setPen(QPen(QColor(colour), width))
        if placed.result.isNull():
            painter.drawLine(QLineF(where.x(), frame.top(), where.x(), frame.bottom()))
        else:
            painter.drawEllipse(where, _CROSS, _CROSS)
    painter.restore()
    figures = 4 if placed.result.isNull() else 0
    _label(painter, frame, ", ".join(_plain(float(value), figures) for value in point.values[-1]))


def point_names(placed: Placed, numbers: Sequence[float]) -> list[str]:
    """The input's names with the point's own numbers: 'row 12'."""
    pairs = zip(placed.column.names, numbers, strict=False)
    return [f"{name} {number:.4g}".replace("-", "−") for name, number in pairs]


def _plain(value: float, figures: int = 0) -> str:
    if not np.isfinite(value):
        return "–"
    return (f"{value:.{figures}g}" if figures else f"{value:z.0f}").replace("-", "−")


def _label(painter: QPainter, frame: QRectF, text: str) -> None:
    """In the lower right corner of the output."""
    painter.setFont(tabular_font())
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text), metrics.height()
    place = QRectF(frame.right() - width - 1.5 * GRID, frame.bottom() - height - GRID, width, height)
    box = place.adjusted(-GRID / 2, -1, GRID / 2, 1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().accent))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(theme().on_accent))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
