"""How long a training will go on."""

from cadl_desktop.experiment import Stop
from cadl_desktop.runs.events import Progressed


def seconds_left(progress: Progressed, stop: Stop) -> float | None:
    """At the present speed; None where that can't be said."""
    left = []
    per_epoch = progress.step / progress.epoch if progress.epoch else None
    if stop.epochs and per_epoch and progress.steps_per_second:
        target = (progress.epoch // stop.epochs + 1) * stop.epochs
        left.append((target * per_epoch - progress.step) / progress.steps_per_second)
    if stop.seconds:
        left.append(stop.seconds - progress.seconds % stop.seconds)
    return min(left) if left else None
