"""Lines of words with formulas between dollar signs: painted, measured, or without their formulas."""

import re
import unicodedata

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from cadl_desktop.ui.lessons.formulas import Formula, live_formula

_MINUS = re.compile(r"(?<!\w)-(?=\d)|(?<=\de)-(?=\d)")
_NEGATIVE = re.compile(r"(?<![\w)\]}])-(?=\d)")
_EXPONENT = re.compile(r"(?<=\d)e(?:\+|(-))0*(?=\d)")
_TIMES, _LISTED = re.compile(r"(?<=\w) × (?=\w)"), re.compile(r"(?<=\d), (?=[\d\u2212])")
_SIGNS = {"cdot": "·", "times": "×", "leftarrow": "←", "nabla": "∇", "partial": "∂", "sqrt": "√"}


def paint_words(painter: QPainter, room: QRectF, words: str, colour: str, centred: bool = False) -> None:
    """One line in the painter's font, from the left or in the middle."""
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
    """How wide `paint_words` makes a line."""
    pixels, font = painter.font().pixelSize(), painter.fontMetrics()
    return sum(
        drawn.width * pixels if drawn else font.horizontalAdvance(text) for text, drawn in _parts(words)
    )


def lesson_text(words: str) -> str:
    """A lesson's sentence as the window writes it: −0.30 and 2e−5 for -0.30 and 2e-05.

    In a formula both ways of writing a minus give the same picture.
    """
    short = _EXPONENT.sub(lambda found: "e\u2212" if found[1] else "e", words)
    return _NEGATIVE.sub("\u2212", short)


def typeset(words: str) -> str:
    """With the sign of a minus before numbers, and with 2 × 10, 3, 4, 5 and ∂y/∂x in one piece."""
    joined = words.replace("/∂", "/\u2060∂")
    return _LISTED.sub(",\u00a0", _TIMES.sub("\u00a0×\u00a0", _MINUS.sub("\u2212", joined)))


def without_formulas(words: str) -> str:
    """The same for whoever can't show a formula: a screen reader, a list of choices."""
    parts = lesson_text(words).split("$")
    return "".join(_plain(part) if place % 2 else part for place, part in enumerate(parts))


def _parts(words: str) -> list[tuple[str, Formula | None]]:
    parts = lesson_text(words).split("$")
    if len(parts) % 2 == 0:  # a dollar sign without another
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
