"""Chooser of the method: a list of presets with pictures, sentences and sizes, in groups."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPainterPath,
    QPixmap,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QComboBox, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.edits import preset_of, with_preset
from cadl_desktop.experiment.effort import single_picture_numbers
from cadl_desktop.experiment.presets import preset_groups
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.ui.controls.fields import Chooser
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.panels.gallery_tile import paint_covering
from cadl_desktop.ui.panels.thumbnails import thumbnail_file
from cadl_desktop.ui.theme.theme import GRID, RADIUS, SMALL, tabular_font, text_font, theme

Index = QModelIndex | QPersistentModelIndex
Roles = Qt.ItemDataRole

PICTURE = QSize(60, 5 * GRID)
"""As wide for its height as the thumbnails of curves, which are shown whole."""
ROW_HEIGHT, HEADING_HEIGHT = 6 * GRID, 3 * GRID
_TEXT_LEFT = GRID + PICTURE.width() + GRID + GRID // 2
_GAP = 4 * GRID
"""Least distance between a title and the size on its right."""
_SENTENCE, _SIZE = Roles.UserRole + 1, Roles.UserRole + 2


class MethodChooser(Chooser):
    """Combo box of the presets that data can be learned by; headings between them can't be chosen.

    The sizes of the networks are computed when the list is opened.
    """

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._experiment: Experiment | None = None
        self.setView(_RowList())
        self.setItemDelegate(MethodDelegate(self))

    def show_experiment(self, experiment: Experiment, names: Sequence[str]) -> None:
        """Offers these presets for an experiment, and shows the one that it comes from, if any."""
        self._experiment = experiment
        if names != self._names:
            self._names = list(names)
            self._fill()
        self.set_name(preset_of(experiment))

    def showPopup(self) -> None:
        self._show_sizes()
        view = self.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + 2 * GRID)
        super().showPopup()

    def _fill(self) -> None:
        self.clear()
        for group in preset_groups():
            names = [name for name in group.presets if name in self._names]
            rows = [_heading(group.title), *map(_row, names)] if names else []
            for row in rows:
                self._rows().appendRow(row)
        self.setMaxVisibleItems(max(1, self.count()))

    def _show_sizes(self) -> None:
        assert self._experiment is not None
        for name in self._names:
            row = self._rows().item(self.findData(name))
            size, share = _size(self._experiment, name)
            row.setData(f"{size}, {share}" if share else size, _SIZE)
            of_what = f"{size}: {share} of the picture's numbers" if share else size
            row.setData(f"{row.text()}. {row.data(_SENTENCE)} {of_what}.", Roles.AccessibleTextRole)

    def _rows(self) -> QStandardItemModel:
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        return model


class _RowList(QListView):
    """List whose keys choose the row below a heading: Qt would stay where it is (Home, Page Up)."""

    def moveCursor(self, action: QListView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        found = super().moveCursor(action, modifiers)
        return found if found.flags() & Qt.ItemFlag.ItemIsEnabled else found.siblingAtRow(found.row() + 1)


def _size(experiment: Experiment, name: str) -> tuple[str, str]:
    """Size of the network by which a preset learns an experiment's data: '13,117 parameters', and its share
    of a single picture's numbers, '10 %'; else an empty text."""
    learned = experiment if preset_of(experiment) == name else with_preset(experiment, name)
    count = parameter_count(learned)
    numbers = single_picture_numbers(learned)
    return f"{count:,} parameters", f"{figure(100 * count / numbers, 2)} %" if numbers else ""


def _heading(title: str) -> QStandardItem:
    heading = QStandardItem(title)
    heading.setFlags(Qt.ItemFlag.NoItemFlags)
    return heading


def _row(name: str) -> QStandardItem:
    shipped = preset(name)
    row = QStandardItem(shipped.name)
    row.setData(name, Roles.UserRole)
    row.setData(shipped.note, _SENTENCE)
    row.setData(f"{shipped.name}. {shipped.note}", Roles.AccessibleTextRole)
    return row


class MethodDelegate(QStyledItemDelegate):
    """Draws headings, and rows with a picture, a title, a sentence and a size."""

    def __init__(self, parent: QComboBox) -> None:
        super().__init__(parent)
        self._pictures: dict[str, QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if not index.data(Roles.UserRole):
            return QSize(0, HEADING_HEIGHT)
        title = QFontMetrics(_title_font()).horizontalAdvance(index.data())
        size = QFontMetrics(tabular_font(SMALL)).horizontalAdvance(index.data(_SIZE) or "")
        sentence = QFontMetrics(text_font(SMALL)).horizontalAdvance(index.data(_SENTENCE))
        return QSize(_TEXT_LEFT + max(title + _GAP + size, sentence) + GRID, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if index.data(Roles.UserRole):
            self._paint_row(painter, option, index)
        else:
            painter.setFont(_title_font(SMALL))
            painter.setPen(QColor(theme().muted))
            room = option.rect.adjusted(GRID, GRID // 2, -GRID, 0)
            painter.drawText(room, _side(Qt.AlignmentFlag.AlignLeft), index.data())
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        room = option.rect
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            ground = QPainterPath()
            ground.addRoundedRect(QRectF(room), RADIUS, RADIUS)
            painter.fillPath(ground, QColor(theme().hover))
        corner = room.topLeft() + QPoint(GRID, (room.height() - PICTURE.height()) // 2)
        self._paint_picture(painter, QRectF(QRect(corner, PICTURE)), index.data(Roles.UserRole))
        words = room.adjusted(_TEXT_LEFT, 0, -GRID, 0)
        title, sentence = words.adjusted(0, 5, 0, -room.height() // 2), words.adjusted(0, 22, 0, -5)
        painter.setPen(QColor(theme().text))
        painter.setFont(_title_font())
        painter.drawText(title, _side(Qt.AlignmentFlag.AlignLeft), index.data())
        painter.setPen(QColor(theme().muted))
        painter.setFont(tabular_font(SMALL))
        painter.drawText(title, _side(Qt.AlignmentFlag.AlignRight), index.data(_SIZE))
        painter.setFont(text_font(SMALL))
        shown = painter.fontMetrics().elidedText(
            index.data(_SENTENCE), Qt.TextElideMode.ElideRight, sentence.width()
        )
        painter.drawText(sentence, _side(Qt.AlignmentFlag.AlignLeft), shown)

    def _paint_picture(self, painter: QPainter, frame: QRectF, name: str) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(frame, RADIUS, RADIUS)
        painter.save()
        painter.setClipPath(shape)
        picture = self._picture(name)
        if not picture.isNull():
            paint_covering(painter, frame, picture)
        painter.restore()
        painter.setPen(QColor(theme().border))
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _picture(self, name: str) -> QPixmap:
        file = str(thumbnail_file(name, dark=theme().dark))
        if file not in self._pictures:
            self._pictures[file] = QPixmap(file)
        return self._pictures[file]


def _title_font(pixels: int | None = None) -> QFont:
    font = text_font(pixels) if pixels else text_font()
    font.setWeight(font.Weight.DemiBold)
    return font


def _side(side: Qt.AlignmentFlag) -> Qt.AlignmentFlag:
    return side | Qt.AlignmentFlag.AlignVCenter
