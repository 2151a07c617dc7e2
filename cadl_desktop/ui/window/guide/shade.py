"""Shade over a window that takes the mouse from everything below it, but for a hole around one part."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.theme.theme import RADIUS, theme

_DIMMED, _DIMMED_DARK = 120, 130
"""Opacity of the shade, up to 255."""
_FRAME = 3
"""Distance in pixels from the hole to the outside of its frame."""


class Shade(QWidget):
    """Shade with a framed hole, through which the mouse reaches the window. Lit parts can be seen only."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._hole = QRect()
        self._lit: Sequence[QRect] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setAcceptDrops(True)  # and refuses all; otherwise the window would get them
        self.hide()

    def show_around(self, hole: QRect, lit: Sequence[QRect]) -> None:
        """Covers the window but for the hole; in the window's coordinates."""
        self.setGeometry(self.window().rect())
        self._hole, self._lit = hole, lit
        self.setMask(QRegion(self.rect()) - QRegion(hole))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = theme()
        dimmed = QRegion(self.rect())
        for part in (self._hole, *self._lit):
            dimmed -= QRegion(part)
        painter.setClipRegion(dimmed)
        painter.fillRect(self.rect(), QColor(0, 0, 0, _DIMMED_DARK if colours.dark else _DIMMED))
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.accent), 2))
        around = QRectF(self._hole).adjusted(1 - _FRAME, 1 - _FRAME, _FRAME - 1, _FRAME - 1)
        painter.drawRoundedRect(around, RADIUS, RADIUS)
        painter.end()


def seen_part(widget: QWidget) -> QRect:
    """Part of a widget that its parents show, in the window's coordinates; empty if it is hidden."""
    window = widget.window()
    seen = QRect(widget.mapTo(window, QPoint()), widget.size()) if widget.isVisible() else QRect()
    parent = widget.parentWidget()
    while parent is not None and not seen.isEmpty():
        seen &= QRect(parent.mapTo(window, QPoint()), parent.size())
        parent = None if parent is window else parent.parentWidget()
    return seen
