"""`cadl-desktop --simple`: few controls, and what a teacher's file shows beside them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cadl_desktop.session import simple_studio
from cadl_desktop.session.simple_studio import IN_SIMPLE
from tests.cli.commands import Result

Here = Callable[..., Result]
BAD_INPUT = 2


@pytest.fixture(autouse=True)
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen that a window could open on."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


def test_a_class_begins_with_what_its_file_shows(here: Here, tmp_path: Path) -> None:
    assert here().returncode == 0
    assert simple_studio.shown_at_start() is None
    assert here("--simple").returncode == 0
    assert simple_studio.shown_at_start() == IN_SIMPLE
    file = tmp_path / "class.toml"
    file.write_text('show = ["cost"]\nhide = ["crop"]\n', encoding="utf-8")
    assert here("lecture-tanh", "--simple", file).returncode == 0
    assert simple_studio.shown_at_start() == (IN_SIMPLE | {"cost"}) - {"crop"}
    assert simple_studio.options_of_start() == ("--simple", str(file))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("class.toml", b"show = [", "doesn't say what is shown"),
        ("class.toml", b'show = "cost"', "doesn't say what is shown"),
        ("class.toml", b'shows = ["cost"]', "shows"),
        ("class.toml", b'show = ["costs"]', "none of: pictures, "),
        ("class.toml", b"\xff\xfe\0", "doesn't say what is shown"),
        ("class.toml", b"", "is empty"),
        ("photo.jpg", b"\xff\xd8", "name a file to open before --simple"),
        ("gone.toml", None, "is not there"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    here: Here, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    refused = here("--simple", file)
    assert refused.returncode == BAD_INPUT
    assert said in refused.stderr
    assert name in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert simple_studio.shown_at_start() is None


def test_a_folder_is_refused(here: Here, tmp_path: Path) -> None:
    (tmp_path / "class.toml").mkdir()
    assert here("--simple", tmp_path / "class.toml").returncode == BAD_INPUT
