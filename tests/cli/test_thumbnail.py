"""Pictures of saved projects, as file managers ask for them."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cadl_desktop.experiment import preset
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.project.listed_runs import thumbnail_content
from cadl_desktop.runs.record import Thumbnail
from tests.cli.commands import Result, assert_refused, environment
from tests.project.members import with_members

Here = Callable[..., Result]
MEMBER = "thumbnail.safetensors"
PAINTED = np.full((32, 64, 3), (200, 40, 0), np.uint8)


def saved(path: Path, thumbnail: Thumbnail | None) -> Path:
    save_project(path, Project(preset("lecture-painting"), thumbnail=thumbnail))
    return path


def test_a_painting_is_written_without_tensorflow_or_qt(tmp_path: Path) -> None:
    project, png = saved(tmp_path / "mine.cadl", PAINTED), tmp_path / "mine.png"
    code = (
        "import sys; from cadl_desktop.cli import run_command\n"
        "assert run_command(sys.argv[1:], lambda *window: 9) == 0\n"
        "print(*{'tensorflow', 'keras', 'PySide6'} & sys.modules.keys())"
    )
    words = [sys.executable, "-c", code, "thumbnail", str(project), str(png), "--size", "128"]
    completed = subprocess.run(words, capture_output=True, text=True, env=environment(), check=True)
    assert completed.stdout == "\n"
    with Image.open(png) as image:
        assert (image.format, image.size, image.getpixel((9, 9))) == ("PNG", (128, 64), (200, 40, 0))


@pytest.mark.parametrize("name", ["lecture-tanh", "lecture-painting"])
def test_what_is_trained_without_a_window_has_a_picture(here: Here, tmp_path: Path, name: str) -> None:
    assert here("train", name, "--epochs", "1", "--out", tmp_path / "out").returncode == 0
    png = tmp_path / "out.png"
    assert here("thumbnail", tmp_path / "out" / "experiment.cadl", png).returncode == 0
    with Image.open(png) as image:
        assert max(image.size) == 256
        assert len(image.getcolors(2**16) or ()) > 2


@pytest.mark.parametrize("values", [[np.nan, np.inf], [-3e38, np.nan, 3e38], [1.0, 1.0], [2.0]])
def test_a_curve_of_any_values_is_drawn(here: Here, tmp_path: Path, values: list[float]) -> None:
    project = saved(tmp_path / "mine.cadl", np.array(values, np.float32))
    assert here("thumbnail", project, tmp_path / "mine.png", "--size", "1").returncode == 0


def test_what_has_no_picture_is_refused(here: Here, tmp_path: Path) -> None:
    png = tmp_path / "mine.png"
    completed = here("thumbnail", saved(tmp_path / "bare.cadl", None), png)
    assert_refused(completed, "'bare.cadl' was saved without a picture")
    (tmp_path / "other.cadl").write_text("nothing of the kind")
    assert_refused(here("thumbnail", tmp_path / "other.cadl", png), "'other.cadl' can't be opened")
    assert_refused(here("thumbnail", tmp_path / "gone.cadl", png), "'gone.cadl' can't be opened")
    assert not png.exists()


@pytest.mark.parametrize("content", [b"", b"x" * 2**17, thumbnail_content(np.zeros((9, 9), np.uint8))])
def test_a_broken_picture_is_refused_and_costs_nothing_else(
    here: Here, tmp_path: Path, content: bytes
) -> None:
    path = saved(tmp_path / "mine.cadl", PAINTED)
    with_members(path, lambda members: members.update({MEMBER: content}))
    assert_refused(here("thumbnail", path, tmp_path / "mine.png"), "'mine.cadl' can't be opened")
    assert open_project(path).experiment == preset("lecture-painting")


def test_a_flipped_byte_of_a_picture_costs_nothing_else(here: Here, tmp_path: Path) -> None:
    path = saved(tmp_path / "mine.cadl", PAINTED)
    content = bytearray(path.read_bytes())
    content[content.index(PAINTED.tobytes()) + 99] ^= 1
    path.write_bytes(content)
    assert_refused(here("thumbnail", path, tmp_path / "mine.png"), "is damaged")
    assert open_project(path).experiment == preset("lecture-painting")


def test_a_picture_that_cannot_be_written_fails(here: Here, tmp_path: Path) -> None:
    completed = here("thumbnail", saved(tmp_path / "mine.cadl", PAINTED), tmp_path / "gone" / "mine.png")
    assert (completed.returncode, completed.stderr.count("\n")) == (1, 1)
