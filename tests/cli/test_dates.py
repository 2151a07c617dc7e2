"""A table of dates trains, is saved, reopened and exported, and is read right from each file."""

import json
import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
import tensorflow as tf

from cadl_desktop.data.curves.date_counts import counts_of
from cadl_desktop.data.curves.table_text import load_text
from cadl_desktop.data.curves.text_tables import likely_columns, read_table, take_points
from cadl_desktop.data.samples import Doubles
from cadl_desktop.engine import predict
from cadl_desktop.export.exports import export
from cadl_desktop.export.trained import Trained
from cadl_desktop.project import open_project
from cadl_desktop.runs.history import History
from tests.cli.commands import Result, result_of, run_here

DATES = [datetime(2024, 2, 26, 7, 30) + timedelta(hours=hour) for hour in range(120)]
"""Five days, over 29 February."""
SAID = {"x": {"name": "When", "counts": "hours since 2024-02-26 07:30"}, "y": {"name": "Temperature [°C]"}}
"""What exported networks say of the columns."""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the results of a training on the dates."""
    folder = tmp_path_factory.mktemp("dates")
    rows = [f"{date:%Y-%m-%d %H:%M};{np.sin(hour / 9):.3f}" for hour, date in enumerate(DATES)]
    (folder / "weather.csv").write_text("\n".join(["When;Temperature [°C]", *rows]), "utf-8")
    completed = run_here("train", folder / "weather.csv", "--epochs", "20", "--json", "--out", folder / "out")
    (folder / "summary.json").write_text(json.dumps(result_of(completed)))
    return folder / "out"


@pytest.fixture(scope="module")
def trained(out: Path) -> Trained:
    project = open_project(out / "experiment.cadl")
    assert project.state is not None
    return Trained(project.experiment, project.state, project.history or History())


def outputs(trained: Trained, x: Any) -> Doubles:
    return predict(trained.experiment, trained.state.weights, np.asarray(x, np.float64).reshape(-1, 1))[:, 0]


def read(path: Path, column: int | None = None) -> tuple[list[datetime | None], Doubles]:
    """Dates and values of a table, as the program reads it; those of the likely column, or of another."""
    table = read_table(load_text(path))
    x, y = likely_columns(table)
    found = take_points(table, x, y if column is None else column)
    assert table.names[: len(SAID)] == ("When", "Temperature [°C]")
    assert found.skipped == 0
    counts = counts_of(found.counts[0])
    assert counts is not None
    return [counts.moment(x) for x in found.points[:, 0].tolist()], found.points[:, 1]


def test_dates_are_kept_as_numbers_since_the_first(trained: Trained) -> None:
    data = trained.experiment.data
    assert (data["x_counts"], data["y_counts"]) == ("hours since 2024-02-26 07:30", "")
    assert trained.samples.inputs[:, 0].tolist() == [*range(120)]


def test_the_scores_of_a_training_equal_those_of_numpy(out: Path, trained: Trained) -> None:
    summary = json.loads((out.parent / "summary.json").read_text())
    y = trained.samples.targets[:, 0]
    errors = y - outputs(trained, trained.samples.inputs)
    assert summary["rms"] == pytest.approx(np.sqrt(np.mean(errors**2)))
    assert summary["r2"] == pytest.approx(1 - np.mean(errors**2) / np.var(y))


def test_the_curve_s_table_has_dates(out: Path, trained: Trained) -> None:
    dates, values = read(out / "curve.csv", 2)
    counts = trained.samples.columns[0].counts
    assert counts is not None
    x = np.sort(np.concatenate([trained.positions[:, 0], trained.samples.inputs[:, 0]]))
    assert dates == [counts.moment(each) for each in x]
    assert np.allclose(values, outputs(trained, x), rtol=1e-12)


@pytest.mark.parametrize("ending", [".onnx", ".keras", ".tflite"])
def test_a_network_in_a_file_says_what_its_x_counts(tmp_path: Path, trained: Trained, ending: str) -> None:
    path = tmp_path / f"network{ending}"
    export("weights", path, trained)
    said, run = {".onnx": from_onnx, ".keras": from_keras, ".tflite": from_tflite}[ending](path)
    assert said == SAID
    counts = counts_of(said["x"]["counts"])
    assert counts is not None
    x = np.array([[counts.number(date)] for date in DATES])
    assert np.allclose(run(x)[:, 0], outputs(trained, [*range(120)]), atol=1e-5)


def from_onnx(path: Path) -> tuple[Any, Any]:
    said = {each.key: each.value for each in onnx.load(path).metadata_props}["columns"]
    session = onnxruntime.InferenceSession(path)
    return json.loads(said), lambda x: session.run(None, {"positions": x})[0]


def from_keras(path: Path) -> tuple[Any, Any]:
    with ZipFile(path) as archive:
        said = json.loads(archive.read("metadata.json"))["columns"]
    model = keras.models.load_model(path)
    return said, lambda x: np.asarray(model(x))


def from_tflite(path: Path) -> tuple[Any, Any]:
    with ZipFile(path) as archive:
        said = json.loads(archive.read("columns.json"))
    with warnings.catch_warnings(action="ignore"):
        interpreter = tf.lite.Interpreter(model_path=str(path))
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, (len(DATES), 1))
    interpreter.allocate_tensors()

    def run(x: Doubles) -> Any:
        interpreter.set_tensor(place, x.astype(np.float32))
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    return said, run


def test_a_script_writes_dates(tmp_path: Path, trained: Trained) -> None:
    export("script", tmp_path / "train.py", trained)
    text = (tmp_path / "train.py").read_text("utf-8")
    assert "x counts hours since 2024-02-26 07:30." in text
    subprocess.run([sys.executable, "train.py"], cwd=tmp_path, check=True, capture_output=True)
    dates, values = read(tmp_path / "retrained.csv")
    assert dates == DATES
    assert np.allclose(values, outputs(trained, [*range(120)]), atol=0.01)


def test_a_plot_has_dates_along_its_axis(tmp_path: Path, trained: Trained) -> None:
    export("curve", tmp_path / "curve.svg", trained)
    drawing = (tmp_path / "curve.svg").read_text("utf-8")
    assert ">2024-02-29</text>" in drawing
    assert ">When</text>" in drawing


def test_dates_in_which_day_and_month_both_fit_are_refused_without_a_choice(
    here: Callable[..., Result], tmp_path: Path
) -> None:
    table, out = tmp_path / "some.csv", tmp_path / "out"
    table.write_text("d,v\n03/04/2024,1\n05/06/2024,2\n")
    completed = here("train", table, "--out", out)
    assert completed.returncode == 2
    assert "'d' may have the day or the month first, as in '03/04/2024'; choose --dates day-first or" in (
        completed.stderr
    )
    result_of(here("train", table, "--dates", "day-first", "--epochs", "1", "--json", "--out", out))
    data = open_project(out / "experiment.cadl").experiment.data
    assert data["x_counts"] == "days since 2024-04-03"
    refused = here("train", "lecture-tanh", "--dates", "day-first", "--out", out)
    assert "--dates is about a table, and 'lecture-tanh' is none." in refused.stderr
