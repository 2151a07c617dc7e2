"""Number of cores that a run's steps are split for: stored with the run, as it decides last bits."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.runs.changes import CORES, Change
from cadl_desktop.runs.events import RunState, Started
from cadl_desktop.runs.history import History, cores_of
from cadl_desktop.system.machine import cores
from tests.engine.runs import epochs, finished, run, same_bits, small_painting

PINNED = """
import os, sys
from pathlib import Path

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

from cadl_desktop.system.machine import cores
from cadl_desktop.project import Project, open_project, save_project
from tests.engine.runs import finished, run

assert cores() == 1
folder = Path(sys.argv[1])
half = open_project(folder / "half.cadl")
for name, state, for_cores in (("alone", None, None), ("anew", None, 2), ("on", half.state, None)):
    ended = finished(run(half.experiment, state=state, for_cores=for_cores)).state
    save_project(folder / f"{name}.cadl", Project(half.experiment, ended))
"""


def large() -> Experiment:
    """A painting whose steps are worth splitting."""
    return small_painting(layers=(part("layer", "dense", units=160),) * 2, batch_size=144)


def ended(experiment: Experiment, state: RunState | None = None, for_cores: int | None = None) -> RunState:
    return finished(run(experiment, state=state, for_cores=for_cores)).state


def test_a_process_on_one_core_and_one_on_all_compute_the_same_bits(tmp_path: Path) -> None:
    experiment = large()
    cut, whole = (ended(experiment, for_cores=count) for count in (2, 1))
    assert not same_bits(cut, whole)
    save_project(tmp_path / "half.cadl", Project(experiment, ended(epochs(experiment, 3), for_cores=2)))
    subprocess.run([sys.executable, "-c", PINNED, str(tmp_path)], check=True)
    alone, anew, on = (open_project(tmp_path / f"{name}.cadl").state for name in ("alone", "anew", "on"))
    assert alone is not None
    assert anew is not None
    assert on is not None
    assert same_bits(alone, whole)
    assert same_bits(anew, cut)
    assert same_bits(on, cut)
    assert [state.cores for state in (alone, anew, on)] == [1, 2, 2]


def test_the_log_has_the_number_of_cores() -> None:
    history = History()
    first = run(small_painting(), for_cores=3)
    later = run(small_painting(), state=finished(first).state, for_cores=2)
    for event in (*first, *later):
        history.add(event)
    assert [each for each in history.changes if each.setting == CORES] == [Change(0, CORES, 3)]
    assert not Change(1, CORES, 3).is_visible
    assert history.cores == cores_of(finished(later).state, None) == cores_of(None, history) == 3
    assert History.for_retraining(history.cores).cores == 3
    assert History.for_retraining(None).changes == []


def test_a_file_without_the_number_uses_the_cores_of_the_machine(tmp_path: Path) -> None:
    experiment, history = large(), History([Change(0, "rate", 0.001)])
    old = replace(ended(experiment, for_cores=3), cores=None)
    save_project(tmp_path / "old.cadl", Project(experiment, old, history))
    opened = open_project(tmp_path / "old.cadl").state
    assert opened
    assert opened.cores is None
    for event in run(experiment, state=opened):
        history.add(event)
    assert history.changes[-1] == Change(6, CORES, cores())


def test_small_steps_are_not_split_until_a_batch_is_large() -> None:
    control, history = Control(picture_seconds=None), History()
    experiment = epochs(small_painting(layers=(part("layer", "dense", units=160),) * 2), 2)
    assert ended(experiment).cores is None
    for event in train(experiment, control):
        history.add(event)
        if isinstance(event, Started):
            assert history.cores is None
            control.change(msgspec.structs.replace(event.settings, batch_size=144))
    assert finished([event]).state.cores == history.cores == cores()


@pytest.mark.parametrize("value", [0, -1, 257, 1e300, "2"])
def test_impossible_numbers_of_cores_in_a_log_are_ignored(value: float | str) -> None:
    assert History([Change(0, CORES, value)]).cores is None
