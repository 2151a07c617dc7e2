"""Files that were opened or saved lately, and the folder where dialogs of files begin."""

import os
from pathlib import Path

from cadl_desktop.ui.settings.remembered import DEFAULT_FOLDER, LAST_FOLDER, RECENT
from cadl_desktop.ui.settings.still_there import files_still_there, folders_still_there

_MOST_SHOWN = 10


def recent_files() -> list[Path]:
    """The newest first; files that are gone are left out."""
    return files_still_there(RECENT.get())[:_MOST_SHOWN]


def add_recent_file(path: Path) -> None:
    # Whether the others are still there is for when they are shown: to look at them can take a while.
    name = str(path)
    RECENT.change(lambda known: [name, *(other for other in known if other != name)])


def last_folder() -> str:
    """Where dialogs of files begin: in the folder that was chosen for it, as long as it is there, or else
    where the last file was opened or saved."""
    own = DEFAULT_FOLDER.get()
    return own if own and folders_still_there([own]) else LAST_FOLDER.get() or os.path.expanduser("~")


def remember_folder(path: Path) -> None:
    LAST_FOLDER.set(str(path.parent))
