"""Activations: what bends a neuron's sum."""

import math
from collections.abc import Callable
from dataclasses import replace

from cadl_desktop.experiment.activation import Activation, Range, Settings
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.registry import Entry, Parameter, register

_FREQUENCY = Parameter(
    "w0",
    "Frequency w₀",
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
"""At the z where each has slope 0, of swish for beta 1."""


def _add(
    kind: str,
    title: str,
    about: str,
    shape: Activation,
    settings: tuple[Parameter, ...] = (),
    brings: tuple[tuple[str, Value], ...] = (),
) -> None:
    """One that this program has in all its places, under its own name."""
    function = kind.replace(" ", "_")
    entry = Entry(
        kind,
        title,
        about,
        f"cadl_desktop.engine.network.activations:{function}",
        settings,
        script=f"cadl_desktop.export.script.activations:{function}",
        exported=f"cadl_desktop.export.networks.network_activations:{function}",
        curve=f"cadl_desktop.experiment.curves:{function}",
        activation=shape,
        brings=brings,
    )
    register("activation", entry)


def _always(low: float, high: float = math.inf) -> Callable[[Settings], Range]:
    return lambda settings: (low, high)


_add(
    "linear",
    "Linear",
    "Passes the sum on unchanged.",
    Activation(symmetry="odd", bends=False, keeps_positive=True),
)
_add(
    "tanh",
    "Tanh",
    "Squashes the sum to between −1 and 1.",
    Activation(bounds=_always(-1, 1), symmetry="odd", saturates=_always(-0.97, 0.97)),
)
_add(
    "sigmoid",
    "Sigmoid",
    "Squashes the sum to between 0 and 1.",
    Activation(bounds=_always(0, 1), saturates=_always(0.015, 0.985), reach=6.4),
)
_add(
    "relu",
    "ReLU",
    "Passes positive sums on and turns negative ones into 0.",
    Activation(bounds=_always(0), dies=True, keeps_positive=True, initialiser="he"),
)
_add(
    "sine",
    "Sine",
    "The sine of the sum.",
    Activation(bounds=_always(-1, 1), symmetry="odd", reach=4.48),
    (_FREQUENCY,),
)
_add(
    "gelu",
    "GELU",
    "The sum times the share of a normal distribution that lies below it: a smooth ReLU "
    "(Hendrycks and Gimpel, 2016).",
    Activation(bounds=_always(_LEAST_OF_GELU), initialiser="he"),
)
_add(
    "elu",
    "ELU",
    "Passes positive sums on and lets negative ones fall to −α (Clevert et al., 2016).",
    Activation(bounds=lambda settings: (-settings["alpha"], math.inf), keeps_positive=True, initialiser="he"),
    (
        Parameter(
            "alpha", "Depth α", "float", 1.0, "How far below 0 it can fall.", 0.01, 10.0, logarithmic=True
        ),
    ),
)
_add(
    "leaky relu",
    "Leaky ReLU",
    "Passes positive sums on and a share of negative ones (Maas et al., 2013).",
    Activation(keeps_positive=True, initialiser="he"),
    (Parameter("slope", "Slope", "float", 0.2, "Which share of a negative sum is passed on.", 0.0, 1.0),),
)
_add(
    "swish",
    "Swish",
    "The sum times its sigmoid: a smooth ReLU (Ramachandran et al., 2017).",
    Activation(bounds=lambda settings: (_LEAST_OF_SWISH / settings["beta"], math.inf), initialiser="he"),
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
)
_add(
    "finer",
    "FINER",
    "A sine that swings the faster, the farther its sum is from 0 (Liu et al., 2024).",
    Activation(bounds=_always(-1, 1), symmetry="odd", initialiser="siren", reach=2.1, drawn=(("w0", 1.0),)),
    (
        replace(_FREQUENCY, default=30.0),
        Parameter(
            "held",
            "Hold the factor",
            "bool",
            True,
            "Whether training takes the factor |z| + 1 for a constant, as the authors' code does, and leaves "
            "out its slope.",
        ),
    ),
    brings=(("initialiser", "siren"),),
)
