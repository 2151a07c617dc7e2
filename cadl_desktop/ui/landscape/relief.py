"""Projection of a plane with heights, seen from above or turned."""

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from cadl_desktop.drawing.cost_surface import ASIDE, resampled
from cadl_desktop.lessons.figure import Doubles

TALL = 0.9
"""Greatest height, where half the side of the plane is 1."""
_FLATTEST, _STEEPEST = 8.0, 88.0
MESH = 41
"""Corners along a side of the painted mesh."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Viewpoint:
    """Direction of view: degrees around, and degrees above the plane. 90 degrees up is a map."""

    around: float = 0.0
    up: float = 90.0

    @property
    def is_above(self) -> bool:
        return self.up >= 90.0

    def turned(self, across: float, down: float) -> "Viewpoint":
        """Viewpoint after a drag by `across` and `down` pixels."""
        return Viewpoint((self.around - across / 2) % 360, min(max(self.up + down / 3, _FLATTEST), _STEEPEST))


FROM_ABOVE, FROM_ASIDE = Viewpoint(), Viewpoint(*ASIDE)


@dataclass(frozen=True)
class Relief:
    """Square from -1 to 1 in both directions, as large as fits into `room`."""

    room: QRectF
    eye: Viewpoint

    def pixels(self, x: Doubles, y: Doubles, heights: Doubles) -> Doubles:
        """Across, down and depth (n, 3) of places; depth grows with distance."""
        around, up = math.radians(self.eye.around), math.radians(self.eye.up)
        across = x * math.cos(around) - y * math.sin(around)
        away = x * math.sin(around) + y * math.cos(around)
        tall = (heights - 0.5) * TALL
        raised = away * math.sin(up) + tall * math.cos(up)
        middle, unit = self.room.center(), self._unit(up)
        depth = away * math.cos(up) - tall * math.sin(up)
        return np.column_stack((middle.x() + across * unit, middle.y() - raised * unit, depth))

    def square(self) -> QRectF:
        """Rectangle of the map."""
        side = 2 * self._unit(math.pi / 2)
        square = QRectF(0, 0, side, side)
        square.moveCenter(self.room.center())
        return square

    def place(self, pixels: QPointF, heights: Doubles) -> tuple[float, float] | None:
        """Place seen at a pixel, the nearer one of two behind one another; None beside the surface."""
        if self.eye.is_above:
            square = self.square()
            x = 2 * (pixels.x() - square.left()) / square.width() - 1
            y = 1 - 2 * (pixels.y() - square.top()) / square.height()
            return (x, y) if max(abs(x), abs(y)) <= 1 else None
        grid = self.mesh(heights)
        corner, beyond = grid[:-1, :-1], grid[1:, 1:]
        halves = [np.stack((corner, grid[:-1, 1:], beyond)), np.stack((corner, beyond, grid[1:, :-1]))]
        triangles = np.concatenate([half.reshape(3, -1, 5) for half in halves], axis=1)
        shares = _barycentric(triangles[..., 2:4], np.array([pixels.x(), pixels.y()]))
        hit = np.flatnonzero(shares.min(axis=0) >= -_ROUNDING)
        if not len(hit):
            return None
        found = np.einsum("kn,knc->nc", shares[:, hit], triangles[:, hit])
        x, y, *_ = found[np.argmin(found[:, 4])].tolist()
        return x, y

    def mesh(self, heights: Doubles) -> Doubles:
        """Corners of the painted squares as x, y, pixels and depth, (n, n, 5)."""
        finer, side = resampled(heights, MESH), np.linspace(-1, 1, MESH)
        x, y = (values.ravel() for values in np.meshgrid(side, side))
        corners = np.column_stack((x, y, self.pixels(x, y, finer.ravel())))
        return corners.reshape(MESH, MESH, 5)

    def _unit(self, up: float) -> float:
        if self.eye.is_above:
            return min(self.room.width(), self.room.height()) / 2
        reach = math.sqrt(2.0)
        return min(
            self.room.width() / (2 * reach),
            self.room.height() / (2 * reach * math.sin(up) + TALL * math.cos(up)),
        )


def _barycentric(triangles: Doubles, point: Doubles) -> Doubles:
    """Barycentric coordinates (3, n) of a point in triangles (3, n, 2); all are positive inside."""
    first, second, third = triangles
    one, other, away = second - first, third - first, point - first
    area = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    area = np.where(area == 0, np.nan, area)  # seen from its edge
    of_second = (away[:, 0] * other[:, 1] - away[:, 1] * other[:, 0]) / area
    of_third = (one[:, 0] * away[:, 1] - one[:, 1] * away[:, 0]) / area
    return np.asarray(np.nan_to_num(np.stack((1 - of_second - of_third, of_second, of_third)), nan=-1.0))
