"""How a neuron looks that a person has muted or scaled."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cadl_desktop.ui.theme.theme import tabular_font, theme

_VEIL = 0.72
_TAG = 13
_TAG_TEXT = 10
_LEAST_TAGGED = 24.0


def paint_gain(painter: QPainter, frame: QRectF, gain: float) -> None:
    """Over a neuron's picture: a veil and a strike where it is muted, its gain where it is scaled."""
    if gain == 1:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if gain == 0:
        veil = QColor(theme().surface)
        veil.setAlphaF(_VEIL)
        painter.fillRect(frame, veil)
        painter.setPen(QPen(QColor(theme().text), 1.6 if frame.width() >= _LEAST_TAGGED else 1.0))
        edge = min(frame.width() / 8, 3.0)
        inside = frame.adjusted(edge, edge, -edge - 1, -edge - 1)
        painter.drawLine(QPointF(inside.left(), inside.bottom()), QPointF(inside.right(), inside.top()))
    elif frame.width() >= _LEAST_TAGGED:
        _paint_tag(painter, frame, gain_text(gain))
    else:
        painter.fillRect(QRectF(frame.right() - 3, frame.bottom() - 3, 3, 3), QColor(theme().accent))
    painter.restore()


def gain_text(gain: float) -> str:
    """×0.5"""
    return f"×{gain:.2g}" if gain < 1 else f"×{gain:.3g}"


def gain_facts(gain: float) -> list[tuple[str, str]]:
    """What there is to say of a neuron's gain, name by value; nothing where it is left alone."""
    if gain == 1:
        return []
    return [("Goes on", "nothing: muted" if gain == 0 else gain_text(gain))]


def _paint_tag(painter: QPainter, frame: QRectF, text: str) -> None:
    """In the lower right corner, over whatever the picture shows there."""
    painter.setFont(tabular_font(_TAG_TEXT))
    width = painter.fontMetrics().horizontalAdvance(text) + 6
    tag = QRectF(frame.right() - width - 1, frame.bottom() - _TAG - 1, width, _TAG)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().accent))
    painter.drawRoundedRect(tag, 2, 2)
    painter.setPen(QColor(theme().on_accent))
    painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)
