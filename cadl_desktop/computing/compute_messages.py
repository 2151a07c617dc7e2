"""Requests of a window to its computing process, and the responses. The window numbers its requests; a
response has the number of its request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from cadl_desktop.computing.failure import Failure
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Event, RunState, Speed

# Requests


@dataclass(frozen=True, eq=False)
class Train:
    """Trains an experiment, after all earlier runs have ended. `for_cores` is that of `engine.train`, `speed`
    that of `engine.Control`; a `single` one pauses after its first step."""

    number: int
    experiment: Experiment
    state: RunState | None
    for_cores: int | None
    speed: Speed = "full"
    single: bool = False


@dataclass(frozen=True, eq=False)
class Race:
    """Trains designs in turns for equally many steps, after all earlier runs have ended."""

    number: int
    designs: tuple[Experiment, ...]
    steps: int


Command = Literal["pause", "resume", "step", "stop", "change", "set_stop", "set_speed", "set_backward"]
"""Methods of `engine.Control`."""


@dataclass(frozen=True, eq=False)
class ControlRun:
    """Calls a method of a run's `Control`."""

    number: int
    command: Command
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, eq=False)
class CallFunction:
    """Calls a function between two chunks of a training; with `low_priority` only when nothing else waits.

    A `function` whose module the window doesn't import is given as 'module:function'.
    """

    number: int
    function: str | Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    low_priority: bool = False


@dataclass(frozen=True)
class UseCores:
    """Limits the cores of networks that are built from now on, as `machine.limit_cores`."""

    count: int


class CancelAll:
    """Ends the current run, drops waiting requests, and is answered by `Idle`."""


# Responses


@dataclass(frozen=True)
class Loaded:
    """TensorFlow was loaded; `device` is what it computes on."""

    device: str


@dataclass(frozen=True)
class NotLoaded:
    """TensorFlow can't be loaded."""

    failed: Failure


@dataclass(frozen=True, eq=False)
class RunEvent:
    """Event of a run; `place` is the index of the design in a race."""

    number: int
    event: Event
    place: int = 0


@dataclass(frozen=True, eq=False)
class RunEnded:
    """A run has ended; `failed` is the error that ended it, if any."""

    number: int
    failed: Failure | None = None


@dataclass(frozen=True, eq=False)
class CallResult:
    """Result of a called function."""

    number: int
    result: Any


@dataclass(frozen=True, eq=False)
class CallFailed:
    """Error raised by a called function."""

    number: int
    error: Exception


@dataclass(frozen=True)
class LogLine:
    """Record for the window's log."""

    logger: str
    level: int
    text: str


class Idle:
    """The process has nothing left to do, after `CancelAll`."""


Request = Train | Race | ControlRun | CallFunction | UseCores | CancelAll
Response = Loaded | NotLoaded | RunEvent | RunEnded | CallResult | CallFailed | LogLine | Idle
