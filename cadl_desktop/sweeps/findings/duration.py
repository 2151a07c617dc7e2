"""Estimates of a sweep's duration, before it starts and while it runs: arithmetic alone."""

from math import ceil

from cadl_desktop.experiment.effort import effective_batch_size, multiplications_per_step, sample_count
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.sweeps.plan.sweep_model import Sweep
from cadl_desktop.sweeps.plan.trials import stop_of_trial
from cadl_desktop.sweeps.records.sweep_log import TrialEnded, TrialMeasured
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, TrialStatus, trials_wanted

Seen = tuple[Experiment, float]
"""Experiment trained on this machine, and its steps per second."""
_News = TrialMeasured | TrialEnded


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
    stop = stop_of_trial(base.stop, sweep.limit)
    limits = [each for each in (stop.seconds, stop.processor_seconds) if each is not None]
    count = round(sample_count(base) * (1 - base.validation))
    steps = [] if stop.steps is None else [stop.steps]
    if stop.epochs is not None and count:
        steps.append(stop.epochs * ceil(count / effective_batch_size(base)))
    if seen is not None and steps:
        trained, steps_per_second = seen
        each = multiplications_per_step(base) / multiplications_per_step(trained) / steps_per_second
        limits.append(min(steps) * each)
    return min(limits, default=None)


def seconds_left(sweep: Sweep, status: SweepStatus) -> float | None:
    """Remaining seconds at the pace of the present owner since its first trial began to train, in shares of
    trials; None before the first progress, or if the number of trials isn't known.

    Starting the workers, which happens once, doesn't count: it often takes longer than a trial.
    """
    wanted, owned = trials_wanted(sweep), status.owned
    if wanted is None or owned is None:
        return None
    paths = [_path_since(owned.at, trial) for trial in status.trials.values()]
    moved = [(before, newest, start) for before, newest, start in paths if start is not None]
    if not moved:
        return None
    done = sum(_share(sweep, newest) - _share(sweep, before) for before, newest, _ in moved)
    elapsed = max(newest.at for _, newest, _ in moved if newest) - min(start for *_, start in moved)
    left = wanted - sum(_share(sweep, newest) for _, newest, _ in paths)
    return elapsed / done * max(0.0, left) if done > 0 and elapsed > 0 else None


def _path_since(moment: float, trial: TrialStatus) -> tuple[_News | None, _News | None, float | None]:
    """Newest news of a trial before a moment, newest of all, and when it began to train after that moment;
    None where there is no such thing."""
    news: list[_News] = [*trial.course, *([trial.ended] if trial.ended else [])]
    before = [each for each in news if each.at < moment]
    after = news[len(before) :]
    last = before[-1] if before else None
    start = after[0].at - (after[0].seconds - (last.seconds if last else 0.0)) if after else None
    return last, news[-1] if news else None, start


def _share(sweep: Sweep, news: _News | None) -> float:
    """Share of a trial that is over: by its epochs, steps or seconds, as far as these are limited."""
    if news is None or isinstance(news, TrialEnded):
        return float(news is not None)
    stop = stop_of_trial(sweep.base.stop, sweep.limit)
    limits = (
        (news.epoch, stop.epochs),
        (news.step, stop.steps),
        (news.seconds, stop.seconds),
        (news.processor_seconds or 0.0, stop.processor_seconds),
    )
    return min(1.0, max((done / limit for done, limit in limits if limit), default=0.0))
