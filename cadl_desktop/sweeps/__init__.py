"""Sweeps: many trainings of one experiment in which some settings vary. Plain data here, without Qt or
TensorFlow."""

from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.plan.spelling import varied_of
from cadl_desktop.sweeps.plan.sweep_check import check_sweep
from cadl_desktop.sweeps.plan.sweep_model import (
    Choices,
    Halving,
    Length,
    Limit,
    Networks,
    Objective,
    Range,
    Sweep,
    Trial,
    Varied,
)
from cadl_desktop.sweeps.plan.trials import experiment_of

__all__ = [
    "Choices",
    "Halving",
    "Length",
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
