"""Where the texts of a plot's marks stand: beside their lines, in rows where they would overlap."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from cadl_desktop.ui.theme.theme import SMALL, tabular_font

MOST_ROWS = 6
ROW = 15
"""Pixels from one row to the next."""
MOST_LINES = 3
"""Into how many lines a text is broken before it is cut."""
_AROUND = 10
_LEAST = 40
"""A text that has less room than this, in pixels, is not worth reading."""
_TOGETHER = 40
"""Equal texts within so many pixels of the newest are one."""


def arranged(texts: Sequence[str], places: Sequence[float], width: float) -> list[tuple[str, int | None]]:
    """Each text, broken into lines where its room is short, with the row that its first line stands in; None
    where it finds no room at all, or where a newer one stands for it.

    `places` are pixels from the left edge of a plot that is `width` wide. A text stands on that side of its
    line where there is more room. The newest come first: they are what a person has just done. Equal texts
    close together become one that says how many they are.
    """
    metrics = QFontMetrics(tabular_font(SMALL))
    taken: list[list[tuple[float, float]]] = [[] for _ in range(MOST_ROWS)]
    found: list[tuple[str, int | None]] = [(text, None) for text in texts]
    for index, text in _folded(texts, places):
        place = places[index]
        room = max(place, width - place) - _AROUND
        lines = _broken(text, metrics, room)
        length = max(map(metrics.horizontalAdvance, lines)) + _AROUND
        span = (place, place + length) if place < width / 2 else (place - length, place)
        inside = 0 <= place <= width and room >= _LEAST
        row = _free_row(taken, span, len(lines)) if inside else None
        if row is not None:
            for each in taken[row : row + len(lines)]:
                each.append(span)
        found[index] = "\n".join(lines), row
    return found


def _folded(texts: Sequence[str], places: Sequence[float]) -> Iterator[tuple[int, str]]:
    """The index and the words of each text that stands for itself and for equal ones just before it, the
    newest first."""
    newest = len(texts) - 1
    while newest >= 0:
        oldest = newest
        while (
            oldest > 0
            and texts[oldest - 1] == texts[newest]
            and abs(places[newest] - places[oldest - 1]) <= _TOGETHER
        ):
            oldest -= 1
        count = newest - oldest + 1
        yield newest, texts[newest] if count == 1 else f"{texts[newest]} \u00d7{count}"
        newest = oldest - 1


def _broken(text: str, metrics: QFontMetrics, room: float) -> list[str]:
    """In lines that fit into the room; what is left for the last one is cut."""
    lines, words = list[str](), text.split(" ")
    while words and len(lines) < MOST_LINES - 1:
        count = len(words)
        while count > 1 and metrics.horizontalAdvance(" ".join(words[:count])) > room:
            count -= 1
        lines.append(" ".join(words[:count]))
        words = words[count:]
    lines += [" ".join(words)] if words else []
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, int(room)) for line in lines]


def _free_row(taken: list[list[tuple[float, float]]], span: tuple[float, float], lines: int) -> int | None:
    """The first row of as many as there are lines, where all of them are free."""

    def is_free(spans: list[tuple[float, float]]) -> bool:
        return all(span[1] <= left or right <= span[0] for left, right in spans)

    for row in range(MOST_ROWS - lines + 1):
        if all(map(is_free, taken[row : row + lines])):
            return row
    return None
