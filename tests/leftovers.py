"""What a test leaves behind that could disturb a later one: threads, timers, windows and files."""

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
"""How the names of threads begin that the engine and Dask keep for as long as the process lives."""
PATIENCE = 10.0
"""For how many seconds a thread that has been told to end may go on ending: on a busy machine a picture that
is being decoded has taken more than two, and may take nine."""
OF_LIBRARIES = (".", "__pycache__", "__autograph_generated_file")
"""How files begin that are not a test's own: the last ones TensorFlow deletes when the process ends."""


def _remembered(kind: type[QObject]) -> "WeakSet[Any]":
    """From now on, all objects of a kind; nothing else knows of those that have a parent or none."""
    made: WeakSet[Any] = WeakSet()
    make = kind.__init__

    def init(self: QObject, *arguments: Any, **properties: Any) -> None:
        make(self, *arguments, **properties)
        made.add(self)

    kind.__init__ = init
    return made


def let_go(generation: int) -> None:
    """Deletes what waits for it, and what nobody can reach, up to a generation of Python's garbage."""
    if QCoreApplication.instance():
        for _ in range(2):  # what goes may take others with it
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect(generation)


_timers = _remembered(QTimer)
_threads = _remembered(QThread)


class Leftovers:
    """`found` names what is there and was not when this was made. Of files it sees those in `places`."""

    def __init__(self, *places: Path) -> None:
        self._places = places
        self._before = [*_running_threads(), *_active_timers(), *_windows()]
        self._files = self._listed()

    def found(self) -> list[str]:
        for _ in range(2):  # one that ends may leave another that does
            for thread in self._new(_running_threads()):
                _let_end(thread)
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
    # A thread that isn't Python's own shows up there once Python has run on it.
    own = [thread for thread in threading.enumerate() if type(thread) is not threading._DummyThread]
    passing = [thread for thread in own if not thread.name.startswith(LASTING)]
    return [*passing, *(thread for thread in list(_threads) if isValid(thread) and thread.isRunning())]


def _active_timers() -> list[Any]:
    return [timer for timer in list(_timers) if isValid(timer) and timer.isActive()]


def _windows() -> list[Any]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets.QApplication.topLevelWidgets() if widgets and QCoreApplication.instance() else []


def _let_end(thread: threading.Thread | QThread) -> None:
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
