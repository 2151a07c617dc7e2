"""`cadl-desktop lesson`: files, output and refusals."""

import json
import os
import resource
import subprocess
from pathlib import Path

import pytest

from cadl_desktop.cli import run_command
from cadl_desktop.lessons import page_list
from cadl_desktop.lessons.page import Page
from tests.cli.commands import COMMAND, environment

FILES = {
    "02-rolling-downhill-parabola.png",
    "02-rolling-downhill-parabola.svg",
    "02-rolling-downhill-cost-by-step.png",
    "02-rolling-downhill-cost-by-step.svg",
    "02-rolling-downhill-steps.csv",
}
STUDIO = Page("99-studio", "Your own", "Train.")


def lesson(*words: str | Path) -> int:
    return run_command(["lesson", *map(str, words)], lambda file: pytest.fail("opened a window"))


@pytest.fixture(autouse=True)
def without_monitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disables tqdm's monitor thread."""
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lessons"


def test_a_lesson_gets_its_files(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert lesson("2", "--out", folder, "--json") == 0
    result = json.loads(capfd.readouterr().out)
    assert set(os.listdir(folder)) == FILES
    (page,) = result["lessons"]
    assert (page["number"], page["name"], page["title"]) == (2, "02-rolling-downhill", "Rolling downhill")
    assert set(page["files"]) == FILES
    assert result["out"] == str(folder)


def test_all_means_lessons_with_figures(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.cli.lesson_command.PAGES", (STUDIO, page_list.PAGES[1]))
    assert lesson("all", "--out", folder) == 0
    assert capfd.readouterr().out == f" 2 Rolling downhill: 5 files\nWritten to {folder}\n"
    assert set(os.listdir(folder)) == FILES


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "99", "²", "everything", ""])
def test_a_wrong_number_is_refused(number: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert lesson("--out", folder, "--", number) == 2
    output, errors = capfd.readouterr()
    assert output == ""
    most = len(page_list.PAGES)
    assert errors == (
        f"LESSON: '{number}' is none of the lessons; choose a number from 1 to {most}, or all.\n"
    )
    assert not folder.exists()


def test_a_lesson_without_figures_is_refused(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.cli.lesson_command.PAGES", (STUDIO,))
    assert lesson("1", "--out", folder) == 2
    assert "('Your own') happens in the studio" in capfd.readouterr().err
    assert not folder.exists()


def test_a_folder_with_files_is_refused(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    assert lesson("2", "--out", folder) == 2
    assert "is not empty; choose another folder or add --overwrite." in capfd.readouterr().err
    assert os.listdir(folder) == ["notes.txt"]
    assert lesson("2", "--out", folder, "--overwrite") == 0
    assert set(os.listdir(folder)) == FILES | {"notes.txt"}


def test_an_impossible_folder_is_reported(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    for out in (taken, taken / "in", "/proc/lessons", ""):
        assert lesson("2", "--out", out) == 2
        errors = capfd.readouterr().err
        assert errors.startswith("--out: ")
        assert errors.count("\n") == 1


def test_files_beyond_the_size_limit_are_reported(folder: Path) -> None:
    """The file size limit allows tables, but not pictures."""
    completed = subprocess.run(
        [*COMMAND, "lesson", "2", "--out", folder, "--json"],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)),
    )
    assert completed.returncode == 1
    assert json.loads(completed.stdout)["lessons"] == []
    assert completed.stderr.endswith(
        ".png was not written: it would be larger than files may be there; choose another place.\n"
    )
    assert completed.stderr.count("\n") == 1
    assert os.listdir(folder) == []


def test_the_list_names_every_lesson(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command(["list", "--json"], lambda file: 0) == 0
    listed = json.loads(capfd.readouterr().out)["lessons"]
    assert [(known["number"], known["name"]) for known in listed] == [
        (number, page.name) for number, page in enumerate(page_list.PAGES, 1)
    ]
    assert run_command(["list"], lambda file: 0) == 0
    text = capfd.readouterr().out
    assert all(page.title in text for page in page_list.PAGES)
