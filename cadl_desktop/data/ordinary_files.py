"""Explanations why a path can't be read as a file, given before it is opened and after opening has failed."""

import stat
from pathlib import Path

from cadl_desktop.sentences import Sentence


def path_problem(path: Path, name: str, what: str) -> Sentence | None:
    """Returns a sentence that says why a path can't be opened as `what` ('a picture'); None where it can.

    Nothing is opened to find out, since opening a named pipe would block for ever. Raises OSError.
    """
    if not path.exists():
        return Sentence("{name} is not there; check its name and folder.", name=name)
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        return Sentence("{name} is a folder; choose {what} in it.", name=name, what=what)
    if not stat.S_ISREG(status.st_mode):
        return Sentence("{name} is not an ordinary file; choose {what}.", name=name, what=what)
    return None if status.st_size else Sentence("{name} is empty; choose another file.", name=name)


def read_problem(error: OSError, name: str) -> Sentence:
    """Returns the sentence that says why a file couldn't be read."""
    reason = (error.strerror or str(error)).lower()
    return Sentence(
        "{name} can't be read ({reason}); check the file and try again.", name=name, reason=reason
    )
