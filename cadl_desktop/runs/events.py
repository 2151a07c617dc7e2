"""What `engine.train` yields: frozen, picklable, and all that a window or a script learns of a run."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.horizon import Horizon

Floats = NDArray[np.float32]
Made = NDArray[np.floating[Any]]
"""What a network makes, in the target's own units: colours as float32, the y of a curve as float64."""
Painted = NDArray[np.uint8]
StopReason = Literal["epochs", "steps", "seconds", "settled", "frozen", "stopped", "diverged"]


@dataclass(frozen=True, eq=False)
class RunState:
    """All that a run needs to go on exactly: `train(experiment, control, state)`.

    `weights` are W1, b1, W2, b2, ... as `initial_weights` gives them; `slots` are the optimizer's
    memories, each one value per parameter (slots, parameters). `row` is how many samples of the running
    epoch's shuffled order have been used. `settings` are those in force, and so is `horizon`, None before a
    schedule has needed one. `cores` is for how many the steps are cut, which decides the weights' last bits
    wherever the run goes on; None as long as no step was worth cutting, and in older files.
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


@dataclass(frozen=True)
class Started:
    """The first event: what is about to be trained, on what, and from which step on with which live
    settings, whose batch holds no more than there is; `log` has them and the horizon. `notes` are
    sentences worth showing."""

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
    """One row of the history. Costs are means over the whole training or validation set, plain ones without
    the L1 and L2 penalties; seconds are training time without compilation and pauses. `validation_cost` is
    None without a validation set. `rate` is what the schedule makes of the optimizer's."""

    epoch: int
    step: int
    seconds: float
    cost: float
    validation_cost: float | None
    rate: float


@dataclass(frozen=True, eq=False)
class Progressed:
    """How far training is and, at most every `Control.picture_seconds`, what the network makes now.

    `prediction` is in the target's own units: for a painting (height, width, 3) float32, 0 to 255 but not
    clipped; for a curve (points,) float64 at `data.curves.curve_positions`. `psnr` is in dB, that of the
    pixels that are learned from; None for curves.
    """

    epoch: int
    step: int
    seconds: float
    steps_per_second: float
    prediction: Made | None = None
    psnr: float | None = None


@dataclass(frozen=True, eq=False)
class Probed:
    """What every neuron computes at step `step`, at a few places all over the input.

    `columns` are the scaled inputs, the encoded inputs (only where there is an encoding), each layer and the
    output, each (neurons, places) float32; the output is in the target's own units. `grid` is (rows, columns)
    of the places of a painting, row by row; None for a curve, whose places go from left to right.
    `weights` are those of `RunState`, and `gradients` those of the cost by them, 0 for what an
    encoding learns, taken on a few training samples that stay the same; None as they are not asked for
    every time.
    """

    step: int
    columns: tuple[Floats, ...]
    grid: tuple[int, int] | None
    weights: tuple[Floats, ...]
    gradients: tuple[Floats, ...] | None = None


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Where the run stands, told at its start, every now and then, and at each pause and the end, where
    `Control.snapshots` asks for it. The time machine keeps some of them."""

    state: RunState


@dataclass(frozen=True)
class Changed:
    """A setting was changed live; the run is its experiment and the log of these."""

    change: Change


@dataclass(frozen=True, eq=False)
class Paused:
    """Training waits, after a pause or a single step. The cost is that of the whole training set now; None
    after a pause where measuring it would have kept a person waiting, never after a single step."""

    state: RunState
    cost: float | None
    validation_cost: float | None
    progress: Progressed


@dataclass(frozen=True, eq=False)
class Finished:
    """The last event. `message` is one plain sentence; `state` holds the last good weights. `painted` is all
    of a large picture as it is painted, (height, width, 3), where `Control.whole_painting` asks for it.
    `began_at` is the cost before the first step of a new run, where it was measured and is the same kind."""

    reason: StopReason
    message: str
    state: RunState
    progress: Progressed
    cost: float | None = None
    validation_cost: float | None = None
    painted: Painted | None = None
    began_at: float | None = None

    @property
    def is_worse(self) -> bool:
        """Whether the cost is higher than before the first step."""
        return self.cost is not None and self.began_at is not None and self.cost > self.began_at


Event = Started | EpochEnded | Progressed | Probed | Snapshot | Changed | Paused | Finished
