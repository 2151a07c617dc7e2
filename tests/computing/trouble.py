"""Harm for the computing process: functions that tests run in it by `session.ask`."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread
from typing import TYPE_CHECKING, Any

from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Floats

if TYPE_CHECKING:  # the process that computes imports this, and has no Qt
    from pytestqt.qtbot import QtBot

    from cadl_desktop.session.session import Session

_undo: list[Callable[[], object]] = []
"""Functions that undo the harm."""


def make_calls_raise(error: Exception) -> None:
    """Makes every call of a compiled function raise this error."""
    _make_calls_raise(error, lambda: True)


def make_calls_raise_once_stopped(error: Exception) -> None:
    """Makes the first call of a compiled function after a run was told to stop raise this error."""
    from cadl_desktop.engine import Control

    stopped: list[None] = []
    stop = Control.stop

    def stop_and_note(control: Control) -> None:
        stopped.append(None)
        stop(control)

    def is_first_call() -> bool:
        was_stopped = bool(stopped)
        stopped.clear()  # the run that follows may begin before this harm is undone
        return was_stopped

    Control.stop = stop_and_note  # type: ignore[assignment, method-assign]
    _undo.append(lambda: setattr(Control, "stop", stop))
    _make_calls_raise(error, is_first_call)


def undo_harm() -> None:
    """Undoes all harm."""
    while _undo:
        _undo.pop()()


def _make_calls_raise(error: Exception, now: Callable[[], bool]) -> None:
    from cadl_desktop.engine import tracing

    original = tracing.SingleTraceFunction.__call__

    def call(compiled: tracing.SingleTraceFunction, *arguments: object) -> object:
        if now():
            raise error
        return original(compiled, *arguments)

    tracing.SingleTraceFunction.__call__ = call  # type: ignore[assignment, method-assign]
    _undo.append(lambda: setattr(tracing.SingleTraceFunction, "__call__", original))


@contextmanager
def raising(qtbot: "QtBot", session: "Session", error: Exception) -> Iterator[None]:
    """Makes calls of compiled functions in the computing process raise this error, within the context."""
    session.ask(make_calls_raise, (error,), lambda _: None, lambda error: None)
    try:
        yield
    finally:
        run_in_worker(qtbot, session, undo_harm)


def counting() -> Iterator[int]:
    """Generator of pieces."""
    yield from range(1, 100)


_ended_on: list[str] = []


def noting_its_close() -> Iterator[int]:
    """Generator of pieces that records the thread of its close."""
    try:
        yield from range(1, 100)
    finally:
        _ended_on.append(current_thread().name)


def closing_threads() -> list[str]:
    """Names of the threads on which such generators were closed."""
    return _ended_on


def crash() -> None:
    """Crashes the process, as an error in a library does."""
    os.abort()


_call: Callable[..., Any] | None = None
_calls_left = 0


def replace_call(number: int, trouble: Callable[[], object]) -> None:
    """Replaces the n-th call of any compiled function from now on by `trouble`."""
    from tensorflow.python.eager.context import Context

    global _call, _calls_left
    _calls_left = number
    if _call is not None:
        return
    _call = Context.call_function

    def call(context: object, *arguments: object, **named: object) -> object:
        global _calls_left
        _calls_left -= 1
        if _calls_left == 0:
            trouble()
        assert _call is not None
        return _call(context, *arguments, **named)

    Context.call_function = call


def was_replaced() -> bool:
    """Whether that call has been made."""
    return _calls_left <= 0


def restore_calls() -> None:
    """Restores the calls of compiled functions."""
    from tensorflow.python.eager.context import Context

    global _call
    if _call is not None:
        Context.call_function, _call = _call, None


def raise_of_tensorflow(name: str) -> None:
    """Raises TensorFlow's error of this name."""
    import tensorflow as tf

    raise getattr(tf.errors, name)(None, None, name)


def raise_error(error: Exception) -> None:
    raise error


_painted: list[int] = []
_render: Callable[..., Any] | None = None


def record_renders() -> None:
    """Records calls of `engine.render_fitted` until `recorded_renders` is called."""
    from cadl_desktop import engine

    global _render
    _render = engine.render_fitted

    def render(experiment: Experiment, weights: Sequence[Floats]) -> Any:
        _painted.append(experiment.layers[0]["units"])
        assert _render is not None
        return _render(experiment, weights)

    engine.render_fitted = render


def round_for(steps: int) -> None:
    """Changes for how many steps rounded weights are trained."""
    from cadl_desktop.engine.rounding import weight_rounding

    weight_rounding.STEPS = steps


def wait_for(path: Path) -> None:
    """Blocks the computing process until the file exists."""
    while not path.exists():
        time.sleep(0.01)


def recorded_renders() -> list[int]:
    """Units of the first layer of every recorded call; stops recording."""
    from cadl_desktop import engine

    assert _render is not None
    engine.render_fitted = _render
    found = list(_painted)
    _painted.clear()
    return found


def run_in_worker(qtbot: "QtBot", session: "Session", work: Callable[[], Any]) -> Any:
    """Runs work in the computing process and returns its result."""
    from tests.settling import until

    told: list[Any] = []
    failed: list[Exception] = []
    session.ask(work, (), told.append, failed.append)
    until(qtbot, lambda: told or failed)
    assert not failed, failed
    return told[0]


def imported() -> list[str]:
    """Names of the modules that this process has imported."""
    return list(sys.modules)


def functions_of_tensorflow() -> set[str]:
    """Names of all functions traced in the process that runs this."""
    from tensorflow.python.eager import context

    return set(context.context().list_function_names())
