"""Everything that scripts and notebooks need, in one place: experiments, own arrays, training, projects."""

from cadl_desktop.api.own_arrays import with_mask, with_picture, with_points
from cadl_desktop.experiment import Experiment, Part, Stop, check, preset, preset_names
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import Project, open_project, save_project

__all__ = [
    "Experiment",
    "Part",
    "Project",
    "Stop",
    "check",
    "open_project",
    "part",
    "preset",
    "preset_names",
    "save_project",
    "with_mask",
    "with_picture",
    "with_points",
]
