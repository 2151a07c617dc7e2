"""Layers as dots that are joined by lines, and one of them as a product of matrices."""

from collections.abc import Sequence

import numpy as np

from cadl_desktop.lessons.figure import Axis, Doubles, Figure, Item, Line, Node, Points
from cadl_desktop.lessons.networks.layers import Shape

SAMPLES = 5
"""So many rows stand for the n samples of a batch."""
_GAP = 2.5
_BELOW, _BESIDE = 1.2, 0.3
"""How far words are from squares, and the ends of the drawing from its outer dots."""


def drawing(shapes: Sequence[Shape], chosen: int) -> Figure:
    """Every unit a dot, every weight a line; dots without a partner in the next matrix stand out."""
    items: list[Item] = []
    for at, (inputs, units) in enumerate(shapes):
        given = shapes[at - 1][1] if at else inputs
        joined = min(given, inputs)
        starts, ends = _heights(max(given, inputs))[:joined], _heights(_slots(shapes, at + 1))[:units]
        role, opacity = ("series", 0.7) if at == chosen else ("muted", 0.35)
        items.append(_joined(float(at), starts, ends, role == "series", opacity))
    for at in range(len(shapes) + 1):
        items += _column(shapes, at)
    across = Axis(range=(-_BESIDE, len(shapes) + _BESIDE))
    return Figure("drawing", "As a drawing", items, across, axes=False)


def product(shapes: Sequence[Shape], chosen: int) -> Figure:
    """X W + b of one layer, each number a square."""
    inputs, units = shapes[chosen]
    given = shapes[chosen - 1][1] if chosen else inputs
    fits = given == inputs
    parts = (
        ("X", SAMPLES, given, f"n × {given}", "·"),
        ("W", inputs, units, f"{inputs} × {units}", "+"),
        ("b", 1, units, str(units), "=" if fits else "≠"),
        (
            "XW + b",
            SAMPLES if fits else 0,
            units if fits else 0,
            f"n × {units}" if fits else "impossible",
            "",
        ),
    )
    items: list[Item] = []
    left, tallest = 0.0, max(SAMPLES, inputs) / 2
    for name, rows, columns, shape, sign in parts:
        width = max(columns, 4)
        items.append(_grid(left + (width - columns) / 2, rows, columns, fits))
        middle = left + width / 2
        items.append(Node(middle, tallest + _BELOW, name, strong=True, framed=False))
        items.append(Node(middle, -tallest - _BELOW, shape, framed=False))
        if sign:
            items.append(Node(left + width + _GAP / 2, 0.0, sign, strong=True, framed=False))
        left += width + _GAP
    height = tallest + 2 * _BELOW
    up = Axis(range=(-height, height))
    return Figure("product", "As a product of matrices", items, y=up, axes=False, square=True)


def _slots(shapes: Sequence[Shape], column: int) -> int:
    """Dots of a column: as many as one layer gives or the next wants, whatever is more."""
    given = shapes[column - 1][1] if column else 0
    wanted = shapes[column][0] if column < len(shapes) else 0
    return max(given, wanted)


def _heights(count: int) -> Doubles:
    return (count - 1) / 2 - np.arange(count, dtype=np.float64)


def _joined(column: float, starts: Doubles, ends: Doubles, strong: bool, opacity: float) -> Line:
    """Each of one column with each of the next."""
    begins, stops = np.repeat(starts, len(ends)), np.tile(ends, len(starts))
    gaps = np.full(len(begins), np.nan)
    x = np.tile([column, column + 1.0, np.nan], len(begins))
    y = np.stack((begins, stops, gaps), axis=1).ravel()
    return Line(x, y, "series" if strong else "muted", width=1.5 if strong else 1.0, opacity=opacity)


def _column(shapes: Sequence[Shape], at: int) -> list[Item]:
    slots, heights = _slots(shapes, at), _heights(_slots(shapes, at))
    given = shapes[at - 1][1] if at else slots
    wanted = shapes[at][0] if at < len(shapes) else slots
    partners = min(given, wanted)
    x = np.full(slots, float(at))
    below = Node(float(at), -slots / 2 - _BESIDE, _called(at, len(shapes), given), framed=False)
    items: list[Item] = [Points(x[:partners], heights[:partners], "truth", size=12), below]
    if partners < slots:
        items.append(Points(x[partners:], heights[partners:], "negative", "without partner", size=12))
    return items


def _called(at: int, last: int, count: int) -> str:
    if at == 0:
        return "1 input" if count == 1 else f"{count} inputs"
    if at == last:
        return "1 output" if count == 1 else f"{count} outputs"
    return "1 unit" if count == 1 else f"{count} units"


def _grid(left: float, rows: int, columns: int, fits: bool) -> Line:
    """A matrix about y = 0, its numbers squares of one unit."""
    upper, lower = rows / 2, -rows / 2
    upright = [(left + at, lower, left + at, upper) for at in range(columns + 1)] if rows else []
    level = [(left, lower + at, left + columns, lower + at) for at in range(rows + 1)] if columns else []
    ends = np.array([*upright, *level], np.float64).reshape(-1, 4)
    gaps = np.full(len(ends), np.nan)
    x = np.stack((ends[:, 0], ends[:, 2], gaps), axis=1).ravel()
    y = np.stack((ends[:, 1], ends[:, 3], gaps), axis=1).ravel()
    return Line(x, y, "series" if fits else "negative", width=1.0)
