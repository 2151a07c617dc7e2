"""Catalog entries of activations."""

import math
from collections.abc import Callable
from dataclasses import replace

from cadl_desktop.experiment.catalog.shipped import ship
from cadl_desktop.experiment.registry import Activation, Entry, Parameter, Range, Settings

_FREQUENCY = Parameter(
    "w0",
    "Frequency ω₀",
    "float",
    1.0,
    "The sum is multiplied by this before the sine: how often it swings.",
    0.01,
    1000.0,
    logarithmic=True,
    always_written=True,
)
_LEAST_OF_GELU = -0.16997121
_LEAST_OF_SWISH = -0.27846455
"""Least values of GELU and of swish with beta 1, where their slopes are 0."""


def _always(low: float, high: float = math.inf) -> Callable[[Settings], Range]:
    return lambda settings: (low, high)


ship(
    "activation",
    Entry(
        "linear",
        "Linear",
        "Passes the sum on unchanged.",
        "linear",
        activation=Activation(symmetry="odd", bends=False, keeps_positive=True),
    ),
    Entry(
        "tanh",
        "Tanh",
        "Squashes the sum to between −1 and 1.",
        "tanh",
        activation=Activation(bounds=_always(-1, 1), symmetry="odd", saturates=_always(-0.97, 0.97)),
    ),
    Entry(
        "sigmoid",
        "Sigmoid",
        "Squashes the sum to between 0 and 1.",
        "sigmoid",
        activation=Activation(bounds=_always(0, 1), saturates=_always(0.015, 0.985), reach=6.4),
    ),
    Entry(
        "relu",
        "ReLU",
        "Passes positive sums on and turns negative ones into 0.",
        "relu",
        activation=Activation(bounds=_always(0), dies=True, keeps_positive=True, initialiser="he"),
    ),
    Entry(
        "sine",
        "Sine",
        "The sine of the sum.",
        "sine",
        (_FREQUENCY,),
        activation=Activation(bounds=_always(-1, 1), symmetry="odd", reach=4.48),
    ),
    Entry(
        "gelu",
        "GELU",
        "The sum times the share of a normal distribution that lies below it: a smooth ReLU "
        "(Hendrycks and Gimpel, 2016).",
        "gelu",
        activation=Activation(bounds=_always(_LEAST_OF_GELU), initialiser="he"),
    ),
    Entry(
        "elu",
        "ELU",
        "Passes positive sums on and lets negative ones fall to −α (Clevert et al., 2016).",
        "elu",
        (
            Parameter(
                "alpha", "Depth α", "float", 1.0, "How far below 0 it can fall.", 0.01, 10.0, logarithmic=True
            ),
        ),
        activation=Activation(
            bounds=lambda settings: (-settings["alpha"], math.inf),
            # Below 0 its slope equals its distance from the lower bound.
            saturates=lambda settings: (
                min(0.0, 0.06 * max(1.0, settings["alpha"]) - settings["alpha"]),
                math.inf,
            ),
            keeps_positive=True,
            initialiser="he",
        ),
    ),
    Entry(
        "leaky relu",
        "Leaky ReLU",
        "Passes positive sums on and a share of negative ones (Maas et al., 2013).",
        "leaky_relu",
        (Parameter("slope", "Slope", "float", 0.2, "Which share of a negative sum is passed on.", 0.0, 1.0),),
        activation=Activation(keeps_positive=True, leaks=True, initialiser="he"),
    ),
    Entry(
        "swish",
        "Swish",
        "The sum times its sigmoid: a smooth ReLU (Ramachandran et al., 2017).",
        "swish",
        (
            Parameter(
                "beta",
                "Sharpness β",
                "float",
                1.0,
                "The sigmoid's sum is multiplied by this: the larger, the more like ReLU.",
                0.01,
                100.0,
                logarithmic=True,
            ),
        ),
        activation=Activation(
            bounds=lambda settings: (_LEAST_OF_SWISH / settings["beta"], math.inf), initialiser="he"
        ),
    ),
    Entry(
        "finer",
        "FINER",
        "A sine that swings the faster, the farther its sum is from 0 (Liu et al., 2024).",
        "finer",
        (
            replace(_FREQUENCY, default=30.0),
            Parameter(
                "held",
                "Hold the factor",
                "bool",
                True,
                "Whether training takes the factor |z| + 1 for a constant, as the authors' code does, and "
                "leaves out its slope.",
            ),
        ),
        activation=Activation(
            bounds=_always(-1, 1), symmetry="odd", initialiser="siren", reach=2.1, drawn=(("w0", 1.0),)
        ),
        brings=(("initialiser", "siren"),),
    ),
)
