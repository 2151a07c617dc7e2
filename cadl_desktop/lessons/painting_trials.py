"""What the pages about painting offer to try where it is no preset: presets with something changed."""

from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part

SHORT = 40
"""Epochs after which networks of page 15 are compared."""


def plain() -> Experiment:
    """The lecture's network by plain descent, at the same rate."""
    known = preset("lecture-painting")
    optimizer = part("optimizer", "gradient descent", rate=known.optimizer["rate"])
    return _for(SHORT, replace(known, optimizer=optimizer))


def deep() -> Experiment:
    """Ten layers of 18: 3,189 parameters."""
    return _for(SHORT, _with_layers(10, 18))


def wide() -> Experiment:
    """One layer of 531: as many parameters."""
    return _for(SHORT, _with_layers(1, 531))


def _with_layers(count: int, units: int) -> Experiment:
    layer = part("layer", "dense", units=units, activation="relu", initialiser="he")
    return replace(preset("lecture-painting"), layers=(layer,) * count)


def _for(epochs: int, experiment: Experiment) -> Experiment:
    return replace(experiment, stop=replace(experiment.stop, epochs=epochs))
