"""Status and result of a run."""

from dataclasses import dataclass, field, replace
from enum import Enum

from msgspec.structs import replace as replace_fields

from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Experiment, structure_of
from cadl_desktop.runs.events import (
    BackwardPass,
    EpochEnded,
    Event,
    Finished,
    Paused,
    Prediction,
    Probed,
    Progressed,
    RunState,
    Untrained,
)
from cadl_desktop.runs.history import History, cores_of
from cadl_desktop.runs.layer_histograms import Histograms
from cadl_desktop.runs.run_snapshots import Snapshots


class Status(Enum):
    """Status of the current run. RESULT: nothing runs, and there are weights to continue with."""

    EMPTY = "empty"
    PREPARING = "preparing"
    TRAINING = "training"
    PAUSED = "paused"
    RESULT = "result"

    @property
    def live(self) -> bool:
        return self in (Status.PREPARING, Status.TRAINING, Status.PAUSED)


class Source(Enum):
    """Origin of the weights that the next step would start from. COMING: they are still being carried
    over to an edited network; TRAINING: a run has them, and sends what they make; STATE: the result has them;
    SEED: nothing has been learned."""

    COMING = "coming"
    TRAINING = "training"
    STATE = "state"
    SEED = "seed"


@dataclass(frozen=True)
class ShownWeights:
    """The weights that every view shows, unless a person looks back: those that the next step would start
    from. Two are equal where a picture of one is one of the other; while a run trains, pictures of it are
    replaced by later ones."""

    source: Source
    state: RunState | None
    beginning: object
    """Token of the run's beginning: another one once training has started anew or another run is shown."""


@dataclass(frozen=True)
class Result:
    """State of a run: everything needed to show, save and continue it."""

    history: History
    state: RunState | None = None
    progress: Progressed | None = None
    prediction: Prediction | None = None
    psnr: float | None = None
    fitted: Prediction | None = None
    """A curve's outputs at its samples, from when `prediction` is."""
    r2: float | None = None
    cost: float | None = None
    probed: Probed | None = None
    backward: BackwardPass | None = None
    """Backward pass of the step after the newest pause, where it was requested."""
    finished: Finished | None = None
    run: int | None = None
    """Number in the list of runs, once listed."""
    histograms: Histograms = field(default_factory=Histograms)
    snapshots: Snapshots = field(default_factory=Snapshots)
    """Earlier moments of the same network structure."""
    trained: Experiment | None = None
    """Experiment of the last training step; the document's may have been edited since."""
    tried: frozenset[str] = frozenset()
    """Labels of the doctor's remedies that this run, or those that it goes on from, have taken."""
    beginning: object = field(default_factory=object)
    """Token that results of one run share, and no other result has."""

    @property
    def step(self) -> int:
        """Number of optimizer steps made."""
        return max(self.progress.step if self.progress else 0, self.state.latest.step if self.state else 0)

    def trained_or(self, experiment: Experiment) -> Experiment:
        """Returns `trained` with what is said of its data now if it has the structure of `experiment`,
        otherwise `experiment`."""
        trained = self.trained
        if trained is None or structure_of(trained) != structure_of(experiment):
            return experiment
        return trained if trained.data == experiment.data else replace_fields(trained, data=experiment.data)

    @property
    def has_ended(self) -> bool:
        """Whether the run has ended by itself, and wasn't stopped."""
        return self.finished is not None and self.finished.reason != "stopped"

    @property
    def cores(self) -> int | None:
        """Number of cores that the run's work is divided for, if known."""
        return cores_of(self.state, self.history)

    def with_event(self, event: Event) -> "Result":
        """Returns a result updated by an event, except for the mutable history, histograms and snapshots."""
        match event:
            case Untrained(cost=cost) | EpochEnded(cost=cost):
                return replace(self, cost=cost)
            case Progressed():
                return self._at(event, event.cost)
            case Probed():
                return replace(self, probed=event)
            case BackwardPass():
                return replace(self, backward=event)
            case Paused():
                return replace(self._at(event.progress, event.cost), state=event.state)
            case Finished():
                return replace(self._at(event.progress, event.cost), state=event.state, finished=event)
        return self

    def at_last_moment(self) -> "Result":
        """Returns a result whose state is the newest snapshot, for a run that ended without a final event."""
        newest = self.snapshots.states[-1] if self.snapshots.states else None
        if newest is None or (self.state is not None and self.state.latest.step >= newest.step):
            return self
        return replace(self, state=newest.result)

    def _at(self, progress: Progressed, cost: float | None = None) -> "Result":
        """Updates the progress; values not measured there keep their last value."""
        result = replace(self, progress=progress, cost=self.cost if cost is None else cost)
        if progress.prediction is None:
            return result
        return replace(
            result,
            prediction=progress.prediction,
            psnr=progress.psnr,
            fitted=progress.fitted,
            r2=progress.r2,
        )


def trained_to(state: RunState, experiment: Experiment) -> Experiment:
    """Returns a file's experiment with the live settings of its run's state, which may differ."""
    settings = state.settings
    if settings.batch_size < experiment.batch_size:  # a batch larger than the data set means all samples
        settings = settings.with_values_of({"batch_size"}, LiveSettings.of(experiment))
    return settings.into(experiment)
