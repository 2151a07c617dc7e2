"""Drawing of the lessons' figures: colours of roles, and ranges of axes."""

import numpy as np

from cadl_desktop.drawing.palette import Theme
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
    Role,
)

TRAIL_OPACITY = 0.35
"""Opacity of the line through a trail's dots."""
FAINTEST = 0.25
"""Opacity at the beginning of a trail; its end is opaque."""
_MARGIN = 0.05


def role_colour(role: Role, colours: Theme) -> str:
    """Colour of a role, '#rrggbb'."""
    names = {"second": "series_two", "positive": "blue", "negative": "orange"}
    found: str = getattr(colours, names.get(role, role))
    return found


def ranges_of(figure: Figure) -> tuple[Range, Range]:
    """Ranges of the x and y axis: those of the figure, or computed from its items."""
    return (
        figure.x.range or _range_of(figure.x, [_extent(item)[0] for item in figure.items], figure),
        figure.y.range or _range_of(figure.y, [_extent(item)[1] for item in figure.items], figure),
    )


def _range_of(axis: Axis, parts: list[Doubles], figure: Figure) -> Range:
    values = np.concatenate([np.asarray(part, np.float64).ravel() for part in parts] or [np.zeros(0)])
    values = values[np.isfinite(values)]
    if axis.logarithmic:
        values = values[values > 0]
    if not len(values):
        return (0.1, 1.0) if axis.logarithmic else (0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    filling = [item for item in figure.items if isinstance(item, Heights | Picture)]
    if filling:
        is_down = any(isinstance(item, Picture) for item in filling) and axis is figure.y
        return (high, low) if is_down else (low, high)
    if axis.logarithmic:
        return (low / 1.3, high * 1.3) if low < high else (low / 10, high * 10)
    if low == high:
        return low - 1.0, high + 1.0
    margin = _MARGIN * (high - low)
    stands_on_zero = low == 0.0 and any(isinstance(item, Bars) for item in figure.items) and axis is figure.y
    return (low if stands_on_zero else low - margin), high + margin


def _extent(item: Item) -> tuple[Doubles, Doubles]:
    """x and y values of an item that have to be inside the axes."""
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
