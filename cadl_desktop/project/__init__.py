"""The .cadl file: an experiment, what it learned, its moments and its earlier runs, saved and opened."""

from cadl_desktop.project.file import (
    Project,
    ProjectError,
    named_weights,
    open_project,
    save_project,
    weight_names,
)

__all__ = ["Project", "ProjectError", "named_weights", "open_project", "save_project", "weight_names"]
