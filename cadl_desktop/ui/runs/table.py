"""The table of runs: keys and menu as in every list of things that can be opened."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from cadl_desktop.ui.controls.looks import set_tip
from cadl_desktop.ui.runs.delegate import RunDelegate
from cadl_desktop.ui.runs.model import COST, EYE, PSNR, ROW, RUN, SPEED, TIME, VALIDATION, RunRow, RunsModel
from cadl_desktop.ui.runs.order import RunOrder
from cadl_desktop.ui.theme.theme import GRID, SMALL, text_font

FIGURES = {COST: "0,000.0", VALIDATION: "0,000.0", PSNR: "00.0", SPEED: "00,000", TIME: "00:00"}
"""The columns of figures, and what is as wide as the widest in them: nothing moves when others come."""
LEAST_RUN_WIDTH = 26 * GRID
"""So wide a run must stay beside the columns of figures."""
_EYE_WIDTH = 3 * GRID


class RunsTable(QTreeView):
    """Enter or a double click wants a run opened, Delete or Backspace wants it gone, V opens and closes eyes,
    and F2 writes a note. Several can be chosen by Shift and Ctrl."""

    open_wanted = Signal()
    removal_wanted = Signal()
    eyes_wanted = Signal()

    def __init__(self, model: RunsModel, order: RunOrder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order = order
        self.setModel(order)
        self.delegate = RunDelegate(model, self)
        self.setItemDelegate(self.delegate)
        self.setAccessibleName("Runs")
        text = "Every run that has ended: Enter opens one again, Delete removes it, F2 notes something."
        set_tip(self, text)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setMouseTracking(True)
        self._set_columns()
        self.doubleClicked.connect(self._double_clicked)
        model.modelReset.connect(self.show_columns)
        model.dataChanged.connect(self.show_columns)

    def row(self, index: int) -> RunRow:
        """The run in this row, as it is sorted and filtered."""
        found: RunRow = self._order.index(index, RUN).data(ROW)
        return found

    def rows(self) -> list[RunRow]:
        """All that are seen, from the top."""
        return [self.row(index) for index in range(self._order.rowCount())]

    def chosen(self) -> list[RunRow]:
        """The current one first, the others from the top."""
        indexes = sorted(self.selectionModel().selectedRows(RUN), key=lambda index: index.row())
        current = self.currentIndex().row()
        indexes.sort(key=lambda index: index.row() != current)
        return [index.data(ROW) for index in indexes]

    def choose(self, numbers: list[int]) -> None:
        """Selects the runs of these numbers that are seen; the first becomes the current one."""
        rows = {row.record.number: index for index, row in enumerate(self.rows())}
        places = [self._order.index(rows[number], RUN) for number in numbers if number in rows]
        wanted = QItemSelection()
        for place in places:
            wanted.select(place, place)
        how, selection = QItemSelectionModel.SelectionFlag, self.selectionModel()
        if places:
            selection.setCurrentIndex(places[0], how.NoUpdate)
        selection.select(wanted, how.ClearAndSelect | how.Rows)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_key and not self.selectionModel().hasSelection() and self._order.rowCount():
            self.choose([self.row(0).record.number])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() is QAbstractItemView.State.EditingState:
            event.accept()  # what ends a note comes here from its editor, and means no more than that
            return
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.open_wanted.emit()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.removal_wanted.emit()
            case Qt.Key.Key_V if not event.modifiers():
                self.eyes_wanted.emit()
            case Qt.Key.Key_F2:
                self.edit(self.currentIndex().siblingAtColumn(RUN))
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """An eye is no choice of its run."""
        if self.indexAt(event.position().toPoint()).column() != EYE:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.column() == EYE and event.button() is Qt.MouseButton.LeftButton:
            self.delegate.toggle_eye(index)
        else:
            super().mouseReleaseEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.show_columns()

    @Slot()
    def show_columns(self) -> None:
        """Figures in columns of their own where there is room for those that some run has."""
        header = self.header()
        known = [row.record for row in self.rows()]
        empty = {
            VALIDATION: all(record.validation_cost is None for record in known),
            PSNR: all(record.psnr is None for record in known),
        }
        wanted = [column for column in FIGURES if not empty.get(column, False)]
        needed = sum(header.sectionSize(column) or self._width(column) for column in wanted)
        room = self.viewport().width() - needed - self._width(EYE)
        self.delegate.has_columns = room >= LEAST_RUN_WIDTH
        for column in FIGURES:
            self.setColumnHidden(column, not (self.delegate.has_columns and column in wanted))
        self.setHeaderHidden(not self.delegate.has_columns)

    def _double_clicked(self) -> None:
        if self.currentIndex().column() != EYE:
            self.open_wanted.emit()

    def _set_columns(self) -> None:
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionsClickable(True)
        header.setSectionResizeMode(RUN, QHeaderView.ResizeMode.Stretch)
        for column in (*FIGURES, EYE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(self._width(EYE))
        for column in (*FIGURES, EYE):
            header.resizeSection(column, self._width(column))
        self.show_columns()

    def _width(self, column: int) -> int:
        if column == EYE:
            return _EYE_WIDTH
        metrics = QFontMetrics(text_font(SMALL))
        title = str(self._order.headerData(column, Qt.Orientation.Horizontal))
        widest = max(metrics.horizontalAdvance(text) for text in (FIGURES[column], title))
        return widest + 2 * GRID + 2
