"""What a zip is that another program has made, told by the names in it."""

from collections.abc import Iterable

_TABLE = "a spreadsheet; save it as CSV in its own program, and open that."
_KINDS: tuple[tuple[str, str], ...] = (
    ("xl/", _TABLE),
    ("word/", "a text document; what it shows has to be saved as a picture or a table first."),
    ("ppt/", "a presentation; save a page of it as a picture, and open that."),
    ("content.xml", "an office document; save it as CSV or as a picture, and open that."),
    ("model.weights.h5", "a Keras network; take it in by Import weights, or by --weights."),
)


def foreign_archive(names: Iterable[str]) -> str:
    """With its article and what to do with it, as the rest of a sentence."""
    found = list(names)
    for beginning, kind in _KINDS:
        if any(name.startswith(beginning) for name in found):
            return kind
    return "a zip archive that holds no project; unpack it, and open what is in it."
