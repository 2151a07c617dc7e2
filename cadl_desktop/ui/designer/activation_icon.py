"""The curves of activations and of the first weights' distributions, as icons for the choices."""

from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from cadl_desktop.experiment.catalog import Category, Entry, entries
from cadl_desktop.experiment.registry import load_reference
from cadl_desktop.ui.theme.theme import theme

SIZE = QSize(20, 14)
_RATIO = 2
_STEPS = 80


def initialiser_icon(name: str) -> QIcon:
    """How the first weights lie about 0; empty for a distribution that nobody has drawn."""
    return _icon("initialiser", name, theme().muted)


def activation_icon(name: str) -> QIcon:
    """The activation's curve in the theme's text colour; empty for one that nobody has drawn."""
    return _icon("activation", name, theme().text)


def _icon(category: Category, name: str, colour: str) -> QIcon:
    known = entries(category).get(name)
    return _drawn(known, colour, category == "initialiser") if known and known.curve else QIcon()


@cache
def _drawn(entry: Entry, colour: str, is_density: bool) -> QIcon:
    image = QPixmap(SIZE * _RATIO)
    image.setDevicePixelRatio(_RATIO)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(QPolygonF(_points(entry, is_density)))
    painter.end()
    return QIcon(image)


def _points(entry: Entry, is_density: bool) -> list[QPointF]:
    """The curve, as high as the icon: an activation's from the least to the greatest number that it gives."""
    x = np.linspace(-entry.activation.reach, entry.activation.reach, _STEPS + 1)
    settings = entry.part().as_dict() | dict(entry.activation.drawn)
    y = load_reference(entry.curve)(x, settings)
    if not is_density:
        low, high = entry.activation.bounds(settings)
        low, high = (low if np.isfinite(low) else y.min()), (high if np.isfinite(high) else y.max())
        y = 2 * (y - low) / max(high - low, 1e-9) - 1
    half = (SIZE.height() - 4) / 2
    shares = np.linspace(0.0, 1.0, _STEPS + 1)
    return [
        QPointF(1.5 + share * (SIZE.width() - 3), 2 + half - height * half)
        for share, height in zip(shares, y, strict=True)
    ]
