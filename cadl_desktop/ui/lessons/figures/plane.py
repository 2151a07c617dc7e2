"""Where the numbers of a figure stand on the screen, and which of them are written at its axes."""

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from cadl_desktop.drawing.lesson_figures import ranges_of
from cadl_desktop.lessons.figure import Doubles, Figure

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """One axis: where it begins and ends, in its own units and in pixels. It may go down."""

    begin: float
    end: float
    first: float
    last: float
    logarithmic: bool = False

    def at(self, value: Doubles | float) -> Doubles:
        """Pixels of values of any shape; not a number where a logarithmic axis has no place."""
        return self.first + (self._even(value) - self._low) / self._span * (self.last - self.first)

    def back(self, pixels: float) -> float:
        """The value at a pixel."""
        share = (pixels - self.first) / ((self.last - self.first) or 1.0)
        even = self._low + share * self._span
        return float(10**even) if self.logarithmic else float(even)

    def clamped(self, value: float) -> float:
        low, high = sorted((self.begin, self.end))
        return min(max(value, low), high)

    def ticks(self, room: float) -> list[float]:
        """Round numbers along it, at least `room` pixels apart."""
        length = abs(self.last - self.first)
        most = max(2, int(length / room))
        low, high = sorted((self.begin, self.end))
        if self.logarithmic:
            decades = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
            every = max(1, math.ceil(len(decades) / most))
            return [10.0**decade for decade in decades if decade % every == 0]
        found = _multiples(low, high, most)
        if len(found) > 1:
            return found
        closer = _multiples(low, high, most + 2)
        return closer[::2] if len(closer) > most + 2 else closer

    @property
    def _low(self) -> float:
        return float(self._even(self.begin))

    @property
    def _span(self) -> float:
        return float(self._even(self.end)) - self._low or 1.0

    def _even(self, value: Doubles | float) -> Doubles:
        values = np.asarray(value, np.float64)
        if not self.logarithmic:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0, np.log10(values), np.nan)


@dataclass(frozen=True)
class Plane:
    """Both axes of a figure, and the rectangle between them."""

    x: Scale
    y: Scale
    room: QRectF

    def places(self, x: Doubles, y: Doubles) -> Doubles:
        """Pixels (n, 2) of points x (n,), y (n,)."""
        return np.column_stack((self.x.at(x), self.y.at(y)))

    def at(self, x: float, y: float) -> QPointF:
        return QPointF(*self.places(np.array([x]), np.array([y]))[0].tolist())

    def back(self, pixels: QPointF) -> tuple[float, float]:
        """The values at a place, brought into the axes' ranges."""
        x, y = self.x.back(pixels.x()), self.y.back(pixels.y())
        return self.x.clamped(x), self.y.clamped(y)


def plane_of(figure: Figure, room: QRectF) -> Plane:
    """The plane of a figure in a rectangle; what is `square` takes no more of it than it can."""
    x, y = ranges_of(figure)
    if figure.square and not (figure.x.logarithmic or figure.y.logarithmic):
        room = _square(room, abs(x[1] - x[0]), abs(y[1] - y[0]))
    return Plane(
        Scale(*x, room.left(), room.right(), figure.x.logarithmic),
        Scale(*y, room.bottom(), room.top(), figure.y.logarithmic),
        room,
    )


def _square(room: QRectF, width: float, height: float) -> QRectF:
    unit = min(room.width() / (width or 1.0), room.height() / (height or 1.0))
    inner = QRectF(0, 0, unit * (width or 1.0), unit * (height or 1.0))
    inner.moveCenter(room.center())
    return inner


def _multiples(low: float, high: float, most: int) -> list[float]:
    """Between two ends, of a round step that leads from one to the other in `most` steps or fewer."""
    step = _nice((high - low) / most)
    first = math.ceil(low / step - 1e-9)
    return [round(place * step, 12) for place in range(first, math.floor(high / step + 1e-9) + 1)]


def _nice(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that isn't below `least`; 2.5 itself would count
    what comes in wholes by halves."""
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    steps = (nice * power for nice in _NICE if nice * power != 2.5)
    return next(step for step in steps if step >= least * 0.999999)
