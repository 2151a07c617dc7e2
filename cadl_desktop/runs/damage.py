"""Damage of a run: a rise of its cost from which it has not recovered, and where that began."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.samples import Doubles
from cadl_desktop.runs.changes import STRUCTURE, is_branch
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.run_snapshots import Snapshots

SIGN = 1.5
"""Ratio of the cost to the lowest before it, above which it is a sign of damage unless it falls again."""
GOOD = 1.2
"""Ratio to the lowest cost up to which a measurement is about as good."""
_MEASURED_BY = ("cost", STRUCTURE)
"""Settings whose change makes costs before and after it incomparable."""


@dataclass(frozen=True)
class Damage:
    """Step of the last good measurement `before` the first sign of damage, with its `cost`, and step `since`
    of the first measurement that shows it."""

    before: int
    cost: float
    since: float


@dataclass(frozen=True, eq=False)
class BetterMoment:
    """A state to return to, its cost, and the present cost as a multiple of it (`times`)."""

    state: RunState
    cost: float
    times: float


def damage(history: History, *, diverged: bool = False) -> Damage | None:
    """Damage that a run still has; None where its cost is about the lowest that it had. A run that has
    `diverged` is damaged after its last measurement at the latest."""
    steps, costs = _comparable(history, branches=True)
    if not len(costs):
        return None
    known = np.where(np.isfinite(costs), costs, np.inf)
    sound = np.flatnonzero(known <= SIGN * np.minimum.accumulate(known))
    sound = sound[np.isfinite(known[sound])]
    if not len(sound) or (sound[-1] == len(costs) - 1 and not diverged):
        return None
    end = int(sound[-1]) + 1
    since = steps[end] if end < len(steps) else math.inf
    last = int(np.flatnonzero(known[:end] <= GOOD * known[:end].min())[-1])
    return Damage(int(steps[last]), float(costs[last]), float(since))


def better_moment(history: History, snapshots: Snapshots, *, diverged: bool = False) -> BetterMoment | None:
    """Best state before the last visible change that may have done the damage; None where there is none. A
    change after the first sign of damage is not to blame for it. A run that has `diverged` has no present
    cost to compare."""
    steps, costs = _comparable(history, branches=False)
    steps, costs = steps[steps > 0], costs[steps > 0]
    harm = damage(history, diverged=diverged)
    until = max(
        (
            change.step
            for change in history.changes
            if change.is_visible
            and change.setting not in _MEASURED_BY
            and (harm is None or change.step < harm.since)
        ),
        default=0,
    )
    states = [state for state in snapshots.states if len(steps) and steps[0] <= state.step < until]
    if not states:
        return None
    then = _costs_at(np.array([state.step for state in states]), steps, costs)
    best = int(np.argmin(then))
    cost, now = float(then[best]), float(costs[-1])
    if not 0 < cost < math.inf:
        return None
    return BetterMoment(states[best], cost, math.inf if diverged or not math.isfinite(now) else now / cost)


def _comparable(history: History, *, branches: bool) -> tuple[Doubles, Doubles]:
    """Steps and costs, (rows,) each, that can be compared with the newest one. With `branches` also those
    before the run branched from another, which had the same network."""
    since = max(
        (
            change.step
            for change in history.changes
            if change.is_visible and change.setting in _MEASURED_BY and not (branches and is_branch(change))
        ),
        default=-1,
    )
    steps, costs = history.column("step"), history.column("cost")
    return steps[steps > since], costs[steps > since]


def _costs_at(moments: NDArray[np.int64], steps: Doubles, costs: Doubles) -> Doubles:
    """Larger of the costs before and after each moment, as the cost in between is unknown."""
    before = np.searchsorted(steps, moments, "right") - 1
    after = np.minimum(np.searchsorted(steps, moments), len(steps) - 1)
    larger = np.maximum(costs[before], costs[after])
    return np.where(np.isfinite(larger), larger, np.inf)
