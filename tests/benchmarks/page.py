"""FIGURES.md: a section for each part of the benchmark, of which those that were not run keep their rows."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from cadl_desktop.storage.atomic import write_atomically

PAGE = Path(__file__).with_name("FIGURES.md")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def write(measured: Mapping[str, str], order: Sequence[str], page: Path = PAGE) -> None:
    """Puts the sections that were measured into the page, by the name of their part."""
    text = updated(page.read_text(encoding="utf-8") if page.exists() else "# Figures\n", measured, order)
    write_atomically(page, lambda path: path.write_text(text, encoding="utf-8"))


def updated(page: str, measured: Mapping[str, str], order: Sequence[str]) -> str:
    """The page with what was measured in place of what stood there, parts in their order.

    What stands before the first heading stays there; soaks follow the parts, and sections of any other name
    stay at the end.
    """
    opening, *rest = _HEADING.split(page)
    sections = dict(zip(rest[::2], rest[1::2], strict=True)) | dict(measured)
    known = [name for name in order if name in sections]
    others = sorted(
        (name for name in sections if name not in order), key=lambda name: not name.startswith("soak ")
    )
    parts = [f"## {name}\n\n{sections[name].strip()}" for name in (*known, *others)]
    return "\n\n".join([opening.strip(), *parts]) + "\n"
