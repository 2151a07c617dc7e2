"""Children that train the same trials: a sweep on so many workers, and one process one after the other."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.model import Stop
from cadl_desktop.sweeps import Choices, Sweep, Varied, experiment_of, proposed
from cadl_desktop.sweeps.owning.owner import run_sweep
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogReader, OwnerStarted, TrialEnded, TrialStarted
from cadl_desktop.sweeps.workers.cluster_options import ClusterOptions

WORKLOADS: dict[str, Callable[[], Experiment]] = {
    "tanh": lambda: _ending(preset("lecture-tanh"), Stop(epochs=5000)),
    "painting": lambda: _ending(preset("lecture-painting"), Stop(epochs=600)),
    "seconds": lambda: _ending(preset("lecture-painting"), Stop(epochs=None, seconds=10.0)),
}
"""Experiments of a few seconds each; the last takes ten."""


def sweep(name: str, workers: str, trials: str) -> dict[str, Any]:
    """Seconds to the first proposal, of a worker's first and its later trials, and trials a minute from the
    end of the first trials on."""
    with TemporaryDirectory(prefix="benchmarks-") as place:
        folder = SweepFolder(Path(place) / "sweep")
        folder.make(sweep_of(name, int(trials)))
        closed = run_sweep(folder, ClusterOptions(workers=int(workers)), lambda standing: None, Event())
        assert closed.reason == "done", closed.message
        records = list(LogReader(folder.log).news())
    begun = {each.number: each.at for each in records if isinstance(each, TrialStarted)}
    ended = {each.number: each.at for each in records if isinstance(each, TrialEnded)}
    owned = next(each.at for each in records if isinstance(each, OwnerStarted))
    first = range(1, int(workers) + 1)
    later = [number for number in ended if number not in first]
    known = max(ended[number] for number in first)
    rest = [ended[number] for number in later]
    return {
        "start": min(begun.values()) - owned,
        "first": median(ended[number] - begun[number] for number in first),
        "later": median(ended[number] - begun[number] for number in later),
        "per_minute": 60 * len(rest) / (max(rest) - known),
    }


def one_by_one(name: str, trials: str) -> dict[str, Any]:
    """Trials a minute from the end of the first one on, each written as a project."""
    from cadl_desktop.engine import train  # brings TensorFlow along
    from cadl_desktop.project import Project, save_project
    from cadl_desktop.runs.events import Finished
    from cadl_desktop.runs.history import History

    plan, ends = sweep_of(name, int(trials)), []
    with TemporaryDirectory(prefix="benchmarks-") as place:
        for number in range(1, int(trials) + 1):
            trial = proposed(plan, number)
            assert trial is not None
            experiment, history = experiment_of(plan, trial), History()
            for event in train(experiment):
                history.add(event)
            assert isinstance(event, Finished)
            save_project(Path(place) / f"{number}.cadl", Project(experiment, event.state, history))
            ends.append(time.perf_counter())
    return {"per_minute": 60 * (len(ends) - 1) / (ends[-1] - ends[0])}


def sweep_of(name: str, trials: int) -> Sweep:
    """Sweep over the seeds of one experiment, so that all trials take equally long."""
    base = WORKLOADS[name]()
    rate = Varied("optimizer.rate", Choices((str(base.optimizer["rate"]),)))
    return Sweep(base=base, varied=(rate,), seeds=trials, strategy="grid")


def _ending(experiment: Experiment, stop: Stop) -> Experiment:
    return replace(experiment, stop=stop)
