"""Rings around painted widgets that have the focus; the stylesheet draws those of others."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cadl_desktop.ui.theme.theme import RADIUS, theme


def paint_focus_ring(painter: QPainter, frame: QRectF) -> None:
    """Paints a ring within the frame, on one of the theme's surfaces."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme().accent), 2))
    painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), RADIUS, RADIUS)


def paint_ring_on_picture(painter: QPainter, frame: QRectF) -> None:
    """Paints a ring of two tones within the frame, which shows on any picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for inset, colour in ((0.5, theme().window), (1.5, theme().text)):
        painter.setPen(QColor(colour))
        painter.drawRoundedRect(frame.adjusted(inset, inset, -inset, -inset), RADIUS - 1, RADIUS - 1)
