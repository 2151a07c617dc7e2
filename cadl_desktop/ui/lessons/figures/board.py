"""All figures of a page, side by side or one below the other, whichever leaves them larger.

Where they don't fill their rows, the uppermost row has fewer, and so wider ones."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from cadl_desktop.lessons.figure import Figure
from cadl_desktop.ui.lessons.figures.view import FigureView
from cadl_desktop.ui.theme.theme import GRID

_WIDER = 1.25
"""How much wider than high a figure may be before its width is wasted."""
_SMALL = 17 * GRID
"""The shorter side of figures that are too small to be compared."""


class Board(QWidget):
    """Its views are used again for the figures of other pages."""

    moved = Signal(str, float, float)  # handle or plane, x, y

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views: list[FigureView] = []
        self._count, self._alike = 0, False
        self._rows: list[int] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        while len(self.views) < len(figures):
            view = FigureView(self)
            view.moved.connect(self.moved)
            self.views.append(view)
        self._count, self._alike = len(figures), _have_same_axes(figures)
        self._arrange()
        for view, figure in zip(self.views, figures, strict=False):
            view.show_figure(figure)

    def forget_looks(self) -> None:
        for view in self.views:
            view.forget_looks()

    def tab_widgets(self) -> list[QWidget]:
        return [widget for view in self.views[: self._count] for widget in view.tab_widgets()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        rows = self._best_rows()
        if rows == self._rows:
            return
        self._rows = rows
        fewer, columns = min(rows, default=1), max(rows, default=1)
        lines = max(self._grid.columnCount(), self._grid.rowCount(), fewer * columns, len(rows))
        for line in range(lines):
            self._grid.setColumnStretch(line, 1 if line < fewer * columns else 0)
            self._grid.setRowStretch(line, 1 if line < len(rows) else 0)
        for view in self.views:
            self._grid.removeWidget(view)
        left = iter(self.views)
        for row, count in enumerate(rows):
            width = fewer * columns // count
            for column in range(count):
                self._grid.addWidget(next(left), row, column * width, 1, width)
        for place, view in enumerate(self.views):
            view.setVisible(place < self._count)
        self._grid.activate()  # Qt doesn't come back to a layout that changes while its room does

    def _best_rows(self) -> list[int]:
        """How many figures stand in each row, so that the shorter side of a cell is longest. What is to be
        compared has cells of one size, unless they would be small."""
        count = self._count
        if not count:
            return []

        def side(columns: int) -> float:
            return min(self.width() / columns / _WIDER, self.height() / -(-count // columns))

        every = range(1, count + 1)
        columns = max(every, key=side)
        same = max((columns for columns in every if count % columns == 0), key=side)
        if self._alike and side(same) >= _SMALL:
            columns = same
        return [count % columns or columns, *[columns] * (-(-count // columns) - 1)]


def _have_same_axes(figures: Sequence[Figure]) -> bool:
    return all((figure.x, figure.y) == (figures[0].x, figures[0].y) for figure in figures)
