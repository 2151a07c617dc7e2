"""What a window and the process that computes for it say to one another. Numbers are the window's: each names
what was asked for, in what is told of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from cadl_desktop.computing.failure import Failed
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Event, RunState
from cadl_desktop.runs.race_standing import Goal

# From the window


@dataclass(frozen=True, eq=False)
class Train:
    """Train this, once what was asked for before has ended; `for_cores` is as `engine.train` has it."""

    number: int
    experiment: Experiment
    state: RunState | None
    for_cores: int | None


@dataclass(frozen=True, eq=False)
class Race:
    """Train these two in turns, once what was asked for before has ended."""

    number: int
    designs: tuple[Experiment, Experiment]
    goal: Goal


Command = Literal["pause", "resume", "step", "stop", "change", "set_stop"]


@dataclass(frozen=True, eq=False)
class Tell:
    """Tell a run this: a method of `Control`, and what it takes."""

    number: int
    command: Command
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, eq=False)
class Ask:
    """Call a function with these arguments between two chunks of a training; of `spare` work only when
    nothing else waits. A `function` whose module the window doesn't import is named, 'module:function'."""

    number: int
    function: str | Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    spare: bool = False


@dataclass(frozen=True)
class UseCores:
    """Networks that are built from now on may use so many cores, as `machine.want_cores` has it."""

    count: int


class Leave:
    """End what goes on, forget what waits, and say `Left`."""


# To the window


@dataclass(frozen=True)
class Loaded:
    """TensorFlow is there, and this is what it computes on."""

    device: str


@dataclass(frozen=True)
class NotLoaded:
    """There is no TensorFlow."""

    failed: Failed


@dataclass(frozen=True, eq=False)
class Told:
    """What a run tells; of a race, `place` says which of the two."""

    number: int
    event: Event
    place: int = 0


@dataclass(frozen=True, eq=False)
class Ended:
    """A run is over; `failed` is the error that has ended it."""

    number: int
    failed: Failed | None = None


@dataclass(frozen=True, eq=False)
class Answered:
    """What a function has returned."""

    number: int
    result: Any


@dataclass(frozen=True, eq=False)
class Refused:
    """What a function has raised."""

    number: int
    error: Exception


@dataclass(frozen=True)
class Logged:
    """Something for the window's log."""

    logger: str
    level: int
    text: str


class Left:
    """Nothing goes on any more."""


Request = Train | Race | Tell | Ask | UseCores | Leave
Response = Loaded | NotLoaded | Told | Ended | Answered | Refused | Logged | Left
