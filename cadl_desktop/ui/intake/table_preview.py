"""The first rows of a table, with the two columns that are taken marked in it."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from cadl_desktop.data.curves.text_tables import Table, is_row_taken
from cadl_desktop.ui.controls.fields import describe_corner
from cadl_desktop.ui.theme.theme import GRID, blend, theme

Index = QModelIndex | QPersistentModelIndex

_ROW = 3 * GRID
_WIDEST = 20 * GRID
_TINT = 0.16


class TablePreview(QTableView):
    """Read-only; what isn't taken, columns and rows, is muted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Rows(self)
        self.setModel(self._model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().hide()
        describe_corner(self)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )

    def show_table(self, table: Table, x: int, y: int) -> None:
        """Shows the table's first rows with these columns marked."""
        self._model.show_table(table, (x, y))
        self.resizeColumnsToContents()
        for column in range(len(table.names)):
            self.setColumnWidth(column, min(self.columnWidth(column) + GRID, _WIDEST))

    def sizeHintForColumn(self, column: int) -> int:
        """The widest cell's: Qt would ask eight things of every cell."""
        return self.sizeHintForIndex(self._model.widest(column, self.fontMetrics())).width()


class _Rows(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._table: Table | None = None
        self._taken: tuple[int, int] = (0, 0)
        self._used: list[bool] = []

    def show_table(self, table: Table, taken: tuple[int, int]) -> None:
        self.beginResetModel()
        self._table, self._taken = table, taken
        self._used = [is_row_taken(table, row, *taken) for row in table.rows]
        self.endResetModel()

    def widest(self, column: int, letters: QFontMetrics) -> QModelIndex:
        """The cell of a column whose longest line takes most room."""
        cells = [self._cell(row, column) for row in range(self.rowCount())]
        widths = [max(map(letters.horizontalAdvance, cell.split("\n"))) for cell in cells]
        return self.index(widths.index(max(widths)), column) if widths else QModelIndex()

    def _cell(self, row: int, column: int) -> str:
        cells = self._table.rows[row] if self._table else ()
        return cells[column] if column < len(cells) else ""

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self._table.rows) if self._table else 0

    def columnCount(self, parent: Index | None = None) -> int:
        return len(self._table.names) if self._table else 0

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._table is None:
            return None
        row, column = index.row(), index.column()
        taken = column in self._taken and self._used[row]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._cell(row, column)
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(theme().text if taken else theme().muted)
            case Qt.ItemDataRole.BackgroundRole if taken:
                return QColor(blend(theme().raised, theme().accent, _TINT))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if self._table is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return section + 1
        name = self._table.names[section]
        marks = [mark for mark, column in zip("xy", self._taken, strict=True) if column == section]
        return f"{name} → {', '.join(marks)}" if marks else name
