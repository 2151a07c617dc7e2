"""Formulas as vector outlines from matplotlib's mathtext, and lines of text with formulas between dollar
signs.

Mathtext takes some 15 ms to lay out a formula. A formula whose numbers change while the user drags is laid
out once per number of digits: all digits have the same width, so that their glyphs are simply replaced.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QTransform

if TYPE_CHECKING:
    from matplotlib.textpath import TextToPath

_UNITS = 100.0
"""Size of the font in which outlines are stored, in pixels."""
_MOST_DIGITS = 100


@dataclass(frozen=True, eq=False)
class Formula:
    """Outline of a formula in a font of 100 pixels, baseline at 0, and its extent in a font of one pixel."""

    path: QPainterPath
    width: float
    ascent: float
    descent: float

    def paint(self, painter: QPainter, left: float, baseline: float, pixels: float, colour: str) -> None:
        """Paints the formula from `left` on, in a font of `pixels`."""
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
    """Layout of a formula; `digits` are the indices of its digits among the glyphs."""

    glyphs: tuple[_Glyph, ...]
    bars: tuple[QPainterPath, ...]
    extent: tuple[float, float, float]
    digits: tuple[int, ...] = ()


_parser_lock = Lock()
"""Guards the parser, which is not thread-safe."""
_outlines: dict[str, QPainterPath] = {}
"""Outlines of glyphs seen so far, by matplotlib's names."""


@lru_cache(maxsize=1024)
def formula(tex: str) -> Formula | None:
    """Formula of the source between dollar signs; None if mathtext cannot read it."""
    layout = _read(tex)
    return _formula_from(layout) if layout else None


@lru_cache(maxsize=1024)
def live_formula(tex: str) -> Formula | None:
    """Formula that is expected to be requested again with other numbers."""
    digits = re.findall(r"\d", tex)
    layout = _layout_of(re.sub(r"\d", "0", tex)) if digits else None
    if layout is None:
        return formula(tex)
    glyphs, names = list(layout.glyphs), _digit_names()
    for digit, place in zip(digits, layout.digits, strict=True):
        glyphs[place] = replace(glyphs[place], name=names[int(digit)])
    return _formula_from(replace(layout, glyphs=tuple(glyphs)))


@lru_cache(maxsize=512)
def _layout_of(shape: str) -> _Layout | None:
    """Layout of a formula whose digits are all 0.

    The glyph of each digit is found by laying out a variant that numbers the digits, and a second one for
    their tens if the glyphs are in another order. None if that fails, as for a digit in another font or one
    that is not shown.
    """
    count = shape.count("0")
    units = _read(_numbered(shape, 1))
    if units is None or count > _MOST_DIGITS:
        return None
    places = [place for place, glyph in enumerate(units.glyphs) if glyph.name in _digit_names()]
    numbers = _digits_at(units, places)
    if numbers != [number % 10 for number in range(count)]:
        tens = _read(_numbered(shape, 10))
        if tens is None or len(tens.glyphs) != len(units.glyphs):
            return None
        numbers = [one + 10 * ten for one, ten in zip(numbers, _digits_at(tens, places), strict=True)]
        if sorted(numbers) != list(range(count)):
            return None
        places = [place for _, place in sorted(zip(numbers, places, strict=True))]
    return replace(units, digits=tuple(places))


def _digits_at(layout: _Layout, places: Sequence[int]) -> list[int]:
    """Digits at these indices; -1 for other glyphs."""
    names = [layout.glyphs[place].name for place in places]
    return [_digit_names().index(name) if name in _digit_names() else -1 for name in names]


@lru_cache(maxsize=1)
def _digit_names() -> tuple[str, ...]:
    """Matplotlib's names for the glyphs of 0 to 9, whose outlines are stored as well."""
    layout = _read("0123456789")
    return tuple(glyph.name for glyph in layout.glyphs) if layout else ()


