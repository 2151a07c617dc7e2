"""Trouble in the process that computes: work that a test has done there by `session.ask`."""

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

_mended: list[Callable[[], object]] = []
"""What takes the trouble back."""


def raise_at_calls(error: Exception) -> None:
    """From now on each call of a compiled function raises this."""
    _have_calls_raise(error, lambda: True)


def raise_at_calls_once_stopped(error: Exception) -> None:
    """The same, from when the run that goes on is told to stop."""
    from cadl_desktop.engine import Control

    stopped: list[None] = []
    stop = Control.stop

    def stop_and_note(control: Control) -> None:
        stopped.append(None)
        stop(control)

    Control.stop = stop_and_note  # type: ignore[method-assign]
    _mended.append(lambda: setattr(Control, "stop", stop))
    _have_calls_raise(error, lambda: bool(stopped))


def raise_no_more() -> None:
    """Each call does again what it is for."""
    while _mended:
        _mended.pop()()


def _have_calls_raise(error: Exception, now: Callable[[], bool]) -> None:
    from cadl_desktop.engine import tracing

    original = tracing.SingleTraceFunction.__call__

    def call(compiled: tracing.SingleTraceFunction, *arguments: object) -> object:
        if now():
            raise error
        return original(compiled, *arguments)

    tracing.SingleTraceFunction.__call__ = call  # type: ignore[method-assign]
    _mended.append(lambda: setattr(tracing.SingleTraceFunction, "__call__", original))


@contextmanager
def raising(qtbot: "QtBot", session: "Session", error: Exception) -> Iterator[None]:
    """Meanwhile each call of a compiled function raises this in the process that computes."""
    session.ask(raise_at_calls, (error,), lambda _: None, lambda error: None)
    try:
        yield
    finally:
        have_done(qtbot, session, raise_no_more)


def counting() -> Iterator[int]:
    """Pieces of something."""
    yield from range(1, 100)


_ended_on: list[str] = []


def noting_its_end() -> Iterator[int]:
    """Pieces of something that has to be cleared up."""
    try:
        yield from range(1, 100)
    finally:
        _ended_on.append(current_thread().name)


def ended_on() -> list[str]:
    """The names of the threads on which that has ended."""
    return _ended_on


def crash() -> None:
    """As after an error in a library."""
    os.abort()


_call: Callable[..., Any] | None = None
_calls_left = 0


def befall_call(number: int, trouble: Callable[[], object]) -> None:
    """One of the next calls of any compiled function, by its number, has this done in its place."""
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


def has_befallen() -> bool:
    """Whether that call has been made."""
    return _calls_left <= 0


def befall_no_more() -> None:
    """Calls are made as ever."""
    from tensorflow.python.eager.context import Context

    global _call
    if _call is not None:
        Context.call_function, _call = _call, None


def raise_of_tensorflow(name: str) -> None:
    """One of the errors that TensorFlow knows."""
    import tensorflow as tf

    raise getattr(tf.errors, name)(None, None, name)


def raise_it(error: Exception) -> None:
    raise error


_painted: list[int] = []
_render: Callable[..., Any] | None = None


def note_what_is_painted() -> None:
    """From now on until `noted`."""
    from cadl_desktop import engine

    global _render
    _render = engine.render

    def render(experiment: Experiment, weights: Sequence[Floats]) -> tuple[Floats, float | None]:
        _painted.append(experiment.layers[0]["units"])
        assert _render is not None
        painted: tuple[Floats, float | None] = _render(experiment, weights)
        return painted

    engine.render = render  # type: ignore[assignment]


def wait_for(path: Path) -> None:
    """Keeps the process that computes waiting until there is such a file."""
    while not path.exists():
        time.sleep(0.01)


def noted() -> list[int]:
    """How many units the first layers had of what was painted since."""
    from cadl_desktop import engine

    assert _render is not None
    engine.render = _render
    found = list(_painted)
    _painted.clear()
    return found


def have_done(qtbot: "QtBot", session: "Session", work: Callable[[], Any]) -> Any:
    """What some work gives in the process that computes."""
    from tests.settling import until

    told: list[Any] = []
    failed: list[Exception] = []
    session.ask(work, (), told.append, failed.append)
    until(qtbot, lambda: told or failed)
    assert not failed, failed
    return told[0]


def imported() -> list[str]:
    """The modules that have been imported in the process that is asked."""
    return list(sys.modules)


def functions_of_tensorflow() -> set[str]:
    """The names of all that has been traced in the process that is asked."""
    from tensorflow.python.eager import context

    return set(context.context().list_function_names())
