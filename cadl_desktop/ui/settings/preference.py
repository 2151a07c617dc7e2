"""A typed value in the settings file, and the life of that file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from cadl_desktop.ui.settings import dialog_settings
from cadl_desktop.ui.settings.settings_store import Change, SettingsStore

T = TypeVar("T")


class _Preferences(QObject):
    changed = Signal(object)
    """Carries the `Preference` that has been given a value."""


@cache
def preferences() -> _Preferences:
    return _Preferences()


@dataclass(frozen=True, eq=False)
class Preference(Generic[T]):
    """A value that is kept from one start to the next, under `key` in the settings file.

    `read` makes it of what the file holds, and raises ValueError where somebody has misspelled it: then, and
    where nothing is kept, it is the `default`. `title`, `text` and the titles of its `choices` are what the
    dialog of preferences shows.
    """

    key: str
    read: Callable[[object], T]
    default: T
    title: str = ""
    text: str = ""
    choices: Mapping[T, str] = field(default_factory=dict)

    def get(self) -> T:
        return self._of(_store().value(self.key))

    def set(self, value: T) -> None:
        self.change(lambda _: value)

    def change(self, change: Callable[[T], T]) -> None:
        """Does `change` to the newest value that the file holds, which another window may have written."""
        _store().change({self.key: lambda kept: change(self._of(kept))})
        preferences().changed.emit(self)

    def _of(self, kept: object) -> T:
        try:
            return self.default if kept is None else self.read(kept)
        except ValueError:
            return self.default


def flag(kept: object) -> bool:
    """Reads a switch, which a file spells 'true' or 'false'."""
    return str(kept).lower() not in ("false", "0", "")


def whole_number(least: int, most: int | None = None) -> Callable[[object], int]:
    """Reads a number, and takes the nearest limit for one beyond it."""

    def read(kept: object) -> int:
        number = max(int(str(kept)), least)
        return number if most is None else min(number, most)

    return read


def one_of(*choices: T) -> Callable[[object], T]:
    def read(kept: object) -> T:
        for choice in choices:
            if choice == str(kept):
                return choice
        raise ValueError(kept)

    return read


def texts(most: int | None = None) -> Callable[[object], list[str]]:
    """Reads a list; a file keeps one of a single text as that text, and an empty one as nothing."""

    def read(kept: object) -> list[str]:
        listed = [kept] if isinstance(kept, str) else kept if isinstance(kept, list | tuple) else []
        return [each for each in listed if isinstance(each, str)][:most]

    return read


def qt_bytes(kept: object) -> QByteArray:
    return kept if isinstance(kept, QByteArray) else QByteArray()


def keep(values: Mapping[str, object]) -> None:
    """Keeps several values at once, by their keys."""
    _store().change({key: _become(value) for key, value in values.items()})


def _become(value: object) -> Change:
    return lambda _: value


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
    """Waits until everything is kept, but no longer than this."""
    _store().finish(seconds)


def forget_settings() -> None:
    """Forgets all of them, at once."""
    _store().clear()


def keep_qt_settings_here() -> None:
    """Has what Qt's file dialogs remember kept with ours."""
    settings_file()  # Qt is to keep its own in memory from now on, and would put this there, too
    dialog_settings.keep_in_memory(_store().values(dialog_settings.NAMES))


@cache
def _store() -> SettingsStore:
    return SettingsStore(settings_file())
