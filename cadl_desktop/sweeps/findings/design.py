"""A design with several seeds, side by side, as its sweep stands now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.sweeps.findings.luck import Spread, spreads_of, value_of
from cadl_desktop.sweeps.plan.sweep import Sweep
from cadl_desktop.sweeps.records.previews import Preview
from cadl_desktop.sweeps.records.standing import Standing, TrialStanding, trials_wanted


@dataclass(frozen=True, eq=False)
class SeedRun:
    """One of the runs, by its trial's number, and what it makes. `value` is the objective's, so far or in the
    end; None before it is known, and where the run came to nothing."""

    number: int
    seed: int
    epoch: int
    value: float | None
    is_over: bool
    made: Preview | None = None

    @property
    def failed(self) -> bool:
        """Whether it came to nothing."""
        return self.is_over and self.value is None


@dataclass(frozen=True, eq=False)
class Design:
    """`spread` is of the runs that are over, `wanted` says how many there will be."""

    spread: Spread
    runs: tuple[SeedRun, ...]
    wanted: int

    @property
    def name(self) -> str:
        return self.spread.name

    @property
    def over(self) -> int:
        return sum(run.is_over for run in self.runs)

    @property
    def is_over(self) -> bool:
        return self.over == self.wanted

    @property
    def curves(self) -> list[NDArray[np.float32]]:
        """What the runs make, (points,) each, but for those that came to nothing and those of which a number
        is none."""
        return [each.astype(np.float32, copy=False) for each in self._made(1) if np.isfinite(each).all()]

    @property
    def paintings(self) -> list[NDArray[np.uint8]]:
        """The same of paintings, (height, width, 3) each."""
        return [each.astype(np.uint8, copy=False) for each in self._made(3)]

    def _made(self, dimensions: int) -> list[Preview]:
        """All of one shape. Once two runs are over, of those that are: one that has just begun would weigh
        as much as they do."""
        counted = [run for run in self.runs if run.made is not None and not run.failed]
        over = [run for run in counted if run.is_over]
        made = [run.made for run in (over if len(over) > 1 else counted) if run.made is not None]
        return [each for each in made if each.ndim == dimensions and each.shape == made[0].shape]


def design_of(name: str, sweep: Sweep, standing: Standing, previews: Mapping[int, Preview]) -> Design:
    """Of a sweep in which only the seed varies, with what its trials make, by their numbers."""
    trials = standing.trials.values()
    runs = tuple(_run(trial, previews.get(trial.number)) for trial in trials)
    spread = next(iter(spreads_of(sweep, standing)), Spread(name, (), sweep.objective))
    return Design(replace(spread, name=name), runs, trials_wanted(sweep) or len(runs))


def _run(trial: TrialStanding, made: Preview | None) -> SeedRun:
    return SeedRun(trial.number, trial.trial.seed, trial.epoch, value_of(trial), trial.is_over, made)
