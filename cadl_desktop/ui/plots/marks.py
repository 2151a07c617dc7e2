"""Where the texts of a plot's marks stand: beside their lines, in rows where they would overlap."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from cadl_desktop.ui.theme import SMALL, tabular_font

MOST_ROWS = 6
ROW = 15
"""Pixels from one row to the next."""
_AROUND = 10
_LEAST = 40
"""A text that has less room than this, in pixels, is not worth reading."""


def arranged(texts: Sequence[str], places: Sequence[float], width: float) -> list[tuple[str, int | None]]:
    """Each text, cut to its room, with the row that it stands in; None where it finds no room at all.

    `places` are pixels from the left edge of a plot that is `width` wide. A text stands on that side of its
    line where there is more room. The newest come first: they are what a person has just done.
    """
    metrics = QFontMetrics(tabular_font(SMALL))
    taken: list[list[tuple[float, float]]] = [[] for _ in range(MOST_ROWS)]
    found: list[tuple[str, int | None]] = []
    for text, place in zip(reversed(texts), reversed(places), strict=True):
        room = max(place, width - place) - _AROUND
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room))
        length = metrics.horizontalAdvance(shown) + _AROUND
        span = (place, place + length) if place < width / 2 else (place - length, place)
        inside = 0 <= place <= width and room >= _LEAST
        row = _free_row(taken, span) if inside else None
        if row is not None:
            taken[row].append(span)
        found.append((shown, row))
    return found[::-1]


def _free_row(taken: list[list[tuple[float, float]]], span: tuple[float, float]) -> int | None:
    for row, spans in enumerate(taken):
        if all(span[1] <= left or right <= span[0] for left, right in spans):
            return row
    return None
