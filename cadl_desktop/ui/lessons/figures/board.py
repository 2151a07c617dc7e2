"""All figures of a page, side by side or one below the other, whichever leaves them larger."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from cadl_desktop.lessons.figure import Figure
from cadl_desktop.ui.lessons.figures.view import FigureView
from cadl_desktop.ui.theme.theme import GRID

_WIDER = 1.25
"""How much wider than high a figure may be before its width is wasted."""


class Board(QWidget):
    """Its views are used again for the figures of other pages."""

    moved = Signal(str, float, float)  # handle or plane, x, y

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views: list[FigureView] = []
        self._count = self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        while len(self.views) < len(figures):
            view = FigureView()
            view.moved.connect(self.moved)
            self.views.append(view)
        if len(figures) != self._count:
            self._count, self._columns = len(figures), 0
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
        columns = self._best_columns()
        if columns == self._columns:
            return
        rows = -(-self._count // columns)
        for line in range(max(self._grid.columnCount(), self._grid.rowCount(), columns, rows)):
            self._grid.setColumnStretch(line, 1 if line < columns else 0)
            self._grid.setRowStretch(line, 1 if line < rows else 0)
        self._columns = columns
        for place, view in enumerate(self.views):
            self._grid.removeWidget(view)
            if place < self._count:
                self._grid.addWidget(view, place // columns, place % columns)
            view.setVisible(place < self._count)
        self._grid.activate()  # Qt doesn't come back to a layout that changes while its room does

    def _best_columns(self) -> int:
        """Whose cells have the longest shorter side."""
        count = max(self._count, 1)

        def side(columns: int) -> float:
            rows = -(-count // columns)
            return min(self.width() / columns / _WIDER, self.height() / rows)

        return max(range(1, count + 1), key=side)
