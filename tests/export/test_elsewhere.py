"""What needs TensorFlow can be done by another process: exports and previews are the same, and ask for
nothing that can't go there."""

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
from tests.export.apart_child import export_all, job_of
from tests.export.elsewhere import Here, There
from tests.export.networks import CURVE, filmed, many, untrained


def half_hidden() -> Trained:
    mask = np.zeros((12, 12), np.bool_)
    mask[:6] = True
    experiment = small_painting()
    return filmed(replace(experiment, data=experiment.data.has(mask=mask_to_png(mask))))


RUNS = {"curve": filmed(CURVE), "painting": half_hidden(), "many": filmed(many("embedding"))}
OTHERWISE = {
    "curve": [entry.name for entry in exports_for(CURVE)],
    "painting": ["painting", "composite", "error", "target", "film", "tensorboard", "homework"],
    "many": ["painting", "montage", "error", "homework"],
}
"""What isn't made of a run as it is made of the one before."""
CASES = [(run, name) for run, names in OTHERWISE.items() for name in names]
FILES = [
    *((run, name, export_named(name).file) for run, name in CASES),
    *(("painting", name, f"{name}.csv") for name in ("histograms", "landscape")),
    *(("curve", "weights", f"curve{ending}") for ending in (".npz", ".tflite", ".onnx")),
]
"""Those that are the same whenever they are written."""
VARYING = [("painting", "weights", f"network{ending}") for ending in (".keras", ".weights.h5", ".savedmodel")]


@pytest.fixture
def there() -> There:
    return There()


def by(there: There, trained: Trained) -> Trained:
    return dataclasses.replace(trained, compute=Here(there))


def contents(place: Path) -> dict[str, bytes]:
    files = place.rglob("*") if place.is_dir() else [place]
    return {file.name: file.read_bytes() for file in files if file.is_file()}


def test_every_export_is_tried() -> None:
    assert {name for _, name in CASES} == {entry.name for entry in EXPORTS}


@pytest.mark.parametrize(("run", "name", "file"), FILES)
def test_files_are_the_same(run: str, name: str, file: str, there: There, tmp_path: Path) -> None:
    written, told = [], list[list[float]]()
    for place, trained in ((tmp_path / "here", RUNS[run]), (tmp_path / "there", by(there, RUNS[run]))):
        place.mkdir()
        told.append([])
        export(name, place / file, trained, job_of(export_named(name), told[-1].append))
        written.append(contents(place / file))
    assert written[0] == written[1]
    if name != "landscape":  # whose pieces are as large as there is time for
        assert told[0] == told[1]
    assert there.running == 0


@pytest.mark.parametrize(("run", "name", "file"), VARYING)
def test_networks_are_written_there(run: str, name: str, file: str, there: There, tmp_path: Path) -> None:
    export(name, tmp_path / file, by(there, RUNS[run]))
    assert contents(tmp_path / file)


@pytest.mark.parametrize(("run", "name"), CASES)
def test_previews_are_the_same(run: str, name: str, there: There) -> None:
    entry, ways = export_named(name), (RUNS[run], by(there, RUNS[run]))
    shown = [vars(preview(entry, trained, job_of(entry))) for trained in ways]
    np.testing.assert_equal(shown[0], shown[1])
    assert there.running == 0


def test_a_large_picture_is_predicted_in_parts(there: There) -> None:
    large = small_painting()
    run = untrained(replace(large, data=large.data.has(source="retina", longest=1100)))
    trained = by(there, run)
    assert trained.samples.large
    whole = predict(run.experiment, run.state.weights, run.positions)
    np.testing.assert_array_equal(trained.predicted(run.state), whole)
    assert there.generators


@pytest.mark.parametrize("name", ["painting", "montage", "error", "film", "histograms"])
def test_nothing_goes_on_there_once_it_is_cancelled(name: str, there: There, tmp_path: Path) -> None:
    """Even as long as somebody holds the error, and with it all that was in the middle of something."""
    entry, asks = export_named(name), Here(there)
    job = job_of(entry)

    def compute(work: Callable[[], Any]) -> Any:
        if asks.asked == 1:
            job.cancel()
        return asks(work)

    with pytest.raises(CancelledError) as caught:
        export(name, tmp_path / entry.file, dataclasses.replace(RUNS["many"], compute=compute), job)
    assert there.generators
    assert there.running == 0
    assert caught.value.__traceback__


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("words of a library"), "what writes such files failed"),
        (MemoryError(), "There is not enough memory for this; choose a smaller size"),
    ],
)
def test_what_goes_wrong_there_is_told_here_in_a_sentence(
    error: Exception, told: str, there: There, tmp_path: Path
) -> None:
    asks = Here(there)

    def compute(work: Callable[[], Any]) -> Any:
        asks(work)
        raise error

    trained = dataclasses.replace(RUNS["curve"], compute=compute)
    with pytest.raises(FileError, match=told):
        export("weights", tmp_path / "network.npz", trained)
    assert not list(tmp_path.glob("network*"))


def test_a_process_that_exports_needs_no_tensorflow(there: There, tmp_path: Path) -> None:
    once = {name: run for run, name in CASES}
    runs = [(RUNS[run], name) for name, run in once.items()]
    context = get_context("spawn")
    connection, other = context.Pipe()
    process = context.Process(target=export_all, args=(other, runs, tmp_path))
    process.start()
    other.close()
    with connection:
        while asked := connection.recv_bytes():
            connection.send_bytes(there(asked))
        imported = connection.recv()
    process.join()
    process.close()
    assert {entry.file for entry in EXPORTS} <= set(os.listdir(tmp_path))
    unwanted = "tensorflow", "keras", "cadl_desktop.engine"
    assert [name for name in imported if name.startswith(unwanted)] == []
