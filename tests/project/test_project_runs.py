"""Listed runs of a project open as they were saved; invalid ones are refused in one sentence."""

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
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.pictures.picture_dataset import load_picture
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import MOST_RUNS, RunRecord, record_of
from cadl_desktop.storage import container
from tests.project.members import Members, flipped, members_of, opens, refused, with_members
from tests.project.test_project import assert_same, trained


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "experiment.cadl"


def record(number: int, experiment: Experiment) -> RunRecord:
    project = trained(experiment, number)
    assert project.history is not None
    return record_of(
        number, experiment, project.history, project.state, cost=0.5, psnr=17.25, ssim=0.75, seconds=2.5
    )


def with_runs() -> Project:
    """Returns a project with a curve's run 4, a curve's run 1, and a painting's run 3 without weights."""
    current = trained(preset("lecture-tanh"))
    runs = (
        record(1, preset("lecture-polynomial-3")),
        replace(
            record(3, preset("lecture-painting")).without_state(),
            note="too blue",
            diverged=True,
            thumbnail=np.arange(96 * 64 * 3).reshape(96, 64, 3).astype(np.uint8),
        ),
    )
    return Project(current.experiment, current.state, current.history, runs, 4, note="the best so far")


def changed(path: Path, change: Callable[[Members], object]) -> Path:
    save_project(path, with_runs())
    return with_members(path, change)


def test_divergence_of_the_shown_run_is_saved(path: Path) -> None:
    save_project(path, replace(with_runs(), runs=(), number=1, note="", diverged=True))
    assert open_project(path).diverged
    save_project(path, with_runs())
    assert not open_project(path).diverged


def test_the_baseline_is_saved(path: Path) -> None:
    for project in (with_runs(), replace(with_runs(), runs=(), number=1, note="")):
        save_project(path, replace(project, baseline=1))
        assert open_project(path).baseline == 1
        save_project(path, project)
        assert open_project(path).baseline is None


def test_runs_come_back(path: Path) -> None:
    project = with_runs()
    save_project(path, project)
    opened = open_project(path)
    assert_same(project, opened)
    assert opened.number == 4
    assert [run.number for run in opened.runs] == [1, 3]
    for run, again in zip(project.runs, opened.runs, strict=True):
        assert_same(
            Project(run.experiment, run.state, run.history()),
            Project(again.experiment, again.state, again.history()),
        )
        assert (again.cost, again.psnr, again.seconds) == (0.5, 17.25, 2.5)
    assert opened.runs[1].state is None
    assert (opened.note, [run.note for run in opened.runs]) == ("the best so far", ["", "too blue"])
    assert [run.diverged for run in opened.runs] == [False, True]
    assert opened.runs[0].thumbnail is None
    np.testing.assert_array_equal(opened.runs[1].thumbnail, project.runs[1].thumbnail)


def test_as_many_runs_as_the_list_holds_come_back(path: Path) -> None:
    current = trained(preset("lecture-tanh"))
    one = replace(record(1, preset("lecture-polynomial-3")), thumbnail=np.zeros(128, np.float32))
    runs = tuple(replace(one, number=number) for number in range(1, MOST_RUNS))
    save_project(path, Project(current.experiment, current.state, current.history, runs, MOST_RUNS))
    assert [run.number for run in open_project(path).runs] == list(range(1, MOST_RUNS))


@pytest.mark.parametrize(
    "thumbnail", [np.zeros((97, 2, 3), np.uint8), np.zeros((0,), np.float32), np.zeros((9, 9), np.uint8)]
)
def test_a_thumbnail_of_another_shape_is_refused(path: Path, thumbnail: NDArray[Any]) -> None:
    content = safetensors.numpy.save({"thumbnail": thumbnail})
    changed(path, lambda members: members.update({"runs/3/thumbnail.safetensors": content}))
    assert "'thumbnail.safetensors' in it is damaged" in refused(path)


def test_equal_projects_are_equal_files(path: Path) -> None:
    save_project(path, with_runs())
    first = path.read_bytes()
    save_project(path, open_project(path))
    assert path.read_bytes() == first


def test_a_file_without_other_runs_has_the_old_format(path: Path) -> None:
    current = trained(preset("lecture-tanh"))
    save_project(path, current)
    before = path.read_bytes()
    save_project(path, Project(current.experiment, current.state, current.history, (), 1))
    assert path.read_bytes() == before
    opened = open_project(path)
    assert (opened.runs, opened.number) == ((), None)


def test_a_run_whose_others_were_removed_keeps_its_number(path: Path) -> None:
    save_project(path, replace(with_runs(), runs=(), note=""))
    opened = open_project(path)
    assert (opened.number, opened.runs, opened.note) == (4, (), "")


