"""How the learning rate goes over the epochs, or over the run.

A function that the catalog names takes the schedule and places, (n,): in epochs, where 2.5 is the middle of
the third, or, where the schedule goes over the run, shares of it, 0 to 1. It gives what the optimizer's rate
is multiplied by there, (n,).
"""

import numpy as np

from cadl_desktop.data.samples import Doubles
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import entry


def goes_over_run(schedule: Part) -> bool:
    """Whether the places of a schedule are shares of the run, and not epochs."""
    return schedule.as_dict().get("over") == "run"


def constant(schedule: Part, places: Doubles) -> Doubles:
    return np.ones(len(places))


def cosine(schedule: Part, places: Doubles) -> Doubles:
    """Loshchilov and Hutter, SGDR, 2017, without its restarts: half a wave from 1 to the floor."""
    floor = float(schedule["floor"])
    share = places if goes_over_run(schedule) else np.minimum(places / float(schedule["epochs"]), 1.0)
    return floor + (1.0 - floor) * (1.0 + np.cos(np.pi * share)) / 2.0


def step(schedule: Part, places: Doubles) -> Doubles:
    if goes_over_run(schedule):
        falls = float(schedule["falls"])
        fallen = np.minimum(np.floor(places * (falls + 1.0)), falls)
    else:
        fallen = np.floor(places / float(schedule["every"]))
    return np.power(float(schedule["factor"]), fallen)


def exponential(schedule: Part, places: Doubles) -> Doubles:
    if goes_over_run(schedule):
        return np.power(float(schedule["end"]), places)
    return np.exp2(-places / float(schedule["half_life"]))


def rate_factors(schedule: Part, places: Doubles) -> Doubles:
    """What a schedule multiplies the rate by at such places, (n,).

    Raises KeyError where the catalog has no such schedule.
    """
    factors: Doubles = entry("schedule", schedule.kind).load()(schedule, places)
    return factors
