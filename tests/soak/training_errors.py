"""Errors raised inside TensorFlow at random calls, or the end of its process: the window lives, and what was
learned by the last moment is there."""

import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from cadl_desktop.computing.failure import Failure
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from tests.computing.trouble import (
    crash,
    raise_error,
    raise_of_tensorflow,
    replace_call,
    restore_calls,
    was_replaced,
)
from tests.engine.runs import epochs, small_painting
from tests.soak.soak import Attempt, Row, Soak

SECONDS = 120.0
"""Timeout of every wait."""
TURN_SECONDS = 0.005
"""From one look to the next: the process that computes needs the time."""
MOST_CALLS = 400
STEPS_AFTER = 2000
"""Steps within which an error is reported, if at all."""
SHARE_OF_ENDS = 0.2
MOST_LOST = 2.0
"""Seconds of training that may be lost with the process."""
ERRORS: tuple[Callable[[], object], ...] = (
    partial(raise_of_tensorflow, "ResourceExhaustedError"),
    partial(raise_of_tensorflow, "InternalError"),
    partial(raise_of_tensorflow, "UnknownError"),
    partial(raise_of_tensorflow, "InvalidArgumentError"),
    partial(raise_error, MemoryError("out of memory")),
    partial(raise_error, RuntimeError("something else")),
)
ENDS: tuple[Callable[[], object], ...] = (
    crash,
    partial(os._exit, 3),
    partial(signal.raise_signal, signal.SIGKILL),
)
Told = tuple[float, int]
"""When, and of which step."""


def attempt(seed: int, folder: Path) -> Attempt:
    """Opens a window, trains, and has one call of TensorFlow raise, or end its process; then trains on."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from cadl_desktop.session.document import Document
    from cadl_desktop.ui.window.main_window import MainWindow

    app = QApplication.instance() or QApplication(["soak"])
    session = Session(Document(epochs(small_painting(), 100_000)))
    window = MainWindow(session)
    window.show()
    try:
        return endured(session, seed, app.processEvents)
    finally:
        window.close_without_asking()
        window.deleteLater()
        app.processEvents()


def endured(session: Session, seed: int, turn: Callable[[], object], most: int = MOST_CALLS) -> Attempt:
    """Runs a session in which one of `most` calls of TensorFlow raises or ends the worker process.

    `turn` lets the session's event loop run.
    """
    chance = random.Random(seed)
    is_end = chance.random() < SHARE_OF_ENDS
    trouble, number = chance.choice(ENDS if is_end else ERRORS), chance.randint(1, most)
    failures: list[Failure] = []
    noticed: list[int] = []
    told: list[Told] = []
    session.failed.connect(failures.append)
    session.updated.connect(lambda: told.append((time.monotonic(), _step(session))))
    session.reset()

    def until(what: Callable[[], object]) -> bool:
        end = time.monotonic() + SECONDS
        while not what() and time.monotonic() < end:
            turn()
            time.sleep(TURN_SECONDS)
        return bool(what())

    def ask() -> None:
        session.ask(was_replaced, (), hear, lambda error: None)

    def hear(befallen: bool) -> None:
        if befallen:
            noticed.append(_step(session))
        elif not failures:
            ask()

    def is_settled() -> bool:
        """An error in what is asked beside the training ends nothing: it goes on."""
        return bool(failures) or bool(noticed and _step(session) > noticed[0] + STEPS_AFTER)

    session.ask(
        replace_call,
        (
            number,
            trouble,
        ),
        lambda _: ask(),
        lambda error: None,
    )
    session.train()
    if not until(is_settled):
        return Attempt(failure=f"neither failed nor went on: {session.status}, {noticed}, {failures}")
    ended = bool(failures)
    if is_end and not ended:
        return Attempt(failure="trained on without a process")
    lost = _seconds_lost(session, told) if is_end else 0.0
    if ended and (wrong := _wrong_in(session, lost if is_end else None)):
        return Attempt({"ended the run": 1}, wrong)
    reached = session.result.state.step if ended and session.result.state else _step(session)
    session.ask(restore_calls, (), lambda _: None, lambda error: None)
    session.train()
    if not until(lambda: session.status is Status.TRAINING and _step(session) > reached + 20):
        return Attempt(failure=f"did not go on from step {reached}: {session.status}, {failures}")
    if len(failures) > 1:
        return Attempt(failure=f"failed again: {failures[1:]}")
    numbers = {"ended the run": float(ended), "ended the process": float(is_end), "at step": float(reached)}
    return Attempt(numbers | ({"seconds lost": lost} if is_end else {}))


def _step(session: Session) -> int:
    return session.result.progress.step if session.result.progress else 0


def _seconds_lost(session: Session, told: Sequence[Told]) -> float:
    """How long before its end the run had come to the step that is left of it."""
    left = session.result.state.step if session.result.state else 0
    after = [when for when, step in told if step > left]
    return told[-1][0] - after[0] if after else 0.0


def _wrong_in(session: Session, lost: float | None) -> str:
    """Describes what is missing after an error ended a run, or after `lost` seconds went with its process."""
    state, told = session.result.state, _step(session)
    if session.status is not (Status.RESULT if state else Status.EMPTY):
        return f"{session.status} with {'a' if state else 'no'} state"
    if told and state is None:
        return f"nothing is left of {told} steps"
    if lost is None and state is not None and state.step < told:
        return f"the weights are of step {state.step}, and {told} had been told of"
    if lost is not None and lost > MOST_LOST:
        return f"{lost:.1f} s of training are lost"
    if state is not None and not all(np.isfinite(weights).all() for weights in state.weights):
        return "weights that are no numbers"
    return ""


SOAK = Soak(
    "errors raised inside TensorFlow at random calls, and the end of its process, while a window trains",
    200,
    attempt,
    (
        Row("ended the run", ""),
        Row("ended the process", ""),
        Row("at step", "", "each"),
        Row("seconds lost", "s", "each", ("at most", MOST_LOST)),
    ),
)
