"""Marks painted on tiles: gains, numbers and figures, and the values at the followed point."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cadl_desktop.data.curves.columns import shortened_name
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.gains import Gains
from cadl_desktop.ui.controls.looks import fitted_name
from cadl_desktop.ui.controls.number_text import signed
from cadl_desktop.ui.network.layout import PlacedColumn
from cadl_desktop.ui.network.probe_pictures import ProbePictures
from cadl_desktop.ui.network.scene import FollowedPoint, Scene
from cadl_desktop.ui.theme.theme import GRID, SMALL, tabular_font, theme

_NUMBERED = 72.0
"""Tiles of at least this width, and half as high, show their neuron's number."""
_VEIL = 0.72
_TAG = 13
_TAG_TEXT = 10
_LEAST_TAGGED = 24.0
_LEAST = 4.0 * GRID
_CROSS = 6.0
_PAD = 6
_MOST_NAME = 12
"""Letters of an input's name beside its value."""


def paint_gains(painter: QPainter, scene: Scene, gains: Gains) -> None:
    """Marks the muted and scaled neurons; columns count from the input."""
    for column, own in gains.items():
        mosaic = scene.placed[column].mosaic
        for neuron in np.nonzero(own[: mosaic.count] != 1)[0].tolist():
            paint_gain(painter, mosaic.tile(neuron), float(own[neuron]))


def paint_gain(painter: QPainter, frame: QRectF, gain: float) -> None:
    """Marks one tile: a veil and a strike if muted, the gain if scaled."""
    if gain == 1:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if gain == 0:
        veil = QColor(theme().surface)
        veil.setAlphaF(_VEIL)
        painter.fillRect(frame, veil)
        painter.setPen(QPen(QColor(theme().text), 1.6 if frame.width() >= _LEAST_TAGGED else 1.0))
        edge = min(frame.width() / 8, 3.0)
        inside = frame.adjusted(edge, edge, -edge - 1, -edge - 1)
        painter.drawLine(QPointF(inside.left(), inside.bottom()), QPointF(inside.right(), inside.top()))
    elif frame.width() >= _LEAST_TAGGED:
        _paint_tag(painter, frame, gain_text(gain))
    else:
        painter.fillRect(QRectF(frame.right() - 3, frame.bottom() - 3, 3, 3), QColor(theme().accent))
    painter.restore()


def gain_text(gain: float) -> str:
    """Gain as text, such as '×0.5'."""
    return f"×{gain:.2g}" if gain < 1 else f"×{gain:.3g}"


def _paint_tag(painter: QPainter, frame: QRectF, text: str) -> None:
    """Gain in the tile's lower right corner."""
    painter.setFont(tabular_font(_TAG_TEXT))
    width = painter.fontMetrics().horizontalAdvance(text) + 6
    tag = QRectF(frame.right() - width - 1, frame.bottom() - _TAG - 1, width, _TAG)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().accent))
    painter.drawRoundedRect(tag, 2, 2)
    painter.setPen(QColor(theme().on_accent))
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)


def paint_point_values(
    painter: QPainter,
    placed: PlacedColumn,
    values: Floats,
    names: Sequence[Sequence[str]] = (),
    right: float = np.inf,
) -> None:
    """Writes each neuron's value on its tile where it fits. `names` replace the values of the first tiles: of
    each the first form that ends before `right`, or else the last."""
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
        # Numbers beside names are moved to the drawing's edge, so their tiles may lie beyond it.
        if not mosaic.name_room and not seen.intersects(tile.adjusted(0, -height, 0, height)):
            continue
        value = float(values[neuron])
        text = _plain_text(value) if plain else signed(value, 2)
        if neuron < len(names):
            room = min(right, 2 * (right - tile.center().x()))
            forms = (form for form in names[neuron] if metrics.horizontalAdvance(form) + _PAD <= room)
            text = next(forms, names[neuron][-1])
        width = metrics.horizontalAdvance(text) + _PAD
        if mosaic.name_room:
            own = placed.column.names[neuron] if neuron < len(placed.column.names) else ""
            name = fitted_name(own, metrics, name_width(tile))
            width = max(width, metrics.horizontalAdvance(name) + _PAD)  # covers what is painted there
            left = max(tile.center().x() - width / 2, 0.0)  # not beyond the drawing's edge
            line = QRectF(left, tile.bottom() + 1, width, height)
        elif tile.width() >= width:
            middle = tile.center()
            line = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
        else:
            continue
        painter.fillRect(line, ground)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)


def paint_point_end(painter: QPainter, placed: PlacedColumn, point: FollowedPoint) -> None:
    """Marks the followed point in the output, in the accent colour if it is held, and writes the network's
    output there."""
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
    _paint_label(painter, frame, ", ".join(_plain_text(float(value), figures) for value in point.values[-1]))


def name_width(tile: QRectF) -> float:
    """Room for the name below a tile, which may be wider than the tile, up to the drawing's left edge."""
    return max(min(tile.width() + 6 * GRID, 2 * tile.center().x()), tile.width())


def point_names(placed: PlacedColumn, texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Input names with the point's coordinates, such as 'row 12', then what is left where there is less room:
    the coordinate, and of a date with its time the date."""
    pairs = zip(placed.column.names, texts, strict=False)
    return [(f"{shortened_name(name, _MOST_NAME)} {text}", text, text.split(" ")[0]) for name, text in pairs]


def _plain_text(value: float, figures: int = 0) -> str:
    if not np.isfinite(value):
        return "–"
    return (f"{value:.{figures}g}" if figures else f"{value:z.0f}").replace("-", "−")


def _paint_label(painter: QPainter, frame: QRectF, text: str) -> None:
    """Text in the lower right corner of the output."""
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


def paint_figures(
    painter: QPainter, scene: Scene, pictures: ProbePictures, figures: Mapping[int, Floats], area: QRectF
) -> None:
    """Writes number and figure of neurons whose tiles have room: from the column's `figures` if given, else
    the mean."""
    for index, one in enumerate(scene.placed):
        mosaic = one.mosaic
        named = bool(mosaic.name_room) or mosaic.count <= len(one.column.names)
        pitch = mosaic.pitch
        has_room = pitch.width() >= _NUMBERED and pitch.height() >= _NUMBERED / 2
        if named or not has_room or not mosaic.area.intersects(area):
            continue
        own = figures.get(index, pictures.columns[index].means)
        for neuron in range(mosaic.count):
            tile = mosaic.tile(neuron)
            if tile.intersects(area):
                _paint_number(painter, tile, str(neuron + 1), signed(float(own[neuron]), 2))


def _paint_number(painter: QPainter, tile: QRectF, name: str, figure: str) -> None:
    """Strip at the bottom of a tile with the neuron's number and a figure."""
    high = 2 * GRID
    strip = QRectF(tile.left() + 1, tile.bottom() - high - 1, tile.width() - 2, high)
    ground = QColor(theme().surface)
    ground.setAlphaF(0.85)
    painter.fillRect(strip, ground)
    painter.setFont(tabular_font(SMALL))
    painter.setPen(QColor(theme().text))
    text, metrics = strip.adjusted(3, 0, -3, 0), painter.fontMetrics()
    painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
    if metrics.horizontalAdvance(name) + metrics.horizontalAdvance(figure) + GRID <= text.width():
        painter.setPen(QColor(theme().muted))
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
