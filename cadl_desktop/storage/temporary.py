"""Folders of this process for temporary files."""

import tempfile
from functools import cache
from pathlib import Path

from cadl_desktop.storage.neighbours import collect, new_neighbour


@cache
def temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    """One for the temporary files of all libraries from now on."""
    folder = new_temporary_folder()
    tempfile.tempdir = folder.name
    return folder


def new_temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    """One that is known to be left over where this process was killed."""
    prefix = new_neighbour(Path(tempfile.gettempdir(), "temporary"), "").name
    return tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)


def remove_left_folders(beside: Path) -> None:
    """Removes those of processes that were killed, for which nobody should wait."""
    collect(beside.parent)
