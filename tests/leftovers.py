"""Leftovers of a test that could disturb a later one: threads, timers, windows and files."""

import gc
import os
import sys
import threading
from pathlib import Path
from typing import Any
from weakref import WeakSet

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from shiboken6 import isValid

LASTING = ("paint_", "Dask-Offload")
"""Prefixes of threads that the engine and Dask keep for as long as the process lives."""
PATIENCE = 10.0
"""Seconds for which a stopped thread may still run: on a busy machine decoding a picture has taken more than
two, and may take nine."""
OF_LIBRARIES = (".", "__pycache__", "__autograph_generated_file")
"""Prefixes of files that don't belong to a test; TensorFlow deletes the last ones when the process ends."""


def _registered(kind: type[QObject]) -> "WeakSet[Any]":
    """Registers all objects of a kind that are made from now on; Qt has no list of those without a parent."""
    made: WeakSet[Any] = WeakSet()
    make = kind.__init__

    def init(self: QObject, *arguments: Any, **properties: Any) -> None:
        make(self, *arguments, **properties)
        made.add(self)

    kind.__init__ = init
    return made


def delete_garbage(generation: int) -> None:
    """Runs deferred deletions, and collects garbage up to a generation."""
    if QCoreApplication.instance():
        for _ in range(2):  # a deletion may cause further ones
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect(generation)


_timers = _registered(QTimer)
_threads = _registered(QThread)


class Leftovers:
    """Compares with the time when it was made: `found` names new threads, timers, windows, and files in
    `places`."""

    def __init__(self, *places: Path) -> None:
        self._places = places
        self._before = [*_running_threads(), *_active_timers(), *_windows()]
        self._files = self._listed()

    def found(self) -> list[str]:
        for _ in range(2):  # a thread may start another before it ends
            for thread in self._new(_running_threads()):
                _join(thread)
        left = [*_running_threads(), *_active_timers(), *_windows()]
        return [*map(_described, self._new(left)), *sorted(self._listed() - self._files)]

    def _new(self, things: list[Any]) -> list[Any]:
        return [thing for thing in things if not any(thing is one for one in self._before)]

    def _listed(self) -> set[str]:
        return {
            str(place / name)
            for place in self._places
            for name in os.listdir(place)
            if not name.startswith(OF_LIBRARIES)
        }


def _running_threads() -> list[Any]:
    # Foreign threads are listed as dummies once Python code has run on them.
    own = [thread for thread in threading.enumerate() if type(thread) is not threading._DummyThread]
    passing = [thread for thread in own if not thread.name.startswith(LASTING)]
    return [*passing, *(thread for thread in list(_threads) if isValid(thread) and thread.isRunning())]


def _active_timers() -> list[Any]:
    return [timer for timer in list(_timers) if isValid(timer) and timer.isActive()]


def _windows() -> list[Any]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets.QApplication.topLevelWidgets() if widgets and QCoreApplication.instance() else []


def _join(thread: threading.Thread | QThread) -> None:
    if isinstance(thread, QThread):
        thread.wait(int(PATIENCE * 1000))
    else:
        thread.join(PATIENCE)


def _described(thing: Any) -> str:
    if isinstance(thing, threading.Thread):
        return f"thread '{thing.name}'"
    if isinstance(thing, QTimer):
        return f"timer of {thing.interval()} ms in {type(thing.parent()).__name__}"
    if isinstance(thing, QThread):
        return f"thread {type(thing).__name__}"
    return f"window {type(thing).__name__} '{thing.windowTitle()}'"
