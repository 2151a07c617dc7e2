"""First weights: how those of a layer are drawn."""

from cadl_desktop.experiment.catalog.shipped import ship
from cadl_desktop.experiment.registry import Entry, Parameter

_SPREAD = Parameter(
    "spread",
    "Spread",
    "float",
    0.1,
    "Standard deviation of the initial weights.",
    0.0,
    100.0,
    logarithmic=True,
    always_written=True,
)
_BIAS_RANGE = Parameter(
    "bias_range",
    "Bias range k",
    "float",
    1.0,
    "Biases are drawn from between −k and k: how far apart the frequencies of the neurons lie.",
    0.0,
    100.0,
    logarithmic=True,
)

ship(
    "initialiser",
    Entry("normal", "Normal", "A normal distribution about 0 with the given spread.", "normal", (_SPREAD,)),
    Entry(
        "xavier",
        "Xavier",
        "Uniform, its width chosen so that signals keep their size (Glorot and Bengio, 2010).",
        "xavier",
    ),
    Entry("he", "He", "Normal, its width chosen for ReLU layers (He et al., 2015).", "he"),
    Entry(
        "siren",
        "SIREN",
        "Uniform, its width chosen for sine layers with their frequency (Sitzmann et al., 2020).",
        "siren",
    ),
    Entry("zeros", "Zeros", "All weights 0: the neurons of a layer then stay alike.", "zeros"),
    Entry(
        "finer first",
        "FINER, first layer",
        "Uniform, and biases far apart: for a first layer of FINER or sine neurons (Liu et al., 2024).",
        "finer_first",
        (_BIAS_RANGE,),
        biases="cadl_desktop.engine.network.initialisers:finer_first_biases",
    ),
)
