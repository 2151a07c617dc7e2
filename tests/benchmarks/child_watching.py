"""A child that trains at full speed and at the watchable one, and says when a likeness was there."""

from itertools import pairwise
from time import perf_counter
from typing import NamedTuple

import numpy as np

from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.runs.events import Finished, Prediction, Progressed, Speed
from tests.benchmarks.child_methods import experiment_of
from tests.benchmarks.pictures import square

LIKENESS = 0.2
"""Share of the whole change that is left once a picture is like its end."""
JUST_SEEN = 0.25
"""Change in levels of 255, from which on two pictures differ."""


class Frame(NamedTuple):
    """Picture or curve of a step, and the seconds since the first one."""

    seconds: float
    step: int
    shown: Prediction


def watch(source: str, size: str) -> dict[str, float]:
    """Seconds to a likeness at both speeds; frames that differ, and steps, until then. `source` is a preset,
    or a picture of the benchmark, which is trained in this size as a person's own."""
    experiment = preset(source) if size == "0" else experiment_of(square(source, int(size)), "60", ())
    first, *_, last = full = _frames(experiment, "full", None)
    whole = _distance(first.shown, last.shown)
    full_seconds = next(frame.seconds for frame in full if _is_like(frame.shown, last.shown, whole))
    watched = _frames(experiment, "watchable", (last.shown, whole))
    least = JUST_SEEN if last.shown.ndim == 3 else 1e-4
    differing = [a for a, b in pairwise(watched) if _distance(a.shown, b.shown) > least]
    end = watched[-1]
    return {"full": full_seconds, "watched": end.seconds, "frames": len(differing), "steps": end.step}


def _frames(experiment: Experiment, speed: Speed, until: tuple[Prediction, float] | None) -> list[Frame]:
    """Frames of a run, which ends with a likeness of a picture at this distance from the first one."""
    control, frames, began = Control(speed=speed, snapshots=True, probe_seconds=0.25), list[Frame](), 0.0
    for event in train(experiment, control):
        progress = event.progress if isinstance(event, Finished) else event
        if control.stopping or not isinstance(progress, Progressed) or progress.prediction is None:
            continue
        began = began or perf_counter()
        frames.append(Frame(perf_counter() - began, progress.step, progress.prediction))
        if until and _is_like(progress.prediction, *until):
            control.stop()
    return frames


def _is_like(shown: Prediction, end: Prediction, whole: float) -> bool:
    return _distance(shown, end) <= LIKENESS * whole


def _distance(one: Prediction, other: Prediction) -> float:
    difference = np.clip(one, 0, 255) - np.clip(other, 0, 255) if one.ndim == 3 else one - other
    return float(np.sqrt(np.mean(np.square(difference))))
