"""The way into a running `train`: from another thread, a signal handler, or between two of its events."""

from collections.abc import Collection
from queue import Empty, SimpleQueue
from typing import Any, Literal

from cadl_desktop.experiment.catalog import entries
from cadl_desktop.experiment.check import MOST_PENALTY, check_part
from cadl_desktop.experiment.model import Stop
from cadl_desktop.experiment.part import Part

Command = tuple[
    Literal[
        "stop",
        "pause",
        "resume",
        "step",
        "rate",
        "batch_size",
        "cost",
        "regularisation",
        "smoothness",
        "bending",
        "schedule",
        "frozen",
        "rules",
    ],
    Any,
]


class Control:
    """Commands for one run, carried out in order between two chunks of steps.

    Everything may be called from any thread and from signal handlers. A paused `train` waits inside its
    next step of iteration until another command comes.

    `picture_seconds` is how long a prediction in `Progressed` may be old before a new one is made; None
    makes only the first and the last. `probe_seconds` is the same for `Probed`; None makes none at all.
    `snapshots` asks for `Snapshot` events. `stopping` and `hurried` are for the run: somebody waits for it.
    """

    def __init__(
        self,
        picture_seconds: float | None = 0.1,
        probe_seconds: float | None = None,
        snapshots: bool = False,
    ) -> None:
        self.picture_seconds = picture_seconds
        self.probe_seconds = probe_seconds
        self.snapshots = snapshots
        self.stopping = False
        self.hurried = False
        self._commands: SimpleQueue[Command] = SimpleQueue()

    def stop(self) -> None:
        """Ends the run with what it has learned."""
        self.stopping = self.hurried = True
        self.tell(("stop", None))

    def pause(self) -> None:
        """Makes training wait; what was being measured of a large set is measured after the pause."""
        self.hurried = True
        self.tell(("pause", None))

    def resume(self) -> None:
        self.tell(("resume", None))

    def step(self) -> None:
        """Makes one step and pauses again."""
        self.tell(("step", None))

    def set_rate(self, rate: float) -> None:
        """Changes the learning rate from the next step on."""
        if not 0.0 < rate < float("inf"):
            raise ValueError(f"a learning rate is a number above 0, not {rate}")
        self.tell(("rate", float(rate)))

    def set_batch_size(self, size: int) -> None:
        """Changes the batch size from the next step on; larger than the training set means all of it."""
        if size < 1:
            raise ValueError(f"a batch has at least one sample, not {size}")
        self.tell(("batch_size", int(size)))

    def set_cost(self, name: str) -> None:
        """Changes the cost from the next step on."""
        if name not in entries("cost"):
            raise ValueError(f"the catalog has no cost named '{name}'")
        self.tell(("cost", name))

    def set_regularisation(self, l1: float, l2: float) -> None:
        """Changes the weights of the sums of |w| and of w² in each batch's cost from the next step on."""
        for strength in (l1, l2):
            _refuse_wrong_penalty(strength)
        self.tell(("regularisation", (float(l1), float(l2))))

    def set_smoothness(self, weight: float) -> None:
        """Changes the weight of the differences between neighbouring outputs from the next step on."""
        _refuse_wrong_penalty(weight)
        self.tell(("smoothness", float(weight)))

    def set_bending(self, weight: float) -> None:
        """Changes the weight of the outputs' squared second differences from the next step on."""
        _refuse_wrong_penalty(weight)
        self.tell(("bending", float(weight)))

    def set_schedule(self, schedule: Part) -> None:
        """Changes how the rate goes over the epochs, counted from the run's first, from the next step on."""
        for problem in check_part("schedule", "schedule", schedule):
            raise ValueError(str(problem))
        self.tell(("schedule", schedule))

    def set_frozen(self, columns: Collection[int]) -> None:
        """Freezes these columns, counted as in `experiment.freezing`, and no others from the next step on."""
        self.tell(("frozen", tuple(columns)))

    def set_stop(self, rules: Stop) -> None:
        """Changes when the run ends by itself."""
        self.tell(("rules", rules))

    def tell(self, command: Command) -> None:
        self._commands.put(command)

    def next_command(self, wait: bool) -> Command | None:
        """The oldest command that has not been carried out; with `wait`, as soon as there is one."""
        try:
            return self._commands.get(block=wait)
        except Empty:
            return None


def _refuse_wrong_penalty(weight: float) -> None:
    if not 0.0 <= weight <= MOST_PENALTY:
        raise ValueError(f"a penalty's weight is a number from 0 to {MOST_PENALTY:g}, not {weight}")
