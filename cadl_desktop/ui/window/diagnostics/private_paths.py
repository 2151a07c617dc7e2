"""Texts that may leave the machine: of paths they keep what is the program's own."""

import os
import re
import sysconfig
from functools import cache
from pathlib import Path

import cadl_desktop
from cadl_desktop.sentences import SentenceError

_BEGIN = r"(?:/(?![/\s]|job:|device:)|[A-Za-z]:[/\\]|\\\\(?=\w))"
"""Of an absolute path on any system; not of a web address, a fraction or one of TensorFlow's devices."""
_PARTS = r"(?:[^/\\\n\"':]+[/\\]+)*"
_LAST = r"(?:[^/\\\n\"':,;]{0,80}?\.\w{1,12}(?![\w.])|[^/\\\s\"':,;)\]]*)"
"""A name with spaces as far as to its ending, and otherwise as far as to the first space."""
_ENDING = re.compile(r"\.\w{1,12}$")


def without_private_paths(text: str) -> str:
    """The text with its absolute paths shortened: '…/cadl_desktop/session/session.py' of the program and what
    it is made of, '….png' of any other, and '…' of one without an ending."""
    home = os.path.expanduser("~").rstrip("/\\") or "~"
    return _path(home).sub(lambda found: _shortened(found[0]), text)


def without_private_names(text: str, error: BaseException | None) -> str:
    """The text of an error's traceback, with nothing of the files that it and its causes name: a path that
    isn't quoted doesn't say where it ends."""
    while error is not None:
        if isinstance(error, SentenceError):
            text = text.replace(str(error), error.template)
        if isinstance(error, OSError):
            for name in (error.filename, error.filename2):
                if isinstance(name, str):
                    text = text.replace(repr(name), f"'{_shortened(name)}'")
        error = error.__cause__ or error.__context__
    return without_private_paths(text)


def _shortened(path: str) -> str:
    own = _own().match(path)
    if own:
        return f"…/{path[own.end() :]}"
    ending = _ENDING.search(path)
    return f"…{ending[0]}" if ending else "…"


@cache
def _path(home: str) -> re.Pattern[str]:
    """Any absolute one. What is in no quotes may have spaces up to its last part, and the home everywhere."""
    home = rf"{re.escape(home)}(?![\w.-])[/\\]*"
    begin = rf"(?:file:///?|(?<![\w.~/\\<…-])(?:{home}|{_BEGIN}))"
    return re.compile(rf"(?<=([\"']))(?P<quoted>{begin}[^\n]*?)(?=\1)|(?P<plain>{begin}{_PARTS}{_LAST})")


@cache
def _own() -> re.Pattern[str]:
    """What leads to the program, to its libraries and to Python's."""
    package = Path(cadl_desktop.__file__).parent
    libraries = {sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib", "platstdlib")}
    places = [re.escape(str(place)) + r"[/\\]+" for place in sorted(libraries, key=len, reverse=True)]
    program = rf"{re.escape(str(package.parent))}[/\\]+(?={re.escape(package.name)}[/\\])"
    return re.compile("|".join([*places, program]))
