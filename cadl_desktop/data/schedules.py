"""Learning-rate schedules over the epochs or over the run.

The schedules of the catalog (`constant` to `exponential`) are loaded by name
(`experiment/catalog/shipped.py`). Each takes the schedule and places (n,): epochs, where 2.5 is the middle of
the third, or, for a schedule over the run, fractions of the run, 0 to 1. It returns the factors on the
optimizer's rate, (n,).
"""

import numpy as np

from cadl_desktop.data.samples import Doubles
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import entry


def spans_run(schedule: Part) -> bool:
    """Tells whether the places of a schedule are fractions of the run instead of epochs."""
    return schedule.as_dict().get("over") == "run"


def constant(schedule: Part, places: Doubles) -> Doubles:
    """Schedule 'constant': factor 1 everywhere."""
    return np.ones(len(places))


def cosine(schedule: Part, places: Doubles) -> Doubles:
    """Schedule 'cosine' (Loshchilov and Hutter, SGDR, 2017, without restarts): half a wave down to the
    floor."""
    floor = float(schedule["floor"])
    share = places if spans_run(schedule) else np.minimum(places / float(schedule["epochs"]), 1.0)
    return floor + (1.0 - floor) * (1.0 + np.cos(np.pi * share)) / 2.0


def step(schedule: Part, places: Doubles) -> Doubles:
    """Schedule 'step': the factor falls in equal intervals."""
    if spans_run(schedule):
        falls = float(schedule["falls"])
        fallen = np.minimum(np.floor(places * (falls + 1.0)), falls)
    else:
        fallen = np.floor(places / float(schedule["every"]))
    return np.power(float(schedule["factor"]), fallen)


def exponential(schedule: Part, places: Doubles) -> Doubles:
    """Schedule 'exponential': the factor falls exponentially, to `end` over a run."""
    if spans_run(schedule):
        return np.power(float(schedule["end"]), places)
    return np.exp2(-places / float(schedule["half_life"]))


def rate_factors(schedule: Part, places: Doubles) -> Doubles:
    """Returns a schedule's factors on the learning rate at these places, (n,).

    Raises KeyError where the catalog has no such schedule.
    """
    factors: Doubles = entry("schedule", schedule.kind).load()(schedule, places)
    return factors
