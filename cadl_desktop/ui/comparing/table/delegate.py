"""Drawing of the table's names, each beside what its training made."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from cadl_desktop.comparing.training import Training
from cadl_desktop.ui.comparing.pictures.made_painting import draw_made
from cadl_desktop.ui.comparing.table.columns import NAME, VALUE
from cadl_desktop.ui.comparing.table.model import Index, TrainingsModel
from cadl_desktop.ui.comparing.words import name_text, state_text
from cadl_desktop.ui.theme.theme import GRID, SMALL, run_colour, tabular_font, text_font, theme

THUMBNAIL = 6 * GRID
ROW_HEIGHT = THUMBNAIL + GRID
TEXT_LEFT = THUMBNAIL + 2 * GRID
_SWATCH = 12, 3
_MARK = 3
"""Width of the stroke beside the run that the window shows."""


class TrainingDelegate(QStyledItemDelegate):
    """Draws names, with the result where that has no column; names of groups in several lines; other cells
    look as in every table."""

    def __init__(self, model: TrainingsModel, grid: QTableView) -> None:
        super().__init__(grid)
        self._model, self._grid = model, grid

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if index.column() == NAME:
            option.features |= QStyleOptionViewItem.ViewItemFeature.WrapText

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._model.rows[index.row()]
        if not isinstance(row, Training) or index.column() != NAME:
            super().paint(painter, option, index)
            return
        painter.save()
        self.initStyleOption(option, index)
        panel = QStyle.PrimitiveElement.PE_PanelItemViewItem
        option.widget.style().drawPrimitive(panel, option, painter, option.widget)
        self._paint_training(painter, option, row)
        painter.restore()

    def _paint_training(self, painter: QPainter, option: QStyleOptionViewItem, row: Training) -> None:
        room = option.rect
        picture = QRect(room.left() + GRID, room.center().y() - THUMBNAIL // 2, THUMBNAIL, THUMBNAIL)
        colour = run_colour(theme(), row.number)
        draw_made(painter, picture, row.made, colour)
        if row.is_shown:
            painter.fillRect(room.left(), picture.top(), _MARK, THUMBNAIL, QColor(colour))
        lines = self._lines(row, is_selected=bool(option.state & QStyle.StateFlag.State_Selected))
        heights = [font.pixelSize() + 5 for _, font, _ in lines]
        words = room.adjusted(TEXT_LEFT, 0, -GRID // 2, 0)
        words.setTop(room.top() + (room.height() - sum(heights)) // 2)
        swatch = QRect(words.left(), words.top() + heights[0] // 2 - 1, *_SWATCH)
        painter.fillRect(swatch, QColor(colour))
        words.setLeft(swatch.right() + 7)  # the first line is right of it
        for (text, font, ink), height in zip(lines, heights, strict=True):
            words.setHeight(height)
            painter.setFont(font)
            painter.setPen(QColor(ink))
            fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, words.width())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, fitting)
            words.setLeft(swatch.left())
            words.translate(0, height)

    def _lines(self, row: Training, *, is_selected: bool) -> list[tuple[str, QFont, str]]:
        """Returns up to three lines, each with its font and colour."""
        text, small, muted = theme().text, text_font(SMALL), theme().text if is_selected else theme().muted
        lines = [(name_text(row), text_font(), text if row.has_weights else muted)]
        baseline = "Baseline" if row is self._model.baseline else ""
        if words := " · ".join(filter(None, (baseline, row.note, row.differs, row.origin))):
            lines.append((words, small, muted))
        last = [state_text(row).capitalize()] if row.failed or not row.is_over else []
        if not row.failed and self._grid.isColumnHidden(VALUE):
            value = self._model.columns[VALUE]
            last.append(f"{value.title} {value.text(row, self._model.baseline)}")
        if last:
            lines.append((" · ".join(last), tabular_font(SMALL), theme().red if row.failed else muted))
        return lines
