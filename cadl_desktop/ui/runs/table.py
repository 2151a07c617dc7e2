"""The table of runs: two lines a row, keys and menu as in every list of things that can be opened."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from cadl_desktop.ui.controls.tips import set_tip
from cadl_desktop.ui.runs.model import DIFFERENCE, IS_SHOWN, PSNR, RECORD, RUN, Index, RunsModel
from cadl_desktop.ui.theme.theme import GRID, SMALL, blend, tabular_font, text_font, theme

ROW_HEIGHT = 5 * GRID
_MARK = 3
"""How wide the stroke beside the run is that the window shows."""


class RunsTable(QTreeView):
    """Enter or a double click wants a run opened, Delete or Backspace wants it gone."""

    open_wanted = Signal()
    removal_wanted = Signal()

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(RunDelegate(self))
        self.setAccessibleName(self.tr("Runs"))
        set_tip(self, self.tr("Every run that has ended; Enter opens one again, Delete removes it."))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setItemsExpandable(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self._set_columns()
        self.doubleClicked.connect(self.open_wanted)
        model.modelReset.connect(self._show_columns)

    def choose(self, row: int) -> None:
        self.setCurrentIndex(self.model().index(row, RUN))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_key and not self.selectionModel().hasSelection():
            self.choose(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.open_wanted.emit()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.removal_wanted.emit()
            case _:
                super().keyPressEvent(event)

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """What differs goes below the figures too: there is too little room for it beside them."""
        super().drawRow(painter, option, index)
        row = QRect(0, option.rect.top(), self.viewport().width(), option.rect.height())
        first = self.model().index(index.row(), RUN)
        painter.save()
        painter.setFont(text_font(SMALL))
        painter.setPen(QColor(theme().muted))
        _paint_line(painter, _half(row, lower=True), first.data(DIFFERENCE), Qt.AlignmentFlag.AlignLeft)
        if first.data(IS_SHOWN):
            stroke = QRect(0, row.top() + GRID // 2, _MARK, row.height() - GRID)
            painter.fillRect(stroke, QColor(theme().series))
        painter.restore()

    def _set_columns(self) -> None:
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setMinimumSectionSize(4 * GRID)
        metrics = QFontMetrics(text_font(SMALL))
        # As wide as the widest figures, so that nothing moves when there are others.
        for column, widest in enumerate(("", "0,000.0", "00.0", "00:00")):
            if column == RUN:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            else:
                title = str(self.model().headerData(column, Qt.Orientation.Horizontal))
                width = max(metrics.horizontalAdvance(text) for text in (widest, title)) + 2 * GRID + 2
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(column, width)

    def _show_columns(self) -> None:
        """Leaves out the column that no run has anything for."""
        model = self.model()
        records = [model.index(row, RUN).data(RECORD) for row in range(model.rowCount())]
        self.setColumnHidden(PSNR, all(record.psnr is None for record in records))


class RunDelegate(QStyledItemDelegate):
    """Draws the upper line of a row: the run's name and its figures."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.fillRect(option.rect, _ground(option.state))
        faded = index.data(RECORD).state is None
        painter.setPen(QColor(theme().muted if faded else theme().text))
        side = Qt.AlignmentFlag.AlignLeft if index.column() == RUN else Qt.AlignmentFlag.AlignRight
        painter.setFont(tabular_font() if index.column() == RUN else tabular_font(SMALL))
        _paint_line(painter, _half(option.rect, lower=False), index.data(), side)
        painter.restore()


def _ground(state: QStyle.StateFlag) -> QColor:
    if state & QStyle.StateFlag.State_Selected:
        return QColor(blend(theme().raised, theme().accent, 0.22))
    return QColor(theme().hover if state & QStyle.StateFlag.State_MouseOver else theme().raised)


def _paint_line(painter: QPainter, room: QRect, text: str, side: Qt.AlignmentFlag) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)


def _half(row: QRect, *, lower: bool) -> QRect:
    """Where one of a row's two lines stands."""
    top = row.top() + (ROW_HEIGHT // 2 if lower else GRID // 2)
    return QRect(row.left() + GRID, top, row.width() - 2 * GRID, ROW_HEIGHT // 2 - GRID // 2)
