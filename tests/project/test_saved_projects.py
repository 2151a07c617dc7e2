"""Projects saved by version 0.1 open, paint, train and are saved again as that version did it.

`saved_by_0_1` has one of each kind, written by that version itself, and the results it had for them; they are
never regenerated. `expected.json` has the contents of each project, `expected.npz` its pictures and curves.
"""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from cadl_desktop.engine import Control, initial_weights, predict, render, train
from cadl_desktop.experiment import check
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.runs.events import Paused, RunState

FOLDER = Path(__file__).with_name("saved_by_0_1")
EXPECTED: Mapping[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text("utf-8"))
PAINTED: Mapping[str, np.ndarray] = dict(np.load(FOLDER / "expected.npz", allow_pickle=False))

TRAINED = [name for name, expected in EXPECTED.items() if expected["step"] is not None]
PAINTING = [name for name, expected in EXPECTED.items() if not expected["problems"]]
STEPS = 3


def opened(name: str) -> Project:
    return open_project(FOLDER / f"{name}.cadl")


def described(project: Project) -> dict[str, Any]:
    """Returns the contents of a project in the format of `expected.json`."""
    state, history, snapshots = project.state, project.history, project.snapshots
    return {
        "name": project.experiment.name,
        "problems": [problem.field for problem in check(project.experiment)],
        "step": state.step if state else None,
        "epoch": state.epoch if state else None,
        "row": state.row if state else None,
        "costs": len(history.rows) if history else None,
        "newest cost": history.newest_cost if history else None,
        "changes": [[each.step, each.setting, each.value] for each in history.changes] if history else None,
        "number": project.number,
        "runs": [
            [run.number, run.name, run.steps, len(run.rows), run.cost, run.psnr, run.state is not None]
            for run in project.runs
        ],
        "snapshots": [each.step for each in snapshots.states] if snapshots else None,
    }


def assert_painted(key: str, painted: np.ndarray) -> None:
    """Compares up to the rounding differences of processors, relative to a picture's largest value."""
    expected = PAINTED[key]
    np.testing.assert_allclose(painted, expected, rtol=1e-5, atol=1e-5 * float(np.abs(expected).max()))


def steps_on(project: Project) -> tuple[str, RunState]:
    """Trains a project for some more steps; returns the reason of the end and the state."""
    control = Control(picture_seconds=None)
    control.pause()
    pauses = 0
    for event in train(project.experiment, control, project.state):
        if isinstance(event, Paused):
            pauses += 1
            control.step() if pauses <= STEPS else control.stop()
    return event.reason, event.state


def contents(path: Path) -> dict[str, Any]:
    """Returns the members of a file, without the program's version."""
    found: dict[str, Any] = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content: Any = archive.read(name)
            if name.endswith(".json"):
                content = json.loads(content)
            elif name.endswith(".safetensors"):
                arrays = safetensors.numpy.load(content)
                content = {key: (str(each.dtype), each.shape, each.tobytes()) for key, each in arrays.items()}
            if name.endswith("experiment.json"):
                del content["program"]
            found[name] = content
    return found


def assert_holds(found: Any, wanted: Any, where: str) -> None:
    """Checks that nothing expected is missing; settings of later versions may be added."""
    if isinstance(wanted, dict):
        assert isinstance(found, dict), where
        for name, value in wanted.items():
            assert name in found, f"{where} has lost '{name}'"
            assert_holds(found[name], value, f"{where}, {name}")
    elif isinstance(wanted, list):
        assert isinstance(found, list), where
        assert len(found) == len(wanted), where
        for index, value in enumerate(wanted):
            assert_holds(found[index], value, f"{where}, {index}")
    else:
        assert found == wanted, where


def test_there_is_exactly_one_file_for_every_expectation() -> None:
    assert {path.stem for path in FOLDER.glob("*.cadl")} == EXPECTED.keys()
    assert {key.partition("/")[0] for key in PAINTED} == set(PAINTING)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_saved_project_opens_completely(name: str) -> None:
    expected = {key: value for key, value in EXPECTED[name].items() if key != "then"}
    assert described(opened(name)) == expected


@pytest.mark.parametrize("name", PAINTING)
def test_a_saved_project_paints_the_same(name: str) -> None:
    """Untrained ones from the initial weights of their seed; earlier runs and snapshots, too."""
    project = opened(name)
    experiment, state = project.experiment, project.state
    weights = state.weights if state else initial_weights(experiment)
    assert_painted(f"{name}/predicted", predict(experiment, weights, PAINTED[f"{name}/positions"]))
    assert_painted(f"{name}/shown", render(experiment, weights)[0])
    for run in project.runs:
        if run.state:
            assert_painted(f"{name}/run {run.number}", render(run.experiment, run.state.weights)[0])
    for index, moment in enumerate(project.snapshots.states if project.snapshots else []):
        assert_painted(f"{name}/snapshot {index}", render(experiment, moment.weights)[0])


@pytest.mark.parametrize("name", TRAINED)
def test_a_saved_run_continues_as_in_its_version(name: str) -> None:
    project = opened(name)
    reason, state = steps_on(project)
    assert EXPECTED[name]["then"] == {
        "reason": reason,
        "step": state.step,
        "epoch": state.epoch,
        "row": state.row,
    }
    assert_painted(f"{name}/shown then", render(project.experiment, state.weights)[0])


@pytest.mark.parametrize("name", EXPECTED)
def test_a_saved_project_is_saved_again_completely(tmp_path: Path, name: str) -> None:
    again = tmp_path / "again.cadl"
    save_project(again, opened(name))
    assert_holds(contents(again), contents(FOLDER / f"{name}.cadl"), name)
    assert described(open_project(again)) == described(opened(name))
