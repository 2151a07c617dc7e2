"""Where things of a plane with heights are seen: from straight above, or turned."""

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from cadl_desktop.ui.landscape.heights import Doubles, height_at

TALL = 0.9
"""How high the highest is, where half the side of the plane is 1."""
_FLATTEST, _STEEPEST = 8.0, 88.0
_SOUGHT = 161
"""Places along a side among which that under the mouse is looked for."""
_BESIDE = 6.0
"""So many pixels from the nearest of them it is beside the surface."""


@dataclass(frozen=True)
class Eye:
    """From how many degrees around, and how many above the plane; straight from above it is a map."""

    around: float = 0.0
    up: float = 90.0

    @property
    def is_above(self) -> bool:
        return self.up >= 90.0

    def turned(self, across: float, down: float) -> "Eye":
        """After a drag by so many pixels."""
        return Eye((self.around - across / 2) % 360, min(max(self.up + down / 3, _FLATTEST), _STEEPEST))


FROM_ABOVE, FROM_ASIDE = Eye(), Eye(35.0, 40.0)


@dataclass(frozen=True)
class Relief:
    """The square from -1 to 1 in both directions, as large as fits into a room."""

    room: QRectF
    eye: Eye

    def pixels(self, x: Doubles, y: Doubles, heights: Doubles) -> Doubles:
        """Across, down and depth (n, 3) of places; what is farther away is deeper."""
        around, up = math.radians(self.eye.around), math.radians(self.eye.up)
        across = x * math.cos(around) - y * math.sin(around)
        away = x * math.sin(around) + y * math.cos(around)
        tall = (heights - 0.5) * TALL
        raised = away * math.sin(up) + tall * math.cos(up)
        middle, unit = self.room.center(), self._unit(up)
        depth = away * math.cos(up) - tall * math.sin(up)
        return np.column_stack((middle.x() + across * unit, middle.y() - raised * unit, depth))

    def square(self) -> QRectF:
        """Of a map."""
        side = 2 * self._unit(math.pi / 2)
        square = QRectF(0, 0, side, side)
        square.moveCenter(self.room.center())
        return square

    def place(self, pixels: QPointF, heights: Doubles) -> tuple[float, float] | None:
        """The place that is seen at some pixels, of two behind one another the nearer one; None beside the
        surface."""
        if self.eye.is_above:
            square = self.square()
            x = 2 * (pixels.x() - square.left()) / square.width() - 1
            y = 1 - 2 * (pixels.y() - square.top()) / square.height()
            return (x, y) if max(abs(x), abs(y)) <= 1 else None
        side = np.linspace(-1, 1, _SOUGHT)
        across, along = (values.ravel() for values in np.meshgrid(side, side))
        seen = self.pixels(across, along, height_at(heights, across, along))
        apart = np.hypot(seen[:, 0] - pixels.x(), seen[:, 1] - pixels.y())
        near = np.flatnonzero(apart <= apart.min() + 1.0)
        if apart.min() > _BESIDE:
            return None
        nearest = near[np.argmin(seen[near, 2])]
        return float(across[nearest]), float(along[nearest])

    def _unit(self, up: float) -> float:
        if self.eye.is_above:
            return min(self.room.width(), self.room.height()) / 2
        reach = math.sqrt(2.0)
        return min(
            self.room.width() / (2 * reach),
            self.room.height() / (2 * reach * math.sin(up) + TALL * math.cos(up)),
        )
