"""Errors raised inside TensorFlow at random calls: the window lives, and the weights of the last moment are
there."""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.worker.training_request import Failed
from tests.engine.runs import epochs, small_painting
from tests.soak.soak import Attempt, Row, Soak

SECONDS = 120.0
"""So long is waited for anything."""
MOST_CALLS = 400
STEPS_AFTER = 2000
"""By then an error has been told of, if it is going to be."""


def attempt(seed: int, folder: Path) -> Attempt:
    """Opens a window, trains, and has one call of TensorFlow raise; then trains on."""
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
    """What a session came to whose TensorFlow raised once, at one of so many calls; `turn` lets it work."""
    chance = random.Random(seed)
    failures: list[Failed] = []
    session.failed.connect(failures.append)
    session.reset()

    def until(what: Callable[[], object]) -> bool:
        end = time.monotonic() + SECONDS
        while not what() and time.monotonic() < end:
            turn()
        return bool(what())

    session.train()
    with _raising(chance, most) as raised:
        noticed: list[int] = []

        def is_settled() -> bool:
            """An error in what is asked beside the training ends nothing: it goes on."""
            if raised and not noticed:
                noticed.append(_step(session))
            return bool(failures) or bool(noticed and _step(session) > noticed[0] + STEPS_AFTER)

        if not until(is_settled):
            return Attempt(failure=f"neither failed nor went on: {session.status}, {raised}, {failures}")
    ended = bool(failures)
    if ended and (wrong := _wrong_in(session)):
        return Attempt({"ended the run": 1}, wrong)
    reached = session.result.state.step if ended and session.result.state else _step(session)
    session.train()
    if not until(lambda: session.status is Status.TRAINING and _step(session) > reached + 20):
        return Attempt(failure=f"did not go on from step {reached}: {session.status}, {failures}")
    return Attempt({"ended the run": ended, "at step": reached})


def _step(session: Session) -> int:
    return session.result.progress.step if session.result.progress else 0


def _wrong_in(session: Session) -> str:
    """What is lost of a run that an error has ended."""
    state, told = session.result.state, _step(session)
    if session.status is not (Status.RESULT if state else Status.EMPTY):
        return f"{session.status} with {'a' if state else 'no'} state"
    if told and state is None:
        return f"nothing is left of {told} steps"
    if state is not None and state.step < told:
        return f"the weights are of step {state.step}, and {told} had been told of"
    if state is not None and not all(np.isfinite(weights).all() for weights in state.weights):
        return "weights that are no numbers"
    return ""


@contextmanager
def _raising(chance: random.Random, most: int) -> Iterator[list[int]]:
    """Has one of the next calls of any compiled function raise one of the errors that TensorFlow knows; gives
    where its number comes when it has."""
    import tensorflow as tf
    from tensorflow.python.eager.context import Context

    errors: tuple[Callable[[], Exception], ...] = (
        lambda: tf.errors.ResourceExhaustedError(None, None, "out of memory"),
        lambda: tf.errors.InternalError(None, None, "internal"),
        lambda: tf.errors.UnknownError(None, None, "unknown"),
        lambda: tf.errors.InvalidArgumentError(None, None, "invalid"),
        lambda: MemoryError("out of memory"),
        lambda: RuntimeError("something else"),
    )
    original, left, raised = Context.call_function, chance.randint(1, most), list[int]()
    number = left

    def call(context: Any, *arguments: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            raised.append(number)
            raise chance.choice(errors)()
        return original(context, *arguments, **named)

    Context.call_function = call
    try:
        yield raised
    finally:
        Context.call_function = original


SOAK = Soak(
    "errors raised inside TensorFlow at random calls while a window trains",
    200,
    attempt,
    (Row("ended the run", ""), Row("at step", "", "each")),
)
