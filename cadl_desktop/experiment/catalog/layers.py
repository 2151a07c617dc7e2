"""Layers, outputs, and what shapes their neurons: activations and first weights."""

from dataclasses import replace

from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Entry, Parameter, register

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
        "w0",
        "Frequency w₀",
        "float",
        1.0,
        "The sum is multiplied by this before the sine: how often it swings.",
        0.01,
        1000.0,
        logarithmic=True,
        only_when=("activation", "sine"),
    ),
    Parameter(
        "initialiser",
        "Initial weights",
        "choice",
        "normal",
        "How the weights are drawn before the first step.",
        choices="initialiser",
    ),
    Parameter(
        "spread",
        "Spread",
        "float",
        0.1,
        "Standard deviation of the initial weights.",
        0.0,
        100.0,
        logarithmic=True,
        only_when=("initialiser", "normal"),
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
    ),
    _FROZEN,
)


def _dense_shapes(inputs: int, outputs: int, layer: Part) -> list[tuple[int, ...]]:
    return [(inputs, outputs), (outputs,)] if layer["bias"] else [(inputs, outputs)]


_DENSE_STARTS = "cadl_desktop.engine.network.initialisers:dense_weights"
_UNITS = Parameter("units", "Units", "int", 64, "How many neurons the layer has.", 1, 4096)

register(
    "layer",
    Entry(
        "dense",
        "Dense",
        "Every neuron takes in every neuron of the layer before it.",
        "cadl_desktop.engine.network.layers:dense",
        (_UNITS, *_NEURONS),
        width=lambda inputs, layer: int(layer["units"]),
        shapes=_dense_shapes,
        starts=_DENSE_STARTS,
    ),
)
register(
    "layer",
    Entry(
        "sum",
        "Sum",
        "Adds up the neurons of the layer before it.",
        "cadl_desktop.engine.network.layers:sum_neurons",
        width=lambda inputs, layer: 1,
    ),
)

register(
    "layer",
    Entry(
        "dropout",
        "Dropout",
        "While training, silences neurons by chance, so that no one of them is relied on "
        "(Srivastava et al., 2014).",
        "cadl_desktop.engine.network.layers:dropout",
        (Parameter("share", "Share", "float", 0.1, "Which share is silenced at each step.", 0.0, 0.95),),
        keeps=2.0,
    ),
)
register(
    "layer",
    Entry(
        "layer normalisation",
        "Layer norm",
        "Brings the neurons of each sample to mean 0 and deviation 1, then stretches and shifts each "
        "(Ba et al., 2016).",
        "cadl_desktop.engine.network.layers:layer_normalisation",
        (_FROZEN,),
        shapes=lambda inputs, outputs, layer: [(outputs,), (outputs,)],
        kinds=("normalisation", "normalisation"),
        starts="cadl_desktop.engine.network.initialisers:normalisation_weights",
        keeps=2.6,
    ),
)
register(
    "layer",
    Entry(
        "skip",
        "Skip",
        "Lays the encoded inputs beside the neurons of the layer before it (Mildenhall et al., 2020).",
        "cadl_desktop.engine.network.layers:skip",
        joins_encoded=True,
    ),
)

register(
    "output",
    Entry(
        "dense",
        "Dense",
        "One neuron for each number of the target, each taking in the whole last layer.",
        "cadl_desktop.engine.network.layers:dense",
        tuple(replace(p, default="linear") if p.name == "activation" else p for p in _NEURONS),
        shapes=_dense_shapes,
        starts=_DENSE_STARTS,
    ),
)
register(
    "output",
    Entry(
        "sum",
        "Sum",
        "Adds up the last layer's neurons, without weights: for targets of one number.",
        "cadl_desktop.engine.network.layers:sum_neurons",
        width=lambda inputs, output: 1,
    ),
)

for _kind, _title, _help in (
    ("linear", "Linear", "Passes the sum on unchanged."),
    ("tanh", "Tanh", "Squashes the sum to between −1 and 1."),
    ("sigmoid", "Sigmoid", "Squashes the sum to between 0 and 1."),
    ("relu", "ReLU", "Passes positive sums on and turns negative ones into 0."),
    ("sine", "Sine", "The sine of the sum."),
):
    register("activation", Entry(_kind, _title, _help, f"cadl_desktop.engine.network.activations:{_kind}"))

for _kind, _title, _help in (
    ("normal", "Normal", "A normal distribution about 0 with the given spread."),
    (
        "xavier",
        "Xavier",
        "Uniform, its width chosen so that signals keep their size (Glorot and Bengio, 2010).",
    ),
    ("he", "He", "Normal, its width chosen for ReLU layers (He et al., 2015)."),
    (
        "siren",
        "SIREN",
        "Uniform, its width chosen for sine layers with their frequency (Sitzmann et al., 2020).",
    ),
    ("zeros", "Zeros", "All weights 0: the neurons of a layer then stay alike."),
):
    register("initialiser", Entry(_kind, _title, _help, f"cadl_desktop.engine.network.initialisers:{_kind}"))
