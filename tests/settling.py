"""Waiting for events instead of times: pending timers and requests have been served."""

from collections.abc import Callable
from threading import Barrier

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from cadl_desktop.session.background import THREADS, Background
from cadl_desktop.session.session import Session

WAIT = 300_000
"""Milliseconds after which an event is given up: beside other work two processes that load TensorFlow and
compile have taken more than a minute."""


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    """Waits until the condition holds."""
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT)


def process_events(qtbot: QtBot) -> None:
    """Runs two turns of the event loop, so that consequences in a later turn have happened."""
    for _ in range(2):
        turn = QTimer(singleShot=True, interval=0)
        with qtbot.waitSignal(turn.timeout, timeout=WAIT):
            turn.start()


def wait_for_timers(qtbot: QtBot, *owners: QObject) -> None:
    """Waits until no single-shot timer of these objects or their children is active."""

    def is_waiting() -> bool:
        timers = [timer for owner in owners for timer in owner.findChildren(QTimer)]
        return any(timer.isActive() and timer.isSingleShot() for timer in timers)

    process_events(qtbot)
    qtbot.waitUntil(lambda: not is_waiting(), timeout=WAIT)
    process_events(qtbot)


def wait_for_worker(qtbot: QtBot, session: Session) -> None:
    """Waits until the worker has answered all requests so far, which it does in order."""
    told: list[object] = []
    session.ask("cadl_desktop.engine:probe", (session.document.experiment, None), told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT)
    process_events(qtbot)


def wait_for_background(qtbot: QtBot, background: Background) -> None:
    """Waits until the background has reported all its tasks so far."""
    all_free, told = Barrier(THREADS), list[object]()
    for _ in range(THREADS):  # reached by each thread once it is free
        background.do(all_free.wait, told.append, told.append)
    qtbot.waitUntil(lambda: len(told) == THREADS, timeout=WAIT)
    process_events(qtbot)
