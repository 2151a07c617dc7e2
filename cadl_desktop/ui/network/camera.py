"""Zoom and pan of the network's drawing."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF

CLOSEST = 64.0
_SNAP_TO_WHOLE = 1.02
"""Scales below this snap to the whole drawing."""


@dataclass(frozen=True)
class Camera:
    """Maps drawing to view coordinates: view = `scale` * drawing + (`left`, `top`)."""

    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    @property
    def shows_all(self) -> bool:
        return self.scale == 1.0

    def to_view(self, rect: QRectF) -> QRectF:
        """Rectangle of the drawing in view coordinates."""
        return QRectF(
            rect.left() * self.scale + self.left,
            rect.top() * self.scale + self.top,
            rect.width() * self.scale,
            rect.height() * self.scale,
        )

    def to_drawing(self, where: QPointF) -> QPointF:
        """Point of the view in drawing coordinates."""
        return QPointF((where.x() - self.left) / self.scale, (where.y() - self.top) / self.scale)

    def zoomed(self, factor: float, about: QPointF, size: QSizeF) -> "Camera":
        """Camera scaled by `factor` that keeps the view point `about` in place, unless the view of `size`
        would show space beyond the drawing."""
        scale = min(self.scale * factor, CLOSEST)
        if scale < _SNAP_TO_WHOLE:
            return Camera()
        point = self.to_drawing(about)
        return _clamped(Camera(scale, about.x() - point.x() * scale, about.y() - point.y() * scale), size)

    def moved(self, by: QPointF, size: QSizeF) -> "Camera":
        return _clamped(Camera(self.scale, self.left + by.x(), self.top + by.y()), size)

    def showing(self, rect: QRectF, size: QSizeF) -> "Camera":
        """Camera moved as little as needed to show a rectangle of the drawing, or its centre if it is larger
        than the view."""
        seen = self.to_view(rect)
        by = QPointF(
            _least_move(seen.left(), seen.right(), size.width()),
            _least_move(seen.top(), seen.bottom(), size.height()),
        )
        return self.moved(by, size)


def camera_on(rect: QRectF, size: QSizeF, share: float) -> Camera:
    """Camera that centres a rectangle of the drawing and lets it fill `share` of the view."""
    scale = share * min(size.width() / rect.width(), size.height() / rect.height())
    scale = min(max(scale, 1.0), CLOSEST)
    middle = rect.center() * scale
    return _clamped(Camera(scale, size.width() / 2 - middle.x(), size.height() / 2 - middle.y()), size)


def _clamped(camera: Camera, size: QSizeF) -> Camera:
    """Camera kept within the drawing, which at scale 1 is exactly as large as the view."""
    least_left, least_top = size.width() * (1 - camera.scale), size.height() * (1 - camera.scale)
    return Camera(camera.scale, min(max(camera.left, least_left), 0.0), min(max(camera.top, least_top), 0.0))


def _least_move(low: float, high: float, size: float) -> float:
    """Smallest shift of the interval `low`..`high` into 0..`size`; centres it if it is longer."""
    if high - low > size:
        return size / 2 - (low + high) / 2
    return -low if low < 0 else size - high if high > size else 0.0
