"""Which runs of the list are seen, and in which order."""

from PySide6.QtCore import QObject, QSortFilterProxyModel, Qt

from cadl_desktop.ui.runs.model import EYE, Index, RunsModel, sorted_by

NEWEST_FIRST = EYE
"""The column whose order is that in which runs came."""


class RunOrder(QSortFilterProxyModel):
    """Sorted by a column, and only rows in which what was typed is found."""

    def __init__(self, model: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = model
        self._wanted: list[str] = []
        self._descends = True
        self.setSourceModel(model)
        self.sort(NEWEST_FIRST, Qt.SortOrder.DescendingOrder)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._descends = order is Qt.SortOrder.DescendingOrder
        super().sort(column, order)

    def find(self, text: str) -> None:
        """Shows only runs in whose name, note and settings this is found, or all of it that commas part."""
        wanted = [words for words in map(str.strip, text.lower().split(",")) if words]
        if wanted != self._wanted:
            self.beginFilterChange()
            self._wanted = wanted
            self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        if not self._wanted:
            return True
        words = self._runs.words(source_row)
        return all(word in words for word in self._wanted)

    def lessThan(self, source_left: Index, source_right: Index) -> bool:
        """What is not known stands at the end, whichever way is sorted; of equals the newer one is first."""
        rows, column = (source_left.row(), source_right.row()), source_left.column()
        left, right = sorted_by(self._runs.row(rows[0]), column), sorted_by(self._runs.row(rows[1]), column)
        if left == right:
            return (rows[0] > rows[1]) if self._descends else (rows[0] < rows[1])
        if left is None or right is None:
            return (left is None) == self._descends
        return bool(left < right)
