"""Tables: points from two columns of a text file, in whatever format its cells are written.

The file has to be text with a number or two in each row. Delimiter, header, decimal sign and numeric columns
are guessed from the first rows and can be overridden.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.columns import shortened_name
from cadl_desktop.data.curves.curve_datasets import LARGEST, MOST_POINTS, encode_points
from cadl_desktop.data.curves.date_cells import DateCells, Order, has_short_year, is_date, is_time
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
from cadl_desktop.sentences import counted, shown

SUFFIXES = (".csv", ".tsv", ".txt", ".dat")
ROW_NUMBER = -1
"""Column for x that stands for the number of the row, counted from 1."""
MOST_COLUMNS = 100
_CANCEL_CHECK_ROWS = 10_000
_MAJORITY = 0.5
_LONGEST_NAME = 200
_MOST_LISTED = 3
"""Number of columns up to which sentences name them instead of counting them."""


@dataclass(frozen=True, eq=False)
class Table:
    """Text parsed as a table.

    `names` are the columns' names, `rows` the first rows of data, `numeric` the columns that are mostly
    numbers, `too_large` those whose numbers can't be learned, `dated` those that are mostly dates or times of
    day; `clocks` are the columns of times of day by those of dates before them; `decimal` is '.' or ','.
    `headings` is the number of cells that a row may have, None without a header. Sentences call the table by
    its `title`.
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
    dated: tuple[int, ...] = ()
    clocks: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class TakenPoints:
    """Points read from a table: `points` (points, 2), evenly chosen from all `found` where these are too
    many; `skipped` rows without two numbers, and `overlong` rows with more cells than headings, which are
    ambiguous. `counts` says of x and y what they count where they are dates; `made_utc` are the columns whose
    several time zones became UTC."""

    points: Doubles
    found: int
    skipped: int
    overlong: int = 0
    counts: tuple[str, str] = ("", "")
    made_utc: tuple[int, ...] = ()


def read_table(
    text: str, delimiter: str | None = None, header: bool | None = None, *, title: str = TITLE
) -> Table:
    """Parses a text as a table, guessing a delimiter or header of None. Raises TableError."""
    if delimiter is None:
        delimiter = likeliest_delimiter(text, is_date)
    sample = sample_of(text, delimiter, title)
    decimal = decimal_of(sample, delimiter)
    if header is None:
        header = _has_header(sample, decimal)
    data = sample[header:][:SAMPLE_ROWS]
    width = min(max(map(len, sample), default=0), MOST_COLUMNS)
    titles = sample[0] if header and sample else []
    numeric = tuple(index for index in range(width) if _is_mostly_numbers(data, index, decimal, is_learnable))
    parsed = tuple(index for index in range(width) if _is_mostly_numbers(data, index, decimal, is_not_nan))
    dated = tuple(index for index in range(width) if index not in parsed and _is_mostly_dates(data, index))
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
        dated=dated,
        clocks={index: index + 1 for index in dated if _has_times_beside(data, index)},
    )


def likely_columns(table: Table) -> tuple[int, int]:
    """Returns the columns of x and y: those with these names, else dates before the first numbers and these,
    else the first two of numbers, else the row number and the only one. Raises TableError where there are
    neither numbers nor dates, or numbers in the likely columns are too large."""
    columns = sorted((*table.numeric, *table.too_large))
    if not columns and not table.dated:
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
    if not columns:
        first, *others = table.dated
        return (first, others[0]) if others else (ROW_NUMBER, first)
    called = {str(table.names[column]).strip().casefold(): column for column in reversed(columns)}
    if "x" in called and "y" in called:
        return called["x"], called["y"]
    if table.dated and (len(columns) == 1 or table.dated[0] < columns[0]):
        return table.dated[0], columns[0]
    return (columns[0], columns[1]) if len(columns) > 1 else (ROW_NUMBER, columns[0])


