"""The curves of activations and of the first weights' distributions, as icons for the choices."""

import math
from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from cadl_desktop.ui.theme.theme import theme

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
_DENSITIES: dict[str, Callable[[float], float]] = {
    "normal": lambda x: 1.8 * math.exp(-(x**2)) - 0.9,
    "he": lambda x: 1.8 * math.exp(-(x**2) / 3) - 0.9,
    "xavier": lambda x: 0.5 if abs(x) < 2 else -0.9,
    "siren": lambda x: 0.5 if abs(x) < 2.6 else -0.9,
    "zeros": lambda x: 0.9 if abs(x) < 0.1 else -0.9,
}


def initialiser_icon(name: str) -> QIcon:
    """How the first weights lie about 0; empty for a distribution that nobody has drawn."""
    return _drawn(name, _DENSITIES.get(name), theme().muted)


def activation_icon(name: str) -> QIcon:
    """The activation's curve in the theme's text colour; empty for one that nobody has drawn."""
    return _drawn(name, _CURVES.get(name), theme().text)


@cache
def _drawn(name: str, curve: Callable[[float], float] | None, colour: str) -> QIcon:
    if curve is None:
        return QIcon()
    image = QPixmap(SIZE * _RATIO)
    image.setDevicePixelRatio(_RATIO)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(QPolygonF([_point(curve, step / 80) for step in range(81)]))
    painter.end()
    return QIcon(image)


def _point(curve: Callable[[float], float], share: float) -> QPointF:
    y = curve((2 * share - 1) * _REACH)
    half = (SIZE.height() - 4) / 2
    return QPointF(1.5 + share * (SIZE.width() - 3), 2 + half - y * half)
