"""Whether a path is a file that can be read, looked at before anything is opened."""

import stat
from pathlib import Path


def no_ordinary_file(path: Path, name: str, what: str) -> str:
    """The sentence that says why a path can't be opened as `what` ('a picture'); empty where it can.

    Opening a named pipe would wait for ever, so that nothing is opened to find out. Raises OSError.
    """
    if not path.exists():
        return f"{name} is not there; check its name and folder."
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        return f"{name} is a folder; choose {what} in it."
    if not stat.S_ISREG(status.st_mode):
        return f"{name} is not an ordinary file; choose {what}."
    return "" if status.st_size else f"{name} is empty; choose another file."
