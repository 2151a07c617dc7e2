"""What the events of a training say of a sweep's objective."""

from functools import cached_property

import numpy as np

from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scores import psnr, sample_groups
from cadl_desktop.data.subsets import split
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import EpochEnded, Event, Floats, Progressed
from cadl_desktop.sweeps.plan.sweep import Objective


class Watch:
    """Follows one training. `value` is what the objective measures, as it was told last; `reached_at` after
    how many seconds of training it was good enough, None before, and where nothing is to be reached."""

    def __init__(self, objective: Objective, experiment: Experiment) -> None:
        self.value: float | None = None
        self.reached_at: float | None = None
        self.cost: float | None = None
        self._objective, self._experiment = objective, experiment

    def see(self, event: Event) -> None:
        match event:
            case EpochEnded():
                self.cost = event.cost
                if self._objective.measure == "cost":
                    self._note(event.cost, event.seconds)
                elif self._objective.measure == "validation_cost":
                    self._note(event.validation_cost, event.seconds)
            case Progressed() if self._objective.measure.endswith("psnr"):
                self._note(self._psnr(event), event.seconds)

    def _note(self, value: float | None, seconds: float) -> None:
        if value is None or not np.isfinite(value):
            return
        self.value = value
        if self.reached_at is None and is_reached(self._objective, value):
            self.reached_at = seconds

    def _psnr(self, event: Progressed) -> float | None:
        if self._objective.measure == "seen_psnr":
            return event.psnr
        if event.prediction is None or self._samples.large:
            return None
        return self._of_group(event.prediction)

    def _of_group(self, painting: Floats) -> float:
        painted = painting.reshape(-1, painting.shape[-1])
        samples = self._samples
        colours = painted if samples.places is None else painted[samples.places]
        return psnr(colours[self._group], samples.targets[self._group])

    @cached_property
    def _samples(self) -> Samples:
        return samples_of(self._experiment.data)

    @cached_property
    def _group(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        held_out = split(self._experiment, self._samples)[1]
        _, hidden, kept_apart = sample_groups(self._samples, held_out)
        return hidden if self._objective.measure == "hidden_psnr" else kept_apart


def is_reached(objective: Objective, value: float) -> bool:
    """Whether a measure is as good as was wanted, where something was."""
    wanted = objective.reaches
    if wanted is None:
        return False
    return value >= wanted if objective.more_is_better else value <= wanted
