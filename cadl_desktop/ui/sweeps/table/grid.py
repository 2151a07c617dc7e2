"""The grid of trials: what is chosen in it, and which columns it shows."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from cadl_desktop.ui.controls.fields import describe, describe_corner
from cadl_desktop.ui.sweeps.table.columns import NUMBER, TrialRow
from cadl_desktop.ui.sweeps.table.model import TrialsModel
from cadl_desktop.ui.sweeps.table.order import TrialsOrder
from cadl_desktop.ui.theme.theme import GRID, SMALL, tabular_font

_MEASURED_ROWS = 50
"""So many decide how wide a column is: all of them would take longer than anybody wants to wait."""
_WIDEST = 28 * GRID
_LINE = 3 * GRID


class TrialsGrid(QTableView):
    """Enter or a double click opens the current trial; several are chosen by Shift and Ctrl."""

    open_wanted = Signal()
    chosen = Signal()

    def __init__(self, model: TrialsModel, order: TrialsOrder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trials, self._order = model, order
        self.setModel(order)
        text = "Every trial of the sweep; arrow keys choose one, Enter makes it the run of the window."
        describe(self, "Trials", text)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        describe_corner(self)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_LINE)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSectionsMovable(True)
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self.doubleClicked.connect(self.open_wanted)

    def _selection_changed(self) -> None:
        self.chosen.emit()

    def rows(self) -> list[TrialRow]:
        """All that are seen, from the top."""
        return [self._row(self._order.index(place, NUMBER)) for place in range(self._order.rowCount())]

    def chosen_rows(self) -> list[TrialRow]:
        """The current one first, the others from the top."""
        indexes = sorted(self.selectionModel().selectedRows(NUMBER), key=lambda index: index.row())
        current = self.currentIndex().row()
        indexes.sort(key=lambda index: index.row() != current)
        return [self._row(index) for index in indexes]

    def choose(self, numbers: Sequence[int]) -> None:
        """Chooses those of these trials that are seen; the first becomes the current one."""
        places = {row.trial.number: place for place, row in enumerate(self.rows())}
        indexes = [self._order.index(places[number], NUMBER) for number in numbers if number in places]
        wanted = QItemSelection()
        for index in indexes:
            wanted.select(index, index)
        how, selection = QItemSelectionModel.SelectionFlag, self.selectionModel()
        selection.setCurrentIndex(indexes[0] if indexes else QModelIndex(), how.NoUpdate)
        selection.select(wanted, how.ClearAndSelect | how.Rows)
        if indexes:
            self.scrollTo(indexes[0])

    def fit_columns(self) -> None:
        """As wide as what stands in them, within reason."""
        metrics = QFontMetrics(tabular_font(SMALL))
        rows = self._trials.rows()
        some = rows[:: max(1, len(rows) // _MEASURED_ROWS)]
        for place, column in enumerate(self._trials.columns):
            if not self.isColumnHidden(place):
                title = metrics.horizontalAdvance(column.title) + 5 * GRID
                widest = max((metrics.horizontalAdvance(column.text(row)) for row in some), default=0)
                self.setColumnWidth(place, min(max(widest + 3 * GRID, title), _WIDEST))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _row(self, index: QModelIndex) -> TrialRow:
        return self._trials.row(self._order.mapToSource(index).row())
