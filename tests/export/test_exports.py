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
from PIL import Image

import cadl_desktop
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.export.exports import EXPORTS, default_export, export, export_named, exports_for
from cadl_desktop.export.trained import Trained
from cadl_desktop.files import FileError
from cadl_desktop.runs.history import COLUMNS, History
from tests.engine.runs import small_painting
from tests.export.networks import CURVE, untrained


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
    from cadl_desktop.export.colours import COLOURS
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
    assert painting - curve == {"painting", "error", "target"}


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
    for ending in (".safetensors", ".npz", ".weights.h5", ".keras", ".savedmodel", ".tflite", ".onnx"):
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
