"""Text of tables: decoding of files, rows, delimiters, and the numbers in cells."""

import csv
import math
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from cadl_desktop.data.curves.curve_datasets import LARGEST
from cadl_desktop.data.ordinary_files import path_problem, read_problem
from cadl_desktop.data.samples import DataError
from cadl_desktop.sentences import Sentence

MOST_BYTES = 50_000_000
_GLANCE = 65_536
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
"""Control characters that no table has, unlike line ends, tabs, form feeds and DOS's end of file (0x1A)."""
_PLAIN_PICTURE = re.compile(rb"P[1-6]\s+[#0-9]")
"""Start of a PPM, PGM or PBM file, which may have no control characters."""
DELIMITERS = ("\t", ";", ",", "|", " ")
"""Delimiters, the likeliest first. A comma may be a decimal one, and spaces are in any text."""
TITLE = "The table"
SAMPLE_ROWS = 100
MOST_LINE = 200_000
"""Characters of the longest line. A longer one is no row that a person means, and may have a million
cells."""
_SAMPLE_CHARACTERS = 2 * MOST_LINE
_MOST_CELLS = 1000
"""Cells of a row that are read; the others are ignored."""
_MOST_DIGITS = 400
"""Longest text of a number: the largest double has 309 digits without an exponent."""
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")
_SEPARATOR_LINE = re.compile(r"sep=.?", re.IGNORECASE)
"""First line by which spreadsheets are told the delimiter."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


class TableError(DataError):
    """Error for a table that can't be read; the message is one plain sentence with the remedy."""


def load_text(path: str | os.PathLike[str]) -> str:
    """Returns the text of a file. Raises TableError, which names the file, where it can't be a table."""
    path = Path(path)
    name = f"'{path.name}'"
    try:
        if refusal := _file_problem(path, name):
            raise TableError(refusal)
        content = path.read_bytes()
    except OSError as error:
        raise TableError(read_problem(error, name)) from error
    return text_of(content, name)


def is_text(content: bytes) -> bool:
    """Tells whether the content of a file may be a table, and not a picture."""
    start = content[:_GLANCE]
    if any(start.startswith(mark) for mark, _ in _BYTE_ORDER_MARKS):
        return True
    return not _CONTROL_CHARACTERS.search(start.decode("latin-1")) and not _PLAIN_PICTURE.match(start)


def text_of(content: bytes, name: str) -> str:
    """Returns the text of a file's content, which sentences call by this name. Raises TableError."""
    if len(content) > MOST_BYTES:
        raise TableError(_too_long(name))
    text = _decoded(content)
    if text is None or _CONTROL_CHARACTERS.search(text, 0, _GLANCE):
        raise TableError("{name} is no table of text; save it as CSV and open that.", name=name)
    if not text.strip():
        raise TableError("{name} is empty; choose another file.", name=name)
    return text.removesuffix("\x1a")


def _file_problem(path: Path, name: str) -> Sentence | None:
    if path.is_file() and path.stat().st_size > MOST_BYTES:
        return _too_long(name)
    return path_problem(path, name, "a table")


def _too_long(name: str) -> Sentence:
    most = MOST_BYTES // 1_000_000
    return Sentence(
        "{name} has more than {most} MB; keep fewer rows of it and open it again.", name=name, most=most
    )


def _decoded(content: bytes) -> str | None:
    """Decodes by a byte order mark, else as UTF-8, as UTF-16 if zero bytes suggest it, or as Latin-1."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded_as(content, encoding)
    text = _decoded_as(content, "utf-8")
    if text is None or "\0" in text[:_GLANCE]:
        encoding = _utf16_or_latin1(content[:_GLANCE])
        text = _decoded_as(content, encoding)
    return text


def _decoded_as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _utf16_or_latin1(start: bytes) -> str:
    """Guesses an encoding: in UTF-16 every other byte of a number is zero."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > len(start) / 4 > even:
        return "utf-16-le"
    return "utf-16-be" if even > len(start) / 4 > odd else "latin-1"


def rows_of(text: str, delimiter: str, title: str = TITLE) -> Iterator[list[str]]:
    """Yields the rows that aren't empty, without comments, which begin with '#'. Raises TableError for an
    unclosed quote and for a line that is too long."""
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
    """Returns the first rows, to guess the format from, and one more for a header. Raises TableError."""
    start = text[:_SAMPLE_CHARACTERS]
    if len(start) < len(text):  # drops an incomplete last line, unless it is the only one
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
        yield "\n" if number == 1 and _SEPARATOR_LINE.fullmatch(line[0].strip()) else line[0]


def learnable_number(cell: str, decimal: str) -> float | None:
    """Parses a finite number whose size can be learned; None for any other cell."""
    value = parsed_number(cell, decimal)
    return value if value is not None and is_learnable(value) else None


def is_learnable(value: float) -> bool:
    return abs(value) <= LARGEST


def is_not_nan(value: float) -> bool:
    return not math.isnan(value)


def parsed_number(cell: str, decimal: str) -> float | None:
    """Parses a number of any size, infinite where it overflows; None for any other cell."""
    if len(cell) > _MOST_DIGITS:
        return None
    text = cell.strip().replace("\u2212", "-")
    if decimal == ",":
        if "." in text or text.endswith(","):
            return None
        text = text.replace(",", ".")
    if "_" in text:
        return None  # float() would accept Python's digit grouping
    try:
        return float(text)
    except ValueError:
        return None


def likeliest_delimiter(text: str, is_date: Callable[[str], bool]) -> str:
    """Returns the delimiter that gives rows of equal width with the most numbers and dates; a comma where
    none does."""
    likeliest, best = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            sample = sample_of(text, delimiter)
        except TableError:
            continue
        score = _score(sample, delimiter, is_date)
        if score > best + 1e-9:
            likeliest, best = delimiter, score
    return likeliest


def _score(sample: list[list[str]], delimiter: str, is_date: Callable[[str], bool]) -> float:
    if not sample:
        return 0.0
    (width, count), *_ = Counter(map(len, sample)).most_common(1)
    if width < 2:
        return 0.0
    decimal = decimal_of(sample, delimiter)
    cells = [cell for row in sample for cell in row]
    # A header lowers all scores alike. The 0.01 makes delimiters count in tables of words, too.
    values = sum(learnable_number(cell, decimal) is not None or is_date(cell) for cell in cells)
    return count / len(sample) * (values / len(cells) + 0.01)


def decimal_of(sample: list[list[str]], delimiter: str) -> str:
    cells = [cell for row in sample for cell in row]
    if delimiter == "," and not any(_is_decimal(cell) for cell in cells):
        return "."
    counts = {mark: sum(learnable_number(cell, mark) is not None for cell in cells) for mark in ".,"}
    return "," if counts[","] > counts["."] else "."


def _is_decimal(cell: str) -> bool:
    """Tells whether the comma in a quoted cell is a decimal one instead of grouping thousands."""
    text = cell.strip().replace("\u2212", "-")
    return "," in text and learnable_number(text, ",") is not None and not _GROUPED.fullmatch(text)
