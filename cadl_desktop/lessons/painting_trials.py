"""What the pages about painting offer to try where it is no preset: presets with something changed."""

from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part

SHORT = 40
"""Epochs after which networks of page 15 are compared."""
HELD_OUT = 0.25
"""The share of the pixels that page 17's networks are never shown."""


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


def relu() -> Experiment:
    """The lecture's network."""
    return _between("lecture-painting", 500)


def fourier() -> Experiment:
    """Relu neurons that are told waves."""
    return _between("fourier-painting", 100)


def siren() -> Experiment:
    """Sine neurons."""
    return _between("siren-painting", 100)


def finer() -> Experiment:
    """SIREN's preset with FINER neurons after its first waves."""
    known = siren()
    return replace(known, layers=tuple(layer.has(activation="finer") for layer in known.layers))


def grid() -> Experiment:
    """A hash grid of which nothing says what its knots are where no pixel is seen."""
    return _between("sharp-painting", 100)


def grid_held_together() -> Experiment:
    """The same with the coherence that its method gives it where pixels are held out."""
    return replace(grid(), coherence=3e-4)


def _between(name: str, epochs: int) -> Experiment:
    """A preset without some of the pixels, for so many epochs; none of its settings follows them."""
    known = replace(preset(name), validation=HELD_OUT, method="", follows=())
    return _for(epochs, known)


def _with_layers(count: int, units: int) -> Experiment:
    layer = part("layer", "dense", units=units, activation="relu", initialiser="he")
    return replace(preset("lecture-painting"), layers=(layer,) * count)


def _for(epochs: int, experiment: Experiment) -> Experiment:
    return replace(experiment, stop=replace(experiment.stop, epochs=epochs))
