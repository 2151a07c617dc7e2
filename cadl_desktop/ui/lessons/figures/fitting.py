"""Words of a figure that have less room than they need: written smaller, on two lines, or cut short."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from cadl_desktop.ui.lessons.words import without_formulas, words_width

LEAST = 0.8
"""As small as words may become to stay whole."""
_SPACE = re.compile(r" (?=(?:[^$]*\$[^$]*\$)*[^$]*$)")  # outside formulas


def write_smaller(painter: QPainter, words: str, width: float) -> None:
    """Has the painter write so small that the words are no wider, within a limit."""
    too_wide = words_width(painter, words) / max(width, 1.0)
    if too_wide > 1:
        font = painter.font()
        font.setPixelSize(max(int(font.pixelSize() / too_wide), round(LEAST * font.pixelSize())))
        painter.setFont(font)


def cut_short(painter: QPainter, words: str, width: float) -> str:
    """With dots in place of what is too much; a screen reader has them whole."""
    if words_width(painter, words) <= width:
        return words
    cut = painter.fontMetrics().elidedText(without_formulas(words), Qt.TextElideMode.ElideRight, int(width))
    return cut.replace("$", "")


def on_lines(painter: QPainter, words: str, width: float) -> list[str]:
    """One line, or two of about the same width where one is too wide."""
    breaks = [found.start() for found in _SPACE.finditer(words)]
    if words_width(painter, words) <= width or not breaks:
        return [cut_short(painter, words, width)]
    halves = ((words[:place], words[place + 1 :]) for place in breaks)
    best = min(halves, key=lambda parts: max(words_width(painter, part) for part in parts))
    return [cut_short(painter, part, width) for part in best]
