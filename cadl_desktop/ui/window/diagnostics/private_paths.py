"""Texts that may leave the machine: homes and people's names in them are shortened to '~'."""

import getpass
import re
from pathlib import Path

_HOMES = r"(?<![\w.~-])(?:/home|/Users|[A-Za-z]:\\Users)[/\\][^/\\\s'\"]+"
"""Where systems have them; names of others stand there, too."""


def without_private_paths(text: str) -> str:
    """The text with '~' for this person's home, for everybody's, and for this person's name in any path."""
    return _private().sub("~", text)


def _private() -> re.Pattern[str]:
    home, name = _home(), _name()
    found = [re.escape(path) + r"(?![^/\\\s'\",:;)\]])" for path in sorted(home, key=len, reverse=True)]
    found.append(_HOMES)
    if name:
        found.append(rf"(?<=[/\\]){re.escape(name)}(?![^/\\\s'\",:;)\]])")
    return re.compile("|".join(found))


def _home() -> set[str]:
    try:
        home = Path.home()
    except RuntimeError:  # the system knows of none
        return set()
    return {str(path) for path in (home, home.resolve()) if path != Path(path.anchor)}


def _name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
