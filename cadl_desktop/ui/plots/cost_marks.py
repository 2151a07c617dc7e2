"""Where settings were changed while a run went on: dashed lines with a word beside them."""

import pyqtgraph as pg
from PySide6.QtCore import Qt

from cadl_desktop.runs.changes import Change, in_words
from cadl_desktop.sentences import shown
from cadl_desktop.ui.controls.figures import figure
from cadl_desktop.ui.plots.marks import ROW, arranged
from cadl_desktop.ui.plots.plot import shade
from cadl_desktop.ui.theme.theme import SMALL, Theme, tabular_font, theme

MOST_MARKS = 64


class CostMarks:
    """Draws changes at their places on the horizontal axis; `lines` are used again and again."""

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self._canvas = canvas
        self._changes: list[tuple[float, Change]] = []
        self.lines: list[pg.InfiniteLine] = []

    def __len__(self) -> int:
        return len(self._changes)

    def take(self, changes: list[tuple[float, Change]]) -> None:
        """Changes with their places, to be drawn the next time."""
        self._changes = changes

    def draw(self) -> None:
        while len(self.lines) < len(self._changes):
            self.lines.append(self._new_line())
        rows = self._rows()
        height = max(1.0, self._canvas.getPlotItem().getViewBox().height())
        for index, line in enumerate(self.lines):
            line.setVisible(index < len(self._changes))
            if index < len(self._changes):
                text, row = rows[index]
                line.setValue(self._changes[index][0])
                line.label.setVisible(row is not None)
                line.label.setFormat(text)
                middle = ROW * ((row or 0) + text.count("\n") / 2) + 2 * ROW / 3
                line.label.setPosition(1 - middle / height)

    def wear(self, colours: Theme) -> None:
        for line in self.lines:
            self._dress(line, colours)

    def _rows(self) -> list[tuple[str, int | None]]:
        """The text of each change and the row in which it is shown."""
        view = self._canvas.getPlotItem().getViewBox()
        (low, high), width = view.viewRange()[0], max(1.0, view.width())
        places = [(place - low) / (high - low) * width for place, _ in self._changes]
        return arranged([shown(in_words(change, figure)) for _, change in self._changes], places, width)

    def _new_line(self) -> pg.InfiniteLine:
        line = pg.InfiniteLine(angle=90, movable=False, label="", labelOpts={"position": 1.0})
        line.label.setAnchor((0, 0.5))
        self._dress(line, theme())
        self._canvas.addItem(line, ignoreBounds=True)
        return line

    def _dress(self, line: pg.InfiniteLine, colours: Theme) -> None:
        line.setPen(pg.mkPen(shade(colours.muted, 0.6), width=1, style=Qt.PenStyle.DashLine))
        line.label.setColor(colours.muted)
        line.label.setFont(tabular_font(SMALL))
