"""The command line as users and scripts run it; in a child process where that matters."""

import csv
import errno
import json
import os
import re
import select
import signal
import subprocess
import sys
import termios
import threading
import time
import xml.etree.ElementTree
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import structs
from PIL import Image
from safetensors.numpy import load_file
from tqdm import tqdm

from cadl_desktop import __version__
from cadl_desktop.__main__ import main
from cadl_desktop.cli import run_command, train_command
from cadl_desktop.cli.export_process import ExportStatus, run_export
from cadl_desktop.cli.output import Exit, stderr_writer
from cadl_desktop.cli.results_folder import make_folder
from cadl_desktop.cli.train_command import run_training
from cadl_desktop.experiment import open_project, preset, preset_names
from cadl_desktop.experiment.catalog import entries
from cadl_desktop.experiment.paths import set_path, setting_paths
from cadl_desktop.project import Project, save_project
from cadl_desktop.runs.history import COLUMNS
from cadl_desktop.storage import atomic
from cadl_desktop.system import child_process
from cadl_desktop.system.child_process import module_environment
from tests.cli.commands import COMMAND, Result, assert_refused, cadl, environment, result_of, run_here
from tests.engine.runs import epochs, small_painting
from tests.export.networks import many, project_of, with_moments
from tests.export.recipes import recipe_in
from tests.process_groups import kill_survivors, killed_in_the_end

BOTH = {
    "experiment.cadl",
    "history.csv",
    "weights.safetensors",
    "weights.keras",
    "cost.svg",
}
PAINTING = BOTH | {"painting.png", "target.png"}
CURVE = BOTH | {"curve.csv", "curve.svg"}
LONG = ["train", "lecture-tanh", "--seconds", "300", "--json", "--out"]

Here = Callable[..., Result]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def painted(shared: Path) -> tuple[Path, Result]:
    """Results of an own picture, painted for two epochs by the lecture's network."""
    Image.linear_gradient("L").resize((24, 12)).save(shared / "mine.png")
    out = shared / "new" / "painting"
    small = ["layers.0.units=8", "data.longest=12", "batch_size=16"]
    changes = ["--epochs", "2", "--seed", "5", "--set", *small, "--json"]
    lecture = ["--preset", "lecture-painting"]
    return out, run_here("train", shared / "mine.png", *lecture, "--out", out, *changes)


@pytest.fixture(scope="module")
def fitted(shared: Path) -> tuple[Path, Result]:
    """Results of a preset's curve, fitted for one epoch, without --json."""
    out = shared / "curve"
    return out, run_here("train", "lecture-tanh", "--epochs", "1", "--out", out)


