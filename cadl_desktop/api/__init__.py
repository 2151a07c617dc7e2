"""Everything that scripts and notebooks need, in one place: experiments, own arrays, training, projects."""

from cadl_desktop.api.own_arrays import with_mask, with_picture, with_points
from cadl_desktop.api.running import Run, run
from cadl_desktop.api.sweeping import SweepTable, run_sweep
from cadl_desktop.engine import Control, EpochNetwork, batch_order, initial_weights, train, training_samples
from cadl_desktop.experiment import Experiment, Part, Stop, check, preset, preset_names
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.runs.events import EpochEnded, Finished, Paused, Progressed, Started

__all__ = [
    "Control",
    "EpochEnded",
    "EpochNetwork",
    "Experiment",
    "Finished",
    "Part",
    "Paused",
    "Progressed",
    "Project",
    "Run",
    "Started",
    "Stop",
    "SweepTable",
    "batch_order",
    "check",
    "initial_weights",
    "open_project",
    "part",
    "preset",
    "preset_names",
    "run",
    "run_sweep",
    "save_project",
    "train",
    "training_samples",
    "with_mask",
    "with_picture",
    "with_points",
]
