"""What the colours and widths of the network's drawing mean."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.ui.network.line_painting import LINE_WIDTHS, line_colour
from cadl_desktop.ui.network.lines import LEVELS
from cadl_desktop.ui.theme.sign_colours import sign_bar
from cadl_desktop.ui.theme.theme import GRID, SMALL, text_font, theme

_BAR = 7 * GRID
_SAMPLE = 3 * GRID
_APART = GRID // 2
_BETWEEN = 2 * GRID
_SHORT = ("−", "+")


class Legend(QWidget):
    """Two entries side by side. Where there is less room the second is left out, then the first one's
    words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signs = "below 0", "above 0"
        self._sizes = "weak", "strong influence"
        self.setAccessibleName(
            "Legend: orange is below zero and blue above, in neurons and weights; the wider a line, the "
            "more of a neuron's sum comes along it."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(text_font(SMALL))

    def sizeHint(self) -> QSize:
        return QSize(self._first(self._signs) + _BETWEEN + self._second() + GRID, 3 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._first(_SHORT), 3 * GRID)

    def width_for(self, room: int) -> int:
        """What it needs for all that it can say in so much room."""
        widths = (self.sizeHint().width(), self._first(self._signs), self._first(_SHORT))
        return next((width for width in widths if width <= room), widths[-1])

    def _first(self, signs: tuple[str, str]) -> int:
        return _BAR + 2 * _APART + sum(map(self._metrics.horizontalAdvance, signs))

    def _second(self) -> int:
        return 2 * _SAMPLE + 2 * GRID + sum(map(self._metrics.horizontalAdvance, self._sizes))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL))
        words = self._first(self._signs) <= self.width()
        self._paint_signs(painter, self._signs if words else _SHORT)
        if self.sizeHint().width() <= self.width():
            self._paint_sizes(painter, self._first(self._signs) + _BETWEEN)
        painter.end()

    def _paint_signs(self, painter: QPainter, signs: tuple[str, str]) -> None:
        left = self._write(painter, 0, signs[0]) + _APART
        bar = QRectF(left, self.height() / 2 - 4, _BAR, GRID)
        painter.drawImage(bar, sign_bar(theme()))
        painter.setPen(QPen(QColor(theme().border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
        self._write(painter, left + _BAR + _APART, signs[1])

    def _paint_sizes(self, painter: QPainter, left: int) -> None:
        for text, level in zip(self._sizes, (1, LEVELS), strict=True):
            for sign, up in ((1, -3), (-1, 3)):
                painter.setPen(QPen(line_colour(sign * level), LINE_WIDTHS[level - 1]))
                height = self.height() / 2 + up
                painter.drawLine(QPointF(left, height), QPointF(left + _SAMPLE, height))
            left = self._write(painter, left + _SAMPLE + _APART, text) + GRID

    def _write(self, painter: QPainter, left: int, text: str) -> int:
        """The right edge of the text."""
        width = self._metrics.horizontalAdvance(text)
        painter.setPen(QColor(theme().muted))
        painter.drawText(QRectF(left, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        return left + width
