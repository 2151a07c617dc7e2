"""Formulas as vectors: matplotlib's mathtext gives the outlines, Qt fills them in any colour and size.

Reading a formula takes mathtext some 15 ms. One whose numbers follow a hand is read once for each number of
digits it has: all digits are as wide as one another, and one takes another's place.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QTransform

if TYPE_CHECKING:
    from matplotlib.textpath import TextToPath

_UNITS = 100.0
"""Of a path, for a font of one pixel."""
_MOST_DIGITS = 100


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


@dataclass(frozen=True)
class _Glyph:
    name: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class _Layout:
    """Where glyphs and bars stand; `digits` are the places among the glyphs of the formula's digits."""

    glyphs: tuple[_Glyph, ...]
    bars: tuple[QPainterPath, ...]
    extent: tuple[float, float, float]
    digits: tuple[int, ...] = ()


_one_at_a_time = Lock()
"""A parser is for one thread at a time."""
_outlines: dict[str, QPainterPath] = {}
"""Of glyphs that have been met, by matplotlib's names of them."""


@lru_cache(maxsize=1024)
def formula(tex: str) -> Formula | None:
    """What stands between dollar signs; None where mathtext can't read it."""
    layout = _read(tex)
    return _drawn(layout) if layout else None


@lru_cache(maxsize=1024)
def live_formula(tex: str) -> Formula | None:
    """The same of a formula that will soon come again with other numbers."""
    digits = re.findall(r"\d", tex)
    layout = _layout_of(re.sub(r"\d", "0", tex)) if digits else None
    if layout is None:
        return formula(tex)
    glyphs, names = list(layout.glyphs), _digit_names()
    for digit, place in zip(digits, layout.digits, strict=True):
        glyphs[place] = replace(glyphs[place], name=names[int(digit)])
    return _drawn(replace(layout, glyphs=tuple(glyphs)))


@lru_cache(maxsize=512)
def _layout_of(shape: str) -> _Layout | None:
    """Of a formula whose digits are all 0. Which glyph is which digit is found by one that numbers them, and
    by a second one where they don't stand in their order; None where that doesn't come out, as where a digit
    is in another font or isn't shown at all."""
    count = shape.count("0")
    units = _read(_numbered(shape, 1))
    if units is None or count > _MOST_DIGITS:
        return None
    places = [place for place, glyph in enumerate(units.glyphs) if glyph.name in _digit_names()]
    numbers = _numbers(units, places)
    if numbers != [number % 10 for number in range(count)]:
        tens = _read(_numbered(shape, 10))
        if tens is None or len(tens.glyphs) != len(units.glyphs):
            return None
        numbers = [one + 10 * ten for one, ten in zip(numbers, _numbers(tens, places), strict=True)]
        if sorted(numbers) != list(range(count)):
            return None
        places = [place for _, place in sorted(zip(numbers, places, strict=True))]
    return replace(units, digits=tuple(places))


def _numbers(layout: _Layout, places: Sequence[int]) -> list[int]:
    """The digits at these places; -1 where there is another glyph."""
    names = [layout.glyphs[place].name for place in places]
    return [_digit_names().index(name) if name in _digit_names() else -1 for name in names]


@lru_cache(maxsize=1)
def _digit_names() -> tuple[str, ...]:
    """What matplotlib calls the glyphs of 0 to 9, which have been drawn then."""
    layout = _read("0123456789")
    return tuple(glyph.name for glyph in layout.glyphs) if layout else ()


def _numbered(shape: str, power: int) -> str:
    numbers = iter(range(_MOST_DIGITS * 10))
    return re.sub("0", lambda _: str(next(numbers) // power % 10), shape)


@lru_cache(maxsize=1)
def _mathtext() -> "TextToPath":
    """With a parser of its own: an export may be drawing with matplotlib's, which is one for all threads, for
    longer than a window may wait."""
    from matplotlib.mathtext import MathTextParser
    from matplotlib.textpath import TextToPath

    class Parser(MathTextParser):  # type: ignore[type-arg]  # no generic one while it runs
        _parser = None

    mathtext = TextToPath()
    mathtext.mathtext_parser = Parser("path")
    return mathtext


def _read(tex: str) -> _Layout | None:
    from matplotlib.font_manager import FontProperties  # takes a third of a second to import

    font, words = FontProperties(size=_UNITS), f"${tex}$"
    try:
        with _one_at_a_time:
            text_to_path = _mathtext()
            width, height, descent = text_to_path.get_text_width_height_descent(words, font, ismath=True)
            placed, outlines, bars = text_to_path.get_glyphs_mathtext(font, words)
    except ValueError:
        return None
    for name, (corners, codes) in outlines.items():
        if name not in _outlines:
            _outlines[name] = _path(corners.tolist(), codes.tolist())
    return _Layout(
        tuple(_Glyph(*glyph) for glyph in placed),
        tuple(_path([list(corner) for corner in corners], list(codes)) for corners, codes in bars),
        (width / _UNITS, (height - descent) / _UNITS, descent / _UNITS),
    )


def _drawn(layout: _Layout) -> Formula:
    path = QPainterPath()
    for glyph in layout.glyphs:
        place = QTransform.fromTranslate(glyph.x, -glyph.y).scale(glyph.size, glyph.size)
        path.addPath(place.map(_outlines[glyph.name]))
    for bar in layout.bars:
        path.addPath(bar)
    path.setFillRule(path.fillRule().WindingFill)
    return Formula(path, *layout.extent)


def _path(corners: Sequence[Sequence[float]], codes: Sequence[int]) -> QPainterPath:
    """Matplotlib's y goes up."""
    from matplotlib.path import Path

    path = QPainterPath()
    points = [QPointF(x, -y) for x, y in corners]
    place = 0
    while place < len(codes):
        match codes[place]:
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
    return path
