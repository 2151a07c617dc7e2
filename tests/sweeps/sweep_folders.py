"""Sweep folders with any records, written by the real writers."""

import math
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.sweeps import Limit, Objective, Sweep, proposed, varied_of
from cadl_desktop.sweeps.plan.sweep_model import Point
from cadl_desktop.sweeps.records.sweep_folder import Preview, SweepFolder
from cadl_desktop.sweeps.records.sweep_log import (
    Ending,
    LogReader,
    LogWriter,
    OwnerStarted,
    Record,
    TrialEnded,
    TrialMeasured,
    TrialStarted,
)
from cadl_desktop.sweeps.records.sweep_status import SweepStatus

TWO = ("optimizer.rate=0.0001..0.1,log", "layers.0.activation=tanh|relu|sine")
TWELVE = (
    *TWO,
    "batch_size=10..500,log",
    "layers=64,64|128,128|256,256,256|64,64,64,64,64,64,64,64",
    "encoding.kind=none|fourier|polynomial",
    "optimizer.beta1=0.5..0.99",
    "optimizer.beta2=0.9..0.9999",
    "cost=l2|l1|l2-sum",
    "l2=0..0.001",
    "smoothness=0..0.01",
    "layers.1.units=16|32|64|128",
    "output.activation=linear|sigmoid",
)
MACHINES = ("lecture-hall", "basement-2")


def a_sweep(varied: Sequence[str] = TWO, trials: int = 60, objective: Objective | None = None) -> Sweep:
    """Sweep of the lecture's painting."""
    base = preset("lecture-painting")
    return Sweep(
        base=base,
        varied=tuple(varied_of(text, base) for text in varied),
        limit=Limit(trials=trials),
        objective=objective or Objective(),
    )


def a_folder(
    path: Path, sweep: Sweep, trials: int, training: int = 0, owner: str = platform.node()
) -> SweepFolder:
    """Folder with so many trials, of which the last are still in training; of the others some diverged or
    failed. `owner` is the machine of the process that wrote it, long ago."""
    folder = SweepFolder(path)
    folder.make(sweep)
    writer = LogWriter(folder.log)
    writer.add(OwnerStarted(0.0, owner, 1, "0.1.0", "local"))
    for number in range(1, trials + 1):
        for record in records_of(sweep, number, is_training=number > trials - training):
            writer.add(record)
    writer.close()
    return folder


def standing_of(folder: SweepFolder) -> SweepStatus:
    """Status as readers see it."""
    return SweepStatus().with_news(LogReader(folder.log).news())


def records_of(sweep: Sweep, number: int, *, is_training: bool = False) -> Iterator[Record]:
    """All records of one trial."""
    trial = proposed(sweep, number)
    assert trial
    at, machine = float(number), MACHINES[number % 2]
    yield TrialStarted(at, number, trial.seed, trial.point)
    cost, reason = _cost(trial.point, number), _reason(number)
    if is_training:
        yield TrialMeasured(at, number, 3, 300, 1.5, 2 * cost, 2 * cost, machine)
    elif reason == "failed":
        message = "The worker ran out of memory; choose fewer neurons or a smaller batch."
        yield TrialEnded(at, number, reason, None, 3, 300, 1.0, machine, message=message)
    elif reason == "diverged":
        yield TrialEnded(at, number, reason, None, 5, 500, 2.0, machine)
    else:
        measures: dict[str, float | None] = {"cost": cost, "seen_psnr": -10 * math.log10(cost)}
        yield TrialEnded(at, number, reason, cost, 20 + number % 3, 2000, 8.0 + number % 7, machine, measures)


def _cost(point: Point, number: int) -> float:
    """Cost that is best at a rate of 0.01, a little better with a sine, and partly random."""
    values = dict(point)
    rate, noise = values["optimizer.rate"], np.random.default_rng(number)
    assert isinstance(rate, float)
    sine = 0.3 if values.get("layers.0.activation") == "sine" else 1.0
    return float(10 ** (abs(math.log10(rate) + 2) - 3) * sine * noise.uniform(0.6, 1.6))


def _reason(number: int) -> Ending:
    if number % 23 == 11:
        return "diverged"
    return "failed" if number % 41 == 17 else "epochs"


@dataclass(frozen=True)
class Outcome:
    """Result of a run: its cost, final or so far; None if it diverged or ended with an error."""

    cost: float | None
    is_over: bool = True
    error: str = ""


def sweep_of_seeds(experiment: Experiment, seeds: int) -> Sweep:
    return Sweep(base=experiment, varied=(), seeds=seeds, strategy="grid")


def write_trials(
    folder: SweepFolder, sweep: Sweep, outcomes: Sequence[Outcome], made: Sequence[Preview] = ()
) -> None:
    """Writes a sweep, with the outcomes and previews of its first trials."""
    folder.make(sweep)
    for number, preview in enumerate(made, 1):
        folder.write_preview(number, preview)
    log = LogWriter(folder.log)
    for number, outcome in enumerate(outcomes, 1):
        trial, cost = proposed(sweep, number), outcome.cost
        assert trial
        log.add(TrialStarted(1.0, number, trial.seed, trial.point))
        if outcome.is_over:
            reason: Ending = "failed" if outcome.error else "diverged" if cost is None else "epochs"
            end = TrialEnded(2.0, number, reason, cost, 20, 200, 1.0, "here", {"cost": cost}, outcome.error)
            log.add(end)
        else:
            log.add(TrialMeasured(2.0, number, 10, 100, 0.5, cost, cost, "here"))
    log.close()
