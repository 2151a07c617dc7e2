"""What the program remembers from one start to the next: places, theme, recent files."""

from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray, QSettings

from cadl_desktop.ui.theme.theme import Choice

MOST_RECENT = 10
LAYOUT_VERSION = 4
"""Raised when docks are added or renamed, so that an old layout isn't forced on a new window."""


def settings() -> QSettings:
    return QSettings("cadl_desktop", "cadl_desktop")


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
    settings().setValue("theme", choice)


def last_folder() -> str:
    """Where the last file was opened or saved."""
    return str(settings().value("folder", str(Path.home())))


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


def remember_start_page(wanted: bool) -> None:
    settings().setValue("start_page", wanted)


def keeps_learned() -> bool:
    """Whether edits of the network keep what was learned."""
    return bool(settings().value("keep_learned", False, bool))


def remember_keeps_learned(on: bool) -> None:
    settings().setValue("keep_learned", on)
