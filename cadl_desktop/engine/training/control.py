"""The way into a running `train`: from another thread, a signal handler, or between two of its events."""

import sys
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Literal

from cadl_desktop.experiment.check import check_live
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Stop
from cadl_desktop.runs.horizon import Horizon

Command = Literal["end", "pause", "resume", "step"] | LiveSettings | Stop | Horizon
"""What a running training is told, or what it is to go on with. 'end' only ends a wait: that a run is to end
is seen by `Control.stopping`, before older commands."""


class Control:
    """Commands for one run, carried out in order between two chunks of steps.

    Everything may be called from any thread and from signal handlers. A paused `train` waits inside its
    next step of iteration until another command comes.

    `picture_seconds` is how long a prediction in `Progressed` may be old before a new one is made; None
    makes only the first and the last. `probe_seconds` is the same for `Probed`; None makes none at all.
    `snapshots` asks for `Snapshot` events, `whole_painting` for the whole of a large picture when the run
    ends. `last_step` is the one that ends it, wherever in its epoch; None where none does. With `takes_turns`
    its clock stands still between two events, in which another run may train on the same thread. `stopping`
    and `hurried` are for the run: somebody waits for it.

    A paused run calls `while_paused` again and again in place of waiting, which does other work that needs
    this thread, waits for some, and returns False where the run is to end.
    """

    def __init__(
        self,
        picture_seconds: float | None = 0.1,
        probe_seconds: float | None = None,
        snapshots: bool = False,
        whole_painting: bool = False,
        last_step: int | None = None,
        takes_turns: bool = False,
        while_paused: Callable[[], bool] | None = None,
    ) -> None:
        self.picture_seconds = picture_seconds
        self.probe_seconds = probe_seconds
        self.snapshots = snapshots
        self.whole_painting = whole_painting
        self.last_step = last_step
        self.takes_turns = takes_turns
        self.stopping = False
        self.hurried = False
        self._while_paused = while_paused
        self._commands: SimpleQueue[Command] = SimpleQueue()

    def stop(self) -> None:
        """Ends the run with what it has learned."""
        self.stopping = self.hurried = True
        self.tell("end")

    def pause(self) -> None:
        """Makes training wait; what was being measured of a large set is measured after the pause."""
        self.hurried = True
        self.tell("pause")

    def resume(self) -> None:
        self.tell("resume")

    def step(self) -> None:
        """Makes one step and pauses again."""
        self.tell("step")

    def change(self, settings: LiveSettings) -> None:
        """Trains with these live settings from the next step on; a batch holds no more than there is.

        `Started.settings` are those in force, so that `replace(settings, rate=0.01)` changes one of them.
        Raises ValueError where nothing can be trained with them.
        """
        for problem in check_live(settings):
            raise ValueError(problem.sentence)
        self.tell(settings)

    def set_stop(self, rules: Stop) -> None:
        """Changes when the run ends by itself."""
        self.tell(rules)

    def set_horizon(self, horizon: Horizon) -> None:
        """Says when the run will be over, as its log has it, to one without a limit of epochs and seconds: it
        estimates nothing by itself, and so is played again with what another has estimated."""
        self.tell(horizon)

    def steps_left(self, step: int) -> int:
        """From a step on to the last; very many where there is none."""
        return sys.maxsize if self.last_step is None else self.last_step - step

    def tell(self, command: Command) -> None:
        self._commands.put(command)

    def next_command(self, wait: bool) -> Command | None:
        """The oldest command that has not been carried out; with `wait`, as soon as there is one."""
        while wait and self._while_paused and self._commands.empty():
            if not self._while_paused():
                self.stop()
        try:
            return self._commands.get(block=wait)
        except Empty:
            return None
