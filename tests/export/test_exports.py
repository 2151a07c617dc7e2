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
from cadl_desktop.experiment import Experiment, Value
from cadl_desktop.experiment.catalog import part
from cadl_desktop.export.exports import (
    EXPORTS,
    OthersFileError,
    default_export,
    export,
    export_named,
    exports_for,
)
from cadl_desktop.export.job import Job
from cadl_desktop.export.recipe import experiment_as_json, is_ours, recipe_path
from cadl_desktop.export.trained import Trained
from cadl_desktop.storage import atomic
from cadl_desktop.storage.atomic import FileError
from tests.engine.runs import small_painting
from tests.export.networks import CURVE, filmed, many, untrained
from tests.export.recipes import recipe_in

ODD = '"(\\ </script><!-- ]]> & \U0001f308 \ufffe \x01'
"""Words that a recipe's place in a file has to spell with care."""


def with_recipe(what: str) -> Job:
    return export_named(what).job({"recipe": True})


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
    trained, job = untrained(small_painting(data=own)), export_named("painting").job({"recipe": True})
    export("painting", tmp_path / "painting.jpg", trained, job)
    first = (tmp_path / "painting.jpg.recipe.json").read_bytes()
    recipe = json.loads(first)
    assert (recipe["file"], recipe["what"]) == ("painting.jpg", "painting")
    assert (recipe["step"], recipe["seed"]) == (trained.state.step, trained.experiment.seed)
    assert recipe["program"] == f"cadl_desktop {cadl_desktop.__version__}"
    assert recipe["experiment"]["data"]["image"] == {
        "bytes": len(picture.getvalue()),
        "sha256": hashlib.sha256(picture.getvalue()).hexdigest(),
    }
    export("painting", tmp_path / "painting.jpg", trained, job)
    assert (tmp_path / "painting.jpg.recipe.json").read_bytes() == first
    export("painting", tmp_path / "painting.png", trained)
    assert recipe_in(tmp_path / "painting.png")["experiment"] == recipe["experiment"]


HOLDING = [(entry.name, ending) for entry in EXPORTS for ending in entry.holds_recipe]


@pytest.fixture(scope="module")
def runs() -> list[Trained]:
    """Runs that give every export something to show, and odd words to a recipe."""
    holed = small_painting(data=small_painting().data.has(keep=50.0), note=ODD)
    return [filmed(holed), filmed(CURVE), filmed(many("number"))]