def _numbered(shape: str, power: int) -> str:
    numbers = iter(range(_MOST_DIGITS * 10))
    return re.sub("0", lambda _: str(next(numbers) // power % 10), shape)


@lru_cache(maxsize=1)
def _mathtext() -> "TextToPath":
    """Mathtext with a parser of its own; an export may occupy matplotlib's, which all threads share, for
    longer than the window may block."""
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
        with _parser_lock:
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


def _formula_from(layout: _Layout) -> Formula:
    path = QPainterPath()
    for glyph in layout.glyphs:
        place = QTransform.fromTranslate(glyph.x, -glyph.y).scale(glyph.size, glyph.size)
        path.addPath(place.map(_outlines[glyph.name]))
    for bar in layout.bars:
        path.addPath(bar)
    path.setFillRule(path.fillRule().WindingFill)
    return Formula(path, *layout.extent)


def _path(corners: Sequence[Sequence[float]], codes: Sequence[int]) -> QPainterPath:
    """Qt path from matplotlib's vertices and codes, whose y axis points up."""
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


_MINUS = re.compile(r"(?<!\w)-(?=\d)|(?<=\de)-(?=\d)")
_NEGATIVE = re.compile(r"(?<![\w)\]}])-(?=\d)")
_EXPONENT = re.compile(r"(?<=\d)e(?:\+|(-))0*(?=\d)")
_TIMES, _LISTED = re.compile(r"(?<=\w) × (?=\w)"), re.compile(r"(?<=\d), (?=[\d\u2212])")
_SIGNS = {"cdot": "·", "times": "×", "leftarrow": "←", "nabla": "∇", "partial": "∂", "sqrt": "√"}


def paint_words(painter: QPainter, room: QRectF, words: str, colour: str, centred: bool = False) -> None:
    """Paints one line in the painter's font, left-aligned or centred."""
    font, pixels, parts = painter.fontMetrics(), painter.font().pixelSize(), _parts(words)
    widths = [drawn.width * pixels if drawn else font.horizontalAdvance(text) for text, drawn in parts]
    left = room.center().x() - sum(widths) / 2 if centred else room.left()
    baseline = room.center().y() + (font.ascent() - font.descent()) / 2
    painter.setPen(QColor(colour))
    for (text, drawn), width in zip(parts, widths, strict=True):
        if drawn:
            drawn.paint(painter, left, baseline, pixels, colour)
        else:
            painter.drawText(QPointF(left, baseline), text)
        left += width


def words_width(painter: QPainter, words: str) -> float:
    """Width of a line painted by `paint_words`."""
    pixels, font = painter.font().pixelSize(), painter.fontMetrics()
    return sum(
        drawn.width * pixels if drawn else font.horizontalAdvance(text) for text, drawn in _parts(words)
    )


def lesson_text(words: str) -> str:
    """Text with typographic numbers: −0.30 and 2e−5 for -0.30 and 2e-05. Mathtext draws both minus signs
    alike."""
    short = _EXPONENT.sub(lambda found: "e\u2212" if found[1] else "e", words)
    return _NEGATIVE.sub("\u2212", short)


def typeset(words: str) -> str:
    """Text with minus signs before numbers, and without line breaks inside 2 × 10, 3, 4, 5 and ∂y/∂x."""
    joined = words.replace("/∂", "/\u2060∂")
    return _LISTED.sub(",\u00a0", _TIMES.sub("\u00a0×\u00a0", _MINUS.sub("\u2212", joined)))


def without_formulas(words: str) -> str:
    """Plain text of a line, for screen readers and lists of choices, which cannot show formulas."""
    parts = lesson_text(words).split("$")
    return "".join(_plain(part) if place % 2 else part for place, part in enumerate(parts))


def _parts(words: str) -> list[tuple[str, Formula | None]]:
    parts = lesson_text(words).split("$")
    if len(parts) % 2 == 0:  # an unpaired dollar sign
        return [(typeset(words), None)]
    found = [
        (text, live_formula(text)) if place % 2 else (typeset(text), None) for place, text in enumerate(parts)
    ]
    return [part for part in found if part[0]]


def _plain(tex: str) -> str:
    def letter(found: re.Match[str]) -> str:
        try:
            return unicodedata.lookup(f"GREEK SMALL LETTER {found[1]}")
        except KeyError:
            return _SIGNS.get(found[1], found[1])

    plain = re.sub(r"\\([a-z]+) ?", letter, tex)
    plain = re.sub(r"\^\{?(\d)\}?", lambda found: "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(found[1])], plain)
    return re.sub(r"[{}_]", "", plain)
