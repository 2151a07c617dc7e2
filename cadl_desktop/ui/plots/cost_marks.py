"""Marks at settings changed during a run: dashed lines, with labels in rows above the plot."""

from collections.abc import Iterator, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QGraphicsSimpleTextItem

from cadl_desktop.runs.changes import Change, in_words
from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.plots.plot_canvas import AROUND_PLOT, shade
from cadl_desktop.ui.theme.theme import SMALL, Theme, tabular_font, theme

MOST_MARKS = 64
MOST_ROWS = 3
"""Largest number of rows, and of lines into which a label is broken before it is elided."""
ROW = 15
"""Pixels from one row to the next."""
_MOST_SHARE = 0.2
"""Largest share of the plot's height that the rows take."""
_AROUND = 10
_LEAST = 40
"""Least width in pixels of a label that is worth reading."""
_NEAR = 5
"""Pixels beside a line that still belong to it."""
_TOGETHER = 40
"""Equal labels within this many pixels of the newest are merged."""


class CostMarks:
    """Draws changes at their positions on the horizontal axis, reusing the items in `lines` and `labels`.
    Labels stand above the plot, where no curve is, each from its line or to it."""

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self._canvas = canvas
        self.changes: list[tuple[float, Change]] = []
        """Changes and their positions, for the next drawing."""
        self.lines: list[pg.InfiniteLine] = []
        self.labels: list[QGraphicsSimpleTextItem] = []
        self._height = 0
        view = canvas.getPlotItem().getViewBox()
        view.sigResized.connect(self.draw)
        view.sigXRangeChanged.connect(self.draw)

    @Slot()
    def draw(self) -> None:
        while len(self.lines) < len(self.changes):
            self._add_items()
        plot, count = self._canvas.getPlotItem(), len(self.changes)
        rows = self._rows()
        ends = [row + text.count("\n") + 1 for text, row in rows if row is not None]
        self._make_room(ROW * max(ends, default=0))
        room = plot.mapRectFromItem(plot.getViewBox(), plot.getViewBox().boundingRect())
        for index, (line, label) in enumerate(zip(self.lines, self.labels, strict=True)):
            line.setVisible(index < count)
            text, row = rows[index] if index < count else ("", None)
            label.setVisible(row is not None)
            if index < count:
                line.setValue(self.changes[index][0])
            if row is not None:
                label.setText(text)
                x = plot.getViewBox().mapFromView(QPointF(self.changes[index][0], 0.0)).x()
                left = x if x < room.width() / 2 else x - label.boundingRect().width()
                label.setPos(room.left() + left, room.top() - ROW * (row + text.count("\n") + 1))

    def at(self, where: QPointF) -> Change | None:
        """Returns the newest change whose label is at this point of the scene, or else whose line is."""
        view = self._canvas.getPlotItem().getViewBox()
        newest_first = [*zip(self.changes, self.labels, strict=False)][::-1]
        for (_, change), label in newest_first:
            if label.isVisible() and label.sceneBoundingRect().contains(where):
                return change
        for (place, change), _ in newest_first:
            if abs(view.mapViewToScene(QPointF(place, 0.0)).x() - where.x()) <= _NEAR:
                return change
        return None

    def apply_theme(self, colours: Theme) -> None:
        for line, label in zip(self.lines, self.labels, strict=True):
            line.setPen(pg.mkPen(shade(colours.muted, 0.6), width=1, style=Qt.PenStyle.DashLine))
            label.setBrush(QColor(colours.muted))
            label.setFont(tabular_font(SMALL))

    def _rows(self) -> list[tuple[str, int | None]]:
        """Text and row of each change's label."""
        view = self._canvas.getPlotItem().getViewBox()
        (low, high), width = view.viewRange()[0], max(1.0, view.width())
        places = [(place - low) / (high - low) * width for place, _ in self.changes]
        texts = [shown(in_words(change, figure)) for _, change in self.changes]
        rows = min(MOST_ROWS, int(_MOST_SHARE * self._canvas.height() / ROW))
        return arrange_labels(texts, places, width, rows)

    def _make_room(self, height: int) -> None:
        """Moves the plot down by the height of the labels."""
        if height != self._height:
            self._height = height
            left, top, right, bottom = AROUND_PLOT
            self._canvas.getPlotItem().layout.setContentsMargins(left, top + height, right, bottom)

    def _add_items(self) -> None:
        self.lines.append(pg.InfiniteLine(angle=90, movable=False))
        self._canvas.addItem(self.lines[-1], ignoreBounds=True)
        self.labels.append(QGraphicsSimpleTextItem(self._canvas.getPlotItem()))
        self.apply_theme(theme())


def arrange_labels(
    texts: Sequence[str], places: Sequence[float], width: float, rows: int = MOST_ROWS
) -> list[tuple[str, int | None]]:
    """Text of each label, broken into lines, and its row, the lowest being 0; None if there is no room or a
    newer label stands for it.

    `places` are pixels from the left edge of a plot `width` wide. A label stands on the side of its line that
    has more room. The newest come first, as they show what the user has just done. Equal labels close
    together become one with their count.
    """
    metrics = QFontMetrics(tabular_font(SMALL))
    taken: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
    found: list[tuple[str, int | None]] = [(text, None) for text in texts]
    for index, text in _merged(texts, places):
        place = places[index]
        room = max(place, width - place) - _AROUND
        lines = _broken_into_lines(text, metrics, room, max(1, rows))
        length = max(map(metrics.horizontalAdvance, lines)) + _AROUND
        span = (place, place + length) if place < width / 2 else (place - length, place)
        inside = 0 <= place <= width and room >= _LEAST
        row = _free_row(taken, span, len(lines)) if inside else None
        if row is not None:
            for each in taken[row : row + len(lines)]:
                each.append(span)
        found[index] = "\n".join(lines), row
    return found


def _merged(texts: Sequence[str], places: Sequence[float]) -> Iterator[tuple[int, str]]:
    """Index and text of each label that stands for itself and for equal ones just before it, newest first."""
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


def _broken_into_lines(text: str, metrics: QFontMetrics, room: float, most: int) -> list[str]:
    """Lines of a text that fit into `room`, `most` at most, the last one elided."""
    lines, words = list[str](), text.split(" ")
    while words and len(lines) < most - 1:
        count = len(words)
        while count > 1 and metrics.horizontalAdvance(" ".join(words[:count])) > room:
            count -= 1
        lines.append(" ".join(words[:count]))
        words = words[count:]
    lines += [" ".join(words)] if words else []
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, int(room)) for line in lines]


def _free_row(taken: list[list[tuple[float, float]]], span: tuple[float, float], lines: int) -> int | None:
    """First of consecutive rows in which `span` is free, one row per line."""

    def is_free(spans: list[tuple[float, float]]) -> bool:
        return all(span[1] <= left or right <= span[0] for left, right in spans)

    for row in range(len(taken) - lines + 1):
        if all(map(is_free, taken[row : row + lines])):
            return row
    return None
