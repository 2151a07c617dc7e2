"""How long a training, or other work, will go on."""

from cadl_desktop.experiment import Stop
from cadl_desktop.runs.events import Progressed

_SURE_SECONDS = 3.0
"""What work has taken until then is mostly its preparations."""


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


def seconds_of_rest(share: float, seconds: float) -> float | None:
    """Of work of which a share, 0 to 1, took so many seconds; None as long as that says too little."""
    return seconds * (1 - share) / share if share > 0 and seconds >= _SURE_SECONDS else None
