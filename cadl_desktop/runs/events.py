"""Events of `engine.train`: frozen, picklable, and all that a window or a script learns about a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import nan
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.horizon import Horizon

Floats = NDArray[np.float32]
Prediction = NDArray[np.floating[Any]]
"""Network output in the target's own units: colours as float32, the y of a curve as float64."""
Painted = NDArray[np.uint8]
Speed = Literal["slow", "watchable", "full"]
"""Training speed: each step is shown; a run that would be over sooner takes some ten seconds; as fast as can
be."""
StopReason = Literal[
    "epochs",
    "steps",
    "seconds",
    "processor_seconds",
    "settled",
    "patience",
    "frozen",
    "stopped",
    "diverged",
]


@dataclass(frozen=True, eq=False)
class BestEpoch:
    """Measured epoch of a run with the lowest `cost` so far: that of the validation set where there is one.

    `waited` counts the measured epochs since. `weights` are those at its end; none where they aren't kept.
    """

    epoch: int
    step: int
    seconds: float
    cost: float
    waited: int = 0
    weights: tuple[Floats, ...] = ()


@dataclass(frozen=True, eq=False)
class RunState:
    """Everything that a run needs to continue exactly: `train(experiment, control, state)`.

    `weights` are W1, b1, W2, b2, ... as from `initial_weights`; `slots` are the optimizer's memories, one
    value per parameter (slots, parameters), or none where they begin anew here. `row` is the number of
    samples of the epoch's shuffled order already used. `settings` and `horizon` are those in force; the
    latter is None before a schedule has needed one. `cores` is the number of cores that the steps are split
    for, which decides the weights' last bits wherever the run continues; None while no step was worth
    splitting, and in older files. `optimizer_since` is the step at which the memories began, from which the
    optimizer counts its steps. `processor_seconds` are those of its steps, over all of the threads that made
    them; NaN in files of earlier versions. `best` is None unless a stop rule asks for it. Where this is the
    best epoch of a run that has ended, `newest` is the state from which training goes on.
    `project/run_states.py` stores the fields by name.
    """

    step: int
    epoch: int
    row: int
    seconds: float
    weights: tuple[Floats, ...]
    slots: Floats
    settings: LiveSettings
    horizon: Horizon | None = None
    cores: int | None = None
    optimizer_since: int = 0
    processor_seconds: float = nan
    best: BestEpoch | None = None
    newest: "RunState | None" = None

    @property
    def latest(self) -> "RunState":
        """State with the newest weights, from which training continues."""
        return self.newest or self

    @property
    def result(self) -> "RunState":
        """State that is shown and exported once the run rests: its best epoch, without memories, where its
        weights are kept."""
        best = self.best
        if best is None or not best.weights or best.step == self.step:
            return self
        return replace(
            self,
            step=best.step,
            epoch=best.epoch,
            row=0,
            seconds=best.seconds,
            weights=best.weights,
            slots=np.empty((0, self.slots.shape[1]), np.float32),
            optimizer_since=best.step,
            best=None,
            newest=self,
        )

    def with_settings(self, settings: LiveSettings) -> "RunState":
        """State that continues with other live settings. Another kind of optimizer begins its memories
        anew; another schedule applies at once, also after the one before has ended."""
        state = self.latest
        if settings.optimizer.kind != state.settings.optimizer.kind:
            state = state.without_memories()
        horizon = state.horizon
        if horizon is not None and settings.schedule != state.settings.schedule:
            horizon = horizon.without_peak()
        best = state.best if settings.cost == state.settings.cost else None
        return replace(state, settings=settings, horizon=horizon, best=best)

    def without_memories(self) -> Self:
        """State whose optimizer begins anew."""
        # Weights are copied, since they may share one array with the memories, which is then freed.
        weights = tuple(array.copy() for array in self.weights)
        slots = np.empty((0, self.slots.shape[1]), np.float32)
        return replace(self, weights=weights, slots=slots, optimizer_since=self.step)

    @property
    def lacks_memories(self) -> bool:
        """Whether the optimizer begins anew here, though it was used before."""
        return self.step > 0 and len(self.slots) < entry("optimizer", self.settings.optimizer.kind).memories

    def has_memories_of(self, other: "RunState") -> bool:
        """Whether the optimizer has gone on since one of the two states until the other."""
        kinds = (state.settings.optimizer.kind for state in (self, other))
        return len(set(kinds)) == 1 and self.optimizer_since == other.optimizer_since


