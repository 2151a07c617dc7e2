"""A training that the worker has been asked for: what a person tells it, and how it may fail."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cadl_desktop.experiment import Experiment, Part, Stop
from cadl_desktop.runs.events import RunState

if TYPE_CHECKING:
    from cadl_desktop.engine import Control
    from cadl_desktop.session.worker.worker import Worker


@dataclass(frozen=True)
class Failed:
    """Training ended with an error that nobody expected; `message` is for a person, the log has the rest."""

    message: str


class Run:
    """One training that the worker has been asked for; what is told before it begins is kept for it."""

    def __init__(self, worker: "Worker", experiment: Experiment, state: RunState | None) -> None:
        self.experiment = experiment
        self.state = state
        self._worker = worker
        self._control: Control | None = None
        self._early: list[Callable[[Control], None]] = []
        self.cancelled = False

    def pause(self) -> None:
        self._tell(lambda control: control.pause())

    def resume(self) -> None:
        self._tell(lambda control: control.resume())

    def step(self) -> None:
        self._tell(lambda control: control.step())

    def stop(self) -> None:
        self.cancelled = True
        self._tell(lambda control: control.stop())

    def set_rate(self, rate: float) -> None:
        self._tell(lambda control: control.set_rate(rate))

    def set_batch_size(self, size: int) -> None:
        self._tell(lambda control: control.set_batch_size(size))

    def set_cost(self, name: str) -> None:
        self._tell(lambda control: control.set_cost(name))

    def set_regularisation(self, l1: float, l2: float) -> None:
        self._tell(lambda control: control.set_regularisation(l1, l2))

    def set_smoothness(self, weight: float) -> None:
        self._tell(lambda control: control.set_smoothness(weight))

    def set_bending(self, weight: float) -> None:
        self._tell(lambda control: control.set_bending(weight))

    def set_schedule(self, schedule: Part) -> None:
        self._tell(lambda control: control.set_schedule(schedule))

    def set_frozen(self, columns: tuple[int, ...]) -> None:
        self._tell(lambda control: control.set_frozen(columns))

    def set_stop(self, rules: Stop) -> None:
        self._tell(lambda control: control.set_stop(rules))

    def attach(self, control: "Control") -> None:
        """Called on the worker's thread once TensorFlow is there."""
        with self._worker.lock:
            self._control = control
            for tell in self._early:
                tell(control)

    def _tell(self, tell: Callable[["Control"], None]) -> None:
        with self._worker.lock:
            if self._control is None:
                self._early.append(tell)
                return
        tell(self._control)
        self._worker.wake()
