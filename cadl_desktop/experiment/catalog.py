"""The one place where datasets, encodings, layers, activations, costs and optimizers are registered."""

from dataclasses import replace

from cadl_desktop.experiment.model import Part
from cadl_desktop.experiment.registry import Category, Entry, Parameter, entries, entry, part, register

__all__ = ["Category", "Entry", "Parameter", "entries", "entry", "part", "register"]

_SEED = Parameter("seed", "Seed", "int", 1, "Another number draws other noise.", 0, 2**31 - 1)

register(
    "dataset",
    Entry(
        "sine",
        "Noisy sine",
        "Points on a sine wave with uniform noise: the lecture's first thing to learn.",
        "cadl_desktop.data.curves:sine",
        (
            Parameter(
                "observations", "Observations", "int", 1000, "How many points are observed.", 2, 100_000
            ),
            Parameter("low", "From", "float", -3.0, "The smallest x that is observed.", -1000.0, 1000.0),
            Parameter("high", "To", "float", 3.0, "The largest x that is observed.", -1000.0, 1000.0),
            Parameter(
                "noise", "Noise", "float", 0.5, "Every y is off by up to this much, up or down.", 0.0, 10.0
            ),
            _SEED,
        ),
        columns=(1, 1),
    ),
)
register(
    "dataset",
    Entry(
        "picture",
        "Picture",
        "A picture to paint: from a pixel's position the network learns its colour.",
        "cadl_desktop.data.pictures:picture",
        (
            Parameter(
                "source",
                "Picture",
                "choice",
                "astronaut",
                "One of the pictures that come along, or your own.",
                choices=("astronaut", "cat", "coffee", "rocket", "hubble deep field", "retina", "own"),
            ),
            Parameter(
                "image", "Own picture", "picture", b"", "Your own picture.", only_when=("source", "own")
            ),
            Parameter(
                "longest",
                "Longest side",
                "int",
                64,
                "The picture is reduced to this many pixels along its longer side; its shape is kept.",
                2,
                2048,
            ),
        ),
        columns=(2, 3),
    ),
)

register(
    "encoding",
    Entry(
        "none",
        "None",
        "The inputs go into the first layer as they are.",
        "cadl_desktop.engine.encodings:none",
    ),
)
register(
    "encoding",
    Entry(
        "polynomial",
        "Polynomial",
        "The inputs' powers: 1, x, x², and so on up to the degree.",
        "cadl_desktop.engine.encodings:polynomial",
        (Parameter("degree", "Degree", "int", 3, "The highest power.", 1, 16),),
        width=lambda inputs, encoding: 1 + inputs * int(encoding["degree"]),
    ),
)

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
)


def _dense_shapes(inputs: int, outputs: int, layer: Part) -> list[tuple[int, ...]]:
    return [(inputs, outputs), (outputs,)] if layer["bias"] else [(inputs, outputs)]


_UNITS = Parameter("units", "Units", "int", 64, "How many neurons the layer has.", 1, 4096)

register(
    "layer",
    Entry(
        "dense",
        "Dense",
        "Every neuron takes in every neuron of the layer before it.",
        "cadl_desktop.engine.layers:dense",
        (_UNITS, *_NEURONS),
        width=lambda inputs, layer: int(layer["units"]),
        shapes=_dense_shapes,
    ),
)
register(
    "layer",
    Entry(
        "sum",
        "Sum",
        "Adds up the neurons of the layer before it.",
        "cadl_desktop.engine.layers:sum_neurons",
        width=lambda inputs, layer: 1,
    ),
)

