"""Estimates of the time that a training, or other work, will still take."""

from cadl_desktop.experiment import Experiment, Stop
from cadl_desktop.experiment.run_time import seconds_per_step
from cadl_desktop.runs.events import Progressed

_SURE_SECONDS = 3.0
"""Time after which an estimate is meaningful; earlier, most of it is preparation."""


def seconds_left(progress: Progressed, stop: Stop) -> float | None:
    """Seconds left at the present speed, or as a slowed run, whose speed changes, knows it; None where
    unknown."""
    if progress.slowed:
        return progress.seconds_left
    left = []
    per_epoch = progress.step / progress.epoch if progress.epoch else None
    if stop.epochs and per_epoch and progress.steps_per_second:
        target = (progress.epoch // stop.epochs + 1) * stop.epochs
        left.append((target * per_epoch - progress.step) / progress.steps_per_second)
    if stop.steps and progress.steps_per_second:
        left.append((stop.steps - progress.step % stop.steps) / progress.steps_per_second)
    if stop.seconds:
        left.append(stop.seconds - progress.seconds % stop.seconds)
    return min(left) if left else None


def remaining_seconds(share: float, seconds: float) -> float | None:
    """Seconds left of work of which a share, 0 to 1, took `seconds`; None as long as that says too little."""
    return seconds * (1 - share) / share if share > 0 and seconds >= _SURE_SECONDS else None


def slowness(trained: Experiment | None, progress: Progressed | None) -> float:
    """How many times as long a run's steps take as `run_time` says of two cores with nothing else to do; 1
    as long as that is unknown."""
    if trained is None or progress is None or progress.slowed or progress.seconds < _SURE_SECONDS:
        return 1.0
    return 1 / (progress.steps_per_second * seconds_per_step(trained)) if progress.steps_per_second else 1.0
