"""Which part of the plane several panes look at: the picture, a piece of it, or far beyond it."""

from PySide6.QtCore import QObject, QPointF, QRectF, Signal, Slot

MOST_ZOOM, LEAST_ZOOM = 4096.0, 1 / 32
"""Beyond the first, float32 can't tell neighbouring pixels apart."""
_FAR = 16.0
"""How many pictures beyond the picture's edges the middle of the view may lie."""
_EXACT = 1e-6


class View(QObject):
    """How often the picture is magnified, about which centre; it reaches from 0 to 1 both ways itself.

    `within` keeps to the picture, where nobody knows what lies beyond it.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None, within: bool = False) -> None:
        super().__init__(parent)
        self._within = within
        self.zoom = 1.0
        self.centre = QPointF(0.5, 0.5)

    @property
    def whole(self) -> bool:
        """Whether exactly the picture is seen."""
        return self.is_around(1.0)

    @Slot()
    def reset(self) -> None:
        self.show_around(1.0)

    def show_around(self, times: float) -> None:
        """Shows the picture in the middle of a part of the plane that is so many times as high and wide."""
        self._set(1.0 / times, QPointF(0.5, 0.5))

    def is_around(self, times: float) -> bool:
        """Whether that is what is seen."""
        return self.zoom == 1.0 / times and self.centre == QPointF(0.5, 0.5)

    def magnify(self, factor: float, about: QPointF) -> None:
        """Zooms so that `about` (0 to 1 in the picture) stays where it is on screen."""
        zoom = min(max(self.zoom * factor, 1.0 if self._within else LEAST_ZOOM), MOST_ZOOM)
        self._set(zoom, about + (self.centre - about) * (self.zoom / zoom))

    def move(self, by: QPointF) -> None:
        """Moves what is seen, by a part of the picture."""
        self._set(self.zoom, self.centre + by)

    def part(self) -> QRectF:
        """What is seen, in units of the picture."""
        side = 1.0 / self.zoom
        return QRectF(self.centre.x() - side / 2, self.centre.y() - side / 2, side, side)

    def _set(self, zoom: float, centre: QPointF) -> None:
        least = 0.5 / zoom if self._within else -_FAR
        x, y = (min(max(value, least), 1 - least) for value in (centre.x(), centre.y()))
        if max(abs(zoom - 1), abs(x - 0.5), abs(y - 0.5)) < _EXACT:  # back again, but for rounding
            zoom, x, y = 1.0, 0.5, 0.5
        if (zoom, x, y) != (self.zoom, self.centre.x(), self.centre.y()):
            self.zoom, self.centre = zoom, QPointF(x, y)
            self.changed.emit()
