"""Typed values in the settings file, and reading, writing and clearing that file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

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
        _store().sync()
        _store().setValue(self.key, change(self.get()))
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
    for key, value in values.items():
        _store().setValue(key, value)


def settings_file() -> str:
    """Path of the settings file; a registry key on Windows."""
    return _store().fileName()


def settings_writable() -> bool:
    return _store().isWritable()


def sync_settings() -> None:
    """Writes what was stored, and reads what other windows of the program have."""
    _store().sync()


def clear_settings() -> None:
    _store().clear()
    _store().sync()


@cache
def _store() -> QSettings:
    store = QSettings("cadl_desktop", "cadl_desktop")
    # Qt's file dialogs keep theirs beside it, and not in a file of all programs that use Qt.
    folder = str(Path(store.fileName()).parent)
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, folder)
    return store