def take_points(
    table: Table,
    x: int,
    y: int,
    is_wanted: Callable[[], bool] = lambda: True,
    order: Order | None = None,
) -> TakenPoints:
    """Returns the points of two columns; `x` may be ROW_NUMBER. Rows without two numbers, or with more cells
    than headings, are counted and left out. `order` says which of day and month comes first in dates in
    which both fit.

    Ends early when `is_wanted` returns False. Raises TableError for an unclosed quote, and where most rows
    have more cells than headings: then numbers were split in two, or the headings belong to other columns;
    and for dates that can't be read, OrderError where the order is needed.
    """
    across, up = _Cells(table, x, order, clock_of(table, x, y)), _Cells(table, y, order)
    skipped = overlong = 0
    rows = islice(rows_of(table.text, table.delimiter, table.title), int(table.header), None)
    for number, row in enumerate(rows, 1):
        if number % _CANCEL_CHECK_ROWS == 0 and not is_wanted():
            break
        if _is_overlong(table, row):
            overlong += 1
        elif not across.add(row, number):
            skipped += 1
        elif not up.add(row, number):
            across.drop_last()
            skipped += 1
    (x_values, x_known, x_counts), (y_values, y_known, y_counts) = across.numbers(True), up.numbers(False)
    _refuse_split_numbers(table, overlong, len(x_values) + skipped + overlong)
    known = x_known & y_known
    points = np.column_stack([x_values, y_values])[known]
    skipped += int((~known).sum())
    found = len(points)
    if found > MOST_POINTS:
        points = points[np.linspace(0, found - 1, MOST_POINTS).round().astype(int)]
    made_utc = tuple(column for column, cells in ((x, across), (y, up)) if cells.made_utc)
    return TakenPoints(points, found, skipped, overlong, (x_counts, y_counts), made_utc)


def clock_of(table: Table, x: int, y: int) -> int | None:
    """Returns the column of times of day that belong to the dates of x: the next one, unless it is y."""
    clock = table.clocks.get(x)
    return None if clock == y else clock


class _Cells:
    """Cells of one column as numbers, one by one: of numbers, of dates, which may have their times of day in
    the column `clock`, or the number of the row."""

    def __init__(self, table: Table, column: int, order: Order | None, clock: int | None = None) -> None:
        self._column, self._decimal, self._clock = column, table.decimal, clock
        self._numbers = array("d")
        self._dates = DateCells(table.names[column], order) if column in table.dated else None

    def add(self, row: Sequence[str], number: int) -> bool:
        """Adds the cell of the `number`-th row; False where that has none."""
        if self._dates is not None:
            return self._dates.add(_date_cell(row, self._column, self._clock))
        value = float(number) if self._column == ROW_NUMBER else _cell(row, self._column, self._decimal)
        if value is not None:
            self._numbers.append(value)
        return value is not None

    @property
    def made_utc(self) -> bool:
        return self._dates is not None and self._dates.made_utc

    def drop_last(self) -> None:
        if self._dates is not None:
            self._dates.drop_last()
        else:
            self._numbers.pop()

    def numbers(self, increases: bool) -> tuple[Doubles, NDArray[np.bool_], str]:
        """Numbers of the column, which of its cells are numbers, and what they count, as in `DateCells`."""
        if self._dates is not None:
            return self._dates.numbers(increases)
        return np.array(self._numbers), np.ones(len(self._numbers), np.bool_), ""


def point_settings(table: Table, x: int, y: int, taken: TakenPoints) -> dict[str, Value]:
    """Returns the settings of the dataset 'points' with the points taken from two columns of a table. Raises
    PointsError where they can't be learned."""
    named = zip("xy", (x, y), taken.counts, strict=True)
    said = {
        f"{letter}_{what}": text
        for letter, column, counts in named
        for what, text in (("name", _given_name(table, column, letter)), ("counts", counts))
    }
    return {"points": encode_points(taken.points), **said}


def _given_name(table: Table, column: int, letter: str) -> str:
    """Returns a column's name in the table; empty where that has none, or says no more than x and y do."""
    if column == ROW_NUMBER:
        return "row"
    name = table.names[column]
    return "" if not table.header or name in (_unnamed(column), letter) else name


def is_row_taken(table: Table, row: Sequence[str], x: int, y: int) -> bool:
    """Tells whether `take_points` takes a row, with numbers in both columns; `x` may be ROW_NUMBER."""
    clocks = clock_of(table, x, y), None
    taken = zip((x, y), clocks, strict=True)
    return not _is_overlong(table, row) and all(_is_value(table, row, *columns) for columns in taken)


