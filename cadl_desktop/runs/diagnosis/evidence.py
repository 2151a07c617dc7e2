"""What the doctor is shown of a network, and how he writes down what may be wrong with it."""

from dataclasses import dataclass
from typing import Literal

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.better_moment import BetterMoment
from cadl_desktop.runs.diagnosis.remedies import Remedy
from cadl_desktop.runs.events import Probed
from cadl_desktop.runs.histograms import Histograms
from cadl_desktop.runs.history import History

Kind = Literal[
    "lost",
    "reach",
    "penalty",
    "rate too large",
    "rate too small",
    "exploding",
    "vanishing",
    "dead",
    "saturated",
]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the doctor is shown. `targets` are the lowest and the highest target as the network sees them,
    where they are known; `diverged` says that the cost of the run left all bounds, `worse` that it ended
    higher than it began; `better` is what it can go back to."""

    experiment: Experiment
    history: History
    histograms: Histograms
    targets: tuple[float, float] | None = None
    probed: Probed | None = None
    diverged: bool = False
    worse: bool = False
    better: BetterMoment | None = None


@dataclass(frozen=True)
class Symptom:
    """One thing that may be wrong with a layer (None: with the whole network)."""

    kind: Kind
    layer: int | None
    degree: float
    words: str
    remedies: tuple[Remedy, ...]
