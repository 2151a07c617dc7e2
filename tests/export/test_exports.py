"""What is exported says the same as the engine, to programs that know nothing of this one."""

import csv
import hashlib
import io
import json
import os
import xml.etree.ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from msgspec.structs import replace
from PIL import Image

import cadl_desktop
from cadl_desktop.engine import initial_weights, predict
from cadl_desktop.experiment import Experiment, Part, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.export.exports import EXPORTS, default_export, export, export_named, exports_for
from cadl_desktop.export.trained import Trained
from cadl_desktop.files import FileError
from cadl_desktop.project import weight_names
from cadl_desktop.runs.events import EpochEnded, RunState
from cadl_desktop.runs.history import COLUMNS, History
from tests.engine.runs import small_painting

CURVE = preset("lecture-tanh")


def untrained(experiment: Experiment, validation_cost: float | None = None) -> Trained:
    """An experiment with its first weights and some made-up history: no export cares."""
    history = History()
    for epoch in (1, 2, 3):
        history.add(EpochEnded(epoch, 5 * epoch, 0.1 * epoch, 1 / epoch, validation_cost, 0.02))
    slots = np.empty((0, parameter_count(experiment)), np.float32)
    state = RunState(15, 3, 0, 0.3, tuple(initial_weights(experiment)), slots, 0.02, 50)
    return Trained(experiment, state, history)


def dense(**settings: Any) -> Part:
    return part("layer", "dense", units=6, spread=1.0, **settings)


