"""Where the numbers of a figure stand on the screen, and which of them are written at its axes."""

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from cadl_desktop.lessons.figure import (
    Arrow,
    Axis,
    Bars,
    Doubles,
    Figure,
    Handle,
    Heights,
    Item,
    Node,
    Picture,
    Range,
)

_MARGIN = 0.05
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


def ranges_of(figure: Figure) -> tuple[Range, Range]:
    """Where the axes begin and end: as the figure says, or as its items need."""
    return (
        figure.x.range or _needed(figure.x, [_extent(item)[0] for item in figure.items], figure),
        figure.y.range or _needed(figure.y, [_extent(item)[1] for item in figure.items], figure),
    )


def _needed(axis: Axis, parts: list[Doubles], figure: Figure) -> Range:
    values = np.concatenate([np.asarray(part, np.float64).ravel() for part in parts] or [np.zeros(0)])
    values = values[np.isfinite(values)]
    if axis.logarithmic:
        values = values[values > 0]
    if not len(values):
        return (0.1, 1.0) if axis.logarithmic else (0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    whole = [item for item in figure.items if isinstance(item, Heights | Picture)]
    if whole:
        is_down = any(isinstance(item, Picture) for item in whole) and axis is figure.y
        return (high, low) if is_down else (low, high)
    if axis.logarithmic:
        return (low / 1.3, high * 1.3) if low < high else (low / 10, high * 10)
    if low == high:
        return low - 1.0, high + 1.0
    apart = _MARGIN * (high - low)
    has_ground = low == 0.0 and any(isinstance(item, Bars) for item in figure.items) and axis is figure.y
    return (low if has_ground else low - apart), high + apart


def _extent(item: Item) -> tuple[Doubles, Doubles]:
    """Numbers that have to be on the plane."""
    match item:
        case Bars():
            return item.edges, np.append(item.counts, 0.0)
        case Heights():
            return np.array(item.x_range), np.array(item.y_range)
        case Picture():
            rows, columns = item.colours.shape[:2]
            return np.array([0.0, columns]), np.array([0.0, rows])
        case Arrow():
            return np.array([item.start[0], item.end[0]]), np.array([item.start[1], item.end[1]])
        case Node() | Handle():
            return np.array([item.x]), np.array([item.y])
    return item.x, item.y


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
