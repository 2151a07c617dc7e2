"""Files of arrays say all that computing their network needs; whole networks tell of themselves, too."""

import json
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import numpy as np
import onnx
import pytest
import safetensors
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.engine import predict
from cadl_desktop.experiment.catalog import part
from cadl_desktop.export.exports import export, export_named
from cadl_desktop.export.recipe import recipe_path
from tests.engine.runs import small_painting
from tests.export.manual_code import manual_code, manual_names, manual_page, through_the_manual
from tests.export.networks import CURVE, NETWORKS, dense, untrained, with_weights_that_matter
from tests.export.test_weights import interpreted
from tests.soak.networks import READERS, compared, random_experiment

DAYS = np.array([[19_800.0, 3.0], [19_801.5, 5.0], [19_900.0, -2.0], [19_900.25, 1.0]])
MORE_NETWORKS = NETWORKS | {
    "dates": replace(
        CURVE,
        data=part(
            "dataset",
            "points",
            points=encode_points(DAYS),
            x_name="Day",
            x_counts="days since 1970-01-01",
            y_name="T [°C]",
        ),
        input_scaling="standardised",
        target_scaling="standardised",
    ),
    "frequencies": small_painting(
        encoding=part("encoding", "siren", features=9, w0=17.0),
        layers=(dense(activation="sine", w0=30.0), dense(activation="finer", w0=5.0)),
        output=part("output", "dense", activation="finer", w0=2.0),
        input_scaling="square",
    ),
}
WORDS = {
    "frequencies": "takes in sin(17 (x E1 + E2))",
    "every activation": "takes in 1, then x, its square, and so on to its power 4",
    "orthogonal polynomial": "Legendre's polynomials of x / sqrt(3), of degree 1 to 5",
    "fourier": "cos(2 pi x B), then sin(2 pi x B)",
    "hash grid": "the shares 1 - f and f",
    "cubic hash grid": "(1 + 3 f + 3 f^2 - 3 f^3) / 6 and f^3 / 6",
    "one-hot pictures": "max(0, 1 - |number - i|) for each picture i.",
    "learned pictures": "for each picture i, times E1.",
}
CHEAP = {ending: READERS[ending] for ending in (".npz", ".safetensors", ".onnx")}


def test_the_manual_says_how_many_lines_its_code_has() -> None:
    count = sum(map(bool, manual_code().splitlines()))
    assert f"These {count} lines of NumPy" in manual_page()


@pytest.mark.parametrize("name", MORE_NETWORKS)
def test_the_manual_computes_every_network(name: str, tmp_path: Path) -> None:
    trained = with_weights_that_matter(untrained(MORE_NETWORKS[name]))
    export("weights", tmp_path / "weights.npz", trained)
    places = np.concatenate([trained.samples.inputs, trained.positions * 1.37 - 2.1])
    expected = predict(trained.experiment, trained.state.weights, places)
    values = through_the_manual(tmp_path / "weights.npz", places)
    span = trained.samples.target_high - trained.samples.target_low
    np.testing.assert_allclose(values, expected, rtol=0, atol=1e-5 * span)


@pytest.mark.parametrize("name", ["siren", "learned pictures"])
def test_the_manual_paints_as_large_as_it_was_learned(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = untrained(NETWORKS[name])
    export("weights", tmp_path / "weights.npz", trained)
    monkeypatch.chdir(tmp_path)
    exec(manual_code("painting("), names := dict(manual_names()))
    expected = predict(trained.experiment, trained.state.weights, trained.samples.inputs)
    # Samples are in the order of pictures, rows and columns.
    painted = np.asarray(names["painted"], float)
    assert painted.shape[-3:-1] == (trained.samples.picture_shape if painted.ndim == 3 else (8, 8))
    np.testing.assert_allclose(painted.reshape(-1, 3), np.clip(expected, 0, 255), rtol=0, atol=0.501)


@pytest.mark.parametrize("name", WORDS)
def test_words_say_how_inputs_are_encoded(name: str, tmp_path: Path) -> None:
    export("weights", tmp_path / "weights.npz", untrained(MORE_NETWORKS[name]))
    assert WORDS[name] in said_in(tmp_path / "weights.npz")["encoding"]


@pytest.mark.parametrize("ending", [".npz", ".safetensors", ".onnx", ".tflite"])
def test_files_say_what_the_network_learned(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"network{ending}"
    trained = untrained(MORE_NETWORKS["dates"])
    export("weights", path, trained, export_named("weights").job({"recipe": True}))
    said = said_in(path)
    assert json.loads(said["columns"]) == {
        "x": {"name": "Day", "counts": "days since 1970-01-01"},
        "y": {"name": "T [°C]"},
    }
    recipe = said["recipe"] if "recipe" in said else recipe_path(path).read_text("utf-8")
    assert json.loads(said["experiment_json"]) == json.loads(recipe)["experiment"]
    assert (said["experiment"], said["step"], said["epoch"]) == (trained.experiment.name, "15", "3")
    assert said["about"].startswith("Positions (samples, 1) are x, values (samples, 1) y, both in their own")


def test_pictures_of_a_set_count_from_0(tmp_path: Path) -> None:
    export("weights", tmp_path / "weights.npz", untrained(NETWORKS["learned pictures"]))
    said = said_in(tmp_path / "weights.npz")
    assert "a pixel's row and column and its picture's number, all counted from 0" in said["about"]
    assert "of many pictures with their number behind, all counted from 0" in said["scaling"]
    assert "columns" not in said


def said_in(path: Path) -> dict[str, str]:
    match path.suffix:
        case ".npz":
            return {name: str(array) for name, array in np.load(path).items()}
        case ".safetensors":
            with safetensors.safe_open(path, "np") as file:
                said: dict[str, str] = file.metadata()
                return said
        case ".onnx":
            return {each.key: each.value for each in onnx.load(path).metadata_props}
    interpreted(path.read_bytes(), np.zeros((1, 1), np.float32))
    with ZipFile(path) as archive:
        texts: dict[str, str] = json.loads(archive.read("metadata.json"))
        assert archive.read("columns.json").decode() == texts["columns"]
        return texts


def assert_compared(random: Random, readers: Any) -> None:
    experiment = random_experiment(random)
    assume(experiment is not None)
    with TemporaryDirectory() as folder:
        assert not compared(experiment, Path(folder), readers).failure


@settings(max_examples=settings().max_examples // 20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_random_network_is_computed_from_its_file_of_arrays(random: Random) -> None:
    assert_compared(random, CHEAP)


@settings(max_examples=settings().max_examples // 50, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_random_network_is_the_same_in_every_format(random: Random) -> None:
    assert_compared(random, READERS)
