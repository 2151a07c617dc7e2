"""Page 15: a picture taken apart into samples, each from a pixel's place to its colour."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons.controls import Button, Choice, Control, Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.figure import Axis, Figure, Handle, Line, Picture, Points, Role, Table
from cadl_desktop.lessons.samples import pixels

WANTED = 2000
"""The sample whose pixel is to be found; the smallest of the pictures has more."""
AROUND = 3
"""So many rows of the table are shown above and below the pixel's own."""
TITLES: dict[str, str] = {
    "astronaut": "astronaut",
    "cat": "cat",
    "coffee": "coffee",
    "rocket": "rocket",
}
COLOURS: tuple[tuple[str, Role], ...] = (
    ("red", "negative"),
    ("green", "series"),
    ("blue", "positive"),
)


@dataclass(frozen=True)
class Painting(Demonstration):
    """`row` and `column` are those of the pixel that is looked at; `found` is set once a person has rightly
    said of one that it is the wanted sample's."""

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
            tuple(TITLES.items()),
            "Which picture is taken apart.",
        )
        claim = Button(
            "claim",
            f"This is sample {WANTED:,}",
            f"Says that the marked pixel is sample {WANTED:,} of this picture.",
        )
        return picture, claim

    def turned(self, name: str, value: Value) -> "Painting":
        return replace(self, picture=str(value), claimed=False)._at(self.row, self.column)

    def pressed(self, name: str) -> "Painting":
        return replace(self, claimed=True, found=self.found or self._sample() == WANTED)

    def moved(self, name: str, x: float, y: float) -> "Painting":
        return replace(self, claimed=False)._at(int(np.floor(y)), int(np.floor(x)))

    def figures(self) -> tuple[Figure, ...]:
        return self._pixels(), self._curves()

    def tables(self) -> tuple[Table, ...]:
        here = self._sample()
        last = len(pixels.positions(self.picture)) - 1
        numbers = range(max(0, here - AROUND), min(last, here + AROUND) + 1)
        rows = [self._told(number) for number in numbers]
        header = ("sample", "row, column", "as it is told", "red, green, blue")
        return (Table("samples", _TABLE, header, rows, frozenset({here - numbers[0]})),)

    def words(self) -> tuple[str, ...]:
        known = pixels.scaling(self.picture)
        mean, deviation = float(known.offset[0]), float(known.scale[0])
        scaled_row, scaled_column = pixels.positions(self.picture)[self._sample()].tolist()
        rows, columns = pixels.size(self.picture)
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
        """Those of the row that is looked at."""
        first = pixels.sample_at(self.picture, self.row, 0)
        rows = [self._table_row(first + column) for column in range(pixels.size(self.picture)[1])]
        return (Table("samples", _TABLE, _HEADER, rows, frozenset({self.column})),)

    def reached(self) -> bool:
        return self.found

    def _at(self, row: int, column: int) -> "Painting":
        """With another pixel, held inside the picture."""
        rows, columns = pixels.size(self.picture)
        return replace(self, row=min(max(row, 0), rows - 1), column=min(max(column, 0), columns - 1))

    def _sample(self) -> int:
        return pixels.sample_at(self.picture, self.row, self.column)

    def _table_row(self, number: int) -> tuple[float, ...]:
        known = pixels.samples(self.picture)
        scaled = pixels.positions(self.picture)[number].round(3)
        numbers = (*known.inputs[number], *scaled, *known.targets[number])
        return (float(number), *map(float, numbers))

    def _told(self, number: int) -> tuple[float | str, ...]:
        """The same in fewer columns, as it stands beside the figures."""
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
        known = pixels.samples(self.picture)
        columns = pixels.size(self.picture)[1]
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
        colours = pixels.along_row(self.picture, self.row)
        columns = np.arange(float(len(colours)))
        here = np.full(3, float(self.column))
        curves = [
            Line(columns, values, role, name) for values, (name, role) in zip(colours.T, COLOURS, strict=True)
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
