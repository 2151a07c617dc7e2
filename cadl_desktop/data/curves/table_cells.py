"""What stands in the cells of a text: its rows, how they are separated, and their numbers."""

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from cadl_desktop.data.curves.points import LARGEST
from cadl_desktop.data.samples import DataError

DELIMITERS = ("\t", ";", ",", "|", " ")
"""A tab is likelier to be meant than a comma, which may be a decimal one; blanks stand in any text."""
TITLE = "The table"
SAMPLE_ROWS = 100
MOST_LINE = 200_000
"""Characters: what is longer is no row that a person means, and may be a million cells."""
_SAMPLE_CHARACTERS = 2 * MOST_LINE
_MOST_CELLS = 1000
"""Of a row, all others are let go."""
_MOST_DIGITS = 400
"""As many as the largest number has without an exponent, and more than it takes to tell it."""
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")
_SEPARATOR_TOLD = re.compile(r"sep=.?", re.IGNORECASE)
"""What spreadsheets are told above a table."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


class TableError(DataError):
    """A table that can't be read; the message is one plain sentence with the remedy."""


def rows_of(text: str, delimiter: str, title: str = TITLE) -> Iterator[list[str]]:
    """The rows that hold anything; comments begin with '#'. Raises TableError where a quote never closes, and
    for a line that is far too long."""
    lines = _lines_of(text, title)
    if delimiter == " ":
        lines = (" ".join(line.split()) for line in lines)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != " ")
    try:
        for row in reader:
            if any(map(str.strip, row)) and not row[0].lstrip().startswith("#"):
                yield row[:_MOST_CELLS]
    except csv.Error as error:
        raise TableError(
            "{title} can't be read beyond line {line}; look for a quote that never closes.",
            title=title,
            line=reader.line_num,
        ) from error


def sample_of(text: str, delimiter: str, title: str = TITLE) -> list[list[str]]:
    """The first rows, of which all else is told, and of what may be headings one more. Raises TableError."""
    start = text[:_SAMPLE_CHARACTERS]
    if len(start) < len(text):  # not with half a line in the end, unless it is the only one
        start = start[: max(start.rfind("\n"), start.rfind("\r")) + 1] or start
    return list(islice(rows_of(start, delimiter, title), SAMPLE_ROWS + 1))


def _lines_of(text: str, title: str) -> Iterator[str]:
    for number, line in enumerate(_LINE.finditer(text), 1):
        if line.end() - line.start() > MOST_LINE:
            raise TableError(
                "{title} has more than {most:,} characters in line {number}; write each row into a line "
                "of its own.",
                title=title,
                most=MOST_LINE,
                number=number,
            )
        yield "\n" if number == 1 and _SEPARATOR_TOLD.fullmatch(line[0].strip()) else line[0]


def number_of(cell: str, decimal: str) -> float | None:
    """None for anything but a finite number of a size that can be learned."""
    value = parsed_number(cell, decimal)
    return value if value is not None and can_be_learned(value) else None


def can_be_learned(value: float) -> bool:
    return abs(value) <= LARGEST


def is_no_nan(value: float) -> bool:
    return not math.isnan(value)


def parsed_number(cell: str, decimal: str) -> float | None:
    """A number of any size; infinite where its digits say more than can be held."""
    if len(cell) > _MOST_DIGITS:
        return None
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


def likeliest_delimiter(text: str) -> str:
    """The one that makes rows of one width with the most numbers in them; a comma where none does."""
    likeliest, best = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            sample = sample_of(text, delimiter)
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
    decimal = decimal_of(sample, delimiter)
    cells = [cell for row in sample for cell in row]
    # A header costs every delimiter the same; a little for cells that aren't numbers keeps words apart, too.
    numbers = sum(number_of(cell, decimal) is not None for cell in cells) / len(cells)
    return count / len(sample) * (numbers + 0.01)


def decimal_of(sample: list[list[str]], delimiter: str) -> str:
    cells = [cell for row in sample for cell in row]
    if delimiter == "," and not any(_is_decimal(cell) for cell in cells):
        return "."
    counts = {mark: sum(number_of(cell, mark) is not None for cell in cells) for mark in ".,"}
    return "," if counts[","] > counts["."] else "."


def _is_decimal(cell: str) -> bool:
    """Whether a comma in quotes is a decimal one, and groups no thousands."""
    text = cell.strip().replace("\u2212", "-")
    return "," in text and number_of(text, ",") is not None and not _GROUPED.fullmatch(text)