@pytest.mark.parametrize(("what", "ending"), HOLDING)
def test_formats_that_have_a_place_hold_the_recipe(
    tmp_path: Path, runs: list[Trained], what: str, ending: str
) -> None:
    kind, path = export_named(what), tmp_path / f"{what}{ending}"
    trained = next(run for run in runs if kind.suits(run.experiment))
    small: dict[str, Value] = {"width": 240, "height": 200, "places": "15"} if kind.about == "both" else {}
    known = {option.name for option in kind.options_for(ending, trained.experiment)}
    job = kind.job({name: value for name, value in small.items() if name in known})
    export(what, path, trained, job)
    assert not recipe_path(path).exists()
    recipe = recipe_in(path)
    assert recipe["what"] == what
    assert recipe["options"].keys() == known - {"recipe"}
    assert (recipe["step"], recipe["seed"]) == (trained.state.step, trained.experiment.seed)
    assert recipe["experiment"] == json.loads(experiment_as_json(trained.experiment))
    assert len(json.dumps(recipe)) < 4000
    assert is_ours(path)


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf", ".csv"])
def test_a_file_without_its_recipe_is_anybodys(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"cost{ending}"
    export("cost", path, untrained(CURVE), export_named("cost").job({"recipe": False}))
    assert not recipe_path(path).exists()
    assert not is_ours(path)


def spared(path: Path, what: str) -> bool:
    """Whether an export that spares others' files leaves this one as it is."""
    before, job = path.read_bytes(), export_named(what).job({"width": 300, "height": 200})
    job.spares_others = True
    try:
        export(what, path, untrained(CURVE), job)
    except OthersFileError:
        assert path.read_bytes() == before
        return True
    return False


def test_only_files_that_tell_that_they_are_ours_are_replaced_unasked(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.svg", tmp_path / "theirs.svg"
    export("cost", ours, untrained(CURVE))
    assert not spared(ours, "rate")
    for content in (b"", b"<svg/>", b'<svg><desc>"program": "inkscape "</desc></svg>'):
        theirs.write_bytes(content)
        assert spared(theirs, "cost")
    table = tmp_path / "cost.csv"
    export("cost", table, untrained(CURVE), export_named("cost").job({"recipe": True}))
    assert not spared(table, "cost")  # by the recipe beside it, which goes
    assert spared(table, "cost")
    export("cost", table, untrained(CURVE), export_named("cost").job({"recipe": True}))
    with table.open("a") as file:
        file.write("a note of somebody\n")
    assert spared(table, "cost")  # the recipe beside it tells of other bytes


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "cost.csv"
    os.mkfifo(pipe)
    assert not is_ours(pipe)


def test_a_file_of_others_where_the_recipe_would_be_is_spared(tmp_path: Path) -> None:
    theirs, job = recipe_path(tmp_path / "cost.csv"), with_recipe("cost")
    theirs.write_bytes(b"{}")
    job.spares_others = True
    with pytest.raises(OthersFileError, match=theirs.name):
        export("cost", tmp_path / "cost.csv", untrained(CURVE), job)
    assert (theirs.read_bytes(), (tmp_path / "cost.csv").exists()) == (b"{}", False)


def test_a_folder_of_others_is_spared(tmp_path: Path) -> None:
    path, job = tmp_path / "logs.tensorboard", export_named("tensorboard").job()
    path.mkdir()
    job.spares_others = True
    with pytest.raises(OthersFileError):
        export("tensorboard", path, untrained(CURVE), job)


@pytest.mark.parametrize("size", [2**20 - 9, 2**20 + 9, 2**21 - 9, 2**21 + 9, 2**22])
def test_a_recipe_is_found_at_the_end_of_a_large_file(tmp_path: Path, size: int) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(b"\0" * size + b'{"format":1,"program":"cadl_desktop 0.1.0","what":"weights"}')
    assert is_ours(path)


def test_a_recipe_of_a_name_that_is_no_text(tmp_path: Path) -> None:
    export("cost", tmp_path / os.fsdecode(b"caf\xe9.csv"), untrained(CURVE), with_recipe("cost"))
    recipe = json.loads((tmp_path / os.fsdecode(b"caf\xe9.csv.recipe.json")).read_bytes())
    assert recipe["file"] == "caf�.csv"


@pytest.mark.parametrize("what", ["cost", "weights"])
def test_endings_may_be_in_capitals_and_all_there_is(tmp_path: Path, what: str) -> None:
    trained, job = untrained(CURVE), export_named(what).job({"recipe": False})
    for ending in export_named(what).suffixes:
        for name in (ending, f"run{ending.upper()}"):
            export(what, tmp_path / name, trained, job)
            assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("make", [Path.mkdir, lambda recipe: recipe.symlink_to("no/folder")])
def test_where_no_recipe_can_be_nothing_is_written(tmp_path: Path, make: Callable[[Path], object]) -> None:
    (tmp_path / "cost.csv").write_bytes(b"mine")
    make(tmp_path / "cost.csv.recipe.json")
    with pytest.raises(FileError, match=r"cost\.csv\.recipe\.json was not written: "):
        export("cost", tmp_path / "cost.csv", untrained(CURVE), with_recipe("cost"))
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
        export("cost", path, untrained(CURVE), with_recipe("cost"))
    assert not path.exists()
    export("cost", path, untrained(CURVE))
    assert path.exists()


def test_no_recipe_of_an_earlier_file_stays_beside_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_for_recipes(path: Path) -> None:
        if ".recipe" in path.name:
            raise OSError(errno.ENOSPC, "No space left on device")

    path, recipe = tmp_path / "cost.csv", tmp_path / "cost.csv.recipe.json"
    export("cost", path, untrained(CURVE), with_recipe("cost"))
    assert recipe.exists()
    export("rate", path, untrained(CURVE))
    assert not recipe.exists()
    export("cost", path, untrained(CURVE), with_recipe("cost"))
    monkeypatch.setattr(atomic, "_flush", full_for_recipes)
    with pytest.raises(FileError, match="the disk is full"):
        export("rate", path, untrained(CURVE), with_recipe("rate"))
    assert not recipe.exists()


@pytest.mark.parametrize("content", [b'{"program": "mine"}', b"[1, 2", b"", b"\xff", b"[" * 100_000])
def test_what_is_no_recipe_stays(tmp_path: Path, content: bytes) -> None:
    recipe = tmp_path / "cost.csv.recipe.json"
    recipe.write_bytes(content)
    export("cost", tmp_path / "cost.csv", untrained(CURVE), export_named("cost").job({"recipe": False}))
    assert recipe.read_bytes() == content
