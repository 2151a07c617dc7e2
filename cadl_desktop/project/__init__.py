"""The .cadl file: saving and opening an experiment with its weights, snapshots and earlier runs."""

from cadl_desktop.project.file import (
    ProjectError,
    open_experiment,
    open_plain_experiment,
    open_project,
    save_project,
)
from cadl_desktop.project.project_members import Project

__all__ = [
    "Project",
    "ProjectError",
    "open_experiment",
    "open_plain_experiment",
    "open_project",
    "save_project",
]
