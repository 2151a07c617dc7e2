"""Which trials of the table are seen, and in which order."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QObject, QSortFilterProxyModel, Qt

from cadl_desktop.ui.sweeps.table.columns import NUMBER
from cadl_desktop.ui.sweeps.table.filter import Condition
from cadl_desktop.ui.sweeps.table.model import Index, TrialsModel


class TrialsOrder(QSortFilterProxyModel):
    """Sorted by a column, and only rows that meet all conditions."""

    def __init__(self, model: TrialsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trials = model
        self._conditions: Sequence[Condition] = ()
        self._only: Collection[int] | None = None
        self._descends = False
        self.setSourceModel(model)
        self.sort(NUMBER)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._descends = order is Qt.SortOrder.DescendingOrder
        super().sort(column, order)

    def find(self, conditions: Sequence[Condition]) -> None:
        """Shows only trials that meet these."""
        self.beginFilterChange()
        self._conditions = conditions
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def show_only(self, numbers: Collection[int] | None) -> None:
        """Of these trials; None for all."""
        self.beginFilterChange()
        self._only = numbers
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        row = self._trials.row(source_row)
        if self._only is not None and row.trial.number not in self._only:
            return False
        return all(condition(row) for condition in self._conditions)

    def lessThan(self, source_left: Index, source_right: Index) -> bool:
        """What is not known stands at the end, whichever way; of equals the earlier one is first."""
        rows, column = (source_left.row(), source_right.row()), source_left.column()
        by = self._trials.columns[column].sorted_by
        left, right = by(self._trials.row(rows[0])), by(self._trials.row(rows[1]))
        if left == right:
            return (rows[0] > rows[1]) if self._descends else (rows[0] < rows[1])
        if left is None or right is None:
            return (left is None) == self._descends
        if isinstance(left, str) or isinstance(right, str):
            return str(left) < str(right)
        return left < right
