"""What the program remembers from one start to the next: places, theme, recent files."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from cadl_desktop.ui.controls import dialog_settings
from cadl_desktop.ui.controls.settings_store import Change, SettingsStore
from cadl_desktop.ui.controls.still_there import files_still_there, folders_still_there
from cadl_desktop.ui.theme.motion import system_reduces_motion
from cadl_desktop.ui.theme.theme import Choice

Drawn = Literal["neurons", "histograms"]
SIZES = (80, 90, 100, 110, 125, 150, 175, 200)
"""Of the interface, in per cent."""
MOST_RECENT, _KEPT_RECENT = 10, 20
"""Some of those that are kept may be gone when they are shown."""
_KEPT_SWEEPS = 100
LAYOUT_VERSION = 6
"""Raised when docks are added or renamed, so that an old layout isn't forced on a new window."""


class Preferences(QObject):
    """Says the name of a preference that has another value now."""

    changed = Signal(str)


@cache
def preferences() -> Preferences:
    return Preferences()


@cache
def settings_file() -> str:
    """Where the system has a registry, a place in there."""
    return QSettings("cadl_desktop", "cadl_desktop").fileName()


def can_be_kept() -> bool:
    return _store().is_writable


def renew_settings() -> None:
    """Has what other windows of the program have kept read soon."""
    _store().renew()


def finish_settings(seconds: float) -> None:
    """For the end: waits until everything is kept, but no longer than this."""
    _store().finish(seconds)


def forget_settings() -> None:
    """All of them, at once."""
    _store().clear()


def keep_qt_settings_here() -> None:
    """Has what Qt's file dialogs remember kept with ours."""
    settings_file()  # Qt is to keep its own in memory from now on, and would put this there, too
    dialog_settings.keep_in_memory(_store().values(dialog_settings.NAMES))


@cache
def _store() -> SettingsStore:
    return SettingsStore(settings_file())


def _keep(values: Mapping[str, object]) -> None:
    _store().change({name: _become(value) for name, value in values.items()})


def _become(value: object) -> Change:
    return lambda _: value


def _text(name: str, default: str = "") -> str:
    value = _store().value(name)
    return default if value is None else str(value)


def _flag(name: str, default: bool) -> bool:
    """A file spells them 'true' and 'false'."""
    return _text(name, str(default)).lower() not in ("false", "0", "")


def _number(name: str, default: int) -> int:
    try:
        return int(_text(name, str(default)))
    except ValueError:  # somebody has edited the file
        return default


def _list(name: str) -> list[str]:
    return _listed(_store().value(name))


def _listed(value: object) -> list[str]:
    """Of a list with one text the file keeps the text, and nothing of an empty one."""
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


def recent_files() -> list[Path]:
    """The newest first; files that are gone are left out."""
    return files_still_there(_list("recent")[:_KEPT_RECENT])[:MOST_RECENT]


def add_recent_file(path: Path) -> None:
    # Whether the others are still there is for when they are shown: to look at them can take a while.
    name = str(path)
    _store().change(
        {"recent": lambda known: [name, *(other for other in _listed(known) if other != name)][:_KEPT_RECENT]}
    )


def forget_recent_files() -> None:
    _keep({"recent": []})


def theme_choice() -> Choice:
    choice = _text("theme")
    return cast(Choice, choice) if choice in ("light", "dark") else "system"


def remember_theme(choice: Choice) -> None:
    remember("theme", choice)


def interface_size() -> int:
    """In per cent, 80 to 200."""
    size = _number("interface_size", 100)
    return min(max(size, SIZES[0]), SIZES[-1])


def threads() -> int:
    """How many processor cores a training may use at most; 0 for all."""
    return max(0, _number("threads", 0))


def is_drawn(what: Drawn) -> bool:
    """Whether something is drawn while a network trains."""
    return _flag(f"draw_{what}", True)


def motion_wanted() -> bool:
    """Whether pictures may move by themselves: not where the system is followed and wants little motion."""
    return not (follows_motion() and system_reduces_motion())


def follows_motion() -> bool:
    """Whether the system decides how much moves by itself."""
    return _flag("follow_motion", True)


def remember(name: str, value: str | bool | int) -> None:
    """Keeps a preference under its name, and tells whoever follows it."""
    _keep({name: value})
    preferences().changed.emit(name)


def last_folder() -> str:
    """Where dialogs of files begin: in the folder that was chosen for it, as long as it is there, or else
    where the last file was opened or saved."""
    own = default_folder()
    return own if own and folders_still_there([own]) else _text("folder", os.path.expanduser("~"))


def default_folder() -> str:
    """Where a person wants dialogs of files to begin; empty for wherever the last file was."""
    return _text("default_folder")


def keeps_previous() -> bool:
    """Whether saving leaves the version before it beside the file."""
    return _flag("keep_previous", True)


def remember_folder(path: Path) -> None:
    _keep({"folder": str(path.parent)})


def remember_layout(geometry: QByteArray, state: QByteArray, middle: QByteArray, folded: list[str]) -> None:
    """The window's place and docks, how its middle is divided, which sections are folded, and what Qt's file
    dialogs remember."""
    ours = {"geometry": geometry, "docks": state, "middle": middle, "folded": folded}
    _keep(ours | dialog_settings.in_memory())


def remembered_layout() -> tuple[QByteArray | None, QByteArray | None, QByteArray | None, list[str] | None]:
    value = _store().value
    geometry, state, middle = (
        kept if isinstance(kept, QByteArray) else None
        for kept in (value("geometry"), value("docks"), value("middle"))
    )
    folded = value("folded")
    return geometry, state, middle, None if folded is None else _listed(folded)


def start_page_wanted() -> bool:
    """Whether the program begins with the start page when no file is named."""
    return _flag("start_page", True)


def keeps_learned() -> bool:
    """Whether edits of the network keep what was learned."""
    return _flag("keep_learned", False)


def remember_keeps_learned(on: bool) -> None:
    _keep({"keep_learned": on})


def network_contrast() -> bool:
    """Whether every tile of the network has the full colours, and not all of a layer the same."""
    return _flag("network_contrast", False)


def remember_network_contrast(own: bool) -> None:
    _keep({"network_contrast": own})


def closed_captions() -> list[str]:
    """The captions for newcomers that have been closed, which is for good."""
    return _list("closed_captions")


def remember_closed_caption(name: str) -> None:
    _store().change({"closed_captions": lambda known: [*_listed(known), name]})


def reached_lessons() -> frozenset[str]:
    """The pages of the lessons whose goals have been reached, by name."""
    return frozenset(_list("reached_lessons"))


def lesson_opened() -> str:
    """The page that was read last."""
    return _text("lesson")


def remember_lesson(name: str, *, reached: bool = False) -> None:
    """Keeps which page is read, or that its goal has been reached."""
    if reached:
        _store().change({"reached_lessons": lambda known: sorted({*_listed(known), name})})
    else:
        _keep({"lesson": name})


def forget_lessons() -> None:
    _keep({"reached_lessons": []})


def lessons_folder() -> str:
    """Where lessons of one's own are; empty where there are none."""
    return _text("lessons_folder")


def sweep_folders() -> list[str]:
    """Those of the sweeps that ran when they were last looked at, the newest first."""
    return _list("sweep_folders")[:_KEPT_SWEEPS]


def remember_sweep_folders(folders: list[str]) -> None:
    _keep({"sweep_folders": folders})


def tour_offered() -> bool:
    """Whether the tour has been offered, which happens once."""
    return _flag("tour_offered", False)


def remember_tour_offered() -> None:
    _keep({"tour_offered": True})
