"""Tables: points from two columns of a text file, in whatever format its cells are written.

The file has to be text with a number or two in each row. Delimiter, header, decimal sign and numeric columns
are guessed from the first rows and can be overridden.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

import numpy as np

from cadl_desktop.data.curves.curve_datasets import LARGEST, MOST_POINTS, encode_points
from cadl_desktop.data.curves.table_text import (
    SAMPLE_ROWS,
    TITLE,
    TableError,
    decimal_of,
    is_learnable,
    is_not_nan,
    learnable_number,
    likeliest_delimiter,
    parsed_number,
    rows_of,
    sample_of,
)
from cadl_desktop.data.samples import Doubles
from cadl_desktop.experiment.part import Value
from cadl_desktop.sentences import counted, shortened, shown

SUFFIXES = (".csv", ".tsv", ".txt", ".dat")
ROW_NUMBER = -1
"""Column for x that stands for the number of the row, counted from 1."""
MOST_COLUMNS = 100
_CANCEL_CHECK_ROWS = 10_000
_MAJORITY = 0.5
_LONGEST_NAME = 60
_MOST_LISTED = 3
"""Number of columns up to which sentences name them instead of counting them."""


@dataclass(frozen=True, eq=False)
class Table:
    """Text parsed as a table.

    `names` are the columns' names, `rows` the first rows of data, `numeric` the columns that are mostly
    numbers, `too_large` those whose numbers can't be learned; `decimal` is '.' or ','. `headings` is the
    number of cells that a row may have, None without a header. Sentences call the table by its `title`.
    """

    text: str
    delimiter: str
    header: bool
    decimal: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...]
    too_large: tuple[int, ...] = ()
    headings: int | None = None
    title: str = TITLE


@dataclass(frozen=True, eq=False)
class TakenPoints:
    """Points read from a table: `points` (points, 2), evenly chosen from all `found` where these are too
    many; `skipped` rows without two numbers, and `overlong` rows with more cells than headings, which are
    ambiguous."""

    points: Doubles
    found: int
    skipped: int
    overlong: int = 0


def read_table(
    text: str, delimiter: str | None = None, header: bool | None = None, *, title: str = TITLE
) -> Table:
    """Parses a text as a table, guessing a delimiter or header of None. Raises TableError."""
    if delimiter is None:
        delimiter = likeliest_delimiter(text)
    sample = sample_of(text, delimiter, title)
    decimal = decimal_of(sample, delimiter)
    if header is None:
        header = _has_header(sample, decimal)
    data = sample[header:][:SAMPLE_ROWS]
    width = min(max(map(len, sample), default=0), MOST_COLUMNS)
    titles = sample[0] if header and sample else []
    numeric = tuple(index for index in range(width) if _is_mostly_numbers(data, index, decimal, is_learnable))
    parsed = tuple(index for index in range(width) if _is_mostly_numbers(data, index, decimal, is_not_nan))
    return Table(
        text=text,
        delimiter=delimiter,
        header=header,
        decimal=decimal,
        names=tuple(_name(titles, index) for index in range(width)),
        rows=tuple(tuple(row[:width]) for row in data),
        numeric=numeric,
        too_large=tuple(index for index in parsed if index not in numeric),
        headings=_headings(sample, decimal) if titles else None,
        title=title,
    )


def likely_columns(table: Table) -> tuple[int, int]:
    """Returns the columns of x and y: those with these names, else the first two of numbers, else the row
    number and the only one. Raises TableError where there are no numbers or those in the likely columns are
    too large."""
    columns = sorted((*table.numeric, *table.too_large))
    if not columns:
        raise TableError(
            "{title} has no column of numbers; choose one with x and y in each row.", title=table.title
        )
    likely = _likely(table, columns)
    unusable = [column for column in likely if column in table.too_large]
    if unusable:
        raise TableError(
            "{title} can't be learned: {problem}; scale them down or leave them out.",
            title=table.title,
            problem=_too_large(table, unusable),
        )
    return likely


def _likely(table: Table, columns: list[int]) -> tuple[int, int]:
    if len(columns) == 1:
        return ROW_NUMBER, columns[0]
    called = {str(table.names[column]).strip().casefold(): column for column in reversed(columns)}
    if "x" in called and "y" in called:
        return called["x"], called["y"]
    return columns[0], columns[1]


def take_points(table: Table, x: int, y: int, is_wanted: Callable[[], bool] = lambda: True) -> TakenPoints:
    """Returns the points of two columns; `x` may be ROW_NUMBER. Rows without two numbers, or with more cells
    than headings, are counted and left out.

    Ends early when `is_wanted` returns False. Raises TableError for an unclosed quote, and where most rows
    have more cells than headings: then numbers were split in two, or the headings belong to other columns.
    """
    across, up = array("d"), array("d")
    skipped = overlong = 0
    rows = islice(rows_of(table.text, table.delimiter, table.title), int(table.header), None)
    for number, row in enumerate(rows, 1):
        if number % _CANCEL_CHECK_ROWS == 0 and not is_wanted():
            break
        if _is_overlong(table, row):
            overlong += 1
        elif (point := _point(table, row, x, y, number)) is None:
            skipped += 1
        else:
            across.append(point[0])
            up.append(point[1])
    _refuse_split_numbers(table, overlong, len(across) + skipped + overlong)
    points = np.column_stack([np.array(across), np.array(up)])
    found = len(points)
    if found > MOST_POINTS:
        points = points[np.linspace(0, found - 1, MOST_POINTS).round().astype(int)]
    return TakenPoints(points, found, skipped, overlong)


def point_settings(table: Table, x: int, y: int, taken: TakenPoints) -> dict[str, Value]:
    """Returns the settings of the dataset 'points' with the points taken from two columns of a table. Raises
    PointsError where they can't be learned."""
    names = {f"{letter}_name": _given_name(table, column, letter) for letter, column in (("x", x), ("y", y))}
    return {"points": encode_points(taken.points), **names}


