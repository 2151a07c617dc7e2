"""Catalog entries of costs, optimizers and rate schedules."""

import math
from collections.abc import Sequence
from math import prod

from cadl_desktop.experiment.catalog.shipped import ship
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Entry, Parameter, Weight

ship(
    "cost",
    Entry("l1", "L1", "The mean distance to the target.", "l1"),
    Entry("l2", "L2", "The mean squared distance to the target.", "l2"),
    Entry(
        "l1-sum",
        "L1, summed",
        "The distance summed over a sample's numbers, then the mean over the samples.",
        "l1_sum",
    ),
    Entry(
        "l2-sum",
        "L2, summed",
        "The squared distance summed over a sample's numbers, then the mean over the samples.",
        "l2_sum",
    ),
)


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


def _step_of_rate(settings: Part, slope: float, weights: Sequence[Weight]) -> float:
    """Returns the step of optimizers that divide the gradient by its own size."""
    return 1.0


def _step_of_muon(settings: Part, slope: float, weights: Sequence[Weight]) -> float:
    """Returns the step of Muon: a hidden matrix whose singular values are all 1 moves by 1 / sqrt(inputs),
    all other weights as by Adam."""
    total = 0.0
    for weight in weights:
        square = 1 / weight.shape[0] if weight.role == "hidden" else float(settings["share"]) ** 2
        total += prod(weight.shape) * square
    return math.sqrt(total / sum(prod(weight.shape) for weight in weights))


_BETAS = (
    _fraction("beta1", "Beta 1", 0.9, "How slowly the mean gradient forgets."),
    _fraction("beta2", "Beta 2", 0.999, "How slowly the mean squared gradient forgets."),
)

ship(
    "optimizer",
    Entry(
        "gradient descent",
        "Gradient descent",
        "Steps along the negative gradient.",
        "gradient_descent",
        (_rate(0.01),),
        step=lambda settings, slope, weights: slope,
    ),
    Entry(
        "momentum",
        "Momentum",
        "Gradient descent that keeps some of its speed (Polyak, 1964).",
        "momentum",
        (_rate(0.01), _fraction("momentum", "Momentum", 0.9, "How much of its speed a step keeps.")),
        memories=1,
        step=lambda settings, slope, weights: slope / (1 - float(settings["momentum"])),
    ),
    Entry(
        "rmsprop",
        "RMSprop",
        "Divides each gradient by its recent size (Tieleman and Hinton, 2012).",
        "rmsprop",
        (_rate(0.001), _fraction("decay", "Decay", 0.9, "How slowly the recent size forgets.")),
        memories=1,
        step=_step_of_rate,
    ),
    Entry(
        "adagrad",
        "Adagrad",
        "Divides each gradient by the size of all before it (Duchi et al., 2011).",
        "adagrad",
        (_rate(0.01),),
        memories=1,
    ),
    Entry(
        "adam",
        "Adam",
        "Momentum and a step size of its own for every weight (Kingma and Ba, 2015).",
        "adam",
        (_rate(0.001), *_BETAS),
        memories=2,
        step=_step_of_rate,
    ),
    Entry(
        "adamw",
        "AdamW",
        "Adam that also shrinks every weight a little at each step (Loshchilov and Hutter, 2019).",
        "adamw",
        (
            _rate(0.001),
            *_BETAS,
            Parameter(
                "decay",
                "Weight decay",
                "float",
                0.01,
                "The share of every weight and bias that a step takes away, times the learning rate.",
                0.0,
                1000.0,
                logarithmic=True,
            ),
        ),
        memories=2,
        step=_step_of_rate,
    ),
    Entry(
        "muon",
        "Muon",
        "Momentum that moves the weights of hidden layers equally far in all directions; all others go by "
        "Adam (Jordan, 2024).",
        "muon",
        (
            _rate(0.02),
            _fraction("momentum", "Momentum", 0.95, "How much of its speed a step of a hidden layer keeps."),
            Parameter(
                "share",
                "Adam's share",
                "float",
                0.3,
                "What the learning rate is multiplied by for all that goes by Adam.",
                0.0001,
                100.0,
                logarithmic=True,
            ),
        ),
        memories=2,
        step=_step_of_muon,
    ),
)

_EPOCHS = 1_000_000
_IN_EPOCHS, _IN_RUN = ("over", "epochs"), ("over", "run")
_OVER = Parameter(
    "over",
    "Goes over",
    "choice",
    "epochs",
    "Epochs, or the run, whose end the stop rules for epochs and seconds set, whichever comes first; "
    "without either the rate stays.",
    choices=("epochs", "run"),
    newer=True,
)

ship(
    "schedule",
    Entry("constant", "Constant", "The learning rate stays as it is.", "constant"),
    Entry(
        "cosine",
        "Cosine",
        "The learning rate falls along half a wave and then stays (Loshchilov and Hutter, 2017).",
        "cosine",
        (
            _OVER,
            Parameter(
                "epochs",
                "Epochs",
                "int",
                500,
                "When the rate has reached its floor.",
                1,
                _EPOCHS,
                only_when=_IN_EPOCHS,
            ),
            Parameter(
                "floor",
                "Floor",
                "float",
                0.0,
                "The share of the rate that is left then.",
                0.0,
                1.0,
                hundred=1.0,
            ),
        ),
        lasts=lambda schedule: float(schedule["epochs"]),
    ),
    Entry(
        "step",
        "Step",
        "The learning rate falls at once, every so many epochs or so often in a run.",
        "step",
        (
            _OVER,
            Parameter(
                "every",
                "Every",
                "int",
                100,
                "How many epochs lie between two falls.",
                1,
                _EPOCHS,
                only_when=_IN_EPOCHS,
            ),
            Parameter(
                "falls",
                "Falls",
                "int",
                3,
                "How often the rate falls in a run.",
                1,
                1000,
                only_when=_IN_RUN,
                newer=True,
            ),
            Parameter(
                "factor",
                "Factor",
                "float",
                0.5,
                "The share of the rate that each leaves.",
                0.0,
                1.0,
                hundred=1.0,
            ),
        ),
        lasts=lambda schedule: 4.0 * float(schedule["every"]),
    ),
    Entry(
        "exponential",
        "Exponential",
        "The learning rate halves again and again.",
        "exponential",
        (
            _OVER,
            Parameter(
                "half_life",
                "Half-life",
                "float",
                100.0,
                "In how many epochs the rate halves.",
                0.001,
                1e6,
                logarithmic=True,
                only_when=_IN_EPOCHS,
            ),
            Parameter(
                "end",
                "At the end",
                "float",
                0.01,
                "The share of the rate that is left when the run ends.",
                1e-6,
                1.0,
                logarithmic=True,
                hundred=1.0,
                only_when=_IN_RUN,
                newer=True,
            ),
        ),
        lasts=lambda schedule: 4.0 * float(schedule["half_life"]),
    ),
)
