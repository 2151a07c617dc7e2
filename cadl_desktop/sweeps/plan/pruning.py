"""Which trials end early: successive halving (Jamieson and Talwalkar, 2016).

It is decided for each trial as it comes to a rung, without waiting for the others (Li et al., 2020).
"""

from collections.abc import Collection

from cadl_desktop.sweeps.plan.sweep import Halving


def rungs(halving: Halving, epochs: int) -> list[int]:
    """After how many epochs trials of `epochs` epochs are compared, before their end."""
    found, at = [], halving.least
    while at < epochs:
        found.append(at)
        at *= halving.factor
    return found


def goes_on(halving: Halving, own: float, others: Collection[float], *, more_is_better: bool = False) -> bool:
    """Whether a trial that measured `own` at a rung is among the best of those that have come to it, of which
    one of `factor` goes on, and at least the best. Of equal ones all do; a number that is none is the
    worst."""
    sign = -1.0 if more_is_better else 1.0
    if own != own:
        return False
    better = sum(sign * other < sign * own for other in others)
    return better < max(1, (len(others) + 1) // halving.factor)
