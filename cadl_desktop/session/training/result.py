"""What a run is doing, and what it has come to."""

from dataclasses import dataclass, field, replace
from enum import Enum

from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Experiment, structure_of
from cadl_desktop.runs.events import (
    EpochEnded,
    Event,
    Finished,
    Paused,
    Prediction,
    Probed,
    Progressed,
    RunState,
)
from cadl_desktop.runs.history import History, cores_of
from cadl_desktop.runs.layer_histograms import Histograms
from cadl_desktop.runs.run_snapshots import Snapshots


class Status(Enum):
    """What the run is doing. RESULT: nothing runs and there is something to go on with."""

    EMPTY = "empty"
    PREPARING = "preparing"
    TRAINING = "training"
    PAUSED = "paused"
    RESULT = "result"

    @property
    def live(self) -> bool:
        return self in (Status.PREPARING, Status.TRAINING, Status.PAUSED)


@dataclass(frozen=True)
class Result:
    """What a run has come to: all that has to be kept to show it, save it and go on with it."""

    history: History
    state: RunState | None = None
    progress: Progressed | None = None
    prediction: Prediction | None = None
    psnr: float | None = None
    cost: float | None = None
    probed: Probed | None = None
    finished: Finished | None = None
    run: int | None = None
    """Its number in the list of runs, once it is there."""
    histograms: Histograms = field(default_factory=Histograms)
    snapshots: Snapshots = field(default_factory=Snapshots)
    """Earlier moments of the same network; those of another structure went with it."""
    trained: Experiment | None = None
    """What its last steps were made with: the document's experiment may have other settings since."""

    @property
    def step(self) -> int:
        """How far it has come."""
        return max(told.step if told else 0 for told in (self.progress, self.state))

    def trained_of(self, experiment: Experiment) -> Experiment:
        """The experiment with the settings that this is the result of; of another structure than the one that
        was trained it is what is trained next."""
        trained = self.trained
        return trained if trained and structure_of(trained) == structure_of(experiment) else experiment

    @property
    def cores(self) -> int | None:
        """For how many cores the run is cut, where that is known."""
        return cores_of(self.state, self.history)

    def with_news(self, event: Event) -> "Result":
        """What the run has come to when it has told this, too; what only grows is not for here."""
        match event:
            case EpochEnded(cost=cost):
                return replace(self, cost=cost)
            case Progressed():
                return self._at(event)
            case Probed():
                return replace(self, probed=event)
            case Paused():
                return replace(self._at(event.progress, event.cost), state=event.state)
            case Finished():
                return replace(self._at(event.progress, event.cost), state=event.state, finished=event)
        return self

    def at_last_moment(self) -> "Result":
        """As the run stands at its newest moment, where nobody has told how it ended."""
        newest = self.snapshots.states[-1] if self.snapshots.states else None
        if newest is None or (self.state is not None and self.state.step >= newest.step):
            return self
        return replace(self, state=newest)

    def _at(self, progress: Progressed, cost: float | None = None) -> "Result":
        """What wasn't measured there keeps what was measured before."""
        result = replace(self, progress=progress, cost=self.cost if cost is None else cost)
        if progress.prediction is None:
            return result
        return replace(result, prediction=progress.prediction, psnr=progress.psnr)


def trained_to(state: RunState, experiment: Experiment) -> Experiment:
    """What an experiment of a file was when its run stood there: it may have other live settings since."""
    settings = state.settings
    if settings.batch_size < experiment.batch_size:  # of more than there are samples, all were in force
        settings = settings.with_values_of({"batch_size"}, LiveSettings.of(experiment))
    return settings.into(experiment)
