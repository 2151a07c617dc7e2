"""What the lines and marks of a plot stand for: a row of small samples with their names."""

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
"""Room for the beginning of a name."""


@dataclass(frozen=True)
class Sign:
    """One entry: its name, the theme's colour of it, and how it is drawn."""

    text: str
    colour: str
    mark: Literal["line", "dash", "plus", "cross", "ring"] = "line"


class Key(QWidget):
    """Shows signs side by side. Where they don't fit, the longest names are shortened, and where that isn't
    enough, signs are left out from the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signs: tuple[Sign, ...] = ()
        self._metrics = QFontMetrics(text_font(SMALL))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_signs(self, *signs: Sign) -> None:
        if signs != self._signs:
            self._signs = signs
            self.setAccessibleName(", ".join(sign.text for sign in signs))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(sign) + _BETWEEN for sign in self._signs), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL))
        left, beside = 0, _SAMPLE + _GAP
        for sign, words in zip(self._signs, self.shown_texts(), strict=False):
            _draw_sample(painter, sign, left, self.height() / 2)
            painter.setPen(QColor(theme().muted))
            width = self._metrics.horizontalAdvance(words) + 1
            where = QRectF(left + beside, 0, width, self.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, words)
            left += beside + width + _BETWEEN

    def shown_texts(self) -> list[str]:
        """The names as there is room for them, of as many signs as are shown."""
        beside = _SAMPLE + _GAP + 1
        for count in range(len(self._signs), 0, -1):
            texts = [sign.text for sign in self._signs[:count]]
            room = self.width() - count * beside - (count - 1) * _BETWEEN
            widths = [self._metrics.horizontalAdvance(text) for text in texts]
            most = _cut_at(widths, room)
            if most >= min(max(widths), _LEAST):
                ending = Qt.TextElideMode.ElideRight
                return [self._metrics.elidedText(text, ending, most + 1) for text in texts]
        return []

    def _width(self, sign: Sign) -> int:
        return _SAMPLE + _GAP + self._metrics.horizontalAdvance(sign.text) + 1


def _cut_at(widths: Sequence[int], room: int) -> int:
    """How wide each may be at most, so that all have room."""
    left = room
    for place, width in enumerate(sorted(widths)):
        share = left // (len(widths) - place)
        if width > share:
            return share
        left -= width
    return max(widths)


def _draw_sample(painter: QPainter, sign: Sign, left: float, middle: float) -> None:
    pen = QPen(QColor(getattr(theme(), sign.colour)), 1.5)
    if sign.mark == "dash":
        pen.setDashPattern([3, 2])
    painter.setPen(pen)
    centre = QPointF(left + _SAMPLE / 2, middle)
    match sign.mark:
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