def test_pictures_are_saved_once(path: Path, tmp_path: Path) -> None:
    Image.linear_gradient("L").save(tmp_path / "mine.png")
    painting = preset("lecture-painting")
    data = painting.data.has(source="own", image=load_picture(tmp_path / "mine.png"))
    own = msgspec.structs.replace(painting, data=data)
    runs = tuple(record(number, own).without_state() for number in (1, 2))
    save_project(path, Project(own, runs=runs))
    assert len([name for name in members_of(path) if name.endswith(".png")]) == 1
    assert [run.experiment for run in open_project(path).runs] == [own, own]


def test_runs_of_all_own_data_come_back(path: Path, tmp_path: Path) -> None:
    Image.linear_gradient("L").save(tmp_path / "mine.png")
    image = load_picture(tmp_path / "mine.png")
    mask = mask_to_png(np.eye(8, dtype=np.bool_))
    brought = (
        part("dataset", "points", points=encode_points(np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]))),
        part("dataset", "function", expression="x ** 3"),
        part("dataset", "picture", source="own", image=image, mask=mask),
        part("dataset", "pictures", source="own", image=image, count=1),
    )
    assert {data.kind for data in brought} | {"sine"} == entries("dataset").keys()
    experiments = [
        msgspec.structs.replace(preset("lecture-tanh"), data=data, output=part("output", "dense"))
        for data in brought
    ]
    runs = tuple(record(number, experiment) for number, experiment in enumerate(experiments, 1))
    save_project(path, Project(preset("lecture-tanh"), runs=runs))
    assert [run.experiment for run in open_project(path).runs] == experiments


def test_a_run_that_has_no_rows_yet_comes_back(path: Path) -> None:
    alone = trained(preset("lecture-tanh"))
    run = record_of(1, alone.experiment, History(), alone.state)
    save_project(path, Project(preset("lecture-line"), runs=(run,)))
    (again,) = open_project(path).runs
    assert (again.cost, again.psnr, again.seconds, len(again.rows)) == (None, None, 0.0, 0)


def edit_index(change: Callable[[dict], object]) -> Callable[[Members], None]:
    def edit(members: Members) -> None:
        index = json.loads(members["runs.json"])
        change(index)
        members["runs.json"] = json.dumps(index).encode()

    return edit


def rename_folder(members: Members, old: str, new: str) -> None:
    for name in [name for name in members if name.startswith(old)]:
        members[new + name.removeprefix(old)] = members.pop(name)


def other_rows(members: Members) -> None:
    import safetensors.numpy

    rows = np.arange(6 * 513, dtype=np.float64).reshape(513, 6)
    members["runs/1/history.safetensors"] = safetensors.numpy.save({"rows": rows})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda members: members.pop("runs.json"), "its list of runs is damaged"),
        (lambda members: members.update({"runs.json": b"[" * 100_000}), "its list of runs is damaged"),
        (edit_index(lambda index: index["runs"].pop()), "its list of runs is damaged"),
        (edit_index(lambda index: index["runs"].reverse()), "its list of runs is damaged"),
        (edit_index(lambda index: index["runs"].append(index["runs"][-1])), "its list of runs is damaged"),
        (edit_index(lambda index: index.update(current=1)), "its list of runs is damaged"),
        (edit_index(lambda index: index.update(current=0)), "its list of runs is damaged"),
        (edit_index(lambda index: index["runs"][0].update(number=-1)), "its list of runs is damaged"),
        (edit_index(lambda index: index["runs"][0].update(seconds=-1)), "its list of runs is damaged"),
        (edit_index(lambda index: index["runs"][0].update(cost="low")), "its list of runs is damaged"),
        (edit_index(lambda index: index.update(more=1)), "its list of runs is damaged"),
        (lambda members: rename_folder(members, "runs/1/", "runs/2/"), "its list of runs is damaged"),
        (lambda members: rename_folder(members, "runs/1/", "runs/01/"), "holds more than"),
        (lambda members: members.update({"runs/1/evil.py": b"x"}), "holds more than"),
        (lambda members: members.update({"runs/1/runs/1/run.json": b"x"}), "holds more than"),
        (lambda members: members.update({"runs/../run.json": b"x"}), "holds more than"),
        (lambda members: members.pop("runs/1/experiment.json"), "'experiment.json' is missing"),
        (lambda members: members.pop("runs/1/weights.safetensors"), "'weights.safetensors' is missing"),
        (
            lambda members: members.update({"runs/1/weights.safetensors": members["weights.safetensors"]}),
            "weights do not fit",
        ),
        (other_rows, "damaged"),
    ],
)
def test_damaged_runs_are_refused(path: Path, change: Callable[[Members], object], message: str) -> None:
    assert message in refused(changed(path, change))


def test_runs_too_large_together_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_project(path, with_runs())
    monkeypatch.setattr(container, "MOST_BYTES_TOGETHER", 2_000)
    assert "too large" in refused(path)


def test_flipped_bits_are_refused_or_do_no_harm(path: Path) -> None:
    save_project(path, with_runs())
    whole, draw = path.read_bytes(), random.Random(1)
    opened = []
    for _ in range(200):
        path.write_bytes(flipped(whole, draw))
        opened.append(opens(path))
    assert opened.count(False) > 160, "a container's checksums find nearly all"