def _given_name(table: Table, column: int, letter: str) -> str:
    """Returns a column's name in the table; empty where that has none, or says no more than x and y do."""
    if column == ROW_NUMBER:
        return "row"
    name = table.names[column]
    return "" if not table.header or name in (_unnamed(column), letter) else name


def is_row_taken(table: Table, row: Sequence[str], x: int, y: int) -> bool:
    """Tells whether `take_points` takes a row, with numbers in both columns; `x` may be ROW_NUMBER."""
    return not _is_overlong(table, row) and _point(table, row, x, y, 1) is not None


def point_summary(table: Table, x: int, y: int, taken: TakenPoints) -> str:
    """Returns a sentence or two about the points taken from a table and the rows left out."""
    across = "the row's number" if x == ROW_NUMBER else f"'{shown(table.names[x])}'"
    words = [f"{counted(taken.found, 'point')} of {across} and '{shown(table.names[y])}'"]
    if len(taken.points) < taken.found:
        words.append(f"{len(taken.points):,} of them are kept, evenly chosen")
    if taken.skipped:
        words.append(f"{counted(taken.skipped, 'row')} without two numbers left out")
    if taken.overlong:
        rows = counted(taken.overlong, "row")
        words.append(f"{rows} with more cells than there are headings left out")
    if table.too_large:
        words.append(_too_large(table, table.too_large))
    if x == ROW_NUMBER and table.numeric == (y,):
        words += _unused_columns(table)
    return f"{'; '.join(words)}."


def _too_large(table: Table, columns: Sequence[int]) -> str:
    most = f"{LARGEST:g}".replace("+", "")
    where = _listed(table, columns)
    return f"the numbers in {where} are larger than {most} and can't be used"


def _unused_columns(table: Table) -> list[str]:
    """Returns words about the columns that could not be chosen for x."""
    others = [
        column
        for column in range(len(table.names))
        if column not in (*table.numeric, *table.too_large)
        and any(row[column].strip() for row in table.rows if column < len(row))
    ]
    if not others:
        return []
    if len(others) == 1:
        return [f"{_listed(table, others)} holds too few numbers and is set aside"]
    return [f"{_listed(table, others)} hold too few numbers and are set aside"]


def _listed(table: Table, columns: Sequence[int]) -> str:
    if len(columns) > _MOST_LISTED:
        return f"{len(columns)} columns"
    return ", ".join(f"'{shown(table.names[column])}'" for column in columns)


def _refuse_split_numbers(table: Table, overlong: int, rows: int) -> None:
    if overlong and overlong >= _MAJORITY * rows:
        raise TableError(
            "{title} has {rows} with more cells than there are headings; write numbers without grouping, as "
            "1234.5, and give every column a heading.",
            title=table.title,
            rows=counted(overlong, "row"),
        )


def _is_overlong(table: Table, row: Sequence[str]) -> bool:
    """Tells whether a row has non-empty cells beyond the headings."""
    if table.headings is None or len(row) <= table.headings:
        return False
    return any(cell.strip() for cell in row[table.headings :])


def _point(table: Table, row: Sequence[str], x: int, y: int, number: int) -> tuple[float, float] | None:
    """Returns the point of a row, the `number`-th of the table; None where it has none."""
    x_value = float(number) if x == ROW_NUMBER else _cell(row, x, table.decimal)
    y_value = _cell(row, y, table.decimal)
    return None if x_value is None or y_value is None else (x_value, y_value)


def _cell(row: Sequence[str], column: int, decimal: str) -> float | None:
    return learnable_number(row[column], decimal) if column < len(row) else None


def _has_header(sample: list[list[str]], decimal: str) -> bool:
    """Guesses a header: the first row contains no numbers, and a later one does."""
    if not sample or any(parsed_number(cell, decimal) is not None for cell in sample[0]):
        return False
    return any(parsed_number(cell, decimal) is not None for row in sample[1:] for cell in row)


def _headings(sample: list[list[str]], decimal: str) -> int:
    """Returns the number of columns with headings, which may include a title above and units below."""
    first, *others = sample
    above = takewhile(lambda row: all(parsed_number(cell, decimal) is None for cell in row), others)
    return max(map(len, (first, *above)))


def _is_mostly_numbers(
    rows: list[list[str]], column: int, decimal: str, counts: Callable[[float], bool]
) -> bool:
    """Tells whether most cells of a column are numbers that `counts` accepts."""
    parsed = (parsed_number(row[column], decimal) for row in rows if column < len(row))
    numbers = sum(value is not None and counts(value) for value in parsed)
    return bool(rows) and numbers >= _MAJORITY * len(rows)


def _name(titles: list[str], index: int) -> str:
    title = " ".join(titles[index].split()) if index < len(titles) else ""
    return shortened(title, _LONGEST_NAME) if title else _unnamed(index)


def _unnamed(column: int) -> str:
    return f"column {column + 1}"
