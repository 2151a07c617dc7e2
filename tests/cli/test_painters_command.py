"""`cadl-desktop painters`: the contact sheet, the film, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from cadl_desktop.cli import painters_command
from cadl_desktop.experiment.painters import painters
from tests.cli.commands import Result, assert_refused

Here = Callable[..., Result]


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Few steps and few pictures of a film, in a folder with a picture."""
    monkeypatch.setattr(painters_command, "STEPS", 6)
    monkeypatch.setattr(painters_command, "_FRAMES", 3)
    monkeypatch.chdir(tmp_path)
    Image.linear_gradient("L").resize((30, 20)).convert("RGB").save("photo.png")


@pytest.fixture
def only_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painters_command, "painters", lambda: painters()[:2])


def test_a_sheet_shows_all_six_with_their_sizes(here: Here) -> None:
    result = here("painters", "photo.png", "--out", "six.png")
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert len(lines) == 7
    assert lines[0].startswith("Fog, ")
    assert all(line.endswith("numbers") for line in lines[:6])
    with Image.open("six.png") as sheet:
        assert sheet.width > 3 * 240
        assert len(sheet.convert("L").getcolors()) > 20


@pytest.mark.usefixtures("only_two")
def test_a_margin_paints_something_else_over_an_earlier_file(here: Here) -> None:
    assert here("painters", "photo.png", "--out", "six.png").returncode == 0
    earlier = Path("six.png").read_bytes()
    wider = here("painters", "photo.png", "--out", "six.png", "--margin", "1.5", "--overwrite")
    assert wider.returncode == 0
    assert Path("six.png").read_bytes() != earlier


@pytest.mark.usefixtures("only_two")
def test_a_film_shows_how_they_learn(here: Here) -> None:
    assert here("painters", "photo.png", "--out", "six.gif").returncode == 0
    with Image.open("six.gif") as film:
        frames = [frame.convert("RGB").tobytes() for frame in ImageSequence.Iterator(film)]
    assert len(frames) == 3
    assert frames[0] != frames[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("photo.png", "--out", "six.txt"), "--out: "),
        (("photo.png", "--out", "photo.png"), "--overwrite"),
        (("photo.png", "--out", "nowhere/six.png"), "folder does not exist"),
        (("missing.png", "--out", "six.png"), "missing.png"),
        (("photo.png", "--out", "six.png", "--margin", "0.5"), "--margin"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(arguments: tuple[str, ...], message: str, here: Here) -> None:
    assert_refused(here("painters", *arguments), message)
    assert not Path("six.png").exists()