def test_a_painting_gets_its_files(painted: tuple[Path, Result]) -> None:
    out, completed = painted
    result = result_of(completed)
    assert set(os.listdir(out)) == PAINTING
    assert result["name"] == "mine"
    assert (result["epochs"], result["steps"]) == (2, 2 * (12 * 6 // 16))
    assert result["stopped_because"] == "epochs"
    assert result["out"] == str(out)
    assert result["psnr"] == result["seen_psnr"] > 0
    assert result["hidden_psnr"] is None
    assert result["validation_cost"] is None
    assert result["seen_ssim"] is None  # six rows are less than the window of SSIM
    for name in ("painting.png", "target.png"):
        with Image.open(out / name) as picture:
            assert picture.size == (12, 6)


def test_empty_cells_of_a_montage_do_not_count_in_its_score(here: Here, shared: Path) -> None:
    faces = preset("homework-many-pictures")
    save_project(shared / "faces.cadl", Project(structs.replace(faces, layers=faces.layers[:2])))
    options = ["--epochs", "1", "--out", shared / "faces", "--json"]
    small = ["--set", "data.count=5", "data.longest=16"]
    result = result_of(here("train", shared / "faces.cadl", *options, *small))
    assert result["psnr"] == result["seen_psnr"]


def test_the_project_holds_what_was_trained(painted: tuple[Path, Result]) -> None:
    out, completed = painted
    project = open_project(out / "experiment.cadl")
    assert project.experiment.seed == 5
    assert project.experiment.layers[0]["units"] == 8
    assert project.state is not None
    assert project.history is not None
    assert project.state.step == result_of(completed)["steps"]
    assert project.history.column("cost")[-1] == pytest.approx(result_of(completed)["cost"], rel=1e-6)
    assert project.snapshots is not None
    steps = [state.step for state in project.snapshots.states]
    assert steps[0] == 0
    assert steps[-1] == project.state.step


def test_the_best_weights_are_written_and_the_final_ones_on_request(here: Here, tmp_path: Path) -> None:
    out = tmp_path / "best"
    jumps = ["optimizer.rate=0.2", "stop.patience=4", "target_scaling=unit", "input_scaling=standardised"]
    small = ["data.longest=12", "validation=20%", "stop.epochs=60", "batch_size=16", *jumps]
    result = result_of(here("train", "lecture-painting", "--best", "--out", out, "--json", "--set", *small))
    assert (result["stopped_because"], result["epochs"]) == ("patience", result["best_epoch"] + 4)
    project = open_project(out / "experiment.cadl")
    assert project.state is not None
    assert project.history is not None
    rows = project.history.rows[1:]
    lowest = rows[np.argmin(rows[:, 4])]
    assert (project.state.epoch, project.state.latest.epoch) == (result["best_epoch"], result["epochs"])
    assert (lowest[0], lowest[3]) == (result["best_epoch"], pytest.approx(result["cost"], rel=1e-6))
    exported = {}
    for name, options in (("best", []), ("final", ["--final"])):
        file = tmp_path / f"{name}.safetensors"
        here("export", out / "experiment.cadl", "--to", file, *options)
        exported[name] = load_file(file)["W1"]
    np.testing.assert_array_equal(exported["best"], load_file(out / "weights.safetensors")["W1"])
    np.testing.assert_array_equal(exported["best"], project.state.weights[0])
    np.testing.assert_array_equal(exported["final"], project.state.latest.weights[0])
    further = here("train", out / "experiment.cadl", "--epochs", "1", "--out", tmp_path / "on", "--json")
    assert result_of(further)["epochs"] == result["epochs"] + 1


def test_training_begins_with_the_weights_of_a_file(
    here: Here, painted: tuple[Path, Result], tmp_path: Path
) -> None:
    out, _ = painted
    weights = ["--weights", out / "weights.keras", "--set", "optimizer.rate=1e-8"]
    completed = here(
        "train", out / "experiment.cadl", "--epochs", "1", "--out", tmp_path / "on", *weights, "--json"
    )
    assert result_of(completed)["epochs"] == 3
    before, after = open_project(out / "experiment.cadl"), open_project(tmp_path / "on" / "experiment.cadl")
    assert before.state is not None
    assert after.state is not None
    assert after.history is not None
    for ours, theirs in zip(after.state.weights, before.state.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert "weights from weights.keras" in [change.value for change in after.history.changes]


def test_unfit_weights_are_refused(here: Here, painted: tuple[Path, Result], tmp_path: Path) -> None:
    arguments = ["--out", tmp_path / "out", "--weights", painted[0] / "weights.safetensors"]
    completed = here("train", "lecture-painting", *arguments)
    assert_refused(completed, "--weights: 'weights.safetensors' doesn't fit this network: W1 is 2 x 64 here")
    assert not (tmp_path / "out").exists()


def test_a_curve_gets_its_files(fitted: tuple[Path, Result]) -> None:
    out, completed = fitted
    assert completed.returncode == 0, completed.stderr
    assert set(os.listdir(out)) == CURVE
    assert completed.stdout.splitlines()[-1] == f"Written to {out}"
    with (out / "history.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert [row[0] for row in rows] == ["0", "1"]
    assert f"\n1 epoch, {int(rows[1][1])} steps in " in completed.stdout
    assert re.search(r"cost \d\.\d+, R² -?\d+\.\d+, RMS \d+\.\d+\n", completed.stdout)
    points = np.genfromtxt(out / "curve.csv", delimiter=",", names=True)
    assert points.dtype.names == ("x", "y", "fit", "residual")
    for name in ("cost.svg", "curve.svg"):
        assert xml.etree.ElementTree.parse(out / name).getroot().tag.endswith("svg")


def test_a_project_is_trained_further_and_replaces_its_own_files(
    here: Here, painted: tuple[Path, Result], fitted: tuple[Path, Result]
) -> None:
    project = painted[0] / "experiment.cadl"
    out = fitted[0]
    (out / "notes.txt").write_text("mine")
    refused = here("train", project, "--out", out)
    assert refused.returncode == 2
    assert "is not empty; choose another folder or add --overwrite." in refused.stderr
    assert set(os.listdir(out)) == CURVE | {"notes.txt"}

    further = here(
        "train",
        project,
        "--out",
        out,
        "--epochs",
        "3",
        "--set",
        "optimizer.rate=0.01",
        "--overwrite",
        "--json",
    )
    assert result_of(further)["epochs"] == 5
    assert set(os.listdir(out)) == PAINTING | {"notes.txt"}
    opened, before = open_project(out / "experiment.cadl"), open_project(project)
    history = opened.history
    assert history is not None
    assert history.column("epoch").tolist() == [0, 1, 2, 3, 4, 5]
    assert opened.snapshots is not None
    assert before.state is not None
    assert opened.snapshots.states[0].step == 0
    assert before.state.step in [state.step for state in opened.snapshots.states]
    assert opened.snapshots.states[-1].settings.rate == 0.01
    assert history.column("learning_rate").tolist() == [0.001, 0.001, 0.001, 0.01, 0.01, 0.01]


def test_a_project_whose_rate_had_fallen_to_0_says_at_which_it_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # no monitor thread
    falling = ["--set", "schedule.kind=cosine", "schedule.over=run"]
    run_training(["lecture-tanh", "--epochs", "2", *falling, "--out", str(tmp_path / "first")])
    assert "0.002" not in capsys.readouterr().err
    project = tmp_path / "first" / "experiment.cadl"
    run_training([str(project), "--epochs", "3", "--out", str(tmp_path / "further")])
    assert "at up to 0.002" in capsys.readouterr().err
    history = open_project(tmp_path / "further" / "experiment.cadl").history
    assert history is not None
    assert history.column("epoch").tolist()[-1] == 5
    assert 0.001 < history.column("learning_rate")[-3:].max() < 0.002


def test_divergence_writes_the_last_good_state(here: Here, shared: Path) -> None:
    out = shared / "diverged"
    wild = ["cost=l2-sum", "optimizer.rate=1000", "encoding.degree=9", "validation=0.2"]
    completed = here("train", "lecture-polynomial-3", "--out", out, "--json", "--set", *wild)
    result = result_of(completed, code=3)
    assert result["stopped_because"] == "diverged"
    assert result["cost"] is not None
    assert result["validation_cost"] > 0
    assert set(os.listdir(out)) == CURVE
    project = open_project(out / "experiment.cadl")
    assert project.diverged
    assert project.state is not None
    assert all(np.isfinite(array).all() for array in project.state.weights)


def test_an_exploded_cost_is_reported_as_divergence(here: Here, shared: Path) -> None:
    """Adam's steps are as long as its rate, so that the cost stays finite, with thirty digits."""
    wild = ["optimizer.rate=1000", "data.longest=16", "stop.epochs=3"]
    completed = here("train", "lecture-painting", "--out", shared / "exploded", "--json", "--set", *wild)
    assert result_of(completed, code=3)["stopped_because"] == "diverged"


def interrupted_at_once(out: Path, *numbers: int) -> Result:
    """Runs a long training and sends signals as soon as its folder exists, while TensorFlow loads."""
    log = out.with_suffix(".log")
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*COMMAND, *LONG, out], stdout=subprocess.PIPE, stderr=errors, text=True, env=environment()
        )
        with killed_in_the_end(process):
            while not out.is_dir():
                assert process.poll() is None, log.read_text()
                time.sleep(0.02)
            for number in numbers:
                process.send_signal(number)
            output, _ = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, output, log.read_text())


def interrupted_on_a_terminal(out: Path, **changes: str) -> Result:
    """Runs a long training on a terminal, and presses Ctrl-C three times once its bar counts epochs."""
    terminal, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 100))  # without a size tqdm shows no bar
    process = subprocess.Popen(
        [*COMMAND, *LONG, out], stdout=subprocess.PIPE, stderr=theirs, text=True, env=environment(**changes)
    )
    os.close(theirs)
    screen = ""
    with (
        killed_in_the_end(process),
        os.fdopen(terminal, "rb", buffering=0) as bar,
    ):
        with suppress(OSError):  # reading ends so once the terminal has no writers
            while shown := bar.read(4096):
                was_counting = re.search(r"\r[1-9]\d*epoch", screen)
                screen += shown.decode(errors="replace")
                if not was_counting and re.search(r"\r[1-9]\d*epoch", screen):
                    for _ in range(3):
                        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, output, screen)


