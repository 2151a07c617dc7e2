"""Folders of sweeps in which only the seed varies, written as their owner writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cadl_desktop.experiment import Experiment
from cadl_desktop.sweeps import Sweep, proposed
from cadl_desktop.sweeps.findings.design import Design, design_of
from cadl_desktop.sweeps.records.folder import SweepFolder
from cadl_desktop.sweeps.records.log import Begun, Ended, Ending, LogReader, LogWriter, Measured
from cadl_desktop.sweeps.records.previews import Preview
from cadl_desktop.sweeps.records.standing import Standing


@dataclass(frozen=True)
class Outcome:
    """What becomes of a run: a cost, that of now where it isn't over, or None where it diverged, or where an
    error has ended it."""

    cost: float | None
    is_over: bool = True
    error: str = ""


def sweep_of_seeds(experiment: Experiment, seeds: int) -> Sweep:
    return Sweep(base=experiment, varied=(), seeds=seeds, strategy="grid")


def write_seeds(
    folder: SweepFolder, experiment: Experiment, outcomes: Sequence[Outcome], made: Sequence[Preview] = ()
) -> None:
    """A sweep of so many seeds, the first of which have come to this, and have made that."""
    sweep = sweep_of_seeds(experiment, len(outcomes))
    folder.make(sweep)
    for number, preview in enumerate(made, 1):
        folder.write_preview(number, preview)
    log = LogWriter(folder.log)
    for number, outcome in enumerate(outcomes, 1):
        trial, cost = proposed(sweep, number), outcome.cost
        assert trial
        log.add(Begun(1.0, number, trial.seed, trial.point))
        if outcome.is_over:
            reason: Ending = "failed" if outcome.error else "diverged" if cost is None else "epochs"
            end = Ended(2.0, number, reason, cost, 20, 200, 1.0, "here", {"cost": cost}, outcome.error)
            log.add(end)
        else:
            log.add(Measured(2.0, number, 10, 100, 0.5, cost, cost, "here"))
    log.close()


def design_in(folder: SweepFolder, name: str = "Design") -> Design:
    """As it stands there now."""
    standing = Standing().with_news(LogReader(folder.log).news())
    found = {number: folder.preview(number) for number in standing.trials}
    previews = {number: made for number, made in found.items() if made is not None}
    return design_of(name, folder.sweep(), standing, previews)


def curve_design(path: Path, experiment: Experiment, name: str, costs: Sequence[float | None]) -> Design:
    """Of sines that are lifted by their costs."""
    folder, sine = SweepFolder(path), np.sin(np.linspace(-4, 4, 481))
    made = [(sine + (cost or 0.0)).astype(np.float32) for cost in costs]
    write_seeds(folder, experiment, [Outcome(cost) for cost in costs], made)
    return design_in(folder, name)


def painting_design(path: Path, experiment: Experiment, name: str, costs: Sequence[float | None]) -> Design:
    """Of slopes that differ by their costs at the right."""
    folder, (rows, columns) = SweepFolder(path), np.mgrid[0:12, 0:16]
    made = [
        np.stack([12 * rows, 8 * columns + columns * (cost or 0.0), 120 + 0 * rows], -1).astype(np.uint8)
        for cost in costs
    ]
    write_seeds(folder, experiment, [Outcome(cost) for cost in costs], made)
    return design_in(folder, name)
