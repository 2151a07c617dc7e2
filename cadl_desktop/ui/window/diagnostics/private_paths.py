"""Texts that may leave the machine: of paths they keep what is the program's own."""

import re
import sysconfig
from functools import cache
from pathlib import Path

import cadl_desktop

_BEGIN = r"(?:file:///?|(?<![\w.~/\\<…-])(?:/(?![/\s]|job:|device:)|[A-Za-z]:[/\\]|\\\\(?=\w)))"
"""Of an absolute path on any system; not of a web address, a fraction or one of TensorFlow's devices."""
_PARTS = r"(?:[^/\\\n\"':]+[/\\]+)*"
_LAST = r"(?:[^/\\\n\"':,;]{0,80}?\.\w{1,12}(?![\w.])|[^/\\\s\"':,;)\]]*)"
"""A name with spaces as far as to its ending, and otherwise as far as to the first space."""
_PATH = re.compile(rf"(?<=([\"']))(?P<quoted>{_BEGIN}[^\n]*?)(?=\1)|(?P<plain>{_BEGIN}{_PARTS}{_LAST})")
_ENDING = re.compile(r"\.\w{1,12}$")


def without_private_paths(text: str) -> str:
    """The text with its absolute paths shortened: '…/cadl_desktop/session/session.py' of the program and what
    it is made of, '….png' of any other, and '…' of one without an ending."""
    return _PATH.sub(lambda found: _shortened(found[0]), text)


def _shortened(path: str) -> str:
    own = _own().match(path)
    if own:
        return f"…/{path[own.end() :]}"
    ending = _ENDING.search(path)
    return f"…{ending[0]}" if ending else "…"


@cache
def _own() -> re.Pattern[str]:
    """What leads to the program, to its libraries and to Python's."""
    package = Path(cadl_desktop.__file__).parent
    libraries = {sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib", "platstdlib")}
    places = [re.escape(str(place)) + r"[/\\]+" for place in sorted(libraries, key=len, reverse=True)]
    program = rf"{re.escape(str(package.parent))}[/\\]+(?={re.escape(package.name)}[/\\])"
    return re.compile("|".join([*places, program]))
