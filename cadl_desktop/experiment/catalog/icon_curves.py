"""Curves in the icons of activations (values) and initialisers (densities, drawn between -1 and 1).

Each function is loaded by name as its entry's `curve` (see `shipped.py`), takes numbers (n,) and the entry's
own settings by name, and returns (n,).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.registry import Settings

Doubles = NDArray[np.float64]


def linear(x: Doubles, settings: Settings) -> Any:
    return x


def tanh(x: Doubles, settings: Settings) -> Any:
    return np.tanh(x)


def sigmoid(x: Doubles, settings: Settings) -> Any:
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def relu(x: Doubles, settings: Settings) -> Any:
    return np.maximum(x, 0.0)


def sine(x: Doubles, settings: Settings) -> Any:
    return np.sin(settings["w0"] * x)


def gelu(x: Doubles, settings: Settings) -> Any:
    return x * np.array([0.5 * math.erfc(-number / math.sqrt(2.0)) for number in x])


def elu(x: Doubles, settings: Settings) -> Any:
    return np.maximum(x, 0.0) + settings["alpha"] * np.expm1(np.minimum(x, 0.0))


def leaky_relu(x: Doubles, settings: Settings) -> Any:
    return np.where(x > 0, x, settings["slope"] * x)


def swish(x: Doubles, settings: Settings) -> Any:
    return x * (0.5 + 0.5 * np.tanh(0.5 * settings["beta"] * x))


def finer(x: Doubles, settings: Settings) -> Any:
    return np.sin(settings["w0"] * (np.abs(x) + 1.0) * x)


def normal(x: Doubles, settings: Settings) -> Any:
    return 1.8 * np.exp(-(x**2)) - 0.9


def he(x: Doubles, settings: Settings) -> Any:
    return 1.8 * np.exp(-(x**2) / 3) - 0.9


def xavier(x: Doubles, settings: Settings) -> Any:
    return np.where(np.abs(x) < 2, 0.5, -0.9)


def siren(x: Doubles, settings: Settings) -> Any:
    return np.where(np.abs(x) < 2.6, 0.5, -0.9)


def finer_first(x: Doubles, settings: Settings) -> Any:
    return np.where(np.abs(x) < 2.9, 0.2, -0.9)


def zeros(x: Doubles, settings: Settings) -> Any:
    return np.where(np.abs(x) < 0.1, 0.9, -0.9)
