"""Settings of the lecture's demonstrations L1 to L16.

Experiments trained in the studio have theirs in resources/presets as well. Elsewhere in the lessons,
`N(0, s)` denotes a normal distribution of standard deviation s.
"""

from collections.abc import Mapping
from typing import Any

LECTURE: Mapping[str, Mapping[str, Any]] = {
    "L1": {"start": 1.0, "lowest": 0.0},
    "L2": {"least": -1.0, "most": 1.0, "points": 200, "iterations": 500, "start": 120.0},
    "L3": {
        "rates": (0.01, 1.0, 500.0),
        "ends": (120.24, 143.5, 161.9),
        "costs": (0.72, -0.61, -0.06),
    },
    "L4": {"least": -1.0, "most": 1.0, "step": 0.02},
    "L5": {"points": 1000, "least": -3.0, "most": 3.0, "noise": 0.5},
    "L6": {"draws": 1000, "spreads": (1.0, 0.1)},
    "L7": {
        "spread": 0.1,
        "bias": 1.0,
        "rate": 0.01,
        "iterations": 500,
        "least_change": 1e-6,
        "drawn_every": 10,
    },
    "L8": {"indices": 100, "batch": 10, "training_batch": 1000, "iterations": 500},
    "L9": {"iterations": 100, "batch": 200, "rate": 0.02},
    "L10": {"neurons": 100, "spread": 0.1, "bias": 0.0},
    "L11": {"degrees": (1, 3, 4), "spread": 0.1, "bias_spread": 1.0},
    "L12": {"activations": ("tanh", "sigmoid", "relu"), "least": -6.0, "most": 6.0},
    "L13": {"neurons": 10, "spread": 1.0, "bias": 0.0},
    "L14": {"layers": (2, 10, 10, 3), "spread": 0.1},
    "L15": {
        "pixels": 64,
        "units": 64,
        "hidden_layers": 6,
        "spread": 0.1,
        "bias": 0.0,
        "rate": 0.001,
        "epochs": 500,
        "batch": 50,
        "drawn_every": 20,
    },
    "L16": {"held_out": 0.1},
}
