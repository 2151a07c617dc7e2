"""Texts of the lessons, shipped and own, read from their files."""

from pathlib import Path

from cadl_desktop.markdown import Text, text_of
from cadl_desktop.resources import resource
from cadl_desktop.sentences import SentenceError

MOST_BYTES = 200_000
"""Largest page that is read; the shipped ones have some 3,000 bytes."""
GLOSSARY = "glossary"


class TextError(SentenceError):
    """A page that cannot be read."""


def shipped_text(name: str) -> Text:
    """Text of a shipped page or of the glossary."""
    return read_text(resource("lessons", f"{name}.md"))


def read_text(path: Path) -> Text:
    """Reads a page. Raises TextError if it cannot be read, is too large, or does not begin with a title."""
    name = path.name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TextError("“{name}” is too long for a lesson; make several of it.", name=name)
        written = path.read_text(encoding="utf-8")
    except OSError:
        raise TextError("“{name}” can't be read; is it still there?", name=name) from None
    except UnicodeDecodeError:
        raise TextError("“{name}” is no text in UTF-8; save it as such.", name=name) from None
    text = text_of(written)
    if text is None:
        raise TextError("“{name}” has no title; let its first line be “# Title”.", name=name)
    return text
