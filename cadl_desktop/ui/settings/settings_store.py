"""Settings in memory, read and written by other threads; and the settings of Qt's own file dialogs."""

import sys
from collections.abc import Callable, Iterable, Mapping
from threading import Lock, Thread

from PySide6.QtCore import QSettings

from cadl_desktop.system.machine import lower_thread_priority

Change = Callable[[object], object]
"""Maps the current value, None if there is none, to the new one."""

DIALOG_KEYS = "FileDialog/"
"""Prefix of the names of all settings of Qt's file dialogs."""
_NOWHERE = "/dev/null/none"
"""Path in which nothing can be written."""
_dialogs: QSettings | None = None
"""Kept forever, as Qt would otherwise drop its settings in memory."""


class SettingsStore:
    """Settings kept in memory. A thread writes each change: QSettings writes when it is destroyed, and a busy
    disk would block the window for half a second.

    Another process may have written the file meanwhile. Only values changed here are written, and a change is
    a function that is applied to the newest value in the file.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        # Kept open, never written to: values that can't be written stay in Qt's memory while one is alive.
        self._held = _open(file)
        self.is_writable = self._held.isWritable()
        self._values = values_of(self._held)
        self._changes: list[tuple[str, Change]] = []
        """Changes that no thread writes yet."""
        self._lock = Lock()
        self._writing = Lock()
        self._writer: Thread | None = None

    def value(self, name: str) -> object:
        """Value as it was set here, or else as read from the file; None if there is none."""
        return self._values.get(name)

    def values(self, prefix: str) -> dict[str, object]:
        """Values by name, of all names with a prefix."""
        return {name: value for name, value in self._values.items() if name.startswith(prefix)}

    def change(self, changes: Mapping[str, Change]) -> None:
        with self._lock:
            self._values = _with_changes(self._values, changes.items())
            self._changes += changes.items()
        self.sync()

    def sync(self) -> None:
        """Starts a thread that writes the changes and reads what other processes have written."""
        # Not a daemon: a thread that returns from Qt after Python has ended aborts the process.
        self._writer = Thread(target=self._write, name="settings")
        self._writer.start()

    def flush(self, seconds: float) -> None:
        """Waits until everything is written, at most so many seconds."""
        if self._writer:
            self._writer.join(seconds)

    def clear(self) -> None:
        """Deletes all settings now."""
        if self._writer:
            self._writer.join()
        self._values = {}
        self._held.clear()
        self._held.sync()

    def _write(self) -> None:
        lower_thread_priority()
        with self._writing:
            with self._lock:
                changes, self._changes = self._changes, []
            store = _open(self._file)
            for name, change in changes:
                store.setValue(name, change(store.value(name)))
            values = values_of(store)
            # Writes the file and releases the GIL meanwhile, unlike `sync`.
            del store
            with self._lock:
                self._values = _with_changes(values, self._changes)


def _open(file: str) -> QSettings:
    return QSettings(file, QSettings.Format.NativeFormat)


def values_of(store: QSettings, prefix: str = "") -> dict[str, object]:
    """Values by name, of all names with a prefix."""
    return {name: store.value(name) for name in store.allKeys() if name.startswith(prefix)}


def _with_changes(values: Mapping[str, object], changes: Iterable[tuple[str, Change]]) -> dict[str, object]:
    changed = dict(values)
    for name, change in changes:
        changed[name] = change(changed.get(name))
    return changed


def hold_dialog_settings(known: Mapping[str, object]) -> None:
    """Keeps the settings of Qt's file dialogs in memory, beginning with the `known` ones.

    Qt would write a file whenever a dialog closes, for which the window waits. Not needed where the system
    stores settings itself (Windows, macOS).
    """
    global _dialogs
    if sys.platform in ("win32", "darwin"):
        return
    if _dialogs is None:
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, _NOWHERE)
        _dialogs = QSettings(QSettings.Scope.UserScope, "QtProject")
        _dialogs.setFallbacksEnabled(False)
    for name, value in known.items():
        _dialogs.setValue(name, value)


def dialog_settings() -> dict[str, object]:
    """Current settings of Qt's file dialogs."""
    return {} if _dialogs is None else values_of(_dialogs, DIALOG_KEYS)
