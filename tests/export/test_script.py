"""Scripts and notebooks train the same networks to the same costs, without this program."""

import ast
import base64
import csv
import dataclasses
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.data.pictures.cropping import image_to_png as picture_png
from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment, Part, Stop, preset
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.export.exports import export
from cadl_desktop.export.job import Job
from cadl_desktop.export.script import replayed_run
from cadl_desktop.export.script.cell import base64_constant
from cadl_desktop.export.script.data_cells import data_cells
from cadl_desktop.export.script.figure_cells import IMPORT, figures_cells
from cadl_desktop.export.script.program import preview_program, script
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.changes import Change, branched, changed_structure
from cadl_desktop.runs.events import Changed, EpochEnded, Finished, Paused, RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.storage.atomic import FileError
from tests.engine.runs import epochs, small_painting
from tests.export.networks import CURVE, many, untrained

# One process for all scripts, as each would spend most of its time loading TensorFlow.
RUN_ALL = """
import contextlib, os, runpy, sys
sys.modules["cadl_desktop"] = None  # importing it fails, wherever it is installed
for path in sys.argv[1:]:
    os.chdir(os.path.dirname(path))
    with open("printed.txt", "w") as printed, contextlib.redirect_stdout(printed):
        runpy.run_path(path)
"""

Live = Mapping[int, dict[str, Any]]


def trained(experiment: Experiment, live: Live | None = None) -> Trained:
    """Run whose settings change at these steps."""
    changes, history, control = dict(live or {}), History(), Control(picture_seconds=None)
    if changes:
        control.pause()
    for event in train(experiment, control):
        history.add(event)
        if isinstance(event, Paused):
            if event.state.step in changes:
                control.change(replace(event.state.settings, **changes.pop(event.state.step)))
            control.step() if changes else control.resume()
    assert isinstance(event, Finished)
    # As in the window, the experiment has followed every live change.
    return Trained(event.state.settings.into(experiment), event.state, history)


def curve() -> Trained:
    """Run with nearly every live change."""
    experiment = replace(
        preset("lecture-tanh"),
        data=part("dataset", "sine", observations=90, low=2.0, high=9.0),
        input_scaling="standardised per column",
        target_scaling="standardised",
        encoding=part("encoding", "polynomial", degree=4, basis="orthogonal"),
        layers=(
            part("layer", "dense", units=6, activation="sine", w0=2.0, initialiser="siren"),
            part("layer", "dense", units=5, activation="sigmoid", initialiser="he", bias=False),
        ),
        output=part("output", "dense", bias_start=0.1, bias_spread=0.2),
        validation=0.2,
        optimizer=part("optimizer", "adamw", rate=0.01, decay=0.1),
        batch_size=16,
    )
    return trained(
        epochs(experiment, 12),
        {
            3: {"rate": 0.02},
            7: {"batch_size": 10, "frozen": (1,)},
            15: {"cost": "l2"},
            21: {"schedule": part("schedule", "cosine", epochs=9, floor=0.1)},
            25: {"l1": 0.001, "l2": 0.002},
            27: {"bending": 0.03},
            30: {"optimizer": part("optimizer", "momentum", momentum=0.8), "rate": 0.001},
            34: {"optimizer": part("optimizer", "momentum", momentum=0.7)},
            38: {"optimizer": part("optimizer", "adam"), "rate": 0.002},
        },
    )


def painting() -> Trained:
    """Run with hidden pixels, every kind of layer, and dropout."""
    mask = np.zeros((12, 12), np.bool_)
    mask[3:6, 2:9] = True
    experiment = small_painting(
        data=preset("lecture-painting").data.has(longest=12, mask=mask_to_png(mask)),
        input_scaling="standardised",
        target_scaling="unit",
        encoding=part("encoding", "fourier", features=8, scale=1.5),
        layers=(
            part("layer", "dense", units=9, initialiser="xavier"),
            part("layer", "dropout", share=0.2),
            part("layer", "skip"),
            part("layer", "layer normalisation"),
            part("layer", "dense", units=7, activation="tanh", initialiser="xavier", frozen=True),
        ),
        smoothness=0.05,
        bending=0.02,
        schedule=part("schedule", "step", every=3, factor=0.5),
        optimizer=part("optimizer", "momentum", rate=0.02),
    )
    return trained(experiment)


