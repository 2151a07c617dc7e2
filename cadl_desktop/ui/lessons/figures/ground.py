"""What lies below everything else of a figure and seldom changes, kept as a picture: a map, or a surface."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from cadl_desktop.lessons.figure import Heights
from cadl_desktop.ui.theme.theme import Theme


class Ground:
    """Painted anew when its heights, its size, where it is seen from or the theme have changed."""

    def __init__(self) -> None:
        self._heights: Heights | None = None
        self._seen: tuple[Any, ...] = ()
        self._picture = QPixmap()

    def paint(
        self,
        painter: QPainter,
        heights: Heights,
        seen: tuple[QSize, float, Theme, Any],
        paint: Callable[[QPainter], object],
    ) -> None:
        """`seen` are the widget's size, the screen's pixels per unit, the theme, and where from."""
        if self._heights is None or not _same(heights, self._heights) or seen != self._seen:
            size, ratio, *_ = seen
            self._heights, self._seen = heights, seen
            self._picture = QPixmap(size * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            below = QPainter(self._picture)
            below.setRenderHints(painter.renderHints())
            paint(below)
            below.end()
        painter.drawPixmap(0, 0, self._picture)


def _same(one: Heights, other: Heights) -> bool:
    """Demonstrations keep the values of what doesn't change."""
    return one.values is other.values and tuple(one.levels) == tuple(other.levels)
