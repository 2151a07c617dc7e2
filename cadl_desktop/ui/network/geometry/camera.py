"""What of the drawing is seen, and how large: the whole of it, one layer, or one neuron."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF

CLOSEST = 64.0
_CLOSE_TO_ALL = 1.02
"""Below this the whole is meant."""


@dataclass(frozen=True)
class Camera:
    """A point of the drawing is seen at `scale` times itself plus `left`, `top`."""

    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    @property
    def sees_all(self) -> bool:
        return self.scale == 1.0

    def seen(self, rect: QRectF) -> QRectF:
        """Where a part of the drawing is seen."""
        return QRectF(
            rect.left() * self.scale + self.left,
            rect.top() * self.scale + self.top,
            rect.width() * self.scale,
            rect.height() * self.scale,
        )

    def drawn(self, where: QPointF) -> QPointF:
        """Which point of the drawing is seen there."""
        return QPointF((where.x() - self.left) / self.scale, (where.y() - self.top) / self.scale)

    def zoomed(self, factor: float, about: QPointF, size: QSizeF) -> "Camera":
        """Closer by a factor; the point `about`, as seen, stays where it is, unless nothing but empty ground
        would come into a view of `size`."""
        scale = min(self.scale * factor, CLOSEST)
        if scale < _CLOSE_TO_ALL:
            return Camera()
        point = self.drawn(about)
        return _inside(Camera(scale, about.x() - point.x() * scale, about.y() - point.y() * scale), size)

    def moved(self, by: QPointF, size: QSizeF) -> "Camera":
        return _inside(Camera(self.scale, self.left + by.x(), self.top + by.y()), size)

    def showing(self, rect: QRectF, size: QSizeF) -> "Camera":
        """Moved as little as needed for a part of the drawing to be seen, or its middle if it is larger."""
        seen = self.seen(rect)
        by = QPointF(
            _needed(seen.left(), seen.right(), size.width()),
            _needed(seen.top(), seen.bottom(), size.height()),
        )
        return self.moved(by, size)


def camera_on(rect: QRectF, size: QSizeF, share: float) -> Camera:
    """Close enough for a part of the drawing to fill `share` of the view, in its middle."""
    scale = share * min(size.width() / rect.width(), size.height() / rect.height())
    scale = min(max(scale, 1.0), CLOSEST)
    middle = rect.center() * scale
    return _inside(Camera(scale, size.width() / 2 - middle.x(), size.height() / 2 - middle.y()), size)


def _inside(camera: Camera, size: QSizeF) -> Camera:
    """The drawing is as large as the view where all of it is seen: no further than its edges."""
    least_left, least_top = size.width() * (1 - camera.scale), size.height() * (1 - camera.scale)
    return Camera(camera.scale, min(max(camera.left, least_left), 0.0), min(max(camera.top, least_top), 0.0))


def _needed(low: float, high: float, size: float) -> float:
    if high - low > size:
        return size / 2 - (low + high) / 2
    return -low if low < 0 else size - high if high > size else 0.0
