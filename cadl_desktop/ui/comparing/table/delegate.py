"""Drawing of the table's names, each beside what its training made, and of the eyes."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cadl_desktop.comparing.columns import UNKNOWN
from cadl_desktop.comparing.training import Training
from cadl_desktop.runs.record import MOST_NOTE
from cadl_desktop.ui.comparing.pictures.made_painting import draw_made
from cadl_desktop.ui.comparing.table.columns import NUMBER, PLOT, PSNR, SPEED, VALIDATION, VALUE
from cadl_desktop.ui.comparing.table.model import Index, TrainingsModel
from cadl_desktop.ui.comparing.words import name_text, state_text
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.theme.icons import SIZE, pixmap
from cadl_desktop.ui.theme.theme import GRID, SMALL, run_colour, tabular_font, text_font, theme

THUMBNAIL = 6 * GRID
ROW_HEIGHT = THUMBNAIL + GRID
TEXT_LEFT = THUMBNAIL + 2 * GRID
_SWATCH = 12, 3
_MARK = 3
"""Width of the stroke beside the run that the window shows."""


class TrainingDelegate(QStyledItemDelegate):
    """Draws names and eyes; other cells look as in every table.

    `is_compact` adds a line with the figures or the state.
    """

    def __init__(self, model: TrainingsModel, is_compact: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._is_compact = model, is_compact

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._model.rows[index.row()]
        name = self._model.columns[index.column()].name
        if not isinstance(row, Training) or name not in (NUMBER, PLOT):
            super().paint(painter, option, index)
            return
        painter.save()
        self.initStyleOption(option, index)
        panel = QStyle.PrimitiveElement.PE_PanelItemViewItem
        option.widget.style().drawPrimitive(panel, option, painter, option.widget)
        if name == NUMBER:
            self._paint_training(painter, option, row)
        elif not row.is_shown:  # which is drawn in any case
            name, ink = (
                ("eye", "text") if self._model.eyes.is_open(row.number) else ("eye-closed", "disabled")
            )
            where = QRect(0, 0, SIZE, SIZE)
            where.moveCenter(option.rect.center())
            painter.drawPixmap(where, pixmap(name, ink, SIZE, ratio=painter.device().devicePixelRatio()))
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
        second = (baseline, row.note, row.differs if self._is_compact or not row.note else "", row.origin)
        if words := " · ".join(filter(None, second)):
            lines.append((words, small, muted))
        if self._is_compact and (row.failed or row.state == "training"):
            lines.append((state_text(row).capitalize(), small, theme().red if row.failed else muted))
        elif self._is_compact:
            lines.append((self._figures(row), tabular_font(SMALL), muted))
        return lines

    def _figures(self, row: Training) -> str:
        """Returns '2.010 · validation 2.120 · 21.3 dB · 5,812/s', as far as they are known."""
        model = self._model
        names = model.columns[VALUE].name, VALIDATION, PSNR, SPEED
        texts = {name: model.column(name).text(row, model.baseline) for name in names}
        before, after = {VALIDATION: "validation "}, {SPEED: "/s"}
        known = {name: text for name, text in texts.items() if text != UNKNOWN}
        return " · ".join(
            f"{before.get(name, '')}{text}{after.get(name, '')}" for name, text in known.items()
        )

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(MOST_NOTE)
        editor.setPlaceholderText("A note of your own, #tags")
        describe(editor, "Note", "A note of your own; words that begin with # are tags.")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        room = option.rect.adjusted(TEXT_LEFT - GRID // 2, 0, 0, 0)
        editor.setGeometry(room.adjusted(0, ROW_HEIGHT - 4 * GRID, 0, -GRID // 2))
