"""Grid of trainings: keys, the chosen rows, and the room of the columns."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from cadl_desktop.comparing.columns import Column
from cadl_desktop.comparing.groups import Group
from cadl_desktop.comparing.training import Training
from cadl_desktop.ui.comparing.table.columns import NAME
from cadl_desktop.ui.comparing.table.delegate import ROW_HEIGHT, TrainingDelegate
from cadl_desktop.ui.comparing.table.model import Row, TrainingsModel
from cadl_desktop.ui.controls.fields import describe, describe_corner
from cadl_desktop.ui.theme.theme import GRID, SMALL, tabular_font

_NAME_WIDTH = 26 * GRID
"""Least width of the names beside columns of figures."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WIDEST = 26 * GRID
_MEASURED_ROWS = 50
"""Number of rows by which a column's width is measured: all of them would take too long."""


class TrainingsGrid(QTableView):
    """Grid of rows. `chosen` is emitted when a person chooses other trainings, and `head_clicked` for a click
    on a group. The compact form shows as many figures as it has room for beside the names, and headings where
    it shows several."""

    chosen = Signal()
    head_clicked = Signal(Group)

    def __init__(self, model: TrainingsModel, is_compact: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._is_compact = model, is_compact
        self.setModel(model)
        self._figures: dict[int, int] = {}
        """Widths of the columns, by place, that the compact form hides where there is no room."""
        self.setItemDelegate(TrainingDelegate(model, self))
        text = "Arrow keys choose, Enter opens, F2 writes a note, B sets the baseline of differences."
        describe(self, "Runs" if is_compact else "Trainings", text)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        describe_corner(self)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSortIndicatorShown(True)
        self.horizontalHeader().setDefaultAlignment(_LEFT)
        self.horizontalHeader().setMinimumSectionSize(5 * GRID)
        self.selectionModel().selectionChanged.connect(self.chosen)

    def row_at(self, index: QModelIndex) -> Row | None:
        return self._model.rows[index.row()] if index.isValid() else None

    def chosen_numbers(self) -> tuple[int, ...]:
        """Returns the numbers of the chosen trainings that are listed, the current one first."""
        current, rows = self.currentIndex().row(), self._model.rows
        ranges = self.selectionModel().selection().toList()
        places = {place for each in ranges for place in range(each.top(), each.bottom() + 1)}
        found = [rows[place] for place in sorted(places, key=lambda place: (place != current, place))]
        return tuple(row.number for row in found if isinstance(row, Training))

    def choose(self, numbers: Sequence[int], *, is_seen: bool) -> None:
        """Chooses the listed ones of these trainings, the first as the current one, without a signal.
        `is_seen` scrolls to it."""
        rows = enumerate(self._model.rows)
        places = {row.number: place for place, row in rows if isinstance(row, Training)}
        wanted, chosen = [number for number in numbers if number in places], self.chosen_numbers()
        if set(chosen) == set(wanted) and chosen[:1] == tuple(wanted[:1]):
            return
        found, how = QItemSelection(), QItemSelectionModel.SelectionFlag
        for number in wanted:
            index = self._model.index(places[number], NAME)
            found.select(index, index)
        with QSignalBlocker(self):
            self.setAutoScroll(is_seen)  # to the current row
            if wanted:
                index = self._model.index(places[wanted[0]], NAME)
                self.selectionModel().setCurrentIndex(index, how.NoUpdate)
            self.selectionModel().select(found, how.ClearAndSelect | how.Rows)
            self.setAutoScroll(True)

    # Columns

    def show_columns(self, wanted: list[Column]) -> None:
        """Shows these columns, as wide as their texts."""
        rows, widths = self._model.rows, dict[int, int]()
        groups = [row for row in rows if isinstance(row, Group)]
        measured = [*rows[:: max(1, len(rows) // _MEASURED_ROWS)], *groups[:_MEASURED_ROWS]]
        font = tabular_font(SMALL)
        font.setBold(True)
        metrics = QFontMetrics(font)
        for place, column in enumerate(self._model.columns):
            self.setColumnHidden(place, column not in wanted)
            if place != NAME and column in wanted:
                lines = "\n".join(self._model.text(row, column) for row in measured).split("\n")
                widest = max(map(metrics.horizontalAdvance, (column.title, max(lines, key=len))))
                widths[place] = min(widest + 2 * GRID, _WIDEST)
                self.setColumnWidth(place, widths[place])
        self._figures = widths if self._is_compact else {}
        self._fit()

    def _fit(self) -> None:
        """Gives the names the room beside the columns, whose widths a person may have changed."""
        room, least = self.viewport().width() - _NAME_WIDTH, 0 if self._is_compact else _NAME_WIDTH
        for place, width in self._figures.items():
            room -= width
            self.setColumnHidden(place, room < 0)
        shown = sum(not self.isColumnHidden(place) for place in self._figures)
        self.horizontalHeader().setVisible(not self._is_compact or shown > 1)
        others = sum(self.columnWidth(place) for place in range(1, self._model.columnCount()))
        self.setColumnWidth(NAME, max(least, self.viewport().width() - others))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_key and not self.selectionModel().hasSelection() and self._model.listed:
            self.selectRow(self._model.rows.index(self._model.listed[0]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if isinstance(row := self.row_at(index), Group):
            self.head_clicked.emit(row)
        else:
            super().mousePressEvent(event)
