"""Page 15: a picture as a table of samples, each from a pixel's position to its colour (the lecture's L15).

Samples are numbered row by row.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from cadl_desktop.data.pictures.picture_dataset import picture
from cadl_desktop.data.samples import Samples
from cadl_desktop.data.scaling import Affine, standardised
from cadl_desktop.experiment.catalog import part
from cadl_desktop.lessons.demonstration import Button, Choice, Control, Demonstration, Hints, Value
from cadl_desktop.lessons.figure import (
    Axis,
    Doubles,
    Figure,
    Handle,
    Line,
    Picture,
    Points,
    Role,
    Stroke,
    Table,
)
from cadl_desktop.lessons.lecture import LECTURE

NAMES = ("astronaut", "cat", "coffee", "rocket")
"""Shipped pictures that can be chosen, by their names in the catalog."""
_LONGEST: int = LECTURE["L15"]["pixels"]


@cache
def picture_samples(name: str) -> Samples:
    """Positions (n, 2) as (row, column) and colours (n, 3), 0 to 255, of a picture scaled to 64 pixels."""
    return picture(part("dataset", "picture", source=name, longest=_LONGEST))


@cache
def position_scaling(name: str) -> Affine:
    """Standardisation of positions, with one mean and deviation for rows and columns together."""
    known = picture_samples(name)
    return standardised(known.inputs, known.low, known.high)


@cache
def scaled_positions(name: str) -> Doubles:
    """Inputs of the network (n, 2): standardised rows and columns."""
    return np.asarray(position_scaling(name).apply(picture_samples(name).inputs), np.float64)


def picture_size(name: str) -> tuple[int, int]:
    """Numbers of rows and columns."""
    rows, columns = picture_samples(name).as_picture(picture_samples(name).targets).shape[:2]
    return int(rows), int(columns)


def sample_index(name: str, row: int, column: int) -> int:
    """Index of a pixel's sample, from 0."""
    return row * picture_size(name)[1] + column


def row_colours(name: str, row: int) -> Doubles:
    """Colours (columns, 3) of a row, from left to right."""
    return np.asarray(picture_samples(name).as_picture(picture_samples(name).targets)[row], np.float64)


WANTED = 2000
"""Goal: find the pixel of this sample; the smallest picture has more samples."""
ROWS_AROUND = 3
"""Rows of the table shown above and below the pixel's own."""
COLOURS: tuple[tuple[str, Role, Stroke], ...] = (
    ("red", "negative", "solid"),
    ("green", "series", "dashed"),
    ("blue", "positive", "dotted"),
)


