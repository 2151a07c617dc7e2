"""The program as it is installed: built, unpacked away from the checkout, and used there."""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from cadl_desktop import __version__
from cadl_desktop.requirements import installed_libraries
from tests.packaging.checkout import ROOT

WINDOW = """
import json
from PySide6.QtCore import QTimer
from cadl_desktop.__main__ import main
from cadl_desktop.experiment import preset_names
from cadl_desktop.ui.window import application

def look(window, looking):
    tiles = [tile for tile in window.features.start.page.grid.tiles if tile.key in preset_names()]
    if window.isVisible() and all(tile.has_picture for tile in tiles):
        looking.stop()
        print(json.dumps([application.__file__, len(tiles), not window.windowIcon().pixmap(32, 32).isNull()]))
        window.close()

def make_and_look(name=None, make=application.make_window):
    window = make(name)
    looking = QTimer(window, interval=20)
    looking.timeout.connect(lambda: look(window, looking))
    looking.start()
    return window

application.make_window = make_and_look
raise SystemExit(main([]))
"""


def build(source: Path, target: str, folder: Path) -> Path:
    """Wheel or sdist that is made from a checkout, or from an unpacked sdist, in `folder`."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel without its dependencies, which are those of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--disable-pip-version-check"]
    subprocess.run([*pip, "--target", str(folder), str(wheel)], check=True, capture_output=True)
    return folder


def run_there(installed: Path, cwd: Path, command: list[str | Path]) -> str:
    """Output of a command of the installed program, run outside the checkout."""
    variables = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    ended = subprocess.run(
        [sys.executable, *map(str, command)], cwd=cwd, env=variables, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_wheel_holds_the_program_and_what_comes_along(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    resources = {f"cadl_desktop/resources/{path}" for path in files_below(ROOT / "resources")}
    modules = {f"cadl_desktop/{path}" for path in files_below(ROOT / "cadl_desktop") if path.suffix == ".py"}
    assert names == resources | modules


def files_below(folder: Path) -> list[Path]:
    return [
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", ".DS_Store"}.intersection(path.parts)
    ]


def test_the_sdist_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(build(ROOT, "sdist", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.glob("cadl_desktop-*")
    assert contents(build(unpacked, "wheel", tmp_path / "again")) == contents(wheel)


def contents(wheel: Path) -> dict[str, bytes]:
    with ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_command_trains_and_exports(installed: Path, tmp_path: Path) -> None:
    command = installed / "bin" / "cadl-desktop"
    assert run_there(installed, tmp_path, [command, "--version"]) == f"cadl-desktop {__version__}\n"
    small = ["--epochs", "1", "--set", "data.longest=24"]
    training: list[str | Path] = ["train", "homework-painting", *small, "--json", "--out", "out"]
    told = json.loads(run_there(installed, tmp_path, [command, *training]))
    assert told["epochs"] == 1
    # Another process makes it; the cost, and that one needs no TensorFlow.
    export: list[str | Path] = ["export", Path("out", "experiment.cadl"), "--to", "cost.png"]
    run_there(installed, tmp_path, [command, *export, "--what", "cost-plot"])
    assert (tmp_path / "cost.png").read_bytes().startswith(b"\x89PNG")
    run_there(installed, tmp_path, [command, "lesson", "4", "--out", "lesson"])
    assert list((tmp_path / "lesson").glob("*.svg"))


def test_workers_of_a_sweep_find_the_program(installed: Path, tmp_path: Path) -> None:
    small = ["--vary", "optimizer.rate=0.01..0.1", "--trials", "2", "--epochs", "1", "--workers", "2"]
    sweep: list[str | Path] = ["sweep", "lecture-line", *small, "--json", "--out", "sweep"]
    told = json.loads(run_there(installed, tmp_path, [installed / "bin" / "cadl-desktop", *sweep]))
    assert told["trials"] == 2


def test_about_knows_the_same_libraries_as_in_a_checkout(installed: Path, tmp_path: Path) -> None:
    ask = "from cadl_desktop.requirements import installed_libraries as all; print([e.name for e in all()])"
    told = run_there(installed, tmp_path, ["-c", ask])
    assert told.strip() == str([each.name for each in installed_libraries()])


def test_the_window_opens(installed: Path, tmp_path: Path) -> None:
    module, tiles, has_icon = json.loads(run_there(installed, tmp_path, ["-c", WINDOW]))
    assert Path(module).is_relative_to(installed)
    assert tiles > 10
    assert has_icon
