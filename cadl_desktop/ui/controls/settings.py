"""What the program remembers from one start to the next: places, theme, recent files."""

import os
from functools import cache
from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from cadl_desktop.ui.theme.motion import system_reduces_motion
from cadl_desktop.ui.theme.theme import Choice

Drawn = Literal["neurons", "histograms"]
SIZES = (80, 90, 100, 110, 125, 150, 175, 200)
"""Of the interface, in per cent."""
MOST_RECENT = 10
LAYOUT_VERSION = 6
"""Raised when docks are added or renamed, so that an old layout isn't forced on a new window."""


class Preferences(QObject):
    """Says the name of a preference that has another value now."""

    changed = Signal(str)


@cache
def preferences() -> Preferences:
    return Preferences()


def settings() -> QSettings:
    return QSettings(_file(), QSettings.Format.NativeFormat)


def keep_qt_settings_here() -> None:
    """Has Qt keep beside ours what its file dialogs remember, which would else be a file of its own in the
    home. Where the system has a registry, it stays in there."""
    folder = str(Path(_file()).parent)
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, folder)


@cache
def _file() -> str:
    return QSettings("cadl_desktop", "cadl_desktop").fileName()


def recent_files() -> list[Path]:
    """The newest first; files that are gone are left out."""
    names = settings().value("recent", [], list)
    return [path for name in cast(list[str], names) if (path := Path(name)).is_file()]


def add_recent_file(path: Path) -> None:
    others = [other for other in recent_files() if other != path]
    settings().setValue("recent", [str(known) for known in [path, *others][:MOST_RECENT]])


def forget_recent_files() -> None:
    settings().setValue("recent", [])


def theme_choice() -> Choice:
    choice = settings().value("theme", "system")
    return choice if choice in ("system", "light", "dark") else "system"


def remember_theme(choice: Choice) -> None:
    remember("theme", choice)


def interface_size() -> int:
    """In per cent, 80 to 200."""
    size = cast(int, settings().value("interface_size", 100, int))
    return min(max(size, SIZES[0]), SIZES[-1])


def language() -> str:
    """'system', or the code of a language that there is a translation into."""
    return str(settings().value("language", "system"))


def threads() -> int:
    """How many processor cores a training may use at most; 0 for all."""
    return max(0, cast(int, settings().value("threads", 0, int)))


def is_drawn(what: Drawn) -> bool:
    """Whether something is drawn while a network trains."""
    return bool(settings().value(f"draw_{what}", True, bool))


def motion_wanted() -> bool:
    """Whether pictures may move by themselves: not where the system is followed and wants little motion."""
    return not (follows_motion() and system_reduces_motion())


def follows_motion() -> bool:
    """Whether the system decides how much moves by itself."""
    return bool(settings().value("follow_motion", True, bool))


def remember(name: str, value: str | bool | int) -> None:
    """Keeps a preference under its name, and tells whoever follows it."""
    settings().setValue(name, value)
    preferences().changed.emit(name)


def last_folder() -> str:
    """Where dialogs of files begin: in the folder that was chosen for it, as long as it is there, or else
    where the last file was opened or saved."""
    own = default_folder()
    return own if own and Path(own).is_dir() else str(settings().value("folder", os.path.expanduser("~")))


def default_folder() -> str:
    """Where a person wants dialogs of files to begin; empty for wherever the last file was."""
    return str(settings().value("default_folder", ""))


def keeps_previous() -> bool:
    """Whether saving leaves the version before it beside the file."""
    return bool(settings().value("keep_previous", True, bool))


def remember_folder(path: Path) -> None:
    settings().setValue("folder", str(path.parent))


def remember_layout(geometry: QByteArray, state: QByteArray, middle: QByteArray, folded: list[str]) -> None:
    """The window's place and docks, how its middle is divided, and which sections are folded."""
    store = settings()
    store.setValue("geometry", geometry)
    store.setValue("docks", state)
    store.setValue("middle", middle)
    store.setValue("folded", folded)


def remembered_layout() -> tuple[QByteArray | None, QByteArray | None, QByteArray | None, list[str] | None]:
    store = settings()
    folded = store.value("folded")
    geometry, state, middle = (
        value if isinstance(value, QByteArray) else None
        for value in (store.value("geometry"), store.value("docks"), store.value("middle"))
    )
    return (
        geometry,
        state,
        middle,
        None if folded is None else [folded] if isinstance(folded, str) else list(cast(list[str], folded)),
    )


def start_page_wanted() -> bool:
    """Whether the program begins with the start page when no file is named."""
    return bool(settings().value("start_page", True, bool))


def keeps_learned() -> bool:
    """Whether edits of the network keep what was learned."""
    return bool(settings().value("keep_learned", False, bool))


def remember_keeps_learned(on: bool) -> None:
    settings().setValue("keep_learned", on)


def network_contrast() -> bool:
    """Whether every tile of the network has the full colours, and not all of a layer the same."""
    return bool(settings().value("network_contrast", False, bool))


def remember_network_contrast(own: bool) -> None:
    settings().setValue("network_contrast", own)


def closed_captions() -> list[str]:
    """The captions for newcomers that have been closed, which is for good."""
    closed = settings().value("closed_captions", [], list)
    return list(cast(list[str], closed))


def remember_closed_caption(name: str) -> None:
    settings().setValue("closed_captions", [*closed_captions(), name])


def reached_lessons() -> frozenset[str]:
    """The pages of the lessons whose goals have been reached, by name."""
    return frozenset(cast(list[str], settings().value("reached_lessons", [], list)))


def lesson_opened() -> str:
    """The page that was read last."""
    return str(settings().value("lesson", ""))


def remember_lesson(name: str, *, reached: bool = False) -> None:
    """Keeps which page is read, or that its goal has been reached."""
    if reached:
        settings().setValue("reached_lessons", sorted(reached_lessons() | {name}))
    else:
        settings().setValue("lesson", name)


def forget_lessons() -> None:
    settings().setValue("reached_lessons", [])


def lessons_folder() -> str:
    """Where lessons of one's own are; empty where there are none."""
    return str(settings().value("lessons_folder", ""))


def sweep_folders() -> list[str]:
    """Those of the sweeps that ran when they were last looked at, the newest first."""
    return cast(list[str], settings().value("sweep_folders", [], list))


def remember_sweep_folders(folders: list[str]) -> None:
    settings().setValue("sweep_folders", folders)


def tour_offered() -> bool:
    """Whether the tour has been offered, which happens once."""
    return bool(settings().value("tour_offered", False, bool))


def remember_tour_offered() -> None:
    settings().setValue("tour_offered", True)
