"""View shared by several panes: the visible part of the plane around a picture."""

from PySide6.QtCore import QObject, QPointF, QRectF, Signal, Slot

MOST_ZOOM, LEAST_ZOOM = 4096.0, 1 / 32
"""Beyond the largest zoom, float32 cannot tell neighbouring pixels apart."""
_FAR = 16.0
"""Largest distance of the view's centre beyond the picture's edges, in pictures."""
_EXACT = 1e-6


class View(QObject):
    """Magnification and centre; the picture extends from 0 to 1 in both directions.

    `within` keeps the view inside the picture, if nothing is known beyond it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None, within: bool = False) -> None:
        super().__init__(parent)
        self._within = within
        self.zoom = 1.0
        self.centre = QPointF(0.5, 0.5)

    @property
    def whole(self) -> bool:
        """Whether exactly the picture is visible."""
        return self.is_around(1.0)

    @Slot()
    def reset(self) -> None:
        self.show_around(1.0)

    def show_around(self, times: float) -> None:
        """Centres the picture in a view `times` as high and wide as the picture."""
        self._set(1.0 / times, QPointF(0.5, 0.5))

    def is_around(self, times: float) -> bool:
        """Whether the view is the one of `show_around(times)`."""
        return self.zoom == 1.0 / times and self.centre == QPointF(0.5, 0.5)

    def magnify(self, factor: float, about: QPointF) -> None:
        """Zooms by `factor` and keeps the point `about` (0 to 1 in the picture) in place on the screen."""
        zoom = min(max(self.zoom * factor, 1.0 if self._within else LEAST_ZOOM), MOST_ZOOM)
        self._set(zoom, about + (self.centre - about) * (self.zoom / zoom))

    def move(self, by: QPointF) -> None:
        """Moves the view by a vector in units of the picture."""
        self._set(self.zoom, self.centre + by)

    def part(self) -> QRectF:
        """Visible rectangle in units of the picture."""
        side = 1.0 / self.zoom
        return QRectF(self.centre.x() - side / 2, self.centre.y() - side / 2, side, side)

    def _set(self, zoom: float, centre: QPointF) -> None:
        least = 0.5 / zoom if self._within else -_FAR
        x, y = (min(max(value, least), 1 - least) for value in (centre.x(), centre.y()))
        if max(abs(zoom - 1), abs(x - 0.5), abs(y - 0.5)) < _EXACT:  # the whole picture, except for rounding
            zoom, x, y = 1.0, 0.5, 0.5
        if (zoom, x, y) != (self.zoom, self.centre.x(), self.centre.y()):
            self.zoom, self.centre = zoom, QPointF(x, y)
            self.changed.emit()