def test_an_interruption_writes_everything_and_an_unwritable_home_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    nowhere = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(tmp_path / "file" / "home"))
    out = tmp_path / "interrupted"
    completed = interrupted_on_a_terminal(out, **nowhere)
    result = result_of(completed, code=130)
    assert result["stopped_because"] == "stopped"
    assert result["steps"] > 0
    lines = [line for line in re.split(r"[\r\n]+", completed.stderr) if line.strip()]
    messages = [line for line in lines if not re.match(r"\d+epoch ", line)]
    assert messages == ["Stopping: the results so far are being written."], (
        "libraries say nothing of themselves"
    )
    assert set(os.listdir(out)) == CURVE
    project = open_project(out / "experiment.cadl")
    assert project.state is not None
    assert project.state.step == result["steps"]


def test_an_interruption_while_tensorflow_loads_writes_untrained_results(shared: Path) -> None:
    out = shared / "early"
    completed = interrupted_at_once(out, signal.SIGHUP, signal.SIGTERM)  # as when a terminal is closed
    result = result_of(completed, code=130)
    assert completed.stderr.count("Stopping") == 1
    assert (result["steps"], result["stopped_because"]) == (0, "stopped")
    assert set(os.listdir(out)) == CURVE


def test_interruptions_work_once_the_folder_exists(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(*words: Any) -> Path:
        folder = make_folder(*words)
        os.kill(os.getpid(), signal.SIGINT)
        return folder

    monkeypatch.setattr(train_command, "make_folder", made)
    completed = here("train", "lecture-tanh", "--epochs", "9", "--json", "--out", tmp_path / "out")
    assert result_of(completed, code=130)["steps"] == 0
    assert set(os.listdir(tmp_path / "out")) == CURVE


@pytest.mark.parametrize("name", ["p.cadl", "p.csv", "p.png", "p"])
def test_a_file_in_an_unreadable_folder_is_not_taken_for_a_command(
    here: Here, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0)
    if os.access(folder, os.X_OK):
        return  # root may read everything
    completed = here("train", f"closed/{name}", "--out", "out")
    folder.chmod(0o700)
    assert_refused(completed, "permission denied")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lecture-tan"], "'lecture-tan' is neither a preset nor a file; did you mean 'lecture-tanh'?"),
        (["nowhere.cadl"], "'nowhere.cadl' is neither a preset nor a file"),
        (["broken.cadl"], "'broken.cadl' can't be opened"),
        (["broken.png"], "'broken.png' is not a picture that can be opened"),
        (["empty"], "'empty' holds no picture that can be opened"),
        (["lecture-tanh", "--epochs", "0"], "--epochs: '0' is not a whole number from 1"),
        (["lecture-tanh", "--epochs", "-3"], "--epochs"),
        (["lecture-tanh", "--epochs", "many"], "--epochs"),
        (["lecture-tanh", "--seconds", "nan"], "--seconds: 'nan' is not a number"),
        (["lecture-tanh", "--seconds", "inf"], "--seconds"),
        (["lecture-tanh", "--seconds", "-1"], "--seconds"),
        (["lecture-tanh", "--seed", "-1"], "--seed"),
        (["lecture-tanh", "--set", "optimiser.rate=1"], "did you mean 'optimizer.rate'?"),
        (["lecture-tanh", "--set", "optimizer.rate=nan"], "optimizer.rate: nan is not a finite number"),
        (["lecture-tanh", "--set", "layers.0.units=0"], "layers.0.units: 0 is too small"),
        (["lecture-tanh", "--set", "nonsense"], "--set: 'nonsense' is not of the form PATH=VALUE"),
        (["lecture-tanh", "--set", "=5"], "--set: '=5' is not of the form PATH=VALUE"),
        (["lecture-tanh", "--set", "name="], "name: is empty; give the experiment a name."),
        (["lecture-tanh", "--set", "stop.epochs=-1", "--seconds", "1"], "stop.epochs: -1 is too small"),
        (["lecture-tanh", "--set", "data.kind=picture"], "output.kind: gives 1 number"),
        (["mine.png", "--parameters", "0"], "--parameters: '0' is too small; give 1 % or more"),
        (["mine.png", "--parameters", "-5%"], "--parameters: '-5%' is too small; give 1 % or more"),
        (["mine.png", "--parameters", "900%"], "--parameters: '900%' is too large; give 150 % or less"),
        (["mine.png", "--parameters", "x"], "--parameters: 'x' is no share; give one from 1 % to 150 %"),
        (["mine.png", "--parameters", "nan"], "--parameters: 'nan' is no share"),
        (["lecture-painting", "--parameters", "10%"], "choose the preset learned-painting"),
        (["mine.png", "--parameters"], "--parameters: expected one argument"),
        (["lecture-tanh", "--set", "parameters=0.1"], "parameters: '10 tanh neurons' doesn't paint one"),
        (["lecture-tanh", "--bogus"], "--bogus"),
        ([], "EXPERIMENT"),
    ],
)
def test_bad_input_is_refused_in_one_sentence_and_nothing_is_written(
    here: Here, tmp_path: Path, arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.cadl").write_bytes(b"PK\x03\x04 and then nothing")
    Path("broken.png").write_bytes(b"no picture")
    Path("empty").mkdir()
    Image.new("RGB", (9, 7), "green").save("mine.png")
    assert_refused(here("train", *arguments, "--out", "out"), message)
    assert not Path("out").exists()


def test_a_file_is_no_folder(here: Here, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    assert_refused(cadl("train", "lecture-tanh", "--out", taken), f"--out: '{taken}' is a file")
    assert_refused(here("train", "lecture-tanh", "--out", taken / "in"), "can't be used (not a directory)")
    assert_refused(here("train", "lecture-tanh"), "--out")
    assert taken.read_text() == "mine"


@pytest.mark.parametrize("out", ["link", "link/inner", "itself"])
def test_a_link_that_leads_nowhere_is_no_folder(
    here: Here, tmp_path: Path, out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("link").symlink_to("gone")
    Path("itself").symlink_to("itself")
    link = out.partition("/")[0]
    message = f"--out: '{link}' is a link that leads to no folder; choose another folder"
    assert_refused(here("train", "lecture-tanh", "--out", out), message)
    assert not Path("gone").exists()


def test_the_list_names_presets_and_the_whole_catalog(here: Here) -> None:
    listing = json.loads(here("list", "--json").stdout)
    assert [preset["name"] for preset in listing["presets"]] == preset_names()
    for category in ("dataset", "layer", "activation", "cost", "optimizer"):
        assert [entry["kind"] for entry in listing["catalog"][category]] == list(entries(category))
    rate = listing["catalog"]["optimizer"][0]["parameters"][0]
    assert (rate["name"], rate["kind"], rate["default"]) == ("rate", "float", 0.01)
    text = here("list").stdout
    assert all(name in text for name in [*preset_names(), "polynomial", "optimizer.beta1", "layers.0.units"])


def test_the_list_names_each_setting_as_set_takes_it(here: Here) -> None:
    listing = json.loads(here("list", "--json").stdout)
    start = preset("lecture-painting")
    assert {"batch_size", "stop.epochs"} <= {setting["path"] for setting in listing["settings"]}
    for setting in listing["settings"]:
        spelled = "none" if setting["default"] is None else str(setting["default"])
        assert setting["path"] in setting_paths(start)
        set_path(start, setting["path"], spelled)
    for category, listed in listing["catalog"].items():
        for entry in listed:
            for chooser in listing["chosen_by"][category]:
                chosen = set_path(start, chooser, entry["kind"])
            paths = [parameter["path"] for parameter in entry["parameters"]]
            assert set(paths) <= set(setting_paths(chosen)), f"{category} {entry['kind']}"


def test_a_closed_pipe_is_no_error() -> None:
    with subprocess.Popen(
        [*COMMAND, "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_standard_output_is_reported() -> None:
    with open("/dev/full", "w") as full:
        completed = subprocess.run(
            [*COMMAND, "list"], stdout=full, stderr=subprocess.PIPE, text=True, env=environment(), check=False
        )
    assert completed.returncode == 1
    assert completed.stderr == "The results can't be printed: no space left on device.\n"


def test_version_and_help(here: Here) -> None:
    assert cadl("--version").stdout == f"cadl-desktop {__version__}\n"
    for command in ([], ["train"], ["list"]):
        completed = here(*command, "--help")
        assert completed.returncode == 0
        assert completed.stdout.startswith("usage: cadl-desktop")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
@pytest.mark.parametrize(
    "display",
    [{}, {"DISPLAY": ":987"}, {"WAYLAND_DISPLAY": "wayland-987"}, {"QT_QPA_PLATFORM": "xcb"}],
    ids=["none", "dead X", "dead Wayland", "xcb without X"],
)
def test_without_a_display_the_train_command_is_named(display: dict[str, str]) -> None:
    blank = {"QT_QPA_PLATFORM": "", "DISPLAY": "", "WAYLAND_DISPLAY": "", "WAYLAND_SOCKET": ""}
    assert_refused(cadl(**(blank | display)), "cadl-desktop train EXPERIMENT --out DIR")


def test_no_window_is_opened_for_a_missing_file() -> None:
    assert_refused(cadl("lecture-tanhh"), "did you mean 'lecture-tanh'?")


@pytest.mark.parametrize("others", [(), ("x",), ("x", "--out", "y"), ("--set", "a=1")])
def test_a_misspelled_command_is_reported_whatever_follows_it(here: Here, others: tuple[str, ...]) -> None:
    message = "'traim' is neither a preset nor a file; did you mean 'train'?"
    assert_refused(here("traim", *others), message)
    assert_refused(here("lecture-tanh", *("x", *others)), "Unrecognized arguments: x")


@pytest.mark.parametrize("name", ["w.savedmodel", "w.tflite"])
def test_formats_that_tensorflow_converts_can_be_exported_from_a_project(
    here: Here, fitted: tuple[Path, Result], tmp_path: Path, name: str
) -> None:
    to = tmp_path / name
    completed = here("export", fitted[0] / "experiment.cadl", "--to", to)
    assert completed.returncode == 0, completed.stderr
    assert to.stat().st_size > 100
    assert completed.stdout.endswith(f"written to {to}\n")


def test_a_text_is_exported_to_standard_output(
    here: Here, painted: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = painted[0] / "experiment.cadl"
    monkeypatch.chdir(tmp_path)
    here("export", project, "--to", "here.csv")
    completed = here("export", project, "--to", "-.csv")
    assert (completed.returncode, completed.stderr) == (0, "")
    assert completed.stdout == Path("here.csv").read_text()
    assert "-.csv" not in os.listdir()
    assert_refused(here("export", project, "--to", "-"), "--to: nothing is written to '-'; end it in .")
    assert_refused(here("export", project, "--to", "-.savedmodel"), "--to: .savedmodel is a folder")
    assert_refused(here("export", "-", "--to", "-.csv"), "PROJECT: a project isn't read from standard input")


def test_an_export_to_a_closed_output_fails(painted: tuple[Path, Result]) -> None:
    words = [*COMMAND, "export", str(painted[0] / "experiment.cadl"), "--to", "-.png"]
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *words],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        check=False,
    )
    assert closed.returncode == Exit.FAILED
    assert closed.stderr == "The results can't be printed: standard output is closed.\n"


def test_weights_go_through_a_pipe_and_not_to_a_terminal(
    painted: tuple[Path, Result],
) -> None:
    words = [*COMMAND, "export", str(painted[0] / "experiment.cadl"), "--to", "-.npz"]

    def export_to(output: int) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            words, stdout=output, stderr=subprocess.PIPE, env=environment(), timeout=120, check=False
        )

    with np.load(BytesIO(export_to(subprocess.PIPE).stdout)) as weights:
        assert weights["W1"].shape == (2, 8)
    with open("/dev/full", "wb") as full:
        failed = export_to(full.fileno())
    assert (failed.returncode, failed.stderr) == (
        Exit.FAILED,
        b"The results can't be printed: no space left on device.\n",
    )
    terminal, of_export = os.openpty()
    try:
        refused = export_to(of_export)
    finally:
        os.close(terminal)
        os.close(of_export)
    assert refused.returncode == Exit.BAD_INPUT
    assert refused.stderr.startswith(b"--to: a terminal can't show .npz; ")


def test_an_export_replaces_an_earlier_file_only_with_overwrite(
    here: Here, painted: tuple[Path, Result], tmp_path: Path
) -> None:
    to, table = tmp_path / "cost.png", tmp_path / "cost.csv"
    command = ("export", painted[0] / "experiment.cadl", "--what", "cost-plot", "--to", to)
    beside = ("export", painted[0] / "experiment.cadl", "--to", table, "--recipe")
    for words, there in ((command, to), (beside, table), (beside, tmp_path / "cost.csv.recipe.json")):
        there.write_bytes(b"mine")
        assert_refused(here(*words), f"there is a file '{there.name}' already")
        assert there.read_bytes() == b"mine"
        there.unlink()
    to.write_bytes(b"mine")
    completed = here(*command, "--overwrite")
    assert completed.returncode == 0, completed.stderr
    assert to.read_bytes().startswith(b"\x89PNG")
    assert completed.stdout == f"Cost written to {to}\n"
    assert_refused(here(*command), "there is a file 'cost.png' already")  # also its own
    assert here(*beside).returncode == 0
    assert json.loads((tmp_path / "cost.csv.recipe.json").read_text())["what"] == "cost"


def test_a_name_missing_from_all_fonts_prints_no_warnings(
    here: Here, fitted: tuple[Path, Result], tmp_path: Path
) -> None:
    project, to = open_project(fitted[0] / "experiment.cadl"), tmp_path / "network.svg"
    named = replace(project, experiment=structs.replace(project.experiment, name="漢字"))
    save_project(tmp_path / "named.cadl", named)
    completed = here("export", tmp_path / "named.cadl", "--what", "network", "--to", to)
    assert (completed.returncode, completed.stderr) == (0, "")
    assert "漢字: " in to.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options",
    [("network.svg", "--what", "network", "--lines", "9"), ("land.pdf", "--what", "landscape", "--places=7")],
    ids=lambda options: options[0],
)
def test_drawings_of_the_network_are_written(
    here: Here, painted: tuple[Path, Result], tmp_path: Path, options: tuple[str, ...]
) -> None:
    name, *others = options
    completed = here("export", painted[0] / "experiment.cadl", "--to", tmp_path / name, *others)
    assert completed.returncode == 0, completed.stderr
    assert (tmp_path / name).stat().st_size > 1000
    assert recipe_in(tmp_path / name)["what"] == others[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "x.mp3"), "--to: nothing is written to 'x.mp3'"),
        (("--to", "x.png", "--what", "films"), "--what: 'films' is not known"),
        (
            ("--to", "x.csv", "--what", "curve"),
            "--what: 'curve' is not for this experiment; choose one of painting,",
        ),
        (
            ("--to", "x.csv", "--what", "painting"),
            "--to: painting goes to .png, .jpg, .jpeg, .webp, .tiff or .tif, not to 'x.csv'.",
        ),
        (("--to", "no/such/folder/x.png"), "its folder does not exist"),
        (("--to", "x.svg", "--blur", "2"), "--blur: cost as .svg has no such option"),
        (("--to", "x.svg", "--recipe", "perhaps"), "--recipe: 'perhaps' is neither yes nor no."),
    ],
)
def test_a_bad_export_is_refused_in_one_sentence(
    here: Here, painted: tuple[Path, Result], arguments: tuple[str, ...], message: str
) -> None:
    assert_refused(here("export", painted[0] / "experiment.cadl", *arguments), message)


