"""The moment of a run before something that was set while it went on had it lose what it had learned."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.runs.changes import STRUCTURE
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.snapshots import Snapshots

_Numbers = NDArray[np.float64]
_MEASURED_BY = ("cost", STRUCTURE)
"""Costs before one of these was changed and after it aren't of the same kind."""


@dataclass(frozen=True, eq=False)
class BetterMoment:
    """A state that can be gone back to, what the cost was then, and how many `times` that it is now."""

    state: RunState
    cost: float
    times: float


def better_moment(history: History, snapshots: Snapshots, *, diverged: bool = False) -> BetterMoment | None:
    """The best moment before the last visible change; None where there is none, or nothing was changed. A run
    that has `diverged` has no cost any more that could be compared."""
    changes = [change for change in history.changes if change.is_visible]
    since = max((change.step for change in changes if change.setting in _MEASURED_BY), default=0)
    until = max((change.step for change in changes if change.setting not in _MEASURED_BY), default=0)
    steps, costs = history.column("step"), history.column("cost")
    steps, costs = steps[steps > since], costs[steps > since]
    states = [state for state in snapshots.states if len(steps) and steps[0] <= state.step < until]
    if not states:
        return None
    then = _costs_at(np.array([state.step for state in states]), steps, costs)
    best = int(np.argmin(then))
    cost, now = float(then[best]), float(costs[-1])
    if not 0 < cost < math.inf:
        return None
    return BetterMoment(states[best], cost, math.inf if diverged or not math.isfinite(now) else now / cost)


def _costs_at(moments: NDArray[np.int64], steps: _Numbers, costs: _Numbers) -> _Numbers:
    """The larger of the costs before and after each, as nobody knows when in between it changed."""
    before = np.searchsorted(steps, moments, "right") - 1
    after = np.minimum(np.searchsorted(steps, moments), len(steps) - 1)
    larger = np.maximum(costs[before], costs[after])
    return np.where(np.isfinite(larger), larger, np.inf)
