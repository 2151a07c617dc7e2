"""Catalog entries of layers, outputs and initialisers (distributions of initial weights)."""

from dataclasses import replace

from cadl_desktop.experiment.catalog.shipped import ship
from cadl_desktop.experiment.part import Part
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
    initial_only=True,
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
    initial_only=True,
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


_FROZEN = Parameter("frozen", "Frozen", "bool", False, "Its weights stay as they are while all others learn.")
_NEURONS = (
    Parameter(
        "activation",
        "Activation",
        "choice",
        "relu",
        "What bends a neuron's sum; without it many layers are still one line.",
        choices="activation",
    ),
    Parameter(
        "initialiser",
        "Initial weights",
        "choice",
        "normal",
        "How the weights are drawn before the first step.",
        choices="initialiser",
        initial_only=True,
    ),
    Parameter("bias", "Bias", "bool", True, "Whether each neuron adds a number of its own."),
    Parameter(
        "bias_start",
        "Bias starts at",
        "float",
        0.0,
        "Where each bias starts.",
        -100.0,
        100.0,
        only_when=("bias", True),
        initial_only=True,
    ),
    Parameter(
        "bias_spread",
        "Bias spread",
        "float",
        0.0,
        "Standard deviation of the initial biases about their start.",
        0.0,
        100.0,
        only_when=("bias", True),
        initial_only=True,
    ),
    _FROZEN,
)


def _dense_shapes(inputs: int, outputs: int, layer: Part) -> list[tuple[int, ...]]:
    return [(inputs, outputs), (outputs,)] if layer["bias"] else [(inputs, outputs)]


_DENSE_STARTS = "cadl_desktop.engine.network.initialisers:dense_weights"
_UNITS = Parameter("units", "Units", "int", 64, "How many neurons the layer has.", 1, 4096)

ship(
    "layer",
    Entry(
        "dense",
        "Dense",
        "Every neuron takes in every neuron of the layer before it.",
        "dense",
        (_UNITS, *_NEURONS),
        width=lambda inputs, layer: int(layer["units"]),
        shapes=_dense_shapes,
        starts=_DENSE_STARTS,
    ),
    Entry(
        "sum",
        "Sum",
        "Adds up the neurons of the layer before it.",
        "sum_neurons",
        width=lambda inputs, layer: 1,
    ),
    Entry(
        "dropout",
        "Dropout",
        "While training, silences neurons by chance, so that no one of them is relied on "
        "(Srivastava et al., 2014).",
        "dropout",
        (
            Parameter(
                "share",
                "Share",
                "float",
                0.1,
                "Which share is silenced at each step.",
                0.0,
                0.95,
                hundred=1.0,
            ),
        ),
        keeps=2.0,
    ),
    Entry(
        "layer normalisation",
        "Layer norm",
        "Brings the neurons of each sample to mean 0 and deviation 1, then stretches and shifts each "
        "(Ba et al., 2016).",
        "layer_normalisation",
        (_FROZEN,),
        shapes=lambda inputs, outputs, layer: [(outputs,), (outputs,)],
        kinds=("normalisation", "normalisation"),
        starts="cadl_desktop.engine.network.initialisers:normalisation_weights",
        keeps=2.6,
    ),
    Entry(
        "skip",
        "Skip",
        "Lays the encoded inputs beside the neurons of the layer before it (Mildenhall et al., 2020).",
        "skip",
        joins_encoded=True,
    ),
)

ship(
    "output",
    Entry(
        "dense",
        "Dense",
        "One neuron for each number of the target, each taking in the whole last layer.",
        "dense",
        tuple(replace(p, default="linear") if p.name == "activation" else p for p in _NEURONS),
        shapes=_dense_shapes,
        starts=_DENSE_STARTS,
    ),
    Entry(
        "sum",
        "Sum",
        "Adds up the last layer's neurons, without weights: for targets of one number.",
        "sum_neurons",
        width=lambda inputs, output: 1,
    ),
)
