"""Live settings for made-up states and runs."""

from typing import Any

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import entry, part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.shapes import parameter_count


def live(**changes: Any) -> LiveSettings:
    defaults = {"rate": 0.1, "batch_size": 10, "cost": "l1", "l1": 0.0, "l2": 0.0}
    parts = {"optimizer": part("optimizer", "adam"), "schedule": part("schedule", "constant")}
    return LiveSettings(**{**defaults, **parts, **changes})


def slots_shape(experiment: Experiment) -> tuple[int, int]:
    """Returns the shape (slots, parameters) of the optimizer's memories."""
    return entry("optimizer", experiment.optimizer.kind).memories, parameter_count(experiment)