def test_an_export_without_room_fails_and_is_no_bad_input(
    here: Here, painted: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic, "_flush", full)
    to = tmp_path / "cost.svg"
    completed = here("export", painted[0] / "experiment.cadl", "--to", to)
    assert completed.returncode == Exit.FAILED
    assert completed.stdout == ""
    message = f"{to} was not written: the disk is full; make room or choose another place.\n"
    assert completed.stderr == message
    assert not to.exists()
    assert "Exit codes: 0 done, 1 " in here("export", "--help").stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere.cadl", "'nowhere.cadl' is not there; check its name and folder."),
        ("lecture-tanh", "is a preset; train it first with 'cadl-desktop train lecture-tanh --out DIR'."),
        (".", "'.' is a folder; choose a trained .cadl file in it."),
        ("x" * 300, "can't be read (file name too long)"),
    ],
)
def test_a_file_that_is_no_project_is_refused_in_one_sentence(
    here: Here, tmp_path: Path, name: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_refused(here("export", name, "--to", "x.png"), message)


def test_an_unreadable_target_is_reported_in_one_sentence(
    here: Here, painted: tuple[Path, Result], tmp_path: Path
) -> None:
    project = open_project(painted[0] / "experiment.cadl")
    data = project.experiment.data.has(source="own", image=b"no picture")
    broken = tmp_path / "broken.cadl"
    save_project(broken, replace(project, experiment=structs.replace(project.experiment, data=data)))

    refused = here("export", broken, "--to", tmp_path / "painting.png")
    assert_refused(refused, "The experiment's own picture is not a picture that can be opened")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["broken.cadl"]


def test_a_film_of_a_saved_run_is_written_with_options(
    here: Here, painted: tuple[Path, Result], tmp_path: Path
) -> None:
    to = tmp_path / "film.gif"
    options = ("--scale", "3", "--seconds=1", "--fps", "10", "--hold", "0.5")
    completed = here("export", painted[0] / "experiment.cadl", "--to", to, *options)
    assert completed.returncode == 0, completed.stderr
    with Image.open(to) as film:
        assert film.size == (36, 18)
        assert film.n_frames > 1
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["film.gif"]


def test_options_and_formats_are_listed_by_help(here: Here) -> None:
    completed = here("export", "--help")
    for words in ("painting", "[.gif]", "--around float", "--pace gradual|even", "--no-recipe"):
        assert words in completed.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("x.png", "--scale", "0"),
            "--scale: 0 is beyond the limits; it has to be at least 0.01 and at most",
        ),
        (("x.png", "--width", "many"), "--width: 'many' is not a whole number."),
        (("x.png", "--width", "--height", "9"), "--width: '' is not a whole number."),
        (("x.png", "--bits", "12"), "--bits: '12' is not known; choose one of 8, 16."),
        (
            ("x.jpg", "--bits", "16"),
            "--bits: this is for .png, .tiff or .tif only; leave it out or end FILE so.",
        ),
        (("x.png", "--quality", "9"), "--quality: this is for .jpg, .jpeg or .webp only;"),
        (("x.png", "--number", "5"), "--number: this is for several pictures only; leave it out."),
        (("x.webp", "--width", "20000"), "A .webp file has at most 16,383 pixels a side"),
    ],
)
def test_a_bad_option_is_refused_in_one_sentence(
    here: Here, painted: tuple[Path, Result], tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    name, *options = arguments
    refused = here("export", painted[0] / "experiment.cadl", "--to", tmp_path / name, *options)
    assert_refused(refused, message)
    assert not (tmp_path / name).exists()


def test_a_homework_takes_a_run_of_another_project_or_of_its_own(
    here: Here, painted: tuple[Path, Result], tmp_path: Path
) -> None:
    single, faces, both = painted[0] / "experiment.cadl", tmp_path / "faces.cadl", tmp_path / "both.cadl"
    several = with_moments(epochs(many("number"), 2))
    save_project(faces, project_of(several))
    save_project(both, project_of(several, with_moments(epochs(small_painting(), 2))))
    made: dict[str, set[str]] = {}
    for name, arguments in (("two.zip", (single, "--with", faces)), ("one.zip", (both,))):
        completed = here("export", *arguments, "--what", "homework", "--to", tmp_path / name)
        assert completed.returncode == 0, completed.stderr
        with zipfile.ZipFile(tmp_path / name) as archive:
            made[name] = set(archive.namelist())
    assert made["two.zip"] >= {"reference.png", "single.gif", "multiple.gif", "final.gif", "homework.ipynb"}
    assert made["one.zip"] == made["two.zip"] - {"single.gif"}  # moments of other runs are not saved
    alone = here("export", single, "--to", tmp_path / "alone.zip", "--what", "homework")
    assert alone.stderr.startswith("There is no run of many pictures; --with names another project")
    for to, other, message in (
        ("h.zip", single, "has no trained run of many pictures"),
        ("a.png", faces, "only the homework takes a second run"),
    ):
        assert_refused(here("export", single, "--to", tmp_path / to, "--with", other), message)
        assert not (tmp_path / to).exists()


@pytest.mark.parametrize("name", ["large.png", "homework.zip"])
def test_ctrl_c_leaves_nothing_of_an_export(painted: tuple[Path, Result], tmp_path: Path, name: str) -> None:
    """Usually while TensorFlow loads, where nothing can be asked to stop."""
    project, to, scratch = painted[0] / "experiment.cadl", tmp_path / "out" / name, tmp_path / "scratch"
    to.parent.mkdir()
    scratch.mkdir()
    size = ["--width", "30000"] if name.endswith(".png") else []
    command = [*COMMAND, "export", str(project), "--to", str(to), *size]
    with subprocess.Popen(
        command, env=environment(TMPDIR=str(scratch)), stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 60
        while not list(to.parent.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=120)[1]
    assert process.returncode == 130
    assert errors.strip().splitlines()[-1] == "Cancelled; nothing was written."
    assert list(to.parent.iterdir()) == list(scratch.iterdir()) == []


SLOW_DISK = """
import shutil, time
remove = shutil.rmtree
shutil.rmtree = lambda *place, **how: (time.sleep(1), remove(*place, **how))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no process groups")
def test_an_export_ends_with_a_command_that_is_killed(painted: tuple[Path, Result], tmp_path: Path) -> None:
    """Removing temporary files takes longer here than the failure after the encoder's death."""
    folder, scratch, modules = tmp_path / "out", tmp_path / "scratch", tmp_path / "modules"
    for each in (folder, scratch, modules):
        each.mkdir()
    (modules / "sitecustomize.py").write_text(SLOW_DISK)
    path = os.pathsep.join((str(modules), module_environment()["PYTHONPATH"]))
    options = ["--to", str(folder / "film.mp4"), "--width", "1500", "--seconds", "60"]
    with subprocess.Popen(
        [*COMMAND, "export", str(painted[0] / "experiment.cadl"), *options],
        env=environment(TMPDIR=str(scratch), PYTHONPATH=path),
        stderr=subprocess.DEVNULL,
        process_group=0,
    ) as process:
        deadline = time.monotonic() + 60
        while not encoded(folder) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
    assert kill_survivors(process.pid) == []
    assert list(folder.iterdir()) == list(scratch.iterdir()) == []


def encoded(folder: Path) -> int:
    """Number of bytes that a film's encoder has written to the folder."""
    return sum(file.stat().st_size for file in folder.iterdir())


STUBBORN = """#!/bin/sh
trap '' TERM
for last; do :; done
cat "$last" &
wait
"""


def test_ctrl_c_also_ends_the_encoder_of_an_export_that_does_not_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An encoder left alone would create its file after everything was removed."""
    program, encoder_reads = tmp_path / "program", tmp_path / "film.mp4"
    program.write_text(STUBBORN)
    program.chmod(0o755)
    os.mkfifo(encoder_reads)
    monkeypatch.setattr(sys, "executable", str(program))
    opened: list[int] = []
    before = signal.getsignal(signal.SIGINT)

    def interrupt() -> None:
        opened.append(os.open(encoder_reads, os.O_WRONLY))  # returns when the encoder reads from it
        while signal.getsignal(signal.SIGINT) is before:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    person = threading.Thread(target=interrupt)
    person.start()
    assert run_export([str(encoder_reads)]) == Exit.INTERRUPTED
    person.join()
    watched = select.poll()
    watched.register(opened[0], 0)
    assert watched.poll(10_000)  # no reader is left
    os.close(opened[0])


ABOUT_TO_END = """#!/bin/sh
trap '' TERM
for last; do :; done
read word <"$last"
rm "$last"
echo whole >"$last"
"""


def test_an_export_completed_during_cancellation_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, to = tmp_path / "program", tmp_path / "film.mp4"
    program.write_text(ABOUT_TO_END)
    program.chmod(0o755)
    os.mkfifo(to)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(ExportStatus, "settled", property(lambda _: bool(settled)))
    opened: list[int] = []
    settled: list[bool] = []
    before = signal.getsignal(signal.SIGINT)

    def started_by(number: int) -> list[Any]:
        settled.append(True)
        if settled == [True]:
            os.write(opened[0], b"\n")
        return []

    def interrupt() -> None:
        opened.append(os.open(to, os.O_WRONLY))
        while signal.getsignal(signal.SIGINT) is before:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(child_process, "_started_by", started_by)
    person = threading.Thread(target=interrupt)
    person.start()
    assert run_export([str(to)]) == Exit.DONE
    person.join()
    os.close(opened[0])
    assert to.is_file()
    assert to.read_text() == "whole\n"


def test_numpy_gets_a_single_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "")  # so that monkeypatch restores it
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    assert main(["list"]) == 0
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def test_on_windows_files_and_pipes_get_all_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    written = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(written, encoding="cp1252"))
    assert run_command(["--version"], lambda file: 0) == 0
    sys.stdout.write("−▸漢")
    sys.stdout.flush()
    assert written.getvalue().endswith("−▸漢".encode())


def test_a_terminal_of_windows_gets_sentences_in_its_code_page(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(os, "device_encoding", lambda _: "cp850")
    stderr_writer()("Stopping 'Größe'.")
    assert capfdbinary.readouterr().err == b"\nStopping 'Gr\x94\xe1e'.\n"
