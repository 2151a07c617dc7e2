"""The curves of the activations, as icons for the choices."""

import math
from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from cadl_desktop.ui.theme import theme

SIZE = QSize(20, 14)
_RATIO = 2
_REACH = 3.2

# Only for these little pictures; what is trained with stands in the engine.
_CURVES: dict[str, Callable[[float], float]] = {
    "linear": lambda x: x / _REACH,
    "tanh": math.tanh,
    "sigmoid": lambda x: 2 / (1 + math.exp(-2 * x)) - 1,
    "relu": lambda x: 2 * max(x, 0.0) / _REACH - 1,
    "sine": lambda x: math.sin(1.4 * x),
}


def activation_icon(name: str) -> QIcon:
    """The activation's curve in the theme's text colour; empty for one that nobody has drawn."""
    return _drawn(name, theme().text)


@cache
def _drawn(name: str, colour: str) -> QIcon:
    curve = _CURVES.get(name)
    if curve is None:
        return QIcon()
    image = QPixmap(SIZE * _RATIO)
    image.setDevicePixelRatio(_RATIO)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(QPolygonF([_point(curve, step / 40) for step in range(41)]))
    painter.end()
    return QIcon(image)


def _point(curve: Callable[[float], float], share: float) -> QPointF:
    y = curve((2 * share - 1) * _REACH)
    half = (SIZE.height() - 4) / 2
    return QPointF(1.5 + share * (SIZE.width() - 3), 2 + half - y * half)
