"""Formulas as vectors: matplotlib's mathtext gives the outlines, Qt fills them in any colour and size."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath

_SIGNS = {"cdot": "·", "times": "×", "leftarrow": "←", "nabla": "∇", "partial": "∂", "sqrt": "√"}
_UNITS = 100.0
"""Of a path, for a font of one pixel."""


@dataclass(frozen=True, eq=False)
class Formula:
    """Its outline, baseline at 0, for a font of 100 pixels; what it takes for one of one pixel."""

    path: QPainterPath
    width: float
    ascent: float
    descent: float

    def paint(self, painter: QPainter, left: float, baseline: float, pixels: float, colour: str) -> None:
        """Fills it from `left` on, in a font of so many pixels."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(left, baseline)
        painter.scale(pixels / _UNITS, pixels / _UNITS)
        painter.fillPath(self.path, QColor(colour))
        painter.restore()


@lru_cache(maxsize=1024)
def formula(tex: str) -> Formula | None:
    """What stands between dollar signs; None where mathtext can't read it."""
    from matplotlib.font_manager import FontProperties  # takes a third of a second to import
    from matplotlib.textpath import text_to_path

    font, words = FontProperties(size=_UNITS), f"${tex}$"
    try:
        width, height, descent = text_to_path.get_text_width_height_descent(words, font, ismath=True)
        corners, codes = text_to_path.get_text_path(font, words, ismath=True)
    except ValueError:
        return None
    parts = (width / _UNITS, (height - descent) / _UNITS, descent / _UNITS)
    return Formula(_path(np.asarray(corners).tolist(), np.asarray(codes).tolist()), *parts)


def _path(corners: Sequence[Sequence[float]], codes: Sequence[int]) -> QPainterPath:
    """Matplotlib's y goes up."""
    from matplotlib.path import Path

    path = QPainterPath()
    points = [QPointF(x, -y) for x, y in corners]
    place = 0
    while place < len(codes):
        match int(codes[place]):
            case Path.MOVETO:
                path.moveTo(points[place])
            case Path.LINETO:
                path.lineTo(points[place])
            case Path.CURVE3:
                path.quadTo(points[place], points[place + 1])
                place += 1
            case Path.CURVE4:
                path.cubicTo(points[place], points[place + 1], points[place + 2])
                place += 2
            case Path.CLOSEPOLY:
                path.closeSubpath()
        place += 1
    path.setFillRule(path.fillRule().WindingFill)
    return path


def paint_words(painter: QPainter, room: QRectF, words: str, colour: str, centred: bool = False) -> None:
    """One line in the painter's font, with formulas between dollar signs, from the left or in the middle."""
    font = painter.fontMetrics()
    parts = list(_parts(words))
    pixels = painter.font().pixelSize()
    widths = [
        found.width * pixels if (found := drawn) else font.horizontalAdvance(text) for text, drawn in parts
    ]
    left = room.center().x() - sum(widths) / 2 if centred else room.left()
    baseline = room.center().y() + (font.ascent() - font.descent()) / 2
    painter.setPen(QColor(colour))
    for (text, drawn), width in zip(parts, widths, strict=True):
        if drawn:
            drawn.paint(painter, left, baseline, pixels, colour)
        else:
            painter.drawText(QPointF(left, baseline), text)
        left += width


def without_formulas(words: str) -> str:
    """The same for whoever can't show a formula: a screen reader, a list of choices."""
    return "".join(_plain(part) if place % 2 else part for place, part in enumerate(words.split("$")))


def _plain(tex: str) -> str:
    def letter(found: re.Match[str]) -> str:
        try:
            return unicodedata.lookup(f"GREEK SMALL LETTER {found[1]}")
        except KeyError:
            return _SIGNS.get(found[1], found[1])

    plain = re.sub(r"\\([a-z]+) ?", letter, tex)
    plain = re.sub(r"\^\{?(\d)\}?", lambda found: "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(found[1])], plain)
    return re.sub(r"[{}_]", "", plain)


def words_width(painter: QPainter, words: str) -> float:
    """How wide `paint_words` makes a line."""
    pixels, font = painter.font().pixelSize(), painter.fontMetrics()
    return sum(
        drawn.width * pixels if drawn else font.horizontalAdvance(text) for text, drawn in _parts(words)
    )


def _parts(words: str) -> list[tuple[str, Formula | None]]:
    parts = words.split("$")
    if len(parts) % 2 == 0:  # a dollar sign without another
        return [(words, None)]
    found = [(text, formula(text) if place % 2 else None) for place, text in enumerate(parts)]
    return [part for part in found if part[0]]
