"""Many trainings of one experiment in which some settings vary: plain data, without Qt and TensorFlow."""

from cadl_desktop.sweeps.check import check_sweep
from cadl_desktop.sweeps.proposals import proposed
from cadl_desktop.sweeps.spelling import varied_of
from cadl_desktop.sweeps.sweep import (
    Choices,
    Halving,
    Limit,
    Networks,
    Objective,
    Range,
    Sweep,
    Trial,
    Varied,
)
from cadl_desktop.sweeps.trials import experiment_of

__all__ = [
    "Choices",
    "Halving",
    "Limit",
    "Networks",
    "Objective",
    "Range",
    "Sweep",
    "Trial",
    "Varied",
    "check_sweep",
    "experiment_of",
    "proposed",
    "varied_of",
]