def faces() -> Trained:
    """Run of many pictures with a hash grid."""
    grid = part("encoding", "hash grid", levels=2, table=40, coarsest=3, finest=8)
    rmsprop = part("optimizer", "rmsprop", rate=0.003)
    return trained(many("embedding", encoding=grid, optimizer=rmsprop, cost="l2-sum", smoothness=0.03))


def filled_in() -> Trained:
    """Run with a hole, and live changes of coherence, of guesses for hidden pixels, and of their cost."""
    mask = np.zeros((12, 12), np.bool_)
    mask[8:11, 9:11] = True
    grid = part("encoding", "hash grid", levels=1, table=144, coarsest=12)
    experiment = small_painting(
        data=preset("lecture-painting").data.has(longest=12, mask=mask_to_png(mask)),
        input_scaling="square",
        target_scaling="signed",
        encoding=grid,
        layers=(),
        cost="l2",
        optimizer=part("optimizer", "adam", rate=0.01),
        coherence=0.001,
    )
    return trained(experiment, {7: {"coherence": 0.003}, 11: {"example": 0.7}, 17: {"cost": "l2-sum"}})


def settled() -> Trained:
    """Run ended by its stop rule, with a siren encoding before linear layers of one neuron."""
    experiment = replace(
        preset("lecture-tanh"),
        data=part(
            "dataset", "function", expression="exp(-x) * sin(5 * x)", observations=90, low=-1.0, high=1.0
        ),
        encoding=part("encoding", "siren", features=5, w0=3.0),
        layers=(part("layer", "dense", units=3, activation="linear"), part("layer", "sum")),
        optimizer=part("optimizer", "adagrad", rate=0.05),
        schedule=part("schedule", "exponential", half_life=20.0),
        measure_every=3,
        stop=replace(preset("lecture-tanh").stop, epochs=60, change_below=6e-3),
    )
    run = trained(experiment)
    assert run.state.epoch < 60
    return run


def patient() -> Trained:
    """Run that patience has ended, with the weights of an epoch before."""
    experiment = replace(
        preset("lecture-tanh"),
        data=part("dataset", "function", expression="sin(3 * x)", observations=60, low=-1.0, high=1.0),
        validation=0.3,
        layers=(part("layer", "dense", units=6, activation="tanh"),),
        optimizer=part("optimizer", "adam", rate=0.1),
        batch_size=10,
        cost="l2",
        measure_every=2,
        stop=Stop(epochs=60, patience=3, keep_best=True),
    )
    run = trained(experiment)
    assert run.state.newest is not None
    assert run.state.newest.epoch == run.state.epoch + 6
    return run


def over_seconds() -> Trained:
    """Run with a schedule over its estimated seconds, after one over its epochs.

    Its steps are never the same ones twice, so that cost and activations are smooth: a rounding error that
    turns the sign of one error, or switches a neuron off, would show in the cost.
    """
    schedule = part("schedule", "step", every=1, factor=0.9)
    stop = Stop(epochs=None, seconds=2.0)
    layers = (part("layer", "dense", units=8, activation="tanh", initialiser="xavier"),)
    experiment = small_painting(
        target_scaling="unit", layers=layers, cost="l2", schedule=schedule, stop=stop, measure_every=4
    )
    history, control = History(), Control(picture_seconds=None)
    over_run = part("schedule", "cosine", over="run", floor=0.05)
    for event in train(experiment, control):
        history.add(event)
        if isinstance(event, EpochEnded):
            estimates = [change for change in history.changes if change.setting == "horizon"]
            if event.epoch == 4:
                control.change(replace(LiveSettings.of(experiment), schedule=over_run))
            elif len(estimates) == 4:  # so that it ends where the history has a row
                control.set_stop(Stop(epochs=event.epoch + 30))
    assert isinstance(event, Finished)
    assert event.reason == "epochs"
    return Trained(event.state.settings.into(experiment), event.state, history)