NETWORKS = {
    "curve": CURVE,
    "polynomial": preset("lecture-polynomial-3"),
    "painting": small_painting(input_scaling="standardised", target_scaling="signed"),
    "polynomial painting": small_painting(
        encoding=part("encoding", "polynomial", degree=3), input_scaling="centred", target_scaling="unit"
    ),
    "every activation": replace(
        CURVE,
        layers=tuple(dense(activation=name) for name in ("linear", "tanh", "sigmoid", "relu", "sine")),
        target_scaling="standardised",
    ),
    "without bias": replace(
        CURVE, layers=(dense(bias=False), part("layer", "sum"), dense(activation="sine"))
    ),
    "orthogonal polynomial": replace(
        CURVE, encoding=part("encoding", "polynomial", degree=5, basis="orthogonal")
    ),
    "fourier": small_painting(encoding=part("encoding", "fourier", features=8), input_scaling="centred"),
    "siren": small_painting(
        encoding=part("encoding", "siren", features=8),
        layers=(dense(activation="sine", w0=30.0, initialiser="siren"),),
        input_scaling="centred",
    ),
    "hash grid": small_painting(
        encoding=part("encoding", "hash grid", levels=3, table=50, coarsest=3, finest=12),
        input_scaling="centred",
        target_scaling="unit",
    ),
    "hash grid of a curve": replace(
        CURVE, encoding=part("encoding", "hash grid", levels=2, table=16), input_scaling="centred"
    ),
    "every layer": small_painting(
        layers=(
            dense(),
            part("layer", "dropout", share=0.5),
            part("layer", "skip"),
            part("layer", "layer normalisation"),
            dense(),
        ),
        input_scaling="standardised",
    ),
    "far from 0": replace(
        CURVE, data=CURVE.data.has(low=900.0, high=906.0), input_scaling="standardised per column"
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_keras_model_predicts_the_same_in_bare_keras(tmp_path: Path, name: str) -> None:
    import keras

    trained = untrained(NETWORKS[name])
    export("weights", tmp_path / "weights.keras", trained)
    model = keras.models.load_model(tmp_path / "weights.keras")
    positions = np.concatenate([trained.samples.inputs, trained.positions])
    expected = predict(trained.experiment, trained.state.weights, positions)
    values = np.asarray(model(positions.astype(np.float32)))
    assert values.shape == expected.shape
    scale = np.abs(expected).max()
    np.testing.assert_allclose(values, expected, rtol=0, atol=2e-5 * scale)


@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_weights_come_back_by_name(tmp_path: Path, ending: str) -> None:
    trained = untrained(small_painting())
    path = tmp_path / f"weights{ending}"
    export("weights", path, trained)
    arrays = safetensors.numpy.load_file(path) if ending == ".safetensors" else dict(np.load(path))
    assert set(arrays) == set(weight_names(trained.experiment))
    assert [arrays[name].shape for name in ("W1", "b1", "W3", "b3")] == [(2, 8), (8,), (8, 3), (3,)]
    for name, weights in zip(weight_names(trained.experiment), trained.state.weights, strict=True):
        np.testing.assert_array_equal(arrays[name], weights)


@pytest.mark.parametrize("what", ["cost", "curve"])
@pytest.mark.parametrize("validation_cost", [None, 0.5])
def test_plots_are_svg_and_png(tmp_path: Path, what: str, validation_cost: float | None) -> None:
    trained = untrained(CURVE, validation_cost)
    export(what, tmp_path / "plot.svg", trained)
    assert xml.etree.ElementTree.parse(tmp_path / "plot.svg").getroot().tag.endswith("svg")
    export(what, tmp_path / "plot.png", trained)
    with Image.open(tmp_path / "plot.png") as picture:
        assert picture.size == (1600, 1000)


def test_a_plot_of_no_history_is_empty_but_there(tmp_path: Path) -> None:
    trained = untrained(CURVE)
    export("cost", tmp_path / "cost.svg", Trained(CURVE, trained.state, History()))
    assert xml.etree.ElementTree.parse(tmp_path / "cost.svg").getroot().tag.endswith("svg")


def test_plots_wear_the_colours_of_the_screen() -> None:
    from cadl_desktop.export.plots import COLOURS
    from cadl_desktop.ui.theme import LIGHT

    assert {name: getattr(LIGHT, name) for name in COLOURS} == COLOURS


def test_tables_hold_the_numbers(tmp_path: Path) -> None:
    trained = untrained(CURVE)
    export("cost", tmp_path / "history.csv", trained)
    with (tmp_path / "history.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert rows[1] == ["2", "10", "0.2", "0.5", "", "0.02"]
    export("curve", tmp_path / "curve.csv", trained)
    points = np.genfromtxt(tmp_path / "curve.csv", delimiter=",", names=True)
    np.testing.assert_allclose(points["x"], trained.positions[:, 0])
    np.testing.assert_allclose(points["y"], trained.prediction, rtol=1e-6)


def test_pictures_are_pixel_for_pixel(tmp_path: Path) -> None:
    trained = untrained(small_painting())
    for what, values in (("painting", trained.prediction), ("target", trained.target)):
        export(what, tmp_path / f"{what}.png", trained)
        with Image.open(tmp_path / f"{what}.png") as picture:
            np.testing.assert_array_equal(np.asarray(picture), np.rint(np.clip(values, 0, 255)))


def test_curves_and_paintings_have_their_own() -> None:
    curve = {entry.name for entry in exports_for(CURVE)}
    painting = {entry.name for entry in exports_for(small_painting())}
    assert curve - painting == {"curve"}
    assert painting - curve == {"painting", "target"}


@pytest.mark.parametrize("entry", EXPORTS, ids=lambda entry: entry.name)
def test_another_ending_is_refused(tmp_path: Path, entry: Any) -> None:
    assert entry.ending(Path(entry.file)) in entry.suffixes
    before = os.listdir(tmp_path)
    with pytest.raises(FileError, match="give it a name that ends in"):
        export(entry.name, tmp_path / "file.doc", untrained(CURVE))
    assert os.listdir(tmp_path) == before


def default_name(path: str, experiment: Experiment) -> str | None:
    found = default_export(Path(path), experiment)
    return found.name if found else None


def test_endings_stand_for_an_export() -> None:
    painting = small_painting()
    assert default_name("a.PNG", painting) == "painting"
    assert default_name("a.png", CURVE) == "curve"
    for ending in (".svg", ".csv"):
        assert default_name(f"a{ending}", painting) == default_name(f"a{ending}", CURVE) == "cost"
    for ending in (".safetensors", ".npz", ".weights.h5", ".keras"):
        assert default_name(f"a{ending}", painting) == "weights"
    assert default_name("a.doc", painting) is None


@pytest.mark.parametrize("ending", sorted({ending for entry in EXPORTS for ending in entry.suffixes}))
def test_an_ending_never_stands_for_two_exports(ending: str) -> None:
    for experiment in (CURVE, small_painting()):
        standing = [entry.name for entry in exports_for(experiment) if ending in entry.default_for]
        assert len(standing) <= 1


def test_earlier_names_still_lead_to_their_export() -> None:
    names = [name for entry in EXPORTS for name in (entry.name, *entry.also)]
    assert len(names) == len(set(names))
    assert [export_named(name).name for name in ("history", "cost-plot", "curve-plot")] == [
        "cost",
        "cost",
        "curve",
    ]


def test_a_recipe_tells_how_a_file_was_made(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.linear_gradient("L").resize((8, 6)).convert("RGB").save(picture, "PNG")
    own = part("dataset", "picture", source="own", image=picture.getvalue(), longest=8)
    trained = untrained(small_painting(data=own))
    export("painting", tmp_path / "painting.png", trained)
    first = (tmp_path / "painting.png.recipe.json").read_bytes()
    recipe = json.loads(first)
    assert recipe["what"] == "painting"
    assert (recipe["step"], recipe["seed"]) == (trained.state.step, trained.experiment.seed)
    assert recipe["program"] == f"cadl_desktop {cadl_desktop.__version__}"
    assert recipe["experiment"]["data"]["image"] == {
        "bytes": len(picture.getvalue()),
        "sha256": hashlib.sha256(picture.getvalue()).hexdigest(),
    }
    export("painting", tmp_path / "painting.png", trained)
    assert (tmp_path / "painting.png.recipe.json").read_bytes() == first


def test_a_recipe_can_be_left_out(tmp_path: Path) -> None:
    job = export_named("cost").job({"recipe": False})
    export("cost", tmp_path / "cost.csv", untrained(CURVE), job)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["cost.csv"]
