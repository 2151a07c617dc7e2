"""Estimates of the time that a training, or other work, will still take."""

from cadl_desktop.experiment import Stop
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
    if stop.seconds:
        left.append(stop.seconds - progress.seconds % stop.seconds)
    return min(left) if left else None


def remaining_seconds(share: float, seconds: float) -> float | None:
    """Seconds left of work of which a share, 0 to 1, took `seconds`; None as long as that says too little."""
    return seconds * (1 - share) / share if share > 0 and seconds >= _SURE_SECONDS else None
