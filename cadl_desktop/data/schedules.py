"""How the learning rate goes over the epochs.

A function that the catalog names takes the schedule and positions in epochs, (n,), where 2.5 is the middle
of the third epoch. It gives what the optimizer's rate is multiplied by there, (n,).
"""

import numpy as np

from cadl_desktop.data.samples import Doubles
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import entry


def constant(schedule: Part, epochs: Doubles) -> Doubles:
    return np.ones(len(epochs))


def cosine(schedule: Part, epochs: Doubles) -> Doubles:
    """Loshchilov and Hutter, SGDR, 2017, without its restarts: half a wave from 1 to the floor."""
    floor = float(schedule["floor"])
    share = np.minimum(epochs / float(schedule["epochs"]), 1.0)
    return floor + (1.0 - floor) * (1.0 + np.cos(np.pi * share)) / 2.0


def step(schedule: Part, epochs: Doubles) -> Doubles:
    return np.power(float(schedule["factor"]), np.floor(epochs / float(schedule["every"])))


def exponential(schedule: Part, epochs: Doubles) -> Doubles:
    return np.exp2(-epochs / float(schedule["half_life"]))


def rate_factors(schedule: Part, epochs: Doubles) -> Doubles:
    """What a schedule multiplies the rate by at positions in epochs, (n,).

    Raises KeyError where the catalog has no such schedule.
    """
    factors: Doubles = entry("schedule", schedule.kind).load()(schedule, epochs)
    return factors
