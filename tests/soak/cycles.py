"""Trainings that are started, edited while they go on, and stopped, in one window that stays open."""

import time
from functools import cache
from pathlib import Path

import psutil
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QTimer

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.model import Stop
from cadl_desktop.runs.network_weights import shapes_of
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.window.main_window import MainWindow
from tests.benchmarks.memory import give_back, megabytes, processes
from tests.benchmarks.showing import have_done, open_window, wait, wait_for_tensorflow
from tests.soak.soak import Attempt, Row, Soak

STRUCTURES = 20
"""Networks that one attempt goes through, in pairs: the second is an edit of the first while that trains."""
MOST_MB = 2.0
"""How much more memory an attempt may leave in use than the one before it: 200 MB after 2,000 cycles."""
LOOKS, LOOK_SECONDS = 5, 0.1


def attempt(seed: int, folder: Path) -> Attempt:
    """Every structure once, in the window of the attempts before; the first has nothing to compare with."""
    window, before = _window(), _last.copy()
    cycles(window.session, STRUCTURES)
    _last.update(_held(window))
    if not before:
        return Attempt({"cycles": float(STRUCTURES)})
    grown = {name: _last[name] - before[name] for name in before}
    left = [f"{count:g} more {name}" for name, count in grown.items() if name != "MB" and count > 0]
    return Attempt({"cycles": float(STRUCTURES), "growth": grown["MB"]}, ", ".join(left))


def cycles(session: Session, count: int) -> None:
    """Starts every other network, edits it into the next one, and stops that."""
    for number in range(0, count, 2):
        session.document.edit("Another network", structure(number))
        session.train()
        _learns(session, structure(number))
        session.document.edit("Another network", structure(number + 1))
        _learns(session, structure(number + 1))
        session.stop()
        wait(session.status_changed, lambda: not session.status.live)


def _learns(session: Session, experiment: Experiment) -> None:
    """Waits until this network trains and its neurons have been seen."""

    def is_seen() -> bool:
        probed = session.result.probed
        seen = probed is not None and [array.shape for array in probed.weights] == shapes_of(experiment)
        return seen and session.status is Status.TRAINING

    wait(session.updated, is_seen)


def structure(number: int) -> Experiment:
    """Small network; no two numbers give the same shapes."""
    dense = part("layer", "dense", units=4 + number, activation="tanh", initialiser="xavier")
    experiment = preset("lecture-painting")
    changes = {"data": experiment.data.has(longest=24), "layers": (dense,) * (1 + number % 3)}
    return replace(experiment, stop=Stop(epochs=None), **changes)


_last: dict[str, float] = {}


@cache
def _window() -> MainWindow:
    window = open_window("lecture")
    wait_for_tensorflow(window)
    return window


def _end() -> None:
    """Closes the window, if there is one; at Python's exit, threads can't be given anything more to do."""
    if _window.cache_info().currsize:
        _window().session.close()


def _held(window: MainWindow) -> dict[str, float]:
    """Memory and threads of the window's process and its children, after everything unused was freed."""
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        give_back()
    have_done(window.session, give_back)
    all_of_it = processes()
    return {
        "MB": megabytes(),
        "processes": len(all_of_it),
        "threads": _fewest_threads(all_of_it),
        "timers": len(window.findChildren(QTimer)) + len(window.session.findChildren(QTimer)),
        "descriptors": sum(each.num_fds() for each in all_of_it if hasattr(each, "num_fds")),
    }


def _fewest_threads(all_of_it: list[psutil.Process]) -> int:
    """Smallest number of threads in a while: a thread that was joined may still be listed for a moment."""
    looks: list[int] = []
    for _ in range(LOOKS):
        looks.append(sum(each.num_threads() for each in all_of_it))
        time.sleep(LOOK_SECONDS)
    return min(looks)


SOAK = Soak(
    about=f"{STRUCTURES} networks, one after the other started, edited while it trains, or stopped",
    count=2000 // STRUCTURES,
    attempt=attempt,
    rows=(
        Row("cycles", "", bound=("at least", 2000)),
        Row("growth", "MB an attempt", "each", ("at most", MOST_MB)),
    ),
    end=_end,
)
