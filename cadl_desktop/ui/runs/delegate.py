"""How a run of the list is drawn: what it made beside two or three lines, and figures where there is room."""

from PySide6.QtCore import QAbstractItemModel, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from cadl_desktop.runs.record import MOST_NOTE
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.number_text import NO_VALUE
from cadl_desktop.ui.runs.model import (
    COST,
    EYE,
    PSNR,
    ROW,
    RUN,
    SPEED,
    VALIDATION,
    Index,
    Roles,
    RunRow,
    RunsModel,
    figure_of,
)
from cadl_desktop.ui.runs.pictures import draw_made
from cadl_desktop.ui.theme.icons import SIZE, pixmap
from cadl_desktop.ui.theme.theme import GRID, SMALL, blend, run_colour, tabular_font, text_font, theme

THUMBNAIL = 6 * GRID
ROW_HEIGHT = THUMBNAIL + GRID
TEXT_LEFT = GRID + THUMBNAIL + GRID
_SWATCH = (12, 3)
_MARK = 3
"""How wide the stroke beside the run is that the window shows."""


class RunDelegate(QStyledItemDelegate):
    """`has_columns` says whether figures stand in columns of their own, and not in the run's second line."""

    def __init__(self, model: RunsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.has_columns = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.fillRect(option.rect, _ground(option.state))
        row: RunRow = index.data(ROW)
        if index.column() == RUN:
            is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
            self._paint_run(painter, option.rect, row, is_selected=is_selected)
        elif index.column() == EYE:
            self._paint_eye(painter, option.rect, row)
        else:
            painter.setFont(tabular_font(SMALL))
            painter.setPen(QColor(theme().text))
            room = option.rect.adjusted(0, 0, -GRID, 0)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, side, index.data())
        painter.restore()

    def _paint_run(self, painter: QPainter, room: QRect, row: RunRow, *, is_selected: bool) -> None:
        colour = colour_of(row)
        if row.is_shown:
            stroke = QRect(room.left(), room.top() + GRID // 2, _MARK, THUMBNAIL)
            painter.fillRect(stroke, QColor(theme().series))
        picture = QRect(room.left() + GRID, room.top() + GRID // 2, THUMBNAIL, THUMBNAIL)
        draw_made(painter, picture, row.record.thumbnail, colour)
        lines = [(row.name, text_font(), theme().text)]
        if row.is_under_way:
            lines.append(("Under way", text_font(SMALL), theme().muted))
        elif row.record.diverged:
            lines.append(("Diverged", text_font(SMALL), theme().red))
        elif not self.has_columns:
            figures = self._figures(row, room.width() - TEXT_LEFT)
            lines.append((figures, tabular_font(SMALL), theme().muted))
        if words := row.record.note or row.origin:
            lines.append((words, text_font(SMALL), theme().muted))
        left, top = room.left() + TEXT_LEFT, room.top() + (ROW_HEIGHT - _height(lines)) // 2
        width, height = _SWATCH
        painter.fillRect(QRect(left, top + 7, width, height), QColor(colour))
        indent = width + 6
        for text, font, ink in lines:
            painter.setFont(font)
            gone = row.record.state is None and ink != theme().red
            faded = theme().muted if gone else ink
            painter.setPen(QColor(theme().text if is_selected else faded))
            line = QRect(left + indent, top, room.right() - left - indent, _line_height(font))
            indent = 0
            _paint_line(painter, line, text)
            top += line.height()

    def _paint_eye(self, painter: QPainter, room: QRect, row: RunRow) -> None:
        is_open = self._model.eyes.is_open(row.record.number)
        name, ink = ("eye", "text") if is_open else ("eye-closed", "disabled")
        ratio = painter.device().devicePixelRatio()
        where = QRect(0, 0, SIZE, SIZE)
        where.moveCenter(room.center())
        if not row.is_shown:  # which is drawn in any case
            painter.drawPixmap(where, pixmap(name, ink, SIZE, ratio=ratio))

    def _figures(self, row: RunRow, width: int) -> str:
        """'2.010 · validation 2.120 · 21.3 dB · 5,812/s', or as many of these as there is room for."""
        words = [figure_of(row, COST)]
        if row.record.validation_cost is not None:
            words.append(f"validation {figure_of(row, VALIDATION)}")
        words += [f"{figure_of(row, PSNR)} dB"] if row.record.psnr is not None else []
        words += [f"{figure_of(row, SPEED)}/s"] if figure_of(row, SPEED) != NO_VALUE else []
        metrics = QFontMetrics(tabular_font(SMALL))
        while len(words) > 1 and metrics.horizontalAdvance(" · ".join(words)) > width:
            words.pop()
        return " · ".join(words)

    def toggle_eye(self, index: Index) -> None:
        """Opens or closes the eye of a run."""
        is_open = Qt.CheckState(index.data(Roles.CheckStateRole)) is Qt.CheckState.Checked
        wanted = Qt.CheckState.Unchecked if is_open else Qt.CheckState.Checked
        model: QAbstractItemModel = index.model()
        model.setData(index, wanted, Roles.CheckStateRole)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(MOST_NOTE)
        editor.inputRejected.connect(lambda: self._say_full(editor))
        editor.setPlaceholderText("A note of your own")
        describe(editor, "Note on the run", "A note of your own, kept in the project.")
        return editor

    def _say_full(self, editor: QLineEdit) -> None:
        words = f"A note has {MOST_NOTE:,} letters at most."
        QToolTip.showText(editor.mapToGlobal(QPoint(0, editor.height() // 2)), words, editor)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        room = option.rect.adjusted(TEXT_LEFT - GRID // 2, 0, 0, 0)
        editor.setGeometry(room.adjusted(0, ROW_HEIGHT - 4 * GRID, 0, -GRID // 2))


def colour_of(row: RunRow) -> str:
    """That of the run's line in the cost plot."""
    return theme().series if row.is_shown else run_colour(theme(), row.record.number)


def _height(lines: list[tuple[str, QFont, str]]) -> int:
    return sum(_line_height(font) for _, font, _ in lines)


def _line_height(font: QFont) -> int:
    return font.pixelSize() + 5


def _ground(state: QStyle.StateFlag) -> QColor:
    if state & QStyle.StateFlag.State_Selected:
        return QColor(blend(theme().raised, theme().accent, 0.22))
    return QColor(theme().hover if state & QStyle.StateFlag.State_MouseOver else theme().raised)


def _paint_line(painter: QPainter, room: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