register(
    "output",
    Entry(
        "dense",
        "Dense",
        "One neuron for each number of the target, each taking in the whole last layer.",
        "cadl_desktop.engine.layers:dense",
        tuple(replace(p, default="linear") if p.name == "activation" else p for p in _NEURONS),
        shapes=_dense_shapes,
    ),
)
register(
    "output",
    Entry(
        "sum",
        "Sum",
        "Adds up the last layer's neurons, without weights: for targets of one number.",
        "cadl_desktop.engine.layers:sum_neurons",
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
    register("activation", Entry(_kind, _title, _help, f"cadl_desktop.engine.activations:{_kind}"))

for _kind, _title, _help in (
    ("normal", "Normal", "A normal distribution about 0 with the given spread."),
    (
        "xavier",
        "Xavier",
        "Uniform, its width chosen so that signals keep their size (Glorot and Bengio, 2010).",
    ),
    ("he", "He", "Normal, its width chosen for ReLU layers (He et al., 2015)."),
    ("zeros", "Zeros", "All weights 0: the neurons of a layer then stay alike."),
):
    register("initialiser", Entry(_kind, _title, _help, f"cadl_desktop.engine.initialisers:{_kind}"))

for _kind, _title, _help in (
    ("l1", "L1", "The mean distance to the target."),
    ("l2", "L2", "The mean squared distance to the target."),
    ("l1-sum", "L1, summed", "The distance summed over a sample's numbers, then the mean over the samples."),
    (
        "l2-sum",
        "L2, summed",
        "The squared distance summed over a sample's numbers, then the mean over the samples.",
    ),
):
    register("cost", Entry(_kind, _title, _help, f"cadl_desktop.engine.costs:{_kind.replace('-', '_')}"))


def _rate(default: float) -> Parameter:
    return Parameter(
        "rate",
        "Learning rate",
        "float",
        default,
        "How far each step goes along the negative gradient.",
        1e-8,
        1000.0,
        logarithmic=True,
    )


def _fraction(name: str, title: str, default: float, text: str) -> Parameter:
    return Parameter(name, title, "float", default, text, 0.0, 0.999999)


register(
    "optimizer",
    Entry(
        "gradient descent",
        "Gradient descent",
        "Steps along the negative gradient.",
        "cadl_desktop.engine.optimizers:gradient_descent",
        (_rate(0.01),),
    ),
)
register(
    "optimizer",
    Entry(
        "momentum",
        "Momentum",
        "Gradient descent that keeps some of its speed (Polyak, 1964).",
        "cadl_desktop.engine.optimizers:momentum",
        (_rate(0.01), _fraction("momentum", "Momentum", 0.9, "How much of its speed a step keeps.")),
    ),
)
register(
    "optimizer",
    Entry(
        "rmsprop",
        "RMSprop",
        "Divides each gradient by its recent size (Tieleman and Hinton, 2012).",
        "cadl_desktop.engine.optimizers:rmsprop",
        (
            _rate(0.001),
            _fraction("decay", "Decay", 0.9, "How slowly the recent size forgets."),
        ),
    ),
)
register(
    "optimizer",
    Entry(
        "adagrad",
        "Adagrad",
        "Divides each gradient by the size of all before it (Duchi et al., 2011).",
        "cadl_desktop.engine.optimizers:adagrad",
        (_rate(0.01),),
    ),
)
register(
    "optimizer",
    Entry(
        "adam",
        "Adam",
        "Momentum and a step size of its own for every weight (Kingma and Ba, 2015).",
        "cadl_desktop.engine.optimizers:adam",
        (
            _rate(0.001),
            _fraction("beta1", "Beta 1", 0.9, "How slowly the mean gradient forgets."),
            _fraction("beta2", "Beta 2", 0.999, "How slowly the mean squared gradient forgets."),
        ),
    ),
)

for _kind, _title, _help in (
    ("none", "As they are", "Positions in pixels, or x as it was observed."),
    (
        "standardised",
        "Standardised",
        "One mean and one deviation over all inputs together, as in the lecture.",
    ),
    ("standardised per column", "Per column", "Each input by its own mean and deviation."),
    ("centred", "Centred", "Between −½ and ½, from edge to edge."),
):
    register(
        "input_scaling",
        Entry(_kind, _title, _help, f"cadl_desktop.data.scaling:{_kind.replace(' ', '_')}"),
    )
for _kind, _title, _help in (
    ("none", "As they are", "Colours from 0 to 255, or y as it was observed."),
    ("unit", "0 to 1", "The darkest to the brightest, or the lowest to the highest, become 0 to 1."),
    ("signed", "−1 to 1", "The darkest to the brightest, or the lowest to the highest, become −1 to 1."),
    ("standardised", "Standardised", "By their mean and deviation."),
):
    register("target_scaling", Entry(_kind, _title, _help, f"cadl_desktop.data.scaling:{_kind}"))
