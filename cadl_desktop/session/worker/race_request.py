"""A race that the worker has been asked for."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import Event
from cadl_desktop.runs.race import Goal
from cadl_desktop.session.worker.training_request import Failed

if TYPE_CHECKING:
    from cadl_desktop.engine import Control

Told = tuple[int, Event] | Failed
"""Whose event it is and the event, or the error that has ended the race."""


class RaceRequest:
    """Two designs that the worker trains in turns up to a goal. What they tell is kept until it is taken;
    `tell` is called on the worker's thread and says that there is something."""

    def __init__(self, designs: tuple[Experiment, Experiment], goal: Goal, tell: Callable[[], None]) -> None:
        self.designs = designs
        self.goal = goal
        self.cancelled = False
        self._tell = tell
        self._told: deque[Told] = deque()
        self._controls: tuple[Control, ...] = ()

    def stop(self) -> None:
        """Ends both with what they have learned; called on any thread. One that has not begun never does."""
        self.cancelled = True
        for control in self._controls:
            control.stop()

    def take(self) -> list[Told]:
        """Everything that has come since the last call."""
        taken = []
        while self._told:
            taken.append(self._told.popleft())
        return taken

    def put(self, told: Told) -> None:
        self._told.append(told)
        self._tell()

    def events(self) -> Iterator[tuple[int, Event]]:
        """What both tell; called on the worker's thread once TensorFlow is there."""
        from cadl_desktop.engine import Control, race

        self._controls = tuple(Control(snapshots=True) for _ in self.designs)
        if self.cancelled:  # between the two
            self.stop()
        return race(self.designs, self.goal, self._controls)
