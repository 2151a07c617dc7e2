"""Input and output of the diagnosis: evidence about a network, and symptoms of it."""

from dataclasses import dataclass, field
from typing import Literal

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.damage import BetterMoment
from cadl_desktop.runs.diagnosis.remedies import Remedy
from cadl_desktop.runs.events import Probed
from cadl_desktop.runs.history import History
from cadl_desktop.runs.layer_histograms import Histograms
from cadl_desktop.runs.run_snapshots import Snapshots

Kind = Literal[
    "lost",
    "reach",
    "few steps",
    "penalty",
    "rate too large",
    "rate too small",
    "exploding",
    "vanishing",
    "dead",
    "saturated",
    "overfitting",
    "nothing learned",
    "far off",
]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Evidence about a network. `targets` are the lowest and the highest scaled target, where known;
    `diverged`: the run diverged; `worse`: its cost ended higher than it began; `better` is a state that it
    can return to. `shortfall` is the present error relative to that of a good run (`good_run.py`), below 1
    where the run is good; None where it is unknown. `constant_cost` is the cost of the best constant output,
    where known. `tried` are the labels of remedies that this run or the ones that it goes on from took."""

    experiment: Experiment
    history: History
    histograms: Histograms
    targets: tuple[float, float] | None = None
    probed: Probed | None = None
    diverged: bool = False
    worse: bool = False
    better: BetterMoment | None = None
    shortfall: float | None = None
    constant_cost: float | None = None
    snapshots: Snapshots = field(default_factory=Snapshots)
    tried: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Symptom:
    """A possible problem of a layer, or of the whole network where `layer` is None; from `degree` 1 on it is
    a finding. `sound_until` is the last step before it; where that is None, the cost tells."""

    kind: Kind
    layer: int | None
    degree: float
    words: str
    remedies: tuple[Remedy, ...]
    sound_until: int | None = None
