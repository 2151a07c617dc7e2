"""What scripts and notebooks are made of, and small things that are written in them."""

import base64
import json
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_WIDTH = 100
"""Of lines of base64."""


@dataclass(frozen=True)
class Cell:
    """A passage of code under a title; `text` are some plain sentences about it."""

    title: str
    text: str
    code: str
    shown: str = ""
    """What a notebook shows below the cell."""


@dataclass(frozen=True)
class Words:
    """What a script says of a dataset, an encoding or a layer: a plain sentence, of a layer none, and code;
    none where it isn't needed.

    `starts` are, for each of its weights, the code that draws the first ones from `random`.
    """

    about: str = ""
    code: str = ""
    starts: tuple[str, ...] = ()


def code(text: str) -> str:
    """Lines as they stand in a template, without its indentation."""
    return textwrap.dedent(text).strip("\n")


def joined(parts: Iterable[str]) -> str:
    """Passages of code with an empty line in between; empty ones are left out."""
    return "\n\n".join(part for part in parts if part)


def docstring(text: str) -> str:
    """A text as what a file begins with. Names and notes may hold any characters, and must stay words."""
    shown = "".join(
        sign if sign.isprintable() or sign == "\n" else sign.encode("unicode_escape").decode()
        for sign in text.replace("\\", r"\\")
    )
    return '"""' + shown.replace('""', r'"\"') + '\n"""'


def as_text(name: str, content: bytes) -> str:
    """Bytes as a constant of base64 text."""
    text = base64.b64encode(content).decode()
    lines = [text[start : start + _WIDTH] for start in range(0, len(text), _WIDTH)]
    return "\n".join([f'{name} = """', *lines, '"""'])


def written(value: Any) -> str:
    """A plain value as Python code, with double quotes about text."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        items = [written(item) for item in value]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    return repr(value)


def dictionary(name: str, entries: Mapping[str, str]) -> str:
    """A dictionary whose keys and values are code already, one entry a line."""
    return "\n".join([f"{name} = {{", *(f"    {key}: {value}," for key, value in entries.items()), "}"])
