"""Cells and snippets that scripts and notebooks are made of, and helpers that write Python code."""

import base64
import json
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_BASE64_WIDTH = 100


@dataclass(frozen=True)
class Cell:
    """Passage of code under a title, with a few sentences of explanation in `text`."""

    title: str
    text: str
    code: str
    shown: str = ""
    """Expression that a notebook evaluates at the end of the cell, to show its value."""


@dataclass(frozen=True)
class Snippet:
    """Code of a dataset, an encoding or a layer, and a sentence about it (empty for layers).

    `starts` has, for each of its weights, the code that draws the initial values from `random`.
    """

    about: str = ""
    code: str = ""
    starts: tuple[str, ...] = ()


def code(text: str) -> str:
    """Lines of a template without its indentation."""
    return textwrap.dedent(text).strip("\n")


def join_passages(parts: Iterable[str]) -> str:
    """Joins passages of code by empty lines, leaving out empty passages."""
    return "\n\n".join(part for part in parts if part)


def docstring(text: str) -> str:
    """Module docstring of a text, escaped, as names and notes may hold any characters."""
    shown = "".join(
        sign if sign.isprintable() or sign == "\n" else sign.encode("unicode_escape").decode()
        for sign in text.replace("\\", r"\\")
    )
    return '"""' + shown.replace('""', r'"\"') + '\n"""'


def base64_constant(name: str, content: bytes) -> str:
    """Assignment of bytes as base64 text."""
    text = base64.b64encode(content).decode()
    lines = [text[start : start + _BASE64_WIDTH] for start in range(0, len(text), _BASE64_WIDTH)]
    return "\n".join([f'{name} = """', *lines, '"""'])


def literal(value: Any) -> str:
    """Python literal of a plain value, with double quotes around text."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        items = [literal(item) for item in value]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    return repr(value)


def dict_literal(name: str, entries: Mapping[str, str]) -> str:
    """Assignment of a dictionary whose keys and values are code, one entry a line."""
    return "\n".join([f"{name} = {{", *(f"    {key}: {value}," for key, value in entries.items()), "}"])
