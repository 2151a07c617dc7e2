"""A design with several seeds, side by side, as the folder of its sweep has them now."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.sweeps.folder import SweepFolder
from cadl_desktop.sweeps.luck import Spread, spreads_of
from cadl_desktop.sweeps.standing import Standing, TrialStanding, trials_wanted
from cadl_desktop.sweeps.sweep import Sweep

Made = NDArray[Any]
"""What a run makes, small: of a painting (height, width, 3) uint8, of a curve (points,) float32."""


@dataclass(frozen=True, eq=False)
class SeedRun:
    """One of the runs. `value` is the objective's, so far or in the end; None before it is known, and where
    the run came to nothing."""

    seed: int
    epoch: int
    value: float | None
    is_over: bool
    made: Made | None = None

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
    def made(self) -> list[Made]:
        """What the runs make, all of one shape, but for those that came to nothing and those of which a
        number is none."""
        made = [run.made for run in self.runs if run.made is not None and not run.failed]
        return [each for each in made if each.shape == made[0].shape and bool(np.isfinite(each).all())]


def design_of(
    name: str, folder: SweepFolder, sweep: Sweep, standing: Standing, before: Design | None = None
) -> Design:
    """Of a sweep in which only the seed varies. Previews of runs that have not gone on since `before` aren't
    read again."""
    known = {run.seed: run for run in before.runs} if before else {}
    runs = tuple(_run(folder, trial, known.get(trial.trial.seed)) for trial in standing.trials.values())
    spread = next(iter(spreads_of(sweep, standing)), Spread(name, (), sweep.objective))
    return Design(replace(spread, name=name), runs, trials_wanted(sweep) or len(runs))


def _run(folder: SweepFolder, trial: TrialStanding, before: SeedRun | None) -> SeedRun:
    value = None if trial.value is None or not np.isfinite(trial.value) else trial.value
    run = SeedRun(trial.trial.seed, trial.epoch, value, trial.is_over)
    if before and before.made is not None and (before.epoch, before.is_over) == (run.epoch, run.is_over):
        return replace(run, made=before.made)
    return replace(run, made=folder.preview(trial.number))
