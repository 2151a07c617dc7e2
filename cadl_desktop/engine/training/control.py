"""Control of a running `train` from another thread, a signal handler, or between two of its events."""

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import TYPE_CHECKING, Literal

from cadl_desktop.experiment.check import check_live
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Stop
from cadl_desktop.runs.events import Speed
from cadl_desktop.runs.horizon import Horizon

if TYPE_CHECKING:
    from cadl_desktop.engine.training.own_measures import Measure

Command = Literal["end", "pause", "resume", "step", "backward"] | LiveSettings | Stop | Horizon
"""Command for a running training. 'end' only ends a wait: the run itself looks at `Control.stopping`, before
older commands, and at `Control.speed`."""


class Control:
    """Commands for one run, executed in order between two chunks of steps.

    All methods may be called from any thread and from signal handlers. A paused `train` blocks inside its
    next iteration until another command comes.

    `picture_seconds` is the greatest age of the prediction in `Progressed` before a new one is made; None
    makes only the first and the last. `probe_seconds` is the same for `Probed`; None makes none. `snapshots`
    requests `Snapshot` events, `whole_painting` every pixel of a large picture when the run ends. `last_step`
    ends the run, wherever in its epoch; None sets no limit. `measures` are called at each measured epoch, on
    the thread that trains, and `EpochEnded` has their values. `backward` requests a `BackwardPass` at each
    pause. With `takes_turns` the clock stops between two events, while another run may train on the same
    thread. `speed` slows the run down for people who watch it; its clock stands while it waits, so that
    nothing that is computed depends on the speed. `stopping` and `hurried` are read by the run: a stop was
    requested; somebody waits, so that measurements are cancelled.

    A paused or slowed run calls `while_waiting` repeatedly instead of blocking, with the seconds that it may
    take; None sets no limit. It does other work that needs this thread, waits for some, and returns False to
    end the run. So does one that prepares for long, with 0 seconds.
    """

    def __init__(
        self,
        picture_seconds: float | None = 0.1,
        probe_seconds: float | None = None,
        snapshots: bool = False,
        whole_painting: bool = False,
        last_step: int | None = None,
        takes_turns: bool = False,
        speed: Speed = "full",
        while_waiting: Callable[[float | None], bool] | None = None,
        measures: Mapping[str, "Measure"] | None = None,
    ) -> None:
        self.picture_seconds = picture_seconds
        self.probe_seconds = probe_seconds
        self.snapshots = snapshots
        self.whole_painting = whole_painting
        self.last_step = last_step
        self.takes_turns = takes_turns
        self.speed = speed
        self.measures = measures or {}
        self.backward = False
        self.stopping = False
        self.hurried = False
        self._while_waiting = while_waiting
        self._commands: SimpleQueue[Command] = SimpleQueue()
        self._awaited: Command | None = None

    def stop(self) -> None:
        """Ends the run; its weights are kept."""
        self.stopping = self.hurried = True
        self.tell("end")

    def pause(self) -> None:
        """Pauses training. A measurement of a large set is cancelled, and made after the pause."""
        self.hurried = True
        self.tell("pause")

    def resume(self) -> None:
        self.tell("resume")

    def step(self) -> None:
        """Makes one step and pauses again."""
        self.tell("step")

    def change(self, settings: LiveSettings) -> None:
        """Applies live settings from the next step on; the batch size is limited to the number of samples.

        `Started.settings` has those in force, so that `replace(settings, rate=0.01)` changes one of them.
        Raises ValueError for settings that cannot be trained with.
        """
        for problem in check_live(settings):
            raise ValueError(problem.sentence)
        self.tell(settings)

    def set_stop(self, rules: Stop) -> None:
        """Changes the rules by which the run ends by itself."""
        self.tell(rules)

    def set_speed(self, speed: Speed) -> None:
        """Changes the speed, also in the middle of a wait."""
        self.speed = speed
        self.tell("end")

    def set_backward(self, wanted: bool) -> None:
        """Requests backward passes from now on, in a pause at once; or no longer. In a pause it is requested
        again after a change of the settings."""
        self.backward = wanted
        self.tell("backward")

    def set_horizon(self, horizon: Horizon) -> None:
        """Sets the horizon of a run without a limit of epochs and seconds, which estimates none itself: for
        replaying the log of a run that did."""
        self.tell(horizon)

    def ends_meanwhile(self) -> bool:
        """Does other work between two pieces of a long preparation, and tells whether the run is to end."""
        if self._while_waiting and not self._while_waiting(0.0):
            self.stop()
        return self.stopping

    def steps_left(self, step: int) -> int:
        """Steps from `step` to the last one; sys.maxsize without a last step."""
        return sys.maxsize if self.last_step is None else self.last_step - step

    def tell(self, command: Command) -> None:
        self._commands.put(command)

    def next_command(self, wait: bool) -> Command | None:
        """Returns the oldest pending command; with `wait`, blocks until there is one."""
        self.await_command(None if wait else 0.0)
        command, self._awaited = self._awaited, None
        return command

    def await_command(self, seconds: float | None) -> bool:
        """Waits for a command, at most so many seconds. Returns whether there is one."""
        until = None if seconds is None else perf_counter() + seconds
        while self._awaited is None:
            left = None if until is None else max(0.0, until - perf_counter())
            if self._while_waiting and self._commands.empty() and left != 0:
                if not self._while_waiting(left):
                    self.stop()
                continue
            with suppress(Empty):
                self._awaited = self._commands.get(block=left != 0, timeout=left or None)
            if left == 0:
                break
        return self._awaited is not None
