"""A training that the worker has been asked for: what a person tells it, and how it may fail."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from traceback import format_exception
from typing import TYPE_CHECKING

from cadl_desktop.experiment import Experiment, Stop
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.libraries import LoadError
from cadl_desktop.runs.events import RunState
from cadl_desktop.sentences import SentenceError, said, sentence_of

if TYPE_CHECKING:
    from cadl_desktop.engine import Control


@dataclass(frozen=True)
class Failed:
    """Training ended with an error; `message` is for a person, `details` are for whoever mends what nobody
    expected."""

    message: str
    details: str = ""


class TrainingRequest:
    """One training that the worker has been asked for; what is told before it begins is kept for it.

    `wake` ends a wait in which the worker would not hear what is told. `settings` are those that the training
    has been told last. `for_cores` is what `engine.train` is told of a run that is trained anew.
    """

    def __init__(
        self,
        experiment: Experiment,
        state: RunState | None,
        wake: Callable[[], None],
        for_cores: int | None = None,
    ) -> None:
        self.experiment = experiment
        self.state = state
        self.for_cores = for_cores
        self.settings = state.settings if state else LiveSettings.of(experiment)
        self.cancelled = False
        self._wake = wake
        self._lock = Lock()
        self._control: Control | None = None
        self._early: list[Callable[[Control], None]] = []

    def pause(self) -> None:
        self._tell(lambda control: control.pause())

    def resume(self) -> None:
        self._tell(lambda control: control.resume())

    def step(self) -> None:
        self._tell(lambda control: control.step())

    def stop(self) -> None:
        self.cancelled = True
        self._tell(lambda control: control.stop())

    def change(self, settings: LiveSettings) -> None:
        self.settings = settings
        self._tell(lambda control: control.change(settings))

    def set_stop(self, rules: Stop) -> None:
        self._tell(lambda control: control.set_stop(rules))

    def attach(self, control: "Control") -> None:
        """Called on the worker's thread once TensorFlow is there."""
        with self._lock:
            self._control = control
            for tell in self._early:
                tell(control)

    def _tell(self, tell: Callable[["Control"], None]) -> None:
        with self._lock:
            if self._control is None:
                self._early.append(tell)
                return
        tell(self._control)
        self._wake()


def failure_of(error: Exception) -> Failed:
    """How an error that has ended a training is told."""
    details, kind = "".join(format_exception(error)), type(error).__name__
    if isinstance(error, SentenceError):
        return Failed(sentence_of(error), details if isinstance(error, LoadError) else "")
    if kind == "ResourceExhaustedError" or isinstance(error, MemoryError):
        text = said("There is not enough memory for this network; make layers or the batch smaller.")
        return Failed(text, details)
    text = said("Training ended with an error ({kind}); what was learned by then is there.", kind=kind)
    return Failed(text, details)
