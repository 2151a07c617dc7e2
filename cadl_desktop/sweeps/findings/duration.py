"""Estimates of a sweep's duration, before it starts and while it runs: arithmetic alone."""

from math import ceil

from cadl_desktop.experiment.effort import effective_batch_size, multiplications_per_step, sample_count
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, trials_wanted

Seen = tuple[Experiment, float]
"""Experiment trained on this machine, and its steps per second."""


def estimated_seconds(sweep: Sweep, workers: int, seen: Seen | None = None) -> float | None:
    """Upper estimate of the seconds of a valid sweep whose trials take as long as the base; None where it
    can't be estimated."""
    each = _seconds_each(sweep, seen)
    wanted, together = trials_wanted(sweep), sweep.limit.seconds_together
    found = [] if together is None else [together / workers]
    if wanted is not None and each is not None:
        found.append(ceil(wanted / workers) * each)
    return min(found, default=None)


def _seconds_each(sweep: Sweep, seen: Seen | None) -> float | None:
    base = sweep.base
    limits = [each for each in (sweep.limit.seconds_each, base.stop.seconds) if each is not None]
    count = round(sample_count(base) * (1 - base.validation))
    if seen is not None and base.stop.epochs is not None and count:
        trained, steps_per_second = seen
        steps = base.stop.epochs * ceil(count / effective_batch_size(base))
        limits.append(
            steps / steps_per_second * multiplications_per_step(base) / multiplications_per_step(trained)
        )
    return min(limits, default=None)


def seconds_left(sweep: Sweep, status: SweepStatus) -> float | None:
    """Remaining seconds at the pace of the present owner; None before it has finished a trial, or if the
    number of trials isn't known."""
    wanted, owned = trials_wanted(sweep), status.owned
    if wanted is None or owned is None:
        return None
    ends = [status.trials[number].ended for number in status.order]
    since = [ended.at for ended in ends if ended is not None and ended.at >= owned.at]
    if not since:
        return None
    return (max(since) - owned.at) / len(since) * max(0, wanted - status.over)
