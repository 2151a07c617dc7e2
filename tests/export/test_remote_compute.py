"""Exports whose TensorFlow work runs in another process: same files and previews, all requests picklable."""

import dataclasses
import os
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.engine import predict
from cadl_desktop.export.exports import EXPORTS, export, export_named, exports_for, preview
from cadl_desktop.export.job import CancelledError
from cadl_desktop.export.trained import Trained
from cadl_desktop.storage.atomic import FileError
from tests.engine.runs import small_painting
from tests.export.export_child import export_all, job_of
from tests.export.networks import CURVE, filmed, many, untrained
from tests.export.remote_compute import RemoteCompute, RemoteWorker


def half_hidden() -> Trained:
    mask = np.zeros((12, 12), np.bool_)
    mask[:6] = True
    experiment = small_painting()
    return filmed(replace(experiment, data=experiment.data.has(mask=mask_to_png(mask))))


RUNS = {"curve": filmed(CURVE), "painting": half_hidden(), "many": filmed(many("embedding"))}
EXPORTS_OF = {
    "curve": [entry.name for entry in exports_for(CURVE)],
    "painting": [
        "painting",
        "composite",
        "error",
        "target",
        "film",
        "page",
        "tensorboard",
        "psnr",
        "homework",
    ],
    "many": ["painting", "montage", "error", "page", "homework"],
}
"""Exports of each run that work differently from those of the run before."""
CASES = [(run, name) for run, names in EXPORTS_OF.items() for name in names]
FILES = [
    *((run, name, export_named(name).file) for run, name in CASES),
    *(("painting", name, f"{name}.csv") for name in ("histograms", "landscape")),
    *(("curve", "weights", f"curve{ending}") for ending in (".npz", ".tflite", ".onnx")),
]
"""Files that are the same whenever they are written."""
VARYING = [("painting", "weights", f"network{ending}") for ending in (".keras", ".weights.h5", ".savedmodel")]


@pytest.fixture
def remote() -> RemoteWorker:
    return RemoteWorker()


def computed_by(remote: RemoteWorker, trained: Trained) -> Trained:
    return dataclasses.replace(trained, compute=RemoteCompute(remote))


def contents(place: Path) -> dict[str, bytes]:
    files = place.rglob("*") if place.is_dir() else [place]
    return {file.name: file.read_bytes() for file in files if file.is_file()}


def test_every_export_is_tried() -> None:
    assert {name for _, name in CASES} == {entry.name for entry in EXPORTS}


@pytest.mark.parametrize(("run", "name", "file"), FILES)
def test_files_are_the_same(run: str, name: str, file: str, remote: RemoteWorker, tmp_path: Path) -> None:
    written, progress = [], list[list[float]]()
    for place, trained in (
        (tmp_path / "here", RUNS[run]),
        (tmp_path / "there", computed_by(remote, RUNS[run])),
    ):
        place.mkdir()
        progress.append([])
        export(name, place / file, trained, job_of(export_named(name), progress[-1].append))
        written.append(contents(place / file))
    assert written[0] == written[1]
    if name != "landscape":  # the size of its pieces depends on timing
        assert progress[0] == progress[1]
    assert remote.running == 0


@pytest.mark.parametrize(("run", "name", "file"), VARYING)
def test_networks_are_written_remotely(
    run: str, name: str, file: str, remote: RemoteWorker, tmp_path: Path
) -> None:
    export(name, tmp_path / file, computed_by(remote, RUNS[run]))
    assert contents(tmp_path / file)


@pytest.mark.parametrize(("run", "name"), CASES)
def test_previews_are_the_same(run: str, name: str, remote: RemoteWorker) -> None:
    entry, ways = export_named(name), (RUNS[run], computed_by(remote, RUNS[run]))
    shown = [vars(preview(entry, trained, job_of(entry))) for trained in ways]
    np.testing.assert_equal(shown[0], shown[1])
    assert remote.running == 0


def test_a_large_picture_is_predicted_in_parts(remote: RemoteWorker) -> None:
    large = small_painting()
    run = untrained(replace(large, data=large.data.has(source="retina", longest=1100)))
    trained = computed_by(remote, run)
    assert trained.samples.large
    whole = predict(run.experiment, run.state.weights, run.positions)
    np.testing.assert_array_equal(trained.predicted(run.state), whole)
    assert remote.generators


@pytest.mark.parametrize("name", ["painting", "montage", "error", "film", "histograms"])
def test_cancelling_ends_remote_generators(name: str, remote: RemoteWorker, tmp_path: Path) -> None:
    """Generators end even while the error, which refers to their frames, is still referenced."""
    entry, remote_compute = export_named(name), RemoteCompute(remote)
    job = job_of(entry)

    def compute(work: Callable[[], Any]) -> Any:
        if remote_compute.sent == 1:
            job.cancel()
        return remote_compute(work)

    with pytest.raises(CancelledError) as caught:
        export(name, tmp_path / entry.file, dataclasses.replace(RUNS["many"], compute=compute), job)
    assert remote.generators
    assert remote.running == 0
    assert caught.value.__traceback__


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError("words of a library"), "what writes such files failed"),
        (MemoryError(), "There is not enough memory for this; choose a smaller size"),
    ],
)
def test_remote_errors_become_sentences(
    error: Exception, message: str, remote: RemoteWorker, tmp_path: Path
) -> None:
    remote_compute = RemoteCompute(remote)

    def compute(work: Callable[[], Any]) -> Any:
        remote_compute(work)
        raise error

    trained = dataclasses.replace(RUNS["curve"], compute=compute)
    with pytest.raises(FileError, match=message):
        export("weights", tmp_path / "network.npz", trained)
    assert not list(tmp_path.glob("network*"))


def test_a_process_that_exports_needs_no_tensorflow(remote: RemoteWorker, tmp_path: Path) -> None:
    once = {name: run for run, name in CASES}
    runs = [(RUNS[run], name) for name, run in once.items()]
    context = get_context("spawn")
    connection, other = context.Pipe()
    process = context.Process(target=export_all, args=(other, runs, tmp_path))
    process.start()
    other.close()
    with connection:
        while request := connection.recv_bytes():
            connection.send_bytes(remote(request))
        imported = connection.recv()
    process.join()
    process.close()
    assert {entry.file for entry in EXPORTS} <= set(os.listdir(tmp_path))
    unwanted = "tensorflow", "keras", "cadl_desktop.engine"
    assert [name for name in imported if name.startswith(unwanted)] == []
