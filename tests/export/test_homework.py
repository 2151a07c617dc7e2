"""Homework: one zip with all files of the course, and an explanation of those that a run can't produce."""

import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from cadl_desktop.experiment import Experiment
from cadl_desktop.export.exports import export, export_named
from cadl_desktop.export.homework_zip import joined
from cadl_desktop.export.job import CancelledError, Job
from cadl_desktop.export.trained import Trained
from tests.engine.runs import epochs, small_painting
from tests.export.networks import CURVE, many, untrained, with_moments

SINGLE = epochs(small_painting(), 2)
MANY = epochs(many("number"), 2)


def handed_in(tmp_path: Path, trained: Trained) -> dict[str, bytes]:
    path = tmp_path / "homework.zip"
    export("homework", path, trained, export_named("homework").job({"recipe": False}))
    assert [file.name for file in tmp_path.iterdir() if file.name != "home"] == ["homework.zip"]
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def frames(content: bytes) -> list[np.ndarray]:
    with Image.open(io.BytesIO(content)) as film:
        return [np.asarray(frame.convert("RGB"), np.float64) for frame in ImageSequence.Iterator(film)]


def test_homework_of_a_single_picture(tmp_path: Path) -> None:
    run = with_moments(SINGLE)
    files = handed_in(tmp_path, run)
    assert list(files) == ["reference.png", "single.gif", "homework.ipynb", "settings.json", "contents.txt"]
    with Image.open(io.BytesIO(files["reference.png"])) as reference:
        np.testing.assert_array_equal(np.asarray(reference), run.target)
    assert len(frames(files["single.gif"])) == len(run.moments(99))
    assert json.loads(files["homework.ipynb"])["nbformat"] == 4
    assert json.loads(files["settings.json"])["experiment"]["layers"][0]["units"] == 8
    contents = " ".join(files["contents.txt"].decode().split())
    assert "– multiple.gif is missing: no run of many pictures was given." in contents
    assert "final.gif is missing" in contents


def test_homework_of_many_pictures(tmp_path: Path) -> None:
    run = with_moments(MANY)
    files = handed_in(tmp_path, run)
    assert set(files) >= {"reference.png", "multiple.gif", "final.gif", "homework.ipynb", "settings.json"}
    contents = " ".join(files["contents.txt"].decode().split())
    assert "– single.gif is missing: no run of a single picture was given." in contents
    assert len(frames(files["multiple.gif"])) == len(run.moments(99))
    final = frames(files["final.gif"])
    assert len(final) == 3
    side = 8
    montage = np.clip(run.prediction, 0, 255)
    cells = [montage[:side, :side], montage[:side, side:], montage[side:, :side]]
    for frame, cell in zip(final, cells, strict=True):
        factor = len(frame) // side
        small = frame.reshape(side, factor, side, factor, 3).mean((1, 3))
        assert np.abs(small - cell).mean() < 8  # a GIF has 256 colours


@pytest.mark.parametrize("single_first", [True, False])
def test_a_run_of_one_picture_and_one_of_many_share_a_file(tmp_path: Path, single_first: bool) -> None:
    single, many_pictures = with_moments(SINGLE), with_moments(MANY)
    alone = [handed_in(tmp_path, run) for run in (single, many_pictures)]
    runs = (single, many_pictures) if single_first else (many_pictures, single)
    files = handed_in(tmp_path, joined(runs[0], [untrained(CURVE), runs[0], runs[1]]))
    for name in ("reference.png", "single.gif", "homework.ipynb", "settings.json"):
        assert files[name] == alone[0][name]
    for name in ("reference.png", "homework.ipynb", "settings.json"):
        assert files[f"multiple/{name}"] == alone[1][name]
    for name in ("multiple.gif", "final.gif"):
        assert files[name] == alone[1][name]
    contents = files["contents.txt"].decode()
    assert "missing" not in contents
    ticked = re.findall("^\N{CHECK MARK} ([^:]*)", contents, re.MULTILINE)
    assert ticked == ["reference.png", "single.gif", "multiple.gif", "final.gif", "homework.ipynb"]


def test_the_recipe_tells_of_both_runs(tmp_path: Path) -> None:
    both, job = (
        joined(with_moments(SINGLE), [with_moments(MANY)]),
        export_named("homework").job({"recipe": True}),
    )
    export("homework", tmp_path / "homework.zip", both, job)
    told = json.loads((tmp_path / "homework.zip.recipe.json").read_bytes())
    kinds = [each["experiment"]["data"]["kind"] for each in (told, told["with"])]
    assert kinds == ["picture", "pictures"]


def test_without_a_run_of_the_other_kind_there_is_none() -> None:
    assert joined(untrained(SINGLE), [untrained(SINGLE), untrained(CURVE)]).other is None


@pytest.mark.parametrize("experiment", [SINGLE, MANY])
def test_without_earlier_moments_the_films_are_missing(tmp_path: Path, experiment: Experiment) -> None:
    contents = " ".join(handed_in(tmp_path, untrained(experiment))["contents.txt"].decode().split())
    film = "multiple.gif" if experiment is MANY else "single.gif"
    assert f"{film} is missing: no earlier moments of this run were kept; train it again." in contents


def test_homework_can_be_cancelled(tmp_path: Path) -> None:
    def on_progress(share: float) -> None:
        if share > 0.2:
            job.cancel()

    job: Job = export_named("homework").job(on_progress=on_progress)
    with pytest.raises(CancelledError):
        export("homework", tmp_path / "homework.zip", with_moments(SINGLE), job)
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == []
