"""Live settings for made-up states and runs."""

from typing import Any

from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.live_settings import LiveSettings


def live(**changes: Any) -> LiveSettings:
    defaults = {"rate": 0.1, "batch_size": 10, "cost": "l1", "l1": 0.0, "l2": 0.0}
    return LiveSettings(**{**defaults, "schedule": part("schedule", "constant"), **changes})
