"""Snapshots in a project: exact, absent in old files, and refused if damaged."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import safetensors.numpy

from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.project import run_states as project_snapshots
from cadl_desktop.runs.events import Finished, RunState, Snapshot
from cadl_desktop.runs.run_snapshots import Snapshots, bytes_of
from tests.engine.runs import finished, run, same_bits, small_painting
from tests.project.members import members_of, opens, refused, with_members
from tests.project.test_project import trained

NUMBERS, ARRAYS = "snapshots.json", "snapshots.safetensors"


def with_snapshots(count: int = 4) -> Project:
    """Returns a project with made-up snapshots up to its state, in arrays transposed on purpose."""
    project = trained(preset("lecture-painting"))
    last = project.state
    assert last is not None
    states = [
        replace(
            last,
            step=last.step * (number + 1) // count,
            epoch=number,
            settings=msgspec.structs.replace(
                last.settings,
                rate=0.1 / (number + 1),
                schedule=part("schedule", "cosine", epochs=5) if number == 1 else last.settings.schedule,
            ),
            weights=tuple(np.asfortranarray(array + np.float32(number)) for array in last.weights),
            slots=last.slots * np.float32(number),
        )
        for number in range(count - 1)
    ]
    return replace(project, snapshots=Snapshots([*states, last]))


def states_of(project: Project) -> list[RunState]:
    assert project.snapshots is not None
    return project.snapshots.states


def changed(index: int, **fields: object) -> Callable[[dict[str, bytes]], Any]:
    """Changes some numbers of one snapshot."""

    def change(members: dict[str, bytes]) -> None:
        plain = json.loads(members[NUMBERS])
        plain[index] |= fields
        members[NUMBERS] = json.dumps(plain).encode()

    return change


def reshaped(name: str, make: Callable[[Any], Any]) -> Callable[[dict[str, bytes]], Any]:
    """Replaces one array by another."""

    def change(members: dict[str, bytes]) -> None:
        arrays = safetensors.numpy.load(members[ARRAYS])
        arrays[name] = np.ascontiguousarray(make(arrays[name]))
        members[ARRAYS] = safetensors.numpy.save(arrays)

    return change


def broken(array: Any) -> Any:
    array = array.copy()
    array[1, 5] = np.nan
    return array


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.cadl"


def test_snapshots_come_back(path: Path) -> None:
    project = with_snapshots()
    save_project(path, project)
    opened = open_project(path)
    for state, again in zip(states_of(project), states_of(opened), strict=True):
        assert same_bits(state, again)
        for name in ("epoch", "row", "seconds", "settings"):
            assert getattr(again, name) == getattr(state, name)
    first = path.read_bytes()
    save_project(path, opened)
    assert path.read_bytes() == first


def test_dropped_snapshots_free_their_memory(path: Path) -> None:
    save_project(path, with_snapshots())
    state = states_of(open_project(path))[1]
    owned = {id(array.base): array.base.nbytes for array in state.weights if array.base is not None}
    assert sum(owned.values()) == sum(array.nbytes for array in state.weights)
    assert state.slots.base is None


def test_files_without_snapshots_open(path: Path) -> None:
    for snapshots in (None, Snapshots()):
        save_project(path, replace(trained(preset("lecture-tanh")), snapshots=snapshots))
        assert open_project(path).snapshots is None
        assert NUMBERS not in members_of(path)


def test_only_snapshots_before_the_state_are_saved(path: Path) -> None:
    project = with_snapshots()
    state = states_of(project)[1]
    save_project(path, replace(project, state=state))
    assert [each.step for each in states_of(open_project(path))] == [
        each.step for each in states_of(project)[:2]
    ]
    save_project(path, replace(project, state=None))
    assert open_project(path).snapshots is None


def test_too_many_snapshots_for_a_file_are_thinned(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = with_snapshots(9)
    states = states_of(project)
    monkeypatch.setattr(project_snapshots, "_MOST_ARRAY_BYTES", 5 * bytes_of(states[0]))
    save_project(path, project)
    saved = states_of(open_project(path))
    assert len(saved) == 5
    assert (saved[0].step, saved[-1].step) == (states[0].step, states[-1].step)


@pytest.mark.parametrize(
    "damage",
    [
        lambda members: members.pop(NUMBERS),
        lambda members: members.pop(ARRAYS),
        lambda members: members.update({NUMBERS: b"[]"}),
        lambda members: members.update({NUMBERS: b"[" * 100_000}),
        lambda members: members.update({ARRAYS: b""}),
        lambda members: members.update({NUMBERS: members["run.json"]}),
        lambda members: members.update({ARRAYS: members["weights.safetensors"]}),
        changed(0, step=20),
        changed(0, step=-1),
        changed(1, rate=0),
        changed(1, rate="fast"),
        changed(1, seconds=-1),
        changed(2, cost="beauty"),
        changed(2, l1=-3.0),
        changed(2, mood="good"),
        reshaped("weights", lambda array: array[:-1]),
        reshaped("weights", lambda array: array[:, :-1]),
        reshaped("weights", lambda array: array.ravel()),
        reshaped("weights", lambda array: array.astype(np.float64)),
        reshaped("weights", broken),
        reshaped("slots", lambda array: array[:-1]),
        reshaped("slots", lambda array: array[:, :, :-1]),
        reshaped("slots", lambda array: array[:, :1]),
        reshaped("slots", lambda array: np.concatenate([array] * 5, 1)),
        reshaped("slots", lambda array: array[0]),
    ],
)
def test_damaged_snapshots_are_refused_in_one_sentence(
    path: Path, damage: Callable[[dict[str, bytes]], Any]
) -> None:
    save_project(path, with_snapshots())
    with_members(path, damage)
    assert refused(path).endswith("; use another copy.")


def test_flipped_bits_of_snapshots_are_refused_or_do_no_harm(path: Path) -> None:
    """Flips bits within members, which no checksum of the container detects."""
    save_project(path, with_snapshots())
    members, draw = members_of(path), random.Random(5)
    opened = []
    for _ in range(60):
        name = draw.choice([NUMBERS, ARRAYS])
        content = bytearray(members[name])
        content[draw.randrange(min(len(content), 400))] ^= 1 << draw.randrange(8)
        with_members(path, lambda found, one={name: bytes(content)}: found.update(members | one))
        opened.append(opens(path))
    assert False in opened
    assert True in opened, "another digit of a number is still one"


def test_a_saved_snapshot_continues_exactly(path: Path) -> None:
    experiment = small_painting()
    snapshots, control = Snapshots(), Control(picture_seconds=None, snapshots=True)
    for event in train(experiment, control):
        if isinstance(event, Snapshot):
            snapshots.add(event.state)
    assert isinstance(event, Finished)
    save_project(path, Project(experiment, event.state, snapshots=snapshots))
    opened = open_project(path)
    for state in states_of(opened)[:-1]:
        assert same_bits(finished(run(opened.experiment, state=state)).state, event.state)
