"""Page 15: a picture taken apart into samples, each from a pixel's place to its colour."""

from dataclasses import dataclass, replace

import numpy as np

from cadl_desktop.lessons.controls import Button, Choice, Control, Value
from cadl_desktop.lessons.demonstration import Demonstration
from cadl_desktop.lessons.figure import Axis, Figure, Handle, Line, Picture, Points, Role, Table
from cadl_desktop.lessons.samples import pixels
from cadl_desktop.sentences import Sentence, said

WANTED = 2000
"""The sample whose pixel is to be found; the smallest of the pictures has more."""
AROUND = 3
"""So many rows of the table are shown above and below the pixel's own."""
TITLES: dict[str, Sentence] = {
    "astronaut": said("astronaut"),
    "cat": said("cat"),
    "coffee": said("coffee"),
    "rocket": said("rocket"),
}
COLOURS: tuple[tuple[Sentence, Role], ...] = (
    (said("red"), "negative"),
    (said("green"), "series"),
    (said("blue"), "positive"),
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
            said("Picture"),
            self.picture,
            tuple(TITLES.items()),
            said("Which picture is taken apart."),
        )
        claim = Button(
            "claim",
            said("This is sample {wanted:,}", wanted=WANTED),
            said("Says that the marked pixel is sample {wanted:,} of this picture.", wanted=WANTED),
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
        header = (said("sample"), said("row, column"), said("as it is told"), said("red, green, blue"))
        return (Table("samples", _TABLE, header, rows, frozenset({here - numbers[0]})),)

    def words(self) -> tuple[Sentence, ...]:
        known = pixels.scaling(self.picture)
        mean, deviation = float(known.offset[0]), float(known.scale[0])
        scaled_row, scaled_column = pixels.positions(self.picture)[self._sample()].tolist()
        rows, columns = pixels.size(self.picture)
        counted = said(
            r"Row {row} and column {column} of {rows} rows of {columns}: sample "
            r"${row} \cdot {columns} + {column} = {sample}$.",
            row=self.row,
            column=self.column,
            rows=rows,
            columns=columns,
            sample=self._sample(),
        )
        scaled = said(
            r"The network is told $({row} - {mean:.1f}) / {deviation:.2f} = {scaled_row:z.3f}$ and "
            r"$({column} - {mean:.1f}) / {deviation:.2f} = {scaled_column:z.3f}$.",
            row=self.row,
            column=self.column,
            mean=mean,
            deviation=deviation,
            scaled_row=scaled_row,
            scaled_column=scaled_column,
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

    def _told(self, number: int) -> tuple[float | Sentence, ...]:
        """The same in fewer columns, as it stands beside the figures."""
        _, row, column, across, along, *colours = self._table_row(number)
        red, green, blue = colours
        return (
            number,
            said("{row:.0f}, {column:.0f}", row=row, column=column),
            said("{row:z.3f}, {column:z.3f}", row=across, column=along),
            said("{red:.0f}, {green:.0f}, {blue:.0f}", red=red, green=green, blue=blue),
        )

    def _verdict(self) -> Sentence:
        here = self._sample()
        if here == WANTED:
            return said("Right: that many samples come before it, row by row.")
        if here < WANTED:
            return said("No: sample {wanted:,} comes {count:,} later.", wanted=WANTED, count=WANTED - here)
        return said("No: sample {wanted:,} comes {count:,} earlier.", wanted=WANTED, count=here - WANTED)

    def _pixels(self) -> Figure:
        known = pixels.samples(self.picture)
        columns = pixels.size(self.picture)[1]
        middle = self.row + 0.5
        items = (
            Picture(known.as_picture(known.targets).astype(np.uint8)),
            Line(np.array([0.0, columns]), np.array([middle, middle]), "truth", width=1.0, opacity=0.6),
            Handle("pixel", said("Pixel"), self.column + 0.5, middle, step=1.0),
        )
        return Figure(
            "pixels",
            said("{count:,} pixels, {count:,} samples", count=len(known.targets)),
            items,
            Axis(said("column")),
            Axis(said("row")),
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
        pixel = Points(here, colours[self.column], "truth", said("the pixel"), size=8)
        return Figure(
            "row",
            said("Row {row}, from left to right", row=self.row),
            (*curves, pixel),
            Axis(said("column")),
            Axis(said("colour, 0 to 255"), (0.0, 260.0)),
        )


_TABLE = said("What the network is given, sample by sample")
_HEADER = (
    said("sample"),
    said("row"),
    said("column"),
    said("row, standardised"),
    said("column, standardised"),
    said("red"),
    said("green"),
    said("blue"),
)
