"""Tables of a person's own: points from two columns of a text file, however its cells are written.

Nothing is asked of the file but that it is text with a number or two in each row. What separates its cells,
whether it has a header, how decimals are written and which columns are numbers is found in its first rows,
and can be told otherwise.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

import numpy as np

from cadl_desktop.data.curves.points import LARGEST, MOST_POINTS
from cadl_desktop.data.curves.table_cells import (
    SAMPLE_ROWS,
    TITLE,
    TableError,
    can_be_learned,
    decimal_of,
    is_no_nan,
    likeliest_delimiter,
    number_of,
    parsed_number,
    rows_of,
    sample_of,
)
from cadl_desktop.data.samples import Doubles
from cadl_desktop.sentences import shown

SUFFIXES = (".csv", ".tsv", ".txt", ".dat")
ROW_NUMBER = -1
"""In place of a column for x: rows count from 1."""
MOST_COLUMNS = 100
_ASK_EVERY = 10_000
_MOSTLY = 0.5
_LONGEST_NAME = 60
_NAMED = 3
"""More columns than so many are counted only."""


@dataclass(frozen=True, eq=False)
class Table:
    """A text as a table. `names` are its columns', `rows` the first of its data, `numeric` the columns that
    are mostly numbers, `too_large` those whose numbers can't be learned; `decimal` is '.' or ','. Where there
    are `headings`, a row has at most so many cells. Sentences about it call it by its `title`."""

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
class Taken:
    """`points` (points, 2), evenly chosen of all `found` where those are too many; `skipped` rows had none,
    and of the `overlong` nobody knows which of their cells belong together."""

    points: Doubles
    found: int
    skipped: int
    overlong: int = 0


def read_table(
    text: str, delimiter: str | None = None, header: bool | None = None, *, title: str = TITLE
) -> Table:
    """The text as a table, with what is None found out. Raises TableError, as `rows_of` does."""
    if delimiter is None:
        delimiter = likeliest_delimiter(text)
    sample = sample_of(text, delimiter, title)
    decimal = decimal_of(sample, delimiter)
    if header is None:
        header = _has_header(sample, decimal)
    data = sample[header:][:SAMPLE_ROWS]
    width = min(max(map(len, sample), default=0), MOST_COLUMNS)
    titles = sample[0] if header and sample else []
    numeric = tuple(index for index in range(width) if _mostly(data, index, decimal, can_be_learned))
    parsed = tuple(index for index in range(width) if _mostly(data, index, decimal, is_no_nan))
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
    """The columns of x and y: those called so, or the first two of numbers; the row's number is x where only
    one is of numbers. Raises TableError, also where these are too large: nobody means other columns then."""
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


def take_points(table: Table, x: int, y: int, is_wanted: Callable[[], bool] = lambda: True) -> Taken:
    """The points of two columns; `x` may be ROW_NUMBER. Rows without two numbers are left out and counted,
    as are those with more cells than there are headings.

    It ends early when it is no longer wanted. Raises TableError where a quote never closes, and where most
    rows have more cells: their numbers were cut in two, or the headings are of other columns.
    """
    across, up = array("d"), array("d")
    skipped = overlong = 0
    rows = islice(rows_of(table.text, table.delimiter, table.title), int(table.header), None)
    for number, row in enumerate(rows, 1):
        if number % _ASK_EVERY == 0 and not is_wanted():
            break
        if _is_overlong(table, row):
            overlong += 1
        elif (point := _point(table, row, x, y, number)) is None:
            skipped += 1
        else:
            across.append(point[0])
            up.append(point[1])
    _refuse_cut(table, overlong, len(across) + skipped + overlong)
    points = np.column_stack([np.array(across), np.array(up)])
    found = len(points)
    if found > MOST_POINTS:
        points = points[np.linspace(0, found - 1, MOST_POINTS).round().astype(int)]
    return Taken(points, found, skipped, overlong)


def has_point(table: Table, row: Sequence[str], x: int, y: int) -> bool:
    """Whether a row of a table is taken, with numbers in both columns; `x` may be ROW_NUMBER."""
    return not _is_overlong(table, row) and _point(table, row, x, y, 1) is not None


def told(table: Table, x: int, y: int, taken: Taken) -> str:
    """In a sentence or two, what was taken of a table and what was left out."""
    points = "1 point" if taken.found == 1 else f"{taken.found:,} points"
    across = "the row's number" if x == ROW_NUMBER else f"'{shown(table.names[x])}'"
    words = [f"{points} of {across} and '{shown(table.names[y])}'"]
    if len(taken.points) < taken.found:
        words.append(f"{len(taken.points):,} of them are kept, evenly chosen")
    if taken.skipped:
        words.append(f"{_rows_counted(taken.skipped)} without two numbers left out")
    if taken.overlong:
        rows = _rows_counted(taken.overlong)
        words.append(f"{rows} with more cells than there are headings left out")
    if table.too_large:
        words.append(_too_large(table, table.too_large))
    if x == ROW_NUMBER and table.numeric == (y,):
        words += _set_aside(table)
    return f"{'; '.join(words)}."


def _rows_counted(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _too_large(table: Table, columns: Sequence[int]) -> str:
    most = f"{LARGEST:g}".replace("+", "")
    where = _listed(table, columns)
    return f"the numbers in {where} are larger than {most} and can't be used"


def _set_aside(table: Table) -> list[str]:
    """Which columns were none to choose for x."""
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
    if len(columns) > _NAMED:
        return f"{len(columns)} columns"
    return ", ".join(f"'{shown(table.names[column])}'" for column in columns)


def _refuse_cut(table: Table, overlong: int, rows: int) -> None:
    if overlong and overlong >= _MOSTLY * rows:
        raise TableError(
            "{title} has {rows} with more cells than there are headings; write numbers without grouping, as "
            "1234.5, and give every column a heading.",
            title=table.title,
            rows=_rows_counted(overlong),
        )


def _is_overlong(table: Table, row: Sequence[str]) -> bool:
    """Whether anything stands beyond the headings."""
    if table.headings is None or len(row) <= table.headings:
        return False
    return any(cell.strip() for cell in row[table.headings :])


def _point(table: Table, row: Sequence[str], x: int, y: int, number: int) -> tuple[float, float] | None:
    """The point of a row, which is the table's `number`-th."""
    x_value = float(number) if x == ROW_NUMBER else _cell(row, x, table.decimal)
    y_value = _cell(row, y, table.decimal)
    return None if x_value is None or y_value is None else (x_value, y_value)


