"""Table of exports, suffixes and recipes; exported numbers agree with the engine."""

import errno
import hashlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import cadl_desktop
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from cadl_desktop.export.exports import EXPORTS, default_export, export, export_named, exports_for
from cadl_desktop.storage import atomic
from cadl_desktop.storage.atomic import FileError
from tests.engine.runs import small_painting
from tests.export.networks import CURVE, untrained


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
    assert painting - curve == {"painting", "error", "target", "psnr", "homework"}


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
    names = [name for entry in EXPORTS for name in (entry.name, *entry.aliases)]
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


def test_a_recipe_of_a_name_that_is_no_text(tmp_path: Path) -> None:
    export("cost", tmp_path / os.fsdecode(b"caf\xe9.csv"), untrained(CURVE))
    recipe = json.loads((tmp_path / os.fsdecode(b"caf\xe9.csv.recipe.json")).read_bytes())
    assert recipe["file"] == "caf�.csv"


@pytest.mark.parametrize("what", ["cost", "weights"])
def test_endings_may_be_in_capitals_and_all_there_is(tmp_path: Path, what: str) -> None:
    trained, job = untrained(CURVE), export_named(what).job({"recipe": False})
    for ending in export_named(what).suffixes:
        for name in (ending, f"run{ending.upper()}"):
            export(what, tmp_path / name, trained, job)
            assert (tmp_path / name).stat().st_size > 0


def test_a_recipe_can_be_left_out(tmp_path: Path) -> None:
    job = export_named("cost").job({"recipe": False})
    export("cost", tmp_path / "cost.csv", untrained(CURVE), job)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["cost.csv"]


@pytest.mark.parametrize("make", [Path.mkdir, lambda recipe: recipe.symlink_to("no/folder")])
def test_where_no_recipe_can_be_nothing_is_written(tmp_path: Path, make: Callable[[Path], object]) -> None:
    (tmp_path / "cost.csv").write_bytes(b"mine")
    make(tmp_path / "cost.csv.recipe.json")
    with pytest.raises(FileError, match=r"cost\.csv\.recipe\.json was not written: "):
        export("cost", tmp_path / "cost.csv", untrained(CURVE))
    assert (tmp_path / "cost.csv").read_bytes() == b"mine"


def test_a_link_to_a_project_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.CADL").write_bytes(b"what was learned")
    (tmp_path / "cost.csv").symlink_to("mine.CADL")
    with pytest.raises(FileError, match=r"cost\.csv was not written: it is a link to the project mine\.CADL"):
        export("cost", tmp_path / "cost.csv", untrained(CURVE))
    assert (tmp_path / "mine.CADL").read_bytes() == b"what was learned"
    assert (tmp_path / "cost.csv").is_symlink()


def test_a_name_that_has_room_for_no_recipe_is_refused(tmp_path: Path) -> None:
    path = tmp_path / f"{'c' * 246}.csv"
    with pytest.raises(FileError, match="its name is too long"):
        export("cost", path, untrained(CURVE))
    assert not path.exists()
    export("cost", path, untrained(CURVE), export_named("cost").job({"recipe": False}))
    assert path.exists()


def test_no_recipe_of_an_earlier_file_stays_beside_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_for_recipes(path: Path) -> None:
        if ".recipe" in path.name:
            raise OSError(errno.ENOSPC, "No space left on device")

    path, recipe = tmp_path / "cost.csv", tmp_path / "cost.csv.recipe.json"
    export("cost", path, untrained(CURVE))
    assert recipe.exists()
    export("rate", path, untrained(CURVE), export_named("rate").job({"recipe": False}))
    assert not recipe.exists()
    export("cost", path, untrained(CURVE))
    monkeypatch.setattr(atomic, "_flush", full_for_recipes)
    with pytest.raises(FileError, match="the disk is full"):
        export("rate", path, untrained(CURVE))
    assert not recipe.exists()


@pytest.mark.parametrize("content", [b'{"program": "mine"}', b"[1, 2", b"", b"\xff", b"[" * 100_000])
def test_what_is_no_recipe_stays(tmp_path: Path, content: bytes) -> None:
    recipe = tmp_path / "cost.csv.recipe.json"
    recipe.write_bytes(content)
    export("cost", tmp_path / "cost.csv", untrained(CURVE), export_named("cost").job({"recipe": False}))
    assert recipe.read_bytes() == content