@dataclass(frozen=True)
class Started:
    """First event: what is trained, on which device, from which step on, with which live settings (with the
    batch size limited to the samples). `log` has the settings and the horizon as log values. `notes` are
    sentences for a person."""

    device: str
    parameters: int
    training_samples: int
    validation_samples: int
    settings: LiveSettings
    log: dict[str, float | str]
    step: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EpochEnded:
    """Row of the history. Costs are means over the whole training or validation set, without the L1 and L2
    penalties; `seconds` is training time without compilation and pauses, `processor_seconds` that of the
    steps' own threads. `validation_cost` is None without a validation set. `rate` is the learning rate that
    the schedule gives. `psnr` is in dB, over the training pixels, and `held_out_psnr` over the validation
    pixels, as far as there are such; `r2` and `rms` are of a curve's errors at all of its points. `measures`
    are those of `Control.measures`."""

    epoch: int
    step: int
    seconds: float
    cost: float
    validation_cost: float | None
    rate: float
    psnr: float | None = None
    processor_seconds: float = nan
    held_out_psnr: float | None = None
    r2: float | None = None
    rms: float | None = None
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Untrained:
    """Row of the history for epoch 0, before the first step of a new run, with measures as in `EpochEnded`.
    Not sent where measuring so many samples would delay the first picture."""

    cost: float
    validation_cost: float | None
    rate: float
    psnr: float | None = None
    held_out_psnr: float | None = None
    r2: float | None = None
    rms: float | None = None
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Progressed:
    """Progress of training and, at most every `Control.picture_seconds`, the network's present prediction.

    `prediction` is in the target's own units: for a painting (height, width, 3) float32, 0 to 255 but not
    clipped; for a curve (points,) float64 at `data.curves.curve_positions`. `psnr` is in dB, over the
    training pixels; None for curves. `cost` is that of the same point; histories have those of whole epochs
    only. `fitted` (samples,) are a curve's outputs at its samples, and `r2` is
    their R². `slowed`: the run waits between steps, and `steps_per_second` counts these waits; so does
    `seconds_left`, which is None where it is unknown and at full speed. `batch` are the rows of the samples
    of the newest step; only in slow motion.
    """

    epoch: int
    step: int
    seconds: float
    steps_per_second: float
    prediction: Prediction | None = None
    psnr: float | None = None
    cost: float | None = None
    fitted: Prediction | None = None
    r2: float | None = None
    slowed: bool = False
    seconds_left: float | None = None
    batch: NDArray[np.int32] | None = None
    processor_seconds: float = nan


@dataclass(frozen=True, eq=False)
class Probed:
    """Values of every neuron at step `step`, at a few places all over the input.

    `columns` are the scaled inputs, the encoded inputs (only with an encoding), each layer and the output,
    each (neurons, places) float32; the output is in the target's own units. `grid` is (rows, columns) of the
    places of a painting, row by row; None for a curve, whose places go from left to right. `weights` are
    those of `RunState`. `gradients` are those of the cost by the weights, 0 for an encoding's, on a few
    training samples that stay the same; None in most events, as they are computed less often.
    """

    step: int
    columns: tuple[Floats, ...]
    grid: tuple[int, int] | None
    weights: tuple[Floats, ...]
    gradients: tuple[Floats, ...] | None = None


@dataclass(frozen=True, eq=False)
class BackwardPass:
    """The step that comes next at a pause, and the backward pass that leads to it, where `Control.backward`
    requests it.

    `step` steps have been made; the next one, on the batch that comes next, moves `weights` to exactly
    `after`. `gradients` are those of that batch's cost by the weights; `penalties` those of the penalties,
    which the optimizer gets in addition, None without any. `slots` are the optimizer's memories before the
    step, `count` is the number of the step as the optimizer counts them, from 1, `rate` the learning rate
    that the schedule gives it, and `settings` are those in force.

    `columns` are the gradients of the batch's cost by the outputs of the neurons, in the columns of a
    `Probed`, each (neurons, places) float32: how much the cost would rise if a neuron's output rose by 1 for
    a sample of the batch, summed over its samples that lie at a place. Places without one have 0: samples
    outside of the batch have no gradient. The output's is by the scaled output that the cost compares. `grid`
    is (rows, columns) of the places of a painting, fewer than a `Probed` has; None for a curve, whose places
    are equal parts of the positions at which it is drawn. Samples of many pictures lie over one another.
    """

    step: int
    columns: tuple[Floats, ...]
    grid: tuple[int, int] | None
    weights: tuple[Floats, ...]
    gradients: tuple[Floats, ...]
    penalties: tuple[Floats, ...] | None
    after: tuple[Floats, ...]
    slots: Floats
    count: int
    rate: float
    settings: LiveSettings


@dataclass(frozen=True, eq=False)
class Snapshot:
    """State of the run, at its start, now and then, and at each pause and the end, where `Control.snapshots`
    requests it. The time machine keeps some of them."""

    state: RunState


@dataclass(frozen=True)
class Changed:
    """A live change of a setting. The run is its experiment and the log of these. `notes` are
    sentences for a person."""

    change: Change
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Paused:
    """Training waits, after a pause or a single step. The cost is the present one over the whole training
    set; None after a pause where measuring it would have kept a person waiting, never after a single step."""

    state: RunState
    cost: float | None
    validation_cost: float | None
    progress: Progressed


@dataclass(frozen=True, eq=False)
class Finished:
    """Last event. `message` is a sentence for a person; `state` has the last finite weights, or those of the
    best epoch where they are kept, which the measures and the prediction then belong to. `painted` is every
    pixel of a large picture, (height, width, 3), where `Control.whole_painting` requests it. `initial_cost`
    is the cost before the first step of a new run, where it was measured and is comparable."""

    reason: StopReason
    message: str
    state: RunState
    progress: Progressed
    cost: float | None = None
    validation_cost: float | None = None
    painted: Painted | None = None
    initial_cost: float | None = None

    @property
    def is_worse(self) -> bool:
        """Whether the cost is higher than before the first step."""
        return self.cost is not None and self.initial_cost is not None and self.cost > self.initial_cost


Event = (
    Started
    | Untrained
    | EpochEnded
    | Progressed
    | Probed
    | BackwardPass
    | Snapshot
    | Changed
    | Paused
    | Finished
)
