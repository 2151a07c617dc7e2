"""Typed values in the settings file, and opening, flushing and clearing that file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from cadl_desktop.ui.settings import settings_store
from cadl_desktop.ui.settings.settings_store import Change, SettingsStore

T = TypeVar("T")


class _Preferences(QObject):
    changed = Signal(object)
    """Emitted with the `Preference` whose value was set."""


@cache
def preferences() -> _Preferences:
    return _Preferences()


@dataclass(frozen=True, eq=False)
class Preference(Generic[T]):
    """Value stored under `key` in the settings file.

    `read` converts the stored value, and raises ValueError if it is invalid; the value is then the `default`,
    as it is if nothing is stored. The preferences dialog shows `title`, `text` and the titles of `choices`.
    """

    key: str
    read: Callable[[object], T]
    default: T
    title: str = ""
    text: str = ""
    choices: Mapping[T, str] = field(default_factory=dict)

    def get(self) -> T:
        return self._converted(_store().value(self.key))

    def set(self, value: T) -> None:
        self.change(lambda _: value)

    def change(self, change: Callable[[T], T]) -> None:
        """Applies `change` to the newest stored value, which another window may have written."""
        _store().change({self.key: lambda kept: change(self._converted(kept))})
        preferences().changed.emit(self)

    def _converted(self, kept: object) -> T:
        try:
            return self.default if kept is None else self.read(kept)
        except ValueError:
            return self.default


def flag(kept: object) -> bool:
    """Reads a boolean, stored as 'true' or 'false'."""
    return str(kept).lower() not in ("false", "0", "")


def whole_number(least: int, most: int | None = None) -> Callable[[object], int]:
    """Returns a reader of integers, which clips them to these limits."""

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
    """Returns a reader of lists of texts; the file stores a list of one text as that text, an empty one as
    None."""

    def read(kept: object) -> list[str]:
        listed = [kept] if isinstance(kept, str) else kept if isinstance(kept, list | tuple) else []
        return [each for each in listed if isinstance(each, str)][:most]

    return read


def qt_bytes(kept: object) -> QByteArray:
    return kept if isinstance(kept, QByteArray) else QByteArray()


def store_values(values: Mapping[str, object]) -> None:
    """Stores several values, by key."""
    _store().change({key: _set_to(value) for key, value in values.items()})


def _set_to(value: object) -> Change:
    return lambda _: value


@cache
def settings_file() -> str:
    """Path of the settings file; a registry key on Windows."""
    return QSettings("cadl_desktop", "cadl_desktop").fileName()


def settings_writable() -> bool:
    return _store().is_writable


def reload_settings() -> None:
    """Starts reading what other windows of the program have stored."""
    _store().sync()


def flush_settings(seconds: float) -> None:
    """Waits until everything is written, at most so many seconds."""
    _store().flush(seconds)


def clear_settings() -> None:
    _store().clear()


def hold_qt_dialog_settings() -> None:
    """Stores the settings of Qt's file dialogs with ours."""
    settings_file()  # cached before Qt's settings go to memory, where this file would go, too
    settings_store.hold_dialog_settings(_store().values(settings_store.DIALOG_KEYS))


@cache
def _store() -> SettingsStore:
    return SettingsStore(settings_file())
