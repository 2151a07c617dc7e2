"""Waiting for an end instead of for a time: what was put off has been done, what was asked is answered."""

from collections.abc import Callable
from threading import Barrier

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from cadl_desktop.session.background import THREADS, Background
from cadl_desktop.session.session import Session

WAIT = 60_000
"""TensorFlow is loaded meanwhile, by another process."""


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    """Waits until this is so."""
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT)


def let_follow(qtbot: QtBot) -> None:
    """Gives what follows in a later turn of the event loop that turn, and what follows from it one more."""
    for _ in range(2):
        turn = QTimer(singleShot=True, interval=0)
        with qtbot.waitSignal(turn.timeout, timeout=WAIT):
            turn.start()


def put_off_is_done(qtbot: QtBot, *owners: QObject) -> None:
    """Waits until no timer that these or their children set for once is still to go off."""

    def is_waiting() -> bool:
        timers = [timer for owner in owners for timer in owner.findChildren(QTimer)]
        return any(timer.isActive() and timer.isSingleShot() for timer in timers)

    let_follow(qtbot)
    qtbot.waitUntil(lambda: not is_waiting(), timeout=WAIT)
    let_follow(qtbot)


def worker_has_answered(qtbot: QtBot, session: Session) -> None:
    """Waits until the worker has answered all that it was asked so far: it does so in their order."""
    told: list[object] = []
    session.ask("cadl_desktop.engine:probe", (session.document.experiment, None), told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT)
    let_follow(qtbot)


def background_has_answered(qtbot: QtBot, background: Background) -> None:
    """Waits until the background has told the ends of all that it was given so far."""
    all_free, told = Barrier(THREADS), list[object]()
    for _ in range(THREADS):  # each thread comes here once it is free
        background.do(all_free.wait, told.append, told.append)
    qtbot.waitUntil(lambda: len(told) == THREADS, timeout=WAIT)
    let_follow(qtbot)
