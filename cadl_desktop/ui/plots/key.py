"""What the lines and marks of a plot stand for: a row of small samples with their names."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.ui.theme.theme import SMALL, notifier, scaled, text_font, theme

_HEIGHT = 20
_SAMPLE, _MARK = 16, 3.5
_GAP = 6
_BETWEEN = 14


@dataclass(frozen=True)
class Sign:
    """One entry: its name, the theme's colour of it, and how it is drawn."""

    text: str
    colour: str
    mark: Literal["line", "dash", "plus", "ring"] = "line"


class Key(QWidget):
    """Shows signs side by side; those that don't fit are left out from the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signs: tuple[Sign, ...] = ()
        self._metrics = QFontMetrics(text_font(SMALL))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        notifier().changed.connect(self._refresh)

    def show_signs(self, *signs: Sign) -> None:
        if signs != self._signs:
            self._signs = signs
            self.setAccessibleName(", ".join(sign.text for sign in signs))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(sign) + scaled(_BETWEEN) for sign in self._signs), scaled(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, scaled(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL))
        left = 0
        for sign in self._signs:
            width = self._width(sign)
            if left + width > self.width():
                break
            _draw_sample(painter, sign, left, self.height() / 2)
            painter.setPen(QColor(theme().muted))
            where = QRectF(left + scaled(_SAMPLE + _GAP), 0, width, self.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, sign.text)
            left += width + scaled(_BETWEEN)

    def _width(self, sign: Sign) -> int:
        return scaled(_SAMPLE + _GAP) + self._metrics.horizontalAdvance(sign.text) + 1

    @Slot()
    def _refresh(self) -> None:
        self._metrics = QFontMetrics(text_font(SMALL))
        self.updateGeometry()
        self.update()


def _draw_sample(painter: QPainter, sign: Sign, left: float, middle: float) -> None:
    size = notifier().size
    wide, reach = size * _SAMPLE, size * _MARK
    pen = QPen(QColor(getattr(theme(), sign.colour)), 1.5 * size)
    if sign.mark == "dash":
        pen.setDashPattern([3, 2])
    painter.setPen(pen)
    centre = QPointF(left + wide / 2, middle)
    match sign.mark:
        case "line" | "dash":
            painter.drawLine(QPointF(left, middle), QPointF(left + wide, middle))
        case "plus":
            painter.drawLine(centre - QPointF(reach, 0), centre + QPointF(reach, 0))
            painter.drawLine(centre - QPointF(0, reach), centre + QPointF(0, reach))
        case "ring":
            painter.drawEllipse(centre, 3 * size, 3 * size)
