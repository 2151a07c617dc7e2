"""Tables of a person's own: points from two columns of a text file, however its cells are written.

Nothing is asked of the file but that it is text with a number or two in each row. What separates its cells,
whether it has a header, how decimals are written and which columns are numbers is found in its first rows,
and can be told otherwise.
"""

import csv
import math
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from cadl_desktop.data.curves.points import LARGEST, MOST_POINTS
from cadl_desktop.data.samples import DataError, Doubles
from cadl_desktop.sentences import Sentence, joined, said

SUFFIXES = (".csv", ".tsv", ".txt", ".dat")
DELIMITERS = ("\t", ";", ",", "|", " ")
"""A tab is likelier to be meant than a comma, which may be a decimal one; blanks stand in any text."""
ROW_NUMBER = -1
"""In place of a column for x: rows count from 1."""
MOST_COLUMNS = 100
TITLE = said("The table")
_SAMPLE_ROWS = 100
_ASK_EVERY = 10_000
_MOSTLY = 0.5
_LONGEST_NAME = 60
_NAMED = 3
"""More columns than so many are counted only."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


class TableError(DataError):
    """A table that can't be read; the message is one plain sentence with the remedy."""


@dataclass(frozen=True, eq=False)
class Table:
    """A text as a table. `names` are its columns', `rows` the first of its data, `numeric` the columns that
    are mostly numbers, `too_large` those whose numbers can't be learned; `decimal` is '.' or ','. Sentences
    about it call it by its `title`."""

    text: str
    delimiter: str
    header: bool
    decimal: str
    names: tuple[Sentence, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...]
    too_large: tuple[int, ...] = ()
    title: str = TITLE


@dataclass(frozen=True, eq=False)
class Taken:
    """`points` (points, 2), evenly chosen of all `found` where those are too many; `skipped`
    rows had none.
    """

    points: Doubles
    found: int
    skipped: int


def read_table(
    text: str, delimiter: str | None = None, header: bool | None = None, *, title: str = TITLE
) -> Table:
    """The text as a table, with what is None found out. Raises TableError where a quote never closes."""
    if delimiter is None:
        delimiter = _likeliest_delimiter(text)
    sample = list(islice(_rows(text, delimiter, title), _SAMPLE_ROWS + 1))
    decimal = _decimal_of(sample, delimiter)
    if header is None:
        header = _has_header(sample, decimal)
    data = sample[header:][:_SAMPLE_ROWS]
    width = min(max(map(len, sample), default=0), MOST_COLUMNS)
    titles = sample[0] if header and sample else []
    numeric = tuple(index for index in range(width) if _mostly(data, index, decimal, _can_be_learned))
    parsed = tuple(index for index in range(width) if _mostly(data, index, decimal, _is_no_nan))
    return Table(
        text=text,
        delimiter=delimiter,
        header=header,
        decimal=decimal,
        names=tuple(_name(titles, index) for index in range(width)),
        rows=tuple(tuple(row[:width]) for row in data),
        numeric=numeric,
        too_large=tuple(index for index in parsed if index not in numeric),
        title=title,
    )


def likely_columns(table: Table) -> tuple[int, int]:
    """The columns of x and y: those called so, or the first two of numbers; the row's number is x where only
    one is of numbers. Raises TableError."""
    if not table.numeric:
        if table.too_large:
            raise TableError(
                "{title} has no numbers to learn: {problem}; scale them down.",
                title=table.title,
                problem=_too_large(table),
            )
        raise TableError(
            "{title} has no column of numbers; choose one with x and y in each row.", title=table.title
        )
    if len(table.numeric) == 1:
        return ROW_NUMBER, table.numeric[0]
    called = {str(table.names[column]).strip().casefold(): column for column in reversed(table.numeric)}
    if "x" in called and "y" in called:
        return called["x"], called["y"]
    return table.numeric[0], table.numeric[1]


def take_points(table: Table, x: int, y: int, is_wanted: Callable[[], bool] = lambda: True) -> Taken:
    """The points of two columns; `x` may be ROW_NUMBER. Rows without two numbers are left out and counted.

    It ends early when it is no longer wanted. Raises TableError where a quote never closes.
    """
    across, up = array("d"), array("d")
    skipped = 0
    rows = islice(_rows(table.text, table.delimiter, table.title), int(table.header), None)
    for number, row in enumerate(rows, 1):
        if number % _ASK_EVERY == 0 and not is_wanted():
            break
        point = _point(table, row, x, y, number)
        if point is None:
            skipped += 1
        else:
            across.append(point[0])
            up.append(point[1])
    points = np.column_stack([np.array(across), np.array(up)])
    found = len(points)
    if found > MOST_POINTS:
        points = points[np.linspace(0, found - 1, MOST_POINTS).round().astype(int)]
    return Taken(points, found, skipped)


def has_point(table: Table, row: Sequence[str], x: int, y: int) -> bool:
    """Whether a row of a table has numbers in both columns; `x` may be ROW_NUMBER."""
    return _point(table, row, x, y, 1) is not None


