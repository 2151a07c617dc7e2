"""A race that the worker has been asked for."""

from collections import deque
from collections.abc import Callable

from cadl_desktop.computing.failure import Failed
from cadl_desktop.computing.messages import Tell
from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Event
from cadl_desktop.runs.race import Goal

Heard = tuple[int, Event] | Failed
"""Whose event it is and the event, or the error that has ended the race."""


class RaceRequest:
    """Two designs that are trained in turns up to a goal. What they tell is kept until it is taken; `tell` is
    called on the worker's thread and says that there is something."""

    def __init__(self, designs: tuple[Experiment, Experiment], goal: Goal, tell: Callable[[], None]) -> None:
        self.designs = designs
        self.goal = goal
        self._tell = tell
        self._heard: deque[Heard] = deque()
        self._stop: Callable[[], None] = lambda: None

    def attach(self, number: int, send: Callable[[Tell], None]) -> None:
        """From now on it can be stopped."""
        self._stop = lambda: send(Tell(number, "stop"))

    def stop(self) -> None:
        """Ends both with what they have learned. One that has not begun never does."""
        self._stop()

    def take(self) -> list[Heard]:
        """Everything that has come since the last call."""
        taken = []
        while self._heard:
            taken.append(self._heard.popleft())
        return taken

    def put(self, heard: Heard) -> None:
        self._heard.append(heard)
        self._tell()
