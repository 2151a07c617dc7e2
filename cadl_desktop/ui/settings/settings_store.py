"""Settings in memory, which other threads read from the disk and write to it."""

from collections.abc import Callable, Iterable, Mapping
from threading import Lock, Thread

from PySide6.QtCore import QSettings

from cadl_desktop.system.machine import lower_thread_priority

Change = Callable[[object], object]
"""From the value that there is, None where there is none, to the one from now on."""


class SettingsStore:
    """Answers from memory, and has each change written soon by a thread of its own: QSettings writes when it
    goes, and a window that waits for a busy disk stands still for half a second.

    Another process may have written meanwhile. Only what is changed here is written, and a change is told as
    what it does to a value: it does it to the newest one.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        # Kept, and never written by: what the disk refuses stays in Qt's memory as long as one of them lives.
        self._held = _opened(file)
        self.is_writable = self._held.isWritable()
        self._values = values_of(self._held)
        self._changes: list[tuple[str, Change]] = []
        """Which aren't being written yet."""
        self._lock = Lock()
        self._writing = Lock()
        self._last: Thread | None = None

    def value(self, name: str) -> object:
        """As it was set here, or else as the file spells it; None where nobody has."""
        return self._values.get(name)

    def values(self, beginning: str) -> dict[str, object]:
        """Those whose names begin so."""
        return {name: value for name, value in self._values.items() if name.startswith(beginning)}

    def change(self, changes: Mapping[str, Change]) -> None:
        with self._lock:
            self._values = _changed(self._values, changes.items())
            self._changes += changes.items()
        self.renew()

    def renew(self) -> None:
        """Has what other processes have written read soon."""
        # Python waits for it before it ends: a thread that comes back from Qt after that aborts the process.
        self._last = Thread(target=self._write, name="settings")
        self._last.start()

    def finish(self, seconds: float) -> None:
        """Waits until everything is written, but no longer than this."""
        if self._last:
            self._last.join(seconds)

    def clear(self) -> None:
        """Forgets everything, at once."""
        if self._last:
            self._last.join()
        self._values = {}
        self._held.clear()
        self._held.sync()

    def _write(self) -> None:
        lower_thread_priority()
        with self._writing:
            with self._lock:
                changes, self._changes = self._changes, []
            store = _opened(self._file)
            for name, change in changes:
                store.setValue(name, change(store.value(name)))
            values = values_of(store)
            # Which writes it, and lets Python go on meanwhile, as `sync` doesn't.
            del store
            with self._lock:
                self._values = _changed(values, self._changes)


def _opened(file: str) -> QSettings:
    return QSettings(file, QSettings.Format.NativeFormat)


def values_of(store: QSettings, beginning: str = "") -> dict[str, object]:
    """Those whose names begin so."""
    return {name: store.value(name) for name in store.allKeys() if name.startswith(beginning)}


def _changed(values: Mapping[str, object], changes: Iterable[tuple[str, Change]]) -> dict[str, object]:
    changed = dict(values)
    for name, change in changes:
        changed[name] = change(changed.get(name))
    return changed
