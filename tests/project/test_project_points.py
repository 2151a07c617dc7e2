"""Own points are stored in the project, and validated when it is opened."""

import hashlib
import json
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.curves.curve_datasets import MOST_BYTES, decode_points, encode_points
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.project import Project, ProjectError, open_project, save_project

PAIRS = np.random.default_rng(2).normal(size=(40, 2))


def with_points(content: bytes) -> Experiment:
    return replace(preset("lecture-tanh"), data=part("dataset", "points", points=content))


def repacked(path: Path, content: bytes, name: str | None = None) -> None:
    """Writes the project with other bytes for its points, under a matching name or another."""
    name = name or f"points/{hashlib.sha256(content).hexdigest()[:16]}.npy"
    with zipfile.ZipFile(path) as archive:
        document = json.loads(archive.read("experiment.json"))
    document["experiment"]["data"]["points"] = {"points": name}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("experiment.json", json.dumps(document))
        archive.writestr(name, content)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "points.cadl"
    save_project(path, Project(with_points(encode_points(PAIRS))))
    return path


def test_points_are_saved_as_an_npy_array(path: Path) -> None:
    experiment = open_project(path).experiment

    assert experiment == with_points(encode_points(PAIRS))
    assert np.array_equal(decode_points(experiment.data["points"]), PAIRS)
    with zipfile.ZipFile(path) as archive:
        (name,) = [name for name in archive.namelist() if name.startswith("points/")]
        assert np.array_equal(np.load(BytesIO(archive.read(name)), allow_pickle=False), PAIRS)


def test_a_curve_without_points_and_an_unfinished_function_open(tmp_path: Path) -> None:
    for data in (part("dataset", "points"), part("dataset", "function", expression="sin(x")):
        experiment = replace(preset("lecture-tanh"), data=data)
        save_project(tmp_path / "half.cadl", Project(experiment))
        assert open_project(tmp_path / "half.cadl").experiment == experiment


def npy(array: object) -> bytes:
    written = BytesIO()
    np.save(written, array, allow_pickle=True)
    return written.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        npy(np.array([print, 1], object)),
        npy(np.zeros((4, 3))),
        npy(np.zeros((4, 2), np.int64)),
        npy(np.full((4, 2), np.inf)),
        encode_points(PAIRS)[:-8],
        b"\x93NUMPY and then nothing",
    ],
)
def test_damaged_points_are_refused(path: Path, content: bytes) -> None:
    repacked(path, content)

    with pytest.raises(ProjectError, match="its points are missing or damaged"):
        open_project(path)


def test_points_under_a_wrong_name_or_too_many_are_refused(path: Path) -> None:
    repacked(path, encode_points(PAIRS), "points/0123456789abcdef.npy")
    with pytest.raises(ProjectError, match="its points are missing or damaged"):
        open_project(path)
    repacked(path, encode_points(PAIRS) + bytes(MOST_BYTES))
    with pytest.raises(ProjectError, match="damaged or too large"):
        open_project(path)
    repacked(path, encode_points(PAIRS), "points/../../out.npy")
    with pytest.raises(ProjectError, match="holds more than a project"):
        open_project(path)