@dataclass(frozen=True)
class Painting(Demonstration):
    """State of page 15; `row` and `column` are those of the marked pixel, and `found` is set once the wanted
    sample was claimed rightly."""

    picture: str = "astronaut"
    row: int = 20
    column: int = 28
    claimed: bool = False
    found: bool = False

    def controls(self) -> tuple[Control, ...]:
        picture = Choice(
            "picture",
            "Picture",
            self.picture,
            tuple((name, name) for name in NAMES),
            "Which picture is taken apart.",
        )
        claim = Button(
            "claim",
            f"This is sample {WANTED:,}",
            f"Says that the marked pixel is sample {WANTED:,} of this picture.",
        )
        return picture, claim

    def with_value(self, name: str, value: Value) -> "Painting":
        return replace(self, picture=str(value), claimed=False)._with_pixel(self.row, self.column)

    def after_press(self, name: str) -> "Painting":
        return replace(self, claimed=True, found=self.found or self._sample() == WANTED)

    def after_move(self, name: str, x: float, y: float) -> "Painting":
        return replace(self, claimed=False)._with_pixel(int(np.floor(y)), int(np.floor(x)))

    def figures(self) -> tuple[Figure, ...]:
        return self._pixels(), self._curves()

    def tables(self) -> tuple[Table, ...]:
        here = self._sample()
        last = len(scaled_positions(self.picture)) - 1
        numbers = range(max(0, here - ROWS_AROUND), min(last, here + ROWS_AROUND) + 1)
        rows = [self._shown_row(number) for number in numbers]
        header = ("sample", "row, column", "as it is told", "red, green, blue")
        return (Table("samples", _TABLE, header, rows, frozenset({here - numbers[0]})),)

    def words(self) -> tuple[str, ...]:
        known = position_scaling(self.picture)
        mean, deviation = float(known.offset[0]), float(known.scale[0])
        scaled_row, scaled_column = scaled_positions(self.picture)[self._sample()].tolist()
        rows, columns = picture_size(self.picture)
        counted = (
            rf"Row {self.row} and column {self.column} of {rows} rows of {columns}: sample ${self.row} "
            rf"\cdot {columns} + {self.column} = {self._sample()}$."
        )
        scaled = (
            rf"The network is told $({self.row} - {mean:.1f}) / {deviation:.2f} = "
            rf"{scaled_row:z.3f}$ and $({self.column} - {mean:.1f}) / {deviation:.2f} = "
            rf"{scaled_column:z.3f}$."
        )
        return (counted, scaled, self._verdict()) if self.claimed else (counted, scaled)

    def numbers(self) -> tuple[Table, ...]:
        """Samples of the marked pixel's row."""
        first = sample_index(self.picture, self.row, 0)
        rows = [self._table_row(first + column) for column in range(picture_size(self.picture)[1])]
        return (Table("samples", _TABLE, _HEADER, rows, frozenset({self.column})),)

    def reached(self) -> bool:
        return self.found

    def missed(self) -> bool:
        return self.claimed and not self.found

    def hints(self) -> Hints:
        columns = picture_size(self.picture)[1]
        row, column = divmod(WANTED, columns)
        return (
            f"Every row holds {columns} samples. How many whole rows fit "
            f"into {WANTED:,}? What is left over is the column.",
            f"Put the dot on row {row}, column {column}, and press “This is sample {WANTED:,}”.",
        )

    def _with_pixel(self, row: int, column: int) -> "Painting":
        """State with another pixel marked, clipped to the picture."""
        rows, columns = picture_size(self.picture)
        return replace(self, row=min(max(row, 0), rows - 1), column=min(max(column, 0), columns - 1))

    def _sample(self) -> int:
        return sample_index(self.picture, self.row, self.column)

    def _table_row(self, number: int) -> tuple[float, ...]:
        known = picture_samples(self.picture)
        scaled = scaled_positions(self.picture)[number].round(3)
        numbers = (*known.inputs[number], *scaled, *known.targets[number])
        return (float(number), *map(float, numbers))

    def _shown_row(self, number: int) -> tuple[float | str, ...]:
        """Table row in fewer columns, for the table beside the figures."""
        _, row, column, across, along, *colours = self._table_row(number)
        red, green, blue = colours
        return (
            number,
            f"{row:.0f}, {column:.0f}",
            f"{across:z.3f}, {along:z.3f}",
            f"{red:.0f}, {green:.0f}, {blue:.0f}",
        )

    def _verdict(self) -> str:
        here = self._sample()
        if here == WANTED:
            return "Right: that many samples come before it, row by row."
        if here < WANTED:
            return f"No: sample {WANTED:,} comes {WANTED - here:,} later."
        return f"No: sample {WANTED:,} comes {here - WANTED:,} earlier."

    def _pixels(self) -> Figure:
        known = picture_samples(self.picture)
        columns = picture_size(self.picture)[1]
        middle = self.row + 0.5
        items = (
            Picture(known.as_picture(known.targets).astype(np.uint8)),
            Line(np.array([0.0, columns]), np.array([middle, middle]), "truth", width=1.0, opacity=0.6),
            Handle("pixel", "Pixel", self.column + 0.5, middle, step=1.0),
        )
        return Figure(
            "pixels",
            f"{len(known.targets):,} pixels, {len(known.targets):,} samples",
            items,
            Axis("column"),
            Axis("row"),
            clicked="pixel",
            square=True,
        )

    def _curves(self) -> Figure:
        colours = row_colours(self.picture, self.row)
        columns = np.arange(float(len(colours)))
        here = np.full(3, float(self.column))
        curves = [
            Line(columns, values, role, name, stroke=stroke)
            for values, (name, role, stroke) in zip(colours.T, COLOURS, strict=True)
        ]
        pixel = Points(here, colours[self.column], "truth", "the pixel", size=8)
        return Figure(
            "row",
            f"Row {self.row}, from left to right",
            (*curves, pixel),
            Axis("column"),
            Axis("colour, 0 to 255", (0.0, 260.0)),
        )


_TABLE = "What the network is given, sample by sample"
_HEADER = (
    "sample",
    "row",
    "column",
    "row, standardised",
    "column, standardised",
    "red",
    "green",
    "blue",
)