def _cell(row: Sequence[str], column: int, decimal: str) -> float | None:
    return number_of(row[column], decimal) if column < len(row) else None


def _has_header(sample: list[list[str]], decimal: str) -> bool:
    """Words above numbers: the first row has none of the numbers that later ones have."""
    if not sample or any(parsed_number(cell, decimal) is not None for cell in sample[0]):
        return False
    return any(parsed_number(cell, decimal) is not None for row in sample[1:] for cell in row)


def _headings(sample: list[list[str]], decimal: str) -> int:
    """How many columns have one; what is above the numbers may have a title above itself, and units below."""
    first, *others = sample
    above = takewhile(lambda row: all(parsed_number(cell, decimal) is None for cell in row), others)
    return max(map(len, (first, *above)))


def _mostly(rows: list[list[str]], column: int, decimal: str, counts: Callable[[float], bool]) -> bool:
    """Whether most of a column is numbers that count."""
    parsed = (parsed_number(row[column], decimal) for row in rows if column < len(row))
    numbers = sum(value is not None and counts(value) for value in parsed)
    return bool(rows) and numbers >= _MOSTLY * len(rows)


def _name(titles: list[str], index: int) -> str:
    title = " ".join(titles[index].split()) if index < len(titles) else ""
    title = title if len(title) <= _LONGEST_NAME else f"{title[:_LONGEST_NAME]}…"
    return title if title else f"column {index + 1}"