def told(table: Table, x: int, y: int, taken: Taken) -> Sentence:
    """In a sentence or two, what was taken of a table and what was left out."""
    points = said("1 point") if taken.found == 1 else said("{count:,} points", count=taken.found)
    across = said("the row's number") if x == ROW_NUMBER else said("'{name}'", name=table.names[x])
    words = [said("{points} of {x} and '{y}'", points=points, x=across, y=table.names[y])]
    if len(taken.points) < taken.found:
        words.append(said("{count:,} of them are kept, evenly chosen", count=len(taken.points)))
    if taken.skipped == 1:
        words.append(said("1 row without two numbers left out"))
    elif taken.skipped:
        words.append(said("{count:,} rows without two numbers left out", count=taken.skipped))
    if table.too_large:
        words.append(_too_large(table))
    return said("{words}.", words=joined("; ", words))


def _too_large(table: Table) -> Sentence:
    where = joined(", ", (said("'{name}'", name=table.names[column]) for column in table.too_large))
    if len(table.too_large) > _NAMED:
        where = said("{count} columns", count=len(table.too_large))
    most = f"{LARGEST:g}".replace("+", "")
    return said("the numbers in {where} are larger than {most} and can't be used", where=where, most=most)


def _point(table: Table, row: Sequence[str], x: int, y: int, number: int) -> tuple[float, float] | None:
    """The point of a row, which is the table's `number`-th."""
    x_value = float(number) if x == ROW_NUMBER else _cell(row, x, table.decimal)
    y_value = _cell(row, y, table.decimal)
    return None if x_value is None or y_value is None else (x_value, y_value)


def _rows(text: str, delimiter: str, title: str = TITLE) -> Iterator[list[str]]:
    """The rows that hold anything; comments begin with '#'."""
    lines = (match[0] for match in _LINE.finditer(text))
    if delimiter == " ":
        lines = (" ".join(line.split()) for line in lines)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != " ")
    try:
        for row in reader:
            if any(cell.strip() for cell in row) and not row[0].lstrip().startswith("#"):
                yield row
    except csv.Error as error:
        raise TableError(
            "{title} can't be read beyond line {line}; look for a quote that never closes.",
            title=title,
            line=reader.line_num,
        ) from error


def _number(cell: str, decimal: str) -> float | None:
    """None for anything but a finite number of a size that can be learned."""
    value = _parsed(cell, decimal)
    return value if value is not None and _can_be_learned(value) else None


def _can_be_learned(value: float) -> bool:
    return abs(value) <= LARGEST


def _is_no_nan(value: float) -> bool:
    return not math.isnan(value)


def _parsed(cell: str, decimal: str) -> float | None:
    """A number of any size; infinite where its digits say more than can be held."""
    text = cell.strip().replace("\u2212", "-")
    if decimal == ",":
        if "." in text or text.endswith(","):
            return None
        text = text.replace(",", ".")
    if "_" in text:
        return None  # Python's own way to group digits
    try:
        return float(text)
    except ValueError:
        return None


def _cell(row: Sequence[str], column: int, decimal: str) -> float | None:
    return _number(row[column], decimal) if column < len(row) else None


def _likeliest_delimiter(text: str) -> str:
    """The one that makes rows of one width with the most numbers in them; a comma where none does."""
    likeliest, best = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            sample = list(islice(_rows(text, delimiter), _SAMPLE_ROWS))
        except TableError:
            continue
        score = _score(sample, delimiter)
        if score > best + 1e-9:
            likeliest, best = delimiter, score
    return likeliest


def _score(sample: list[list[str]], delimiter: str) -> float:
    if not sample:
        return 0.0
    (width, count), *_ = Counter(map(len, sample)).most_common(1)
    if width < 2:
        return 0.0
    decimal = _decimal_of(sample, delimiter)
    cells = [cell for row in sample for cell in row]
    # A header costs every delimiter the same; a little for cells that aren't numbers keeps words apart, too.
    numbers = sum(_number(cell, decimal) is not None for cell in cells) / len(cells)
    return count / len(sample) * (numbers + 0.01)


def _decimal_of(sample: list[list[str]], delimiter: str) -> str:
    if delimiter == ",":
        return "."
    cells = [cell for row in sample for cell in row]
    counts = {mark: sum(_number(cell, mark) is not None for cell in cells) for mark in ".,"}
    return "," if counts[","] > counts["."] else "."


def _has_header(sample: list[list[str]], decimal: str) -> bool:
    """Words above numbers: the first row has none of the numbers that later ones have."""
    if not sample or any(_parsed(cell, decimal) is not None for cell in sample[0]):
        return False
    return any(_parsed(cell, decimal) is not None for row in sample[1:] for cell in row)


def _mostly(rows: list[list[str]], column: int, decimal: str, counts: Callable[[float], bool]) -> bool:
    """Whether most of a column is numbers that count."""
    parsed = (_parsed(row[column], decimal) for row in rows if column < len(row))
    numbers = sum(value is not None and counts(value) for value in parsed)
    return bool(rows) and numbers >= _MOSTLY * len(rows)


def _name(titles: list[str], index: int) -> Sentence:
    title = " ".join(titles[index].split()) if index < len(titles) else ""
    title = title if len(title) <= _LONGEST_NAME else f"{title[:_LONGEST_NAME]}…"
    return said("{title}", title=title) if title else said("column {number}", number=index + 1)