def point_summary(table: Table, x: int, y: int, taken: TakenPoints) -> str:
    """Returns a sentence or two about the points taken from a table and the rows left out."""
    clock = clock_of(table, x, y)
    across = "the row's number" if x == ROW_NUMBER else _listed(table, [x])
    if clock is not None:
        across = f"{across} with {_listed(table, [clock])}"
    words = [f"{counted(taken.found, 'point')} of {across} and {_listed(table, [y])}"]
    if len(taken.points) < taken.found:
        words.append(f"{len(taken.points):,} of them are kept, evenly chosen")
    if taken.skipped:
        what = "a date and a number" if any(taken.counts) else "two numbers"
        words.append(f"{counted(taken.skipped, 'row')} without {what} left out")
    if taken.overlong:
        words.append(f"{counted(taken.overlong, 'row')} with more cells than there are headings left out")
    if taken.made_utc:
        words.append(f"the time zones in {_listed(table, taken.made_utc)} differ, so times are in UTC now")
    if x in table.dated and (others := [each for each in table.dated if each not in (x, y, clock)]):
        beside = f"join {'it' if len(others) == 1 else 'them'} with {_listed(table, [x])} in one column if"
        words.append(f"{_listed(table, others)} set aside: {beside} both make the date")
    if table.too_large:
        words.append(_too_large(table, table.too_large))
    if short := [column for column in range(len(table.names)) if _has_short_years(table, column)]:
        words.append(f"{_listed(table, short)} set aside: write years with four digits, as in 2024-03-01")
    elif x == ROW_NUMBER and table.numeric == (y,):
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
        return [f"{_listed(table, others)} holds too few numbers or dates and is set aside"]
    return [f"{_listed(table, others)} hold too few numbers or dates and are set aside"]


def _listed(table: Table, columns: Sequence[int]) -> str:
    if len(columns) > _MOST_LISTED:
        return f"{len(columns)} columns"
    return ", ".join(f"'{shown(shortened_name(table.names[column]))}'" for column in columns)


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


def _is_value(table: Table, row: Sequence[str], column: int, clock: int | None) -> bool:
    """Tells whether a row has a number, or a date with its time of day, in a column."""
    if column in table.dated:
        return DateCells(table.names[column]).add(_date_cell(row, column, clock))
    return column == ROW_NUMBER or _cell(row, column, table.decimal) is not None


def _date_cell(row: Sequence[str], column: int, clock: int | None) -> str:
    """Returns the cell of a date, followed by that of its time of day; empty where one is missing."""
    if max(column, clock or 0) >= len(row):
        return ""
    if clock is None:
        return row[column]
    return f"{row[column]} {row[clock]}" if is_time(row[clock]) else ""


def _cell(row: Sequence[str], column: int, decimal: str) -> float | None:
    return learnable_number(row[column], decimal) if column < len(row) else None


def _has_header(sample: list[list[str]], decimal: str) -> bool:
    """Guesses a header: the first row contains no numbers, and a later one does."""

    def is_value(cell: str) -> bool:
        return parsed_number(cell, decimal) is not None or is_date(cell)

    if not sample or any(map(is_value, sample[0])):
        return False
    return any(map(is_value, (cell for row in sample[1:] for cell in row)))


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


def _has_times_beside(rows: list[list[str]], column: int) -> bool:
    """Tells whether the next column has times of day for most dates of this one, which have none."""
    dates = [row[column].strip() for row in rows if column + 1 < len(row) and is_time(row[column + 1])]
    alone = sum(is_date(f"{date} 00:00") for date in dates)
    return bool(rows) and alone >= _MAJORITY * len(rows)


def _is_mostly_dates(rows: list[list[str]], column: int) -> bool:
    dates = sum(column < len(row) and is_date(row[column]) for row in rows)
    return bool(rows) and dates >= _MAJORITY * len(rows)


def _has_short_years(table: Table, column: int) -> bool:
    found = sum(column < len(row) and has_short_year(row[column]) for row in table.rows)
    return bool(table.rows) and found >= _MAJORITY * len(table.rows)


def _name(titles: list[str], index: int) -> str:
    title = " ".join(titles[index].split()) if index < len(titles) else ""
    return shortened_name(title, _LONGEST_NAME) if title else _unnamed(index)


def _unnamed(column: int) -> str:
    return f"column {column + 1}"
