"""Experiments as frozen plain data, and the catalog of choices. Knows neither Qt nor TensorFlow."""

from importlib import import_module
from typing import Any

from cadl_desktop.experiment.check import Problem, check
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.part import Part, Value
from cadl_desktop.experiment.presets import preset, preset_names

__all__ = ["Experiment", "Part", "Problem", "Stop", "Value", "check", "preset", "preset_names"]


def __getattr__(name: str) -> Any:
    # Scripts import `open_project` from here, beside `preset`, although the file format is a layer above.
    if name == "open_project":
        return import_module("cadl_desktop.project").open_project
    raise AttributeError(name)
