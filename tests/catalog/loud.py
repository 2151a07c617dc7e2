"""Activation as another package would register it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.registry import Activation, Entry, Parameter, Settings
from cadl_desktop.export.networks.operations import Operations, Tensor

VOLUME = Parameter("volume", "Volume", "float", 2.0, "The sum is multiplied by this.", 0.1, 10.0)
BARE = Entry("loud", "Loud", "A tanh that goes too far.", "tests.catalog.loud:compute", (VOLUME,))
LOUD = Entry(
    "loud",
    "Loud",
    "A tanh that goes too far.",
    "tests.catalog.loud:compute",
    (VOLUME,),
    exported="tests.catalog.loud:exported",
    script="tests.catalog.loud:scripted",
    curve="tests.catalog.loud:curve",
    activation=Activation(
        bounds=lambda settings: (-settings["volume"], settings["volume"]),
        symmetry="odd",
        saturates=lambda settings: (-0.97 * settings["volume"], 0.97 * settings["volume"]),
    ),
)


def compute(values: Any, settings: Settings) -> Any:
    import tensorflow as tf

    return settings["volume"] * tf.tanh(values)


def curve(x: NDArray[np.float64], settings: Settings) -> NDArray[np.float64]:
    return settings["volume"] * np.tanh(x)


def exported(operations: Operations, values: Tensor, settings: Settings) -> Tensor:
    return operations.apply("tanh", values) * float(settings["volume"])


def scripted(z: str, settings: Settings) -> str:
    return f"{settings['volume']} * tf.tanh({z})"
