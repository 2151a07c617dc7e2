"""Trainings and races requested from the worker process: handles that the window keeps and controls."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from cadl_desktop.computing.compute_messages import Command, ControlRun
from cadl_desktop.computing.failure import Failure
from cadl_desktop.experiment import Experiment, Stop
from cadl_desktop.experiment.check import Problem, check_live
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.runs import events
from cadl_desktop.runs.events import RunState, Speed


class TrainingRequest:
    """Handle of one training, identified to the worker process by `number`.

    `settings` are the live settings sent last. `stopped`: a stop was sent, so it ends with its next step.
    `has_begun`: it has sent an event, and will send its last one.
    """

    def __init__(
        self,
        number: int,
        experiment: Experiment,
        state: RunState | None,
        send: Callable[[ControlRun], None],
    ) -> None:
        self.number = number
        self.experiment = experiment
        self.state = state
        self.settings = state.settings if state else LiveSettings.of(experiment)
        self.stopped = self.has_begun = False
        self._send = send

    def pause(self) -> None:
        self._command("pause")

    def resume(self) -> None:
        self._command("resume")

    def step(self) -> None:
        self._command("step")

    def stop(self) -> None:
        self.stopped = True
        self._command("stop")

    def change(self, settings: LiveSettings) -> None:
        self.settings = settings
        self._command("change", settings)

    def set_stop(self, rules: Stop) -> None:
        self._command("set_stop", rules)

    def set_speed(self, speed: Speed) -> None:
        self._command("set_speed", speed)

    def set_backward(self, wanted: bool) -> None:
        self._command("set_backward", wanted)

    def follow(self, before: Experiment, after: Experiment, problems: Sequence[Problem]) -> None:
        """Sends live settings changed by an edit; fields with `problems` keep their last valid value."""
        settings = LiveSettings.of(after)
        wrong = {problem.field.partition(".")[0] for problem in (*problems, *check_live(settings))}
        if "layers" in wrong:  # no live setting: too little memory for this batch size or this optimizer
            wrong |= {"batch_size", "optimizer"}
        if "optimizer" in wrong and settings.optimizer.kind != self.settings.optimizer.kind:
            wrong.add("rate")  # that of another optimizer
        kept = wrong & set(settings.names())
        settings = settings.with_values_of(kept, self.settings)
        if settings != self.settings:
            self.change(settings)
        if after.stop != before.stop and "stop" not in wrong:
            self.set_stop(after.stop)

    def _command(self, command: Command, *values: Any) -> None:
        self._send(ControlRun(self.number, command, values))


RaceUpdate = tuple[int, events.Event] | Failure
"""Index of a design and its event, or the error that ended the race."""


class RaceRequest:
    """Handle of a race: designs trained in turns for equally many steps.

    Updates are kept until `take`.
    """

    def __init__(self, designs: tuple[Experiment, ...], steps: int) -> None:
        self.designs, self.steps = designs, steps
        self._updates: deque[RaceUpdate] = deque()
        self._stop: Callable[[], None] = lambda: None

    def attach(self, number: int, send: Callable[[ControlRun], None]) -> None:
        """Makes `stop` work, once the race has been sent under this number."""
        self._stop = lambda: send(ControlRun(number, "stop"))

    def stop(self) -> None:
        """Ends the trainings, keeping what they learned. A race that has not begun never begins."""
        self._stop()

    def take(self) -> list[RaceUpdate]:
        """Returns the updates received since the last call."""
        taken = []
        while self._updates:
            taken.append(self._updates.popleft())
        return taken

    def put(self, update: RaceUpdate) -> None:
        self._updates.append(update)


@dataclass(frozen=True, eq=False)
class PendingCall:
    """Callbacks for a function called in the worker process, invoked on the window's thread.

    The function is not called if, at its turn, the answer is no longer `wanted`.
    """

    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    wanted: Callable[[], bool]


PendingRequest = TrainingRequest | RaceRequest | PendingCall | Future[Any]
"""Any request awaiting its answer; a future is that of a piece of an export."""
