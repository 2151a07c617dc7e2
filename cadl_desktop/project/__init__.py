"""The .cadl file: an experiment, what it learned, its moments and its earlier runs, saved and opened."""

from cadl_desktop.project.file import (
    ProjectError,
    open_experiment,
    open_plain_experiment,
    open_project,
    save_project,
)
from cadl_desktop.project.members import Project

__all__ = [
    "Project",
    "ProjectError",
    "open_experiment",
    "open_plain_experiment",
    "open_project",
    "save_project",
]
