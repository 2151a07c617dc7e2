"""Text files of a person's own, in whatever encoding they were written."""

import os
import re
from pathlib import Path

from cadl_desktop.data.curves.table_cells import TableError
from cadl_desktop.data.ordinary_files import no_ordinary_file, unreadable
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
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
"""Control characters that no table has, unlike line ends, tabs, form feeds and the end of file of DOS."""


def load_text(path: str | os.PathLike[str]) -> str:
    """The text of a file. Raises TableError, which names the file, for what can't be a table."""
    path = Path(path)
    name = f"'{path.name}'"
    try:
        if refusal := _refusal(path, name):
            raise TableError(refusal)
        content = path.read_bytes()
    except OSError as error:
        raise TableError(unreadable(error, name)) from error
    text = _decoded(content)
    if text is None or _NO_TEXT.search(text, 0, _GLANCE):
        raise TableError("{name} is no table of text; save it as CSV and open that.", name=name)
    if not text.strip():
        raise TableError("{name} is empty; choose another file.", name=name)
    return text.removesuffix("\x1a")


def _refusal(path: Path, name: str) -> Sentence | None:
    if path.is_file() and path.stat().st_size > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        return Sentence(
            "{name} has more than {most} MB; keep fewer rows of it and open it again.", name=name, most=most
        )
    return no_ordinary_file(path, name, "a table")


def _decoded(content: bytes) -> str | None:
    """By its mark; without one UTF-8, UTF-16 by where its zeros are, and Latin-1 for all else."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded_as(content, encoding)
    text = _decoded_as(content, "utf-8")
    if text is None or "\0" in text[:_GLANCE]:
        encoding = _by_zeros(content[:_GLANCE])
        text = _decoded_as(content, encoding)
    return text


def _decoded_as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _by_zeros(start: bytes) -> str:
    """Numbers in UTF-16 have a zero in every other byte."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > len(start) / 4 > even:
        return "utf-16-le"
    return "utf-16-be" if even > len(start) / 4 > odd else "latin-1"
