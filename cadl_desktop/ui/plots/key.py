"""Key of a plot: small samples of its lines and marks, with their names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.ui.theme.theme import SMALL, text_font, theme

_HEIGHT = 20
_SAMPLE, _MARK = 16, 3.5
_GAP = 6
_BETWEEN = 14
_LEAST = 48
"""Least room in pixels for a shortened name."""


@dataclass(frozen=True)
class KeyEntry:
    """Entry with its name, its colour ('#rrggbb', or the name of one of the theme), and its mark."""

    text: str
    colour: str
    mark: Literal["line", "dash", "plus", "cross", "ring", "dot"] = "line"


class Key(QWidget):
    """Row of entries. Where they do not fit, the longest names are shortened, then a second row takes the
    rest, then entries are dropped from the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[KeyEntry, ...] = ()
        self._metrics = QFontMetrics(text_font(SMALL))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_entries(self, *entries: KeyEntry) -> None:
        if entries != self._entries:
            self._entries = entries
            self.setAccessibleName(", ".join(entry.text for entry in entries))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(entry) + _BETWEEN for entry in self._entries), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(_SAMPLE + _GAP + 1 + _LEAST, _HEIGHT)

    def heightForWidth(self, width: int) -> int:
        return _HEIGHT * max(1, len(self._rows(width)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL))
        beside, rows = _SAMPLE + _GAP, self._rows(self.width())
        middle = (self.height() - _HEIGHT * (len(rows) - 1)) / 2
        for row in rows:
            left = 0
            for entry, words in row:
                _draw_sample(painter, entry, left, middle)
                painter.setPen(QColor(theme().muted))
                width = self._metrics.horizontalAdvance(words) + 1
                where = QRectF(left + beside, middle - _HEIGHT / 2, width, _HEIGHT)
                painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, words)
                left += beside + width + _BETWEEN
            middle += _HEIGHT

    def shown_texts(self) -> list[str]:
        """Names as they fit, of the entries that are shown."""
        return [words for row in self._rows(self.width()) for _, words in row]

    def _rows(self, width: int) -> list[list[tuple[KeyEntry, str]]]:
        """Returns the entries of each row, with their names as they fit into this width."""
        first = self._row(self._entries, width)
        second = self._row(self._entries[len(first) :], width)
        return [row for row in (first, second) if row]

    def _row(self, entries: Sequence[KeyEntry], width: int) -> list[tuple[KeyEntry, str]]:
        """Returns as many of these entries as fit into a row."""
        beside = _SAMPLE + _GAP + 1
        for count in range(len(entries), 0, -1):
            texts = [entry.text for entry in entries[:count]]
            room = width - count * beside - (count - 1) * _BETWEEN
            widths = [self._metrics.horizontalAdvance(text) for text in texts]
            most = _longest_width(widths, room)
            if most >= min(max(widths), _LEAST):
                ending = Qt.TextElideMode.ElideRight
                words = [self._metrics.elidedText(text, ending, most + 1) for text in texts]
                return list(zip(entries, words, strict=False))
        return []

    def _width(self, entry: KeyEntry) -> int:
        return _SAMPLE + _GAP + self._metrics.horizontalAdvance(entry.text) + 1


def _longest_width(widths: Sequence[int], room: int) -> int:
    """Largest width per name at which all fit."""
    left = room
    for place, width in enumerate(sorted(widths)):
        share = left // (len(widths) - place)
        if width > share:
            return share
        left -= width
    return max(widths)


def _draw_sample(painter: QPainter, entry: KeyEntry, left: float, middle: float) -> None:
    pen = QPen(QColor(getattr(theme(), entry.colour, entry.colour)), 1.5)
    if entry.mark == "dash":
        pen.setDashPattern([3, 2])
    painter.setPen(pen)
    centre = QPointF(left + _SAMPLE / 2, middle)
    match entry.mark:
        case "line" | "dash":
            painter.drawLine(QPointF(left, middle), QPointF(left + _SAMPLE, middle))
        case "plus":
            painter.drawLine(centre - QPointF(_MARK, 0), centre + QPointF(_MARK, 0))
            painter.drawLine(centre - QPointF(0, _MARK), centre + QPointF(0, _MARK))
        case "cross":
            painter.drawLine(centre - QPointF(_MARK, _MARK), centre + QPointF(_MARK, _MARK))
            painter.drawLine(centre - QPointF(_MARK, -_MARK), centre + QPointF(_MARK, -_MARK))
        case "ring":
            painter.drawEllipse(centre, 3, 3)
        case "dot":
            painter.setBrush(pen.color())
            painter.drawEllipse(centre, 2.5, 2.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
