"""Pictures on a sheet: in columns and rows by two of the settings that vary, and as large as they fit. All
lengths are in pixels."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import NamedTuple

from cadl_desktop.comparing.groups import value_order
from cadl_desktop.comparing.training import Setting, TrainingSet
from cadl_desktop.sweeps.plan.sweep_model import Point, Value

_MOST_PLACES, _MOST_TRIED = 12, 4
"""Largest number of columns or rows, and of settings of which one is tried for each."""
_FULL = 0.8
"""Least share of places with trainings of an arrangement that nobody has chosen."""
EDGE, LINE = 4, 18
"""Space around a picture, and height of the text below it."""
HEAD, SIDE, GAP = 22, 88, 8
"""Height of the labels of columns, width of those of rows, and gap between blocks."""
WORDED_SIZE, LEAST_SIZE, SCROLLED_SIZE = 56, 32, 96
"""Longer side of the smallest picture with words below it; of the smallest of all, which still shows what a
network has learned (200 fit beside the table in a window of 1440 by 900); and of pictures that are too many
to be seen at once."""
_CURVE_RATIO, _NARROWEST, _WIDEST = 1.5, 0.5, 3.0
"""Width to height: of curves, which are stretched to fill their tiles, and of the pictures beyond which tiles
have space left."""


Place = Value | None
"""Setting that the trainings of one column share: its value, or None where they lack the setting."""


@dataclass(frozen=True)
class Arrangement:
    """Numbers of trainings in `blocks`, row by row. Without a setting there is one column, or one row."""

    across: Setting | None = None
    down: Setting | None = None
    columns: tuple[Place, ...] = (None,)
    rows: tuple[Place, ...] = (None,)
    blocks: Sequence[Sequence[int]] = ((),)

    @property
    def fullest(self) -> int:
        """Number of trainings in the block that has most."""
        return max(1, *map(len, self.blocks))

    @property
    def is_full(self) -> bool:
        """Whether most of its places have a training."""
        return sum(map(len, self.blocks)) >= _FULL * len(self.blocks) * self.fullest


def points_of(trainings: TrainingSet) -> dict[int, Point]:
    """Returns the points of all trainings by number, also of trials to come if they are known."""
    known = {training.number: training.point for training in trainings.trainings}
    return dict(sorted({**trainings.coming, **known}.items()))


def arranged(points: Mapping[int, Point], across: Setting | None, down: Setting | None) -> Arrangement:
    """Returns each training at its column and row."""
    column_of, row_of = _places(points, across), _places(points, down)
    columns, rows = _in_order(across, column_of), _in_order(down, row_of)
    blocks: list[list[int]] = [[] for _ in rows for _ in columns]
    for number in points:
        row, column = rows.index(row_of[number]), columns.index(column_of[number])
        blocks[row * len(columns) + column].append(number)
    return Arrangement(across, down, columns, rows, blocks)


def natural_settings(points: Mapping[int, Point], settings: Sequence[Setting]) -> tuple[Setting | None, ...]:
    """Returns the settings for columns and rows that leave few places empty, the one with more values across,
    or the only one that varies; two None where there are no such settings, as among many."""
    if len(settings) > _MOST_TRIED:
        return None, None
    few = [each for each in settings if len({*_places(points, each).values()}) <= _MOST_PLACES]
    for pair in [(few[0], None)] if len(settings) == len(few) == 1 else permutations(few, 2):
        found = arranged(points, *pair)
        if found.is_full and len(points) > len(found.columns) >= len(found.rows):
            return pair
    return None, None


def _places(points: Mapping[int, Point], setting: Setting | None) -> Mapping[int, Place]:
    """Returns the value of each training. Numbers are rounded: the last digits of a step of a grid depend on
    the machine that proposed the trial."""
    if setting is None:
        return dict.fromkeys(points)
    values: dict[int, Place] = {number: dict(point).get(setting.path) for number, point in points.items()}
    return {n: float(f"{it:.9g}") if isinstance(it, int | float) else it for n, it in values.items()}


def _in_order(setting: Setting | None, places: Mapping[int, Place]) -> tuple[Place, ...]:
    """Returns the different places in the order of values, None last."""
    if setting is None:
        return (None,)
    return tuple(sorted({*places.values()}, key=partial(value_order, setting))) or (None,)


class Box(NamedTuple):
    """Rectangle on the sheet."""

    left: int
    top: int
    width: int
    height: int


class Layout:
    """Division of a sheet into lines of `in_line` blocks, whose tiles stand `wide` beside one another.

    tiles: by the trainings' numbers, once they have a size.
    columns, rows: rooms of the labels.
    wraps: whether columns without rows go on in further lines, each below its own labels.
    side, head: width and height of the labels that stay where they are when the sheet is scrolled.
    line: height of the words below each picture; 0 below small ones.
    """

    def __init__(self, arrangement: Arrangement, in_line: int = 1, wide: int = 1) -> None:
        self.arrangement, blocks = arrangement, arrangement.blocks
        self._lines = [blocks[first : first + in_line] for first in range(0, len(blocks), in_line)]
        self._depths = [max(1, *(math.ceil(len(block) / wide) for block in line)) for line in self._lines]
        self._wide, self.across = wide, in_line * wide
        self.wraps = len(self._lines) > 1 and not arrangement.down
        self._label = HEAD if arrangement.across else 0
        self.side, self.head = SIDE if arrangement.down else 0, 0 if self.wraps else self._label
        heads = self._label * (len(self._lines) if self.wraps else 1)
        self.width, self.height = self.side + GAP * (in_line - 1), heads + GAP * (len(self._lines) - 1)
        self.line = LINE
        self.tiles: dict[int, Box] = {}
        self.columns: list[Box] = []
        self.rows: list[Box] = []

    def tile(self, width: int, height: int) -> tuple[int, int]:
        """Returns width and height of a tile where tiles without a size yet share a room."""
        return (width - self.width) // self.across, (height - self.height) // sum(self._depths)

    def place_tiles(self, across: int, down: int) -> "Layout":
        """Gives the tiles their width and height."""
        top, block = 0, self._wide * across
        for line, depth in zip(self._lines, self._depths, strict=True):
            lefts = range(self.side, self.side + len(line) * (block + GAP), block + GAP)
            if self.wraps or not self.rows:
                self.columns += [Box(left, top, block, self._label) for left in lefts]
                top += self._label
            for left, numbers in zip(lefts, line, strict=True):
                for place, number in enumerate(numbers):
                    below, beside = divmod(place, self._wide)
                    self.tiles[number] = Box(left + beside * across, top + below * down, across, down)
            self.rows.append(Box(0, top, self.side, depth * down))
            top += depth * down + GAP
        self.width, self.height = self.width + self.across * across, top - GAP
        return self

    @property
    def order(self) -> list[int]:
        """Numbers of the tiles line by line, each from its left."""
        return sorted(self.tiles, key=lambda number: (self.tiles[number].top, self.tiles[number].left))

    def beside(self, number: int | None, across: int, down: int, order: Sequence[int]) -> int:
        """Returns the training some steps along the line of tiles, among those in `order`, or the nearest one
        above or below. The first one where there is no tile to begin from."""
        if number is None or number not in order:
            return order[0]
        if across:
            return order[min(max(order.index(number) + across, 0), len(order) - 1)]
        here = self.tiles[number]
        apart = {each: (it.top - here.top, abs(it.left - here.left)) for each, it in self.tiles.items()}
        beyond = [each for each in order if apart[each][0] * down > 0]
        return min(beyond, key=lambda each: (abs(apart[each][0]), apart[each][1]), default=number)


def fitted(arrangement: Arrangement, ratio: float | None, width: int, height: int, bar: int) -> Layout:
    """Returns the tiles at the largest size at which all are seen, with the rest of the room shared among
    them; where that is too small, at one at which they are scrolled downwards only, beside a scroll bar of
    width `bar`. `ratio` is that of the pictures' width to their height; None of curves, which may be
    stretched."""
    ratio = min(max(ratio or _CURVE_RATIO, _NARROWEST), _WIDEST)
    tall, narrow, divisions = max(1.0, 1 / ratio), width - bar, [*_divisions(arrangement, width)]
    for line, least in ((LINE, WORDED_SIZE), (0, LEAST_SIZE)):
        sizes: dict[Layout, float] = {}  # longer sides of pictures
        for layout in divisions:
            across, down = layout.tile(width, height)
            sizes[layout] = tall * min(across - 2 * EDGE, (down - 2 * EDGE - line) * ratio)
        best = max(divisions, key=sizes.__getitem__)
        if sizes[best] >= least:
            best.line = line
            return best.place_tiles(*best.tile(width, height))
    widest = tall * (divisions[0].tile(narrow, height)[0] - 2 * EDGE)
    picture = round(max(min(SCROLLED_SIZE, widest), LEAST_SIZE) / tall)
    across, down = picture + 2 * EDGE, round(picture / ratio) + 2 * EDGE + LINE
    fitting = [each for each in divisions if each.tile(narrow, height)[0] >= across]
    chosen = max(fitting or divisions[:1], key=lambda each: each.across)
    return chosen.place_tiles(max(across, chosen.tile(narrow, height)[0]), down)


def _divisions(arrangement: Arrangement, width: int) -> Iterator[Layout]:
    """Yields the ways to divide a sheet, first that with the fewest tiles in a line."""
    columns = len(arrangement.columns)
    for in_line in [columns] if arrangement.down else range(1, columns + 1):
        most = width // (in_line * LEAST_SIZE // 2)
        for wide in range(1, max(1, min(most, arrangement.fullest)) + 1):
            yield Layout(arrangement, in_line, wide)
