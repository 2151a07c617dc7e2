"""Sweeps of any size as their owner leaves them: a folder and its log, made by the real writers."""

import math
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from cadl_desktop.experiment import preset
from cadl_desktop.sweeps import Limit, Objective, Sweep, varied_of
from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.plan.sweep import Point
from cadl_desktop.sweeps.records.folder import SweepFolder
from cadl_desktop.sweeps.records.log import (
    Begun,
    Ended,
    Ending,
    LogReader,
    LogWriter,
    Measured,
    Owned,
    Record,
)
from cadl_desktop.sweeps.records.standing import Standing

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
    """Over the lecture's painting."""
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
    """So many trials, of which the last are still training; of the others some diverged or failed. `owner` is
    the machine of the process that wrote them, long ago."""
    folder = SweepFolder(path)
    folder.make(sweep)
    writer = LogWriter(folder.log)
    writer.add(Owned(0.0, owner, 1, "0.1.0", "local"))
    for number in range(1, trials + 1):
        for record in records_of(sweep, number, is_training=number > trials - training):
            writer.add(record)
    writer.close()
    return folder


def standing_of(folder: SweepFolder) -> Standing:
    """How whoever reads it sees it."""
    return Standing().with_news(LogReader(folder.log).news())


def records_of(sweep: Sweep, number: int, *, is_training: bool = False) -> Iterator[Record]:
    """All that is written of one trial."""
    trial = proposed(sweep, number)
    assert trial
    at, machine = float(number), MACHINES[number % 2]
    yield Begun(at, number, trial.seed, trial.point)
    cost, reason = _cost(trial.point, number), _reason(number)
    if is_training:
        yield Measured(at, number, 3, 300, 1.5, 2 * cost, 2 * cost, machine)
    elif reason == "failed":
        message = "The worker ran out of memory; choose fewer neurons or a smaller batch."
        yield Ended(at, number, reason, None, 3, 300, 1.0, machine, message=message)
    elif reason == "diverged":
        yield Ended(at, number, reason, None, 5, 500, 2.0, machine)
    else:
        measures: dict[str, float | None] = {"cost": cost, "seen_psnr": -10 * math.log10(cost)}
        yield Ended(at, number, reason, cost, 20 + number % 3, 2000, 8.0 + number % 7, machine, measures)


def _cost(point: Point, number: int) -> float:
    """Best at a rate of 0.01, a little better with a sine, and somewhat by chance."""
    values = dict(point)
    rate, noise = values["optimizer.rate"], np.random.default_rng(number)
    assert isinstance(rate, float)
    sine = 0.3 if values.get("layers.0.activation") == "sine" else 1.0
    return float(10 ** (abs(math.log10(rate) + 2) - 3) * sine * noise.uniform(0.6, 1.6))


def _reason(number: int) -> Ending:
    if number % 23 == 11:
        return "diverged"
    return "failed" if number % 41 == 17 else "epochs"
