"""Every command and every Python block of the manual and the README, run as a reader would."""

import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import cadl_desktop.api
import cadl_desktop.experiment
from cadl_desktop.cli.arguments import repeat_option_names
from cadl_desktop.cli.sweeping.requested_sweep import status_in, sweep_folder_of, within_memory
from cadl_desktop.cli.sweeping.sweep_options import cluster_of, sweep_parser
from cadl_desktop.engine.rounding import weight_rounding
from cadl_desktop.experiment import preset
from cadl_desktop.export.exports import export
from cadl_desktop.project import save_project
from cadl_desktop.sweeps.workers.certificate_making import make_certificates
from tests.cli.commands import Result
from tests.engine.runs import epochs, small_painting
from tests.export.networks import many, project_of, with_moments
from tests.manual.written_commands import PAGES, Command, commands, python_blocks
from tests.sweeps.sweep_folders import a_folder, a_sweep

NOT_RUN = {
    "git clone": "needs the repository's address",
    "cd": "goes into that checkout",
    "python3 packaging/test.py": "runs these tests",
    "python3 packaging/build.py": "takes minutes; tests/packaging has its parts",
    "python3 -m venv": "makes an environment for the wheel",
    "python3 -m pip": "downloads another release of Qt",
    "python3 -m zipfile": "unpacks it over the program's",
    "environment/bin/pip": "installs gigabytes there",
    "environment/bin/python": "needs what was installed there",
    "environment/bin/cadl-desktop": "needs what was installed there",
    "sudo": "installs for the whole machine",
    "tar": "unpacks a release",
    "sha256sum": "checks a release",
    "cadl-desktop/cadl-desktop": "starts what was unpacked",
    "rm": "removes a person's own settings",
    "display": "is another program, which shows a picture",
    "export": "is a shell's own",
    "source": "is a shell's own",
    "cut": "feeds a command that is run",
    "cadl-desktop worker": "waits for other machines; tests/cli/test_sweep_machines.py has some",
}
"""Beginnings of commands that no test runs, with the reason."""


def smaller(words: list[str]) -> list[str]:
    """The command with one epoch of training, and the lecture's picture reduced. All else is the page's, but
    for the 1,500 steps in which rounded weights learn."""
    if words[:1] != ["train"]:
        return words
    reduced = ["--set", "data.longest=12"] if "lecture-painting" in words else []
    return [*words, *reduced, "--epochs", "1"]


def not_run_as(command: Command) -> str | None:
    """Beginning under which a command is listed."""
    return next((begin for begin in NOT_RUN if f"{command.line} ".startswith(f"{begin} ")), None)


RUN = [each for each in commands() if not_run_as(each) is None]


def test_every_command_is_run_or_known() -> None:
    assert [each.line for each in RUN if each.words is None] == []
    used = {not_run_as(each) for each in commands()}
    assert [begin for begin in NOT_RUN if begin not in used] == []
    assert len(RUN) > 40


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with everything that the pages name."""
    folder = tmp_path_factory.mktemp("manual")
    colours = np.random.default_rng(1).integers(0, 256, (3, 16, 24, 3), np.uint8)
    (folder / "faces").mkdir()
    pictures = [Image.fromarray(each) for each in colours]
    for name, picture in zip(("photo", "second", "third"), pictures, strict=True):
        picture.save(folder / f"{name}.jpg")
        picture.save(folder / "faces" / f"{name}.png")
    hole = np.zeros((16, 24), np.uint8)
    hole[5:9, 8:14] = 255
    Image.fromarray(hole).save(folder / "hole.png")
    (folder / "class.toml").write_text('show = ["cost"]\n')
    pictures[0].save(folder / "film.gif", save_all=True, append_images=pictures[1:])
    lines = [f"{day}/04/2024,{day * day},{9 - day}" for day in range(9, 18)]
    (folder / "log.csv").write_text("\n".join(["time,pressure,temperature", *lines]))
    painting = project_of(with_moments(epochs(small_painting(), 1)))
    painting = replace(painting, thumbnail=colours[0])
    for name in ("experiment.cadl", "painting.cadl", "results/experiment.cadl"):
        (folder / name).parent.mkdir(exist_ok=True)
        save_project(folder / name, painting)
    save_project(folder / "faces.cadl", project_of(with_moments(epochs(many("one-hot"), 1))))
    for name in ("rates", "photo-sweep"):
        rates = a_folder(folder / name, a_sweep(trials=9), 8, training=1)
        shutil.copy(folder / "experiment.cadl", rates.project(7))
    make_certificates(folder / "keys", ["desk"], days=1)
    return folder


@pytest.mark.parametrize("command", RUN, ids=lambda command: f"{command.page}: {command.line}")
def test_a_command_does_what_its_page_says(
    command: Command,
    here: Callable[..., Result],
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(shutil.copytree(files, tmp_path / "work"))
    if command.fed_by and not_run_as(Command("", command.fed_by)) == "cut":
        fed = subprocess.run(command.fed_by, shell=True, capture_output=True, check=True).stdout
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(fed)))
    assert command.words is not None
    words = [each for word in command.words for each in expanded(word)]
    if words[:1] == ["sweep"]:
        begin_sweep(words[1:])
        return
    for output in outputs_of(words):
        remove(output)
    monkeypatch.setattr(weight_rounding, "STEPS", 40)
    completed = here(*smaller(words))
    assert completed.returncode == 0, completed.stderr
    for output in outputs_of(words):
        assert output.exists()
    if words[:1] in (["list"], ["completion"]) or "-.png" in words:
        assert completed.stdout


def expanded(word: str) -> list[str]:
    """Word as a shell expands it."""
    return sorted(map(str, Path().glob(word))) if "*" in word else [word]


def remove(path: Path) -> None:
    assert not path.is_absolute(), "outside the test's folder"
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)


def outputs_of(words: list[str]) -> list[Path]:
    """Files and folders that a command has to write."""
    match words:
        case ["train" | "lesson" | "painters", *_]:
            return [Path(words[words.index("--out") + 1])]
        case ["export", *_] if not (to := words[words.index("--to") + 1]).startswith("-."):
            return [Path(to)]
        case ["thumbnail", _, png]:
            return [Path(png)]
        case ["certificates", folder, *_]:
            return [Path(folder)]
    return []


def begin_sweep(words: list[str]) -> None:
    """Does all that `sweep` does before it trains, for which it starts processes: makes or finds the folder,
    checks certificates and memory. tests/cli/test_sweep_machines.py trains."""
    options = sweep_parser().parse_args(repeat_option_names(words))
    cluster = cluster_of(options, scheduler="--scheduler", workers=options.workers)
    if not options.resume:
        remove(Path(options.out))
    folder = sweep_folder_of(options)
    sweep = folder.sweep()
    within_memory(cluster, sweep, status_in(folder, sweep))
    assert (Path(options.out) / "sweep.zip").exists()


@pytest.mark.parametrize("page", [page for page in PAGES if python_blocks(page)], ids=lambda page: page.name)
def test_python_of_a_page_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a small painting of 101 epochs, one more than a block waits for, in place of the preset."""
    small = epochs(small_painting(), 101)
    for door in (cadl_desktop.experiment, cadl_desktop.api):
        monkeypatch.setattr(door, "preset", lambda name: small if preset(name) else None)
    monkeypatch.chdir(tmp_path)
    export("weights", Path("weights.npz"), with_moments(epochs(small, 1)))
    names: dict[str, object] = {}
    for block in python_blocks(page):
        exec(block, names)