def over_epochs() -> Trained:
    """Run with a schedule over its epochs, which went on after that had ended at 0."""
    experiment = epochs(small_painting(schedule=part("schedule", "cosine", over="run")), 3)
    ended = trained(experiment)
    for event in train(experiment, Control(picture_seconds=None), ended.state):
        ended.history.add(event)
    assert isinstance(event, Finished)
    return Trained(experiment, event.state, ended.history)


def deep() -> Trained:
    """Run with Muon, which treats matrices between hidden layers differently; one layer is frozen."""
    layers = [part("layer", "dense", units=units, initialiser="he") for units in (9, 7, 7, 12)]
    layers[2] = layers[2].has(frozen=True)
    muon = part("optimizer", "muon", rate=0.01)
    return trained(small_painting(layers=tuple(layers), target_scaling="unit", cost="l2", optimizer=muon))


def many_pixels() -> Trained:
    """Run of a large picture, shuffled in pieces and scaled by a sample of its pixels."""
    rows, columns = np.mgrid[:1040, :1300]
    pixels = np.stack([rows // 5, columns // 6, (rows + columns) // 10], -1).astype(np.uint8)
    image, mask = picture_png(Image.fromarray(pixels)), np.zeros((104, 130), np.bool_)
    mask[:30] = True
    data = part("dataset", "picture", source="own", image=image, longest=1300, mask=mask_to_png(mask))
    layers = (part("layer", "dense", units=8),)
    experiment = small_painting(data=data, layers=layers, target_scaling="standardised", batch_size=50_000)
    return trained(epochs(experiment, 2))


def carried_over() -> Trained:
    """Run with weights set by hand, replayed from a state after that."""
    run = trained(epochs(small_painting(), 3))
    history = run.history.copy()
    history.add(Changed(Change(run.state.step, "structure", "weight 1 → 1 of layer 1 = 0.5")))
    first = run.state.weights[0].copy()
    first[0, 0] = 0.5
    state = dataclasses.replace(run.state, weights=(first, *run.state.weights[1:]))
    for event in train(epochs(small_painting(), 5), Control(picture_seconds=None), state):
        history.add(event)
    assert isinstance(event, Finished)
    return Trained(small_painting(), event.state, history, Snapshots([state, event.state]))


def branched_off() -> Trained:
    """Run that branched off another one in the midst of an epoch, without snapshots, as in a saved list of
    runs. Replayed from the start."""
    moments: list[RunState] = []
    history, control = History(), Control(picture_seconds=None)
    control.pause()
    for event in train(small_painting(), control):
        history.add(event)
        if isinstance(event, Paused):
            moments.append(event.state)
            control.step() if len(moments) <= 13 else control.stop()
    history = history.until(moments[-1])
    history.add(Changed(changed_structure(moments[-1].step, branched(1))))
    later = moments[-1].with_settings(LiveSettings.of(epochs(small_painting(l2=0.1), 4)))
    for event in train(epochs(small_painting(l2=0.1), 4), Control(picture_seconds=None), later):
        history.add(event)
    assert isinstance(event, Finished)
    return Trained(small_painting(l2=0.1), event.state, history)


def frozen_between() -> Trained:
    """Run that was stopped, frozen and continued, which is no live change."""
    first = trained(epochs(small_painting(), 3))
    later = replace(epochs(small_painting(), 6), smoothness=0.2, layers=frozen(first.experiment.layers))
    state = dataclasses.replace(first.state, settings=LiveSettings.of(later))
    for event in train(later, Control(picture_seconds=None), state):
        first.history.add(event)
    assert isinstance(event, Finished)
    return Trained(later, event.state, first.history)


def another_optimizer_afterwards() -> Trained:
    """Run with weights set by hand that went on with another optimizer, replayed from the state before."""
    run = carried_over()
    state = run.snapshots.states[0]
    later = run.state.with_settings(LiveSettings.of(small_painting(optimizer=part("optimizer", "rmsprop"))))
    for event in train(epochs(small_painting(), 7), Control(picture_seconds=None), later):
        run.history.add(event)
    assert isinstance(event, Finished)
    experiment = event.state.settings.into(run.experiment)
    return Trained(experiment, event.state, run.history, Snapshots([state, event.state]))


def every_activation() -> Trained:
    """Run with a layer of each activation, the first initialised for FINER."""
    first = part("layer", "dense", units=8, activation="finer", w0=3.0, initialiser="finer first").has(
        bias_spread=0.1
    )
    others = (
        part("layer", "dense", units=6, activation=kind, initialiser="xavier").has(w0=1.5)
        for kind in entries("activation")
    )
    return trained(epochs(small_painting(layers=(first, *others), target_scaling="unit"), 3))


def frozen(layers: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(layer.has(frozen=True) for layer in layers)


RUNS = {
    run.__name__: run
    for run in (
        curve,
        painting,
        faces,
        filled_in,
        settled,
        patient,
        over_seconds,
        over_epochs,
        deep,
        many_pixels,
        carried_over,
        branched_off,
        frozen_between,
        another_optimizer_afterwards,
        every_activation,
    )
}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of XLA's dumps for the scripts."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> dict[str, tuple[Trained, Path]]:
    """Every run, and the folder in which its script was executed; for the painting, its notebook's cells."""
    made = {}
    for name, run in RUNS.items():
        folder, done = tmp_path_factory.mktemp(name), run()
        made[name] = done, folder
        export("script", folder / "train.py", done)
        export("script", folder / "train.ipynb", done)
    done, folder = made["painting"]
    (folder / "train.py").write_text("\n\n".join(cells(folder / "train.ipynb", "code")))
    paths = [str(folder / "train.py") for _, folder in made.values()]
    without = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # Some twenty compilations and little arithmetic, so that optimisation would cost more than it gains.
    without["XLA_FLAGS"] = f"--xla_dump_to={compiled} --xla_backend_optimization_level=0"
    subprocess.run([sys.executable, "-I", "-c", RUN_ALL, *paths], check=True, env=without, cwd="/")
    return made


def cells(path: Path, kind: str) -> list[str]:
    book = json.loads(path.read_text())
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])
    for cell in book["cells"]:
        wanted = {"cell_type", "id", "metadata", "source"}
        assert set(cell) == wanted | (
            {"outputs", "execution_count"} if cell["cell_type"] == "code" else set()
        )
    return [cell["source"] for cell in book["cells"] if cell["cell_type"] == kind]


def test_many_bytes_become_lines_of_text() -> None:
    """Millions of parameters: `textwrap` would copy the rest of the text for each line."""
    content = np.random.default_rng(0).bytes(8_000_000)
    text = base64_constant("START", content)
    assert max(map(len, text.split("\n"))) == 100
    found: dict[str, str] = {}
    exec(text, found)
    assert base64.b64decode(found["START"]) == content


@pytest.mark.usefixtures("played")
def test_a_script_compiles_each_function_once(compiled: Path) -> None:
    modules = {path.name.split(".")[0]: path.name for path in compiled.glob("*inference_train*")}
    traces = {re.findall(r"inference_train_\d+", name)[0] for name in modules.values()}
    assert len(traces) >= len(RUNS) - 1
    assert len(modules) == len(traces)


# For a large picture the history has the cost of a sample of pixels.
@pytest.mark.parametrize("name", [name for name in RUNS if name != "many_pixels"])
def test_a_script_reaches_the_cost_of_its_run(played: dict[str, tuple[Trained, Path]], name: str) -> None:
    run, folder = played[name]
    printed = (folder / "printed.txt").read_text()
    unit, number, cost = re.findall(r"(step|epoch) ([\d,]+)(?:, the best)?: cost (\S+)", printed)[-1]
    row = next(row for row in run.history.rows if row[1] == run.state.step)
    assert int(number.replace(",", "")) == getattr(run.state, unit)
    assert float(cost) == pytest.approx(row[3], rel=1e-5)
    if run.experiment.validation:
        assert float(printed.split("validation cost ")[1]) == pytest.approx(row[4], rel=1e-5)


def test_a_script_writes_the_output_of_its_network(played: dict[str, tuple[Trained, Path]]) -> None:
    for name in ("painting", "many_pixels"):
        run, folder = played[name]
        with Image.open(folder / "retrained.png") as picture:
            painted = np.asarray(picture, np.float64)
        np.testing.assert_allclose(painted, np.clip(run.prediction, 0, 255), atol=0.51)
    assert "reaches the cost" not in " ".join((folder / "train.py").read_text().split())
    run, folder = played["curve"]
    table = np.genfromtxt(folder / "retrained.csv", delimiter=",", names=True)
    np.testing.assert_allclose(table["x"], run.samples.inputs[:, 0])


def test_a_script_ends_in_the_figures_of_its_run(played: dict[str, tuple[Trained, Path]]) -> None:
    wanted = {
        "curve": {"retrained-cost.png", "retrained-curve.png"},
        "settled": {"retrained-cost.png", "retrained-curve.png"},
        "painting": {"retrained-cost.png", "retrained-picture.png", "retrained-epochs.png"},
        "faces": {"retrained-cost.png", "retrained-picture.png", "retrained-epochs.png"},
        "many_pixels": {"retrained-cost.png", "retrained-picture.png", "retrained-epochs.png"},
    }
    for name, figures in wanted.items():
        _, folder = played[name]
        assert {path.name for path in folder.glob("retrained-*")} == figures
        for figure in figures:
            with Image.open(folder / figure) as picture:
                assert len(np.unique(np.asarray(picture.convert("L")))) > 10


def test_a_script_without_matplotlib_skips_only_the_figures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    found: dict[str, Any] = {}
    cells = figures_cells(small_painting())
    exec("\n".join([IMPORT, *(cell.code for cell in cells), *(cell.shown for cell in cells)]), found)
    assert found["Figure"] is None
    assert capsys.readouterr().out == "Matplotlib is missing, so no figures will be drawn.\n"


@pytest.mark.parametrize(("length", "pictures", "costs"), [(7, 7, 7), (60, 20, 60), (500, 20, 100)])
def test_pictures_and_costs_of_a_script_are_spread_over_its_run(
    length: int, pictures: int, costs: int
) -> None:
    run = untrained(small_painting())
    text = script(dataclasses.replace(run, state=dataclasses.replace(run.state, epoch=length)))
    every, measured = (int(re.findall(rf"^{name} = (\d+)", text, re.M)[0]) for name in ("EVERY", "MEASURED"))
    assert (length // every, length // measured) == (pictures, costs)
    assert every % measured == 0


def test_changes_after_a_run_are_not_in_its_script() -> None:
    run = trained(epochs(small_painting(), 2))
    later = replace(run.experiment, bending=0.4, layers=frozen(run.experiment.layers))
    assert script(dataclasses.replace(run, experiment=later)) == script(run)


def test_a_script_says_what_it_cannot_replay(played: dict[str, tuple[Trained, Path]]) -> None:
    _, folder = played["carried_over"]
    text = " ".join((folder / "train.py").read_text().split())
    assert "can't be played again (weight 1 → 1 of layer 1 = 0.5), so this starts from the weights" in text
    assert "def first_weights" in text
    introduction = cells(folder / "train.ipynb", "markdown")[0]
    assert introduction.startswith("# ")
    assert "can't be played again" in introduction


def test_a_script_of_a_branch_makes_all_of_its_steps(played: dict[str, tuple[Trained, Path]]) -> None:
    run, folder = played["branched_off"]
    text = (folder / "train.py").read_text()
    assert "can't be played again" not in " ".join(text.split())
    assert f"STEPS = {run.state.step}" in text
    assert "step, epoch, row = (0, 0, 0)" in text


def test_the_same_run_gives_the_same_script(played: dict[str, tuple[Trained, Path]], tmp_path: Path) -> None:
    run, folder = played["faces"]
    export("script", tmp_path / "again.py", run)
    assert (tmp_path / "again.py").read_bytes() == (folder / "train.py").read_bytes()
    assert all(len(line) <= 120 for line in (tmp_path / "again.py").read_text().splitlines())


@pytest.mark.parametrize("count", [90, 900])
def test_few_points_are_written_as_numbers_and_many_as_bytes(count: int) -> None:
    data = part("dataset", "function", expression="x if x > 0 else 1/3", observations=count)
    experiment = replace(preset("lecture-tanh"), data=data)
    samples = samples_of(data)
    code = data_cells(experiment, samples)[0].code
    assert ("base64" in code) == (count == 900)
    found: dict[str, Any] = {}
    exec(f"import base64, zlib, numpy as np\n{code}", found)
    np.testing.assert_array_equal(found["positions"], samples.inputs)
    np.testing.assert_array_equal(found["targets"], samples.targets)


@pytest.mark.parametrize(
    "name", ['"""', '"" """" x"', "C:\\Users\\x", "a\0b\r\u202ec", '"""\nraise SystemExit\n"""']
)
def test_names_of_networks_do_not_become_code(name: str) -> None:
    plain = untrained(small_painting(note="", name="plain"))
    run = untrained(small_painting(note=f"note {name}!", name=name))
    module = ast.parse(script(run))
    text = ast.get_docstring(module, clean=False) or ""
    assert text.startswith(f"{name}\n\nnote ")
    assert ast.dump(ast.Module(module.body[1:], [])) == ast.dump(
        ast.Module(ast.parse(script(plain)).body[1:], [])
    )


def test_a_preview_leaves_out_the_bytes_of_a_picture() -> None:
    shown = preview_program(untrained(small_painting()), Job())
    assert 'PICTURE = """\n…\n"""' in shown.text
    assert "def network" in shown.text


@pytest.mark.parametrize(
    "change",
    [
        Change(2, "schedule", "cosine(epochs"),
        Change(2, "schedule", "tidal(moons=2)"),
        Change(2, "schedule", "cosine(1) + f(2)"),
        Change(2, "frozen", "layer one"),
        Change(2, "cost", "regret"),
        Change(2, "rate", "fast"),
        Change(2, "batch_size", "many"),
    ],
)
def test_a_damaged_log_is_refused(change: Change, tmp_path: Path) -> None:
    run = trained(epochs(small_painting(), 1))
    run.history.add(Changed(change))

    with pytest.raises(FileError, match="at step 2 of the run can't be read"):
        export("script", tmp_path / "train.py", run)
    assert not (tmp_path / "train.py").exists()


def test_an_unsupported_live_setting_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    run = trained(epochs(small_painting(), 2))
    monkeypatch.setattr(replayed_run, "REPLAYED", {*replayed_run.REPLAYED} - {"bending"})
    assert "def network" in script(run)

    run.history.add(Changed(Change(1, "bending", 0.4)))
    with pytest.raises(FileError, match="no words for 'bending', which the run had from step 1 on; export"):
        script(run)


def test_a_script_of_own_points_has_them_as_numbers(tmp_path: Path) -> None:
    points = encode_points([(5, 1), (-2, 7), (0, 3), (0, 4), (0.1, -3)])
    trained = untrained(replace(CURVE, data=part("dataset", "points", points=points)))
    export("script", tmp_path / "own.py", trained)

    assert "[5.0], [-2.0], [0.0], [0.0], [0.1]" in (tmp_path / "own.py").read_text()


def test_a_script_names_columns_as_the_table_did(tmp_path: Path) -> None:
    names = {"x_name": 'Time, "UTC" [s]', "y_name": "Größe $ [m]"}
    data = part("dataset", "points", points=encode_points([(0, 1), (1, 3), (2, 2)]), **names)
    run = trained(epochs(replace(CURVE, data=data, batch_size=3), 2))
    export("script", tmp_path / "train.py", run)
    subprocess.run([sys.executable, "train.py"], cwd=tmp_path, check=True, capture_output=True)
    with (tmp_path / "retrained.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == [*names.values()]
