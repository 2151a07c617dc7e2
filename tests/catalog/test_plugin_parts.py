"""Entries of another package are trained, listed and exported as far as they provide for it."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from pytestqt.qtbot import QtBot

from cadl_desktop.cli.list_command import run_listing
from cadl_desktop.data.samples import DataError
from cadl_desktop.engine import initial_weights, predict
from cadl_desktop.experiment import Experiment, check
from cadl_desktop.experiment.catalog import Category, Parameter, entries, part
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.export.exports import EXPORTS, export
from cadl_desktop.export.trained import Trained
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.runs.diagnosis.remedies import adam
from cadl_desktop.runs.events import Progressed
from cadl_desktop.session.document import Document
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.ui.panels.training_panel import TrainingPanel
from tests.catalog import plugin
from tests.engine.runs import of_kind, run, same_bits, small_painting
from tests.export.test_script import Live
from tests.export.test_script import trained as run_with_changes
from tests.export.test_weights import through_onnxruntime
from tests.ui.driving import choose, show, type_over

pytestmark = pytest.mark.usefixtures("added")
PAINTING = small_painting(
    layers=(part("layer", "dense", units=8),),
    target_scaling="unit",
    input_scaling="standardised",
    optimizer=part("optimizer", "adam", rate=0.01),
)


def trained(experiment: Experiment, live: Live | None = None) -> Trained:
    assert check(experiment) == []
    return run_with_changes(experiment, live)


def run_script(run: Trained, folder: Path, monkeypatch: pytest.MonkeyPatch) -> float:
    """Returns the cost that a run's script reaches."""
    export("script", folder / "train.py", run)
    monkeypatch.chdir(folder)
    return float(runpy.run_path("train.py")["cost"])


def test_a_grey_picture_dataset_is_a_painting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin.add_grey(makes="picture")
    experiment = with_dataset(PAINTING, part("dataset", "grey"))
    assert is_painting(experiment)
    assert replace(experiment, data=PAINTING.data) == PAINTING  # it is the same kind of data as a picture
    shown = next(each for each in of_kind(run(experiment), Progressed) if each.prediction is not None)
    assert shown.prediction is not None
    assert shown.prediction.shape == (plugin.HEIGHT, plugin.WIDTH, 3)
    assert shown.psnr is not None

    painted = trained(experiment)
    assert [kind.name for kind in EXPORTS if kind.suits(experiment)] == [
        kind.name for kind in EXPORTS if kind.suits(PAINTING)
    ]
    export("painting", tmp_path / "grey.png", painted)
    with Image.open(tmp_path / "grey.png") as picture:
        pixels = np.asarray(picture)
    assert pixels.shape[2] == 3
    assert (pixels == pixels[..., :1]).all()
    assert run_script(painted, tmp_path, monkeypatch) == pytest.approx(painted.history.rows[-1, 3], rel=1e-4)
    with Image.open(tmp_path / "retrained.png") as picture:
        np.testing.assert_allclose(np.asarray(picture), painted.prediction.clip(0, 255)[..., 0], atol=1.0)


def test_a_dataset_that_contradicts_its_entry_is_refused() -> None:
    plugin.add_grey()
    with pytest.raises(DataError, match=r"'grey' makes \"picture\" .* entry in the catalog says \"curve\""):
        run(replace(PAINTING, data=part("dataset", "grey")))
    with pytest.raises(ValueError, match="'greys' makes pictures but does not say how many"):
        plugin.add_grey(kind="greys", makes="pictures")


def test_an_optimizer_whose_slots_contradict_its_entry_is_refused() -> None:
    plugin.add_optimizer(memories=1)
    with pytest.raises(ValueError, match="'signs' has 0 memories, and its entry in the catalog says 1"):
        run(replace(PAINTING, optimizer=part("optimizer", "signs")))


def test_entries_without_export_code_are_trained_and_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plugin.add_encoding()
    plugin.add_optimizer()
    own = replace(PAINTING, encoding=part("encoding", "squares"), optimizer=part("optimizer", "signs"))
    done = trained(own)
    assert done.history.rows[-1, 3] < done.history.rows[0, 3]
    assert adam(own) == []  # the size of its steps is unknown
    run_listing(["--json"])
    listed = json.loads(capsys.readouterr().out)["catalog"]
    for category, kind in (("encoding", "squares"), ("optimizer", "signs")):
        assert kind in [each["kind"] for each in listed[category]]

    export("weights", tmp_path / "weights.safetensors", done)
    export("painting", tmp_path / "painting.png", done)
    with pytest.raises(FileError, match="The encoding 'squares' has no words for exported networks; export"):
        export("weights", tmp_path / "network.onnx", done)
    with pytest.raises(FileError, match="The encoding 'squares' has no words for exported scripts; export"):
        export("script", tmp_path / "train.py", done)
    without = trained(replace(own, encoding=part("encoding", "none")))
    with pytest.raises(FileError, match="The optimizer 'signs' has no words for exported scripts; export"):
        export("script", tmp_path / "train.py", without)
    export("weights", tmp_path / "network.onnx", without)


def test_entries_with_export_code_are_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin.add_encoding(
        script=f"{plugin.HERE}:squares_in_a_script", exported=f"{plugin.HERE}:squares_exported"
    )
    plugin.add_optimizer(script=f"{plugin.HERE}:signs_in_a_script", step=lambda settings, slope, weights: 1.0)
    own = replace(PAINTING, encoding=part("encoding", "squares"), optimizer=part("optimizer", "signs"))
    done = trained(own)
    assert run_script(done, tmp_path, monkeypatch) == pytest.approx(done.history.rows[-1, 3], rel=1e-4)
    export("weights", tmp_path / "network.onnx", done)
    ours = predict(own, done.state.weights, done.samples.inputs)
    np.save(tmp_path / "positions.npy", done.samples.inputs.astype(np.float32))
    np.testing.assert_allclose(through_onnxruntime(tmp_path), ours, atol=0.1)


def test_a_cost_and_a_schedule_train_are_changed_live_and_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin.add_cost(script=f"{plugin.HERE}:charbonnier_in_a_script")
    plugin.add_schedule(script=f"{plugin.HERE}:ramp_in_a_script")
    own = replace(PAINTING, cost="charbonnier", schedule=part("schedule", "ramp"))
    done = trained(own)
    rates = done.history.column("learning_rate")
    np.testing.assert_allclose(rates[[0, 1, -1]], [0.01, 0.0125, 0.02])
    assert run_script(done, tmp_path, monkeypatch) == pytest.approx(done.history.rows[-1, 3], rel=1e-4)

    later = trained(PAINTING, {9: {"cost": "charbonnier"}, 20: {"schedule": own.schedule.has(peak=3.0)}})
    assert run_script(later, tmp_path, monkeypatch) == pytest.approx(later.history.rows[-1, 3], rel=1e-4)
    save_project(tmp_path / "later.cadl", Project(later.experiment, later.state, later.history))
    opened = open_project(tmp_path / "later.cadl")
    assert opened.experiment == later.experiment
    assert opened.experiment.cost == "charbonnier"
    assert opened.history is not None
    assert opened.history.changes == later.history.changes


def test_a_cost_and_a_schedule_without_script_code_are_refused_only_in_scripts(tmp_path: Path) -> None:
    plugin.add_cost()
    plugin.add_schedule()
    with pytest.raises(FileError, match="The cost 'charbonnier' has no words for exported scripts; export"):
        export("script", tmp_path / "train.py", trained(replace(PAINTING, cost="charbonnier")))
    later = trained(PAINTING, {9: {"schedule": part("schedule", "ramp")}})
    with pytest.raises(FileError, match="The schedule 'ramp' has no words for exported scripts; export"):
        export("script", tmp_path / "train.py", later)
    export("weights", tmp_path / "network.onnx", later)
    assert not (tmp_path / "train.py").exists()


def test_a_cost_and_a_schedule_are_chosen_and_drawn(qtbot: QtBot) -> None:
    plugin.add_cost()
    plugin.add_schedule(lasts=lambda schedule: 3.0 * float(schedule["until"]))
    document = Document(replace(PAINTING, stop=replace(PAINTING.stop, epochs=None)))
    panel = TrainingPanel(document)
    show(qtbot, panel)
    choose(qtbot, panel.cost, "charbonnier")
    choose(qtbot, panel.schedule.kind, "ramp")
    field = panel.schedule.form.field("peak")
    assert field is not None
    type_over(qtbot, field.control, "4")
    assert (document.experiment.cost, document.experiment.schedule["peak"]) == ("charbonnier", 4.0)
    drawing = panel.schedule.drawing
    assert drawing.captions == ("0.01 → 0.04", "12 epochs")
    picture = drawing.grab().toImage()
    last = [picture.pixelColor(picture.width() - 20, y).hsvSaturation() for y in range(picture.height())]
    assert max(last) > 60  # the line is visible, although it is above the optimizer's rate


def test_a_layer_with_weights_is_frozen_exported_and_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin.add_layer(
        script=f"{plugin.HERE}:residual_in_a_script", exported=f"{plugin.HERE}:residual_exported"
    )
    own = replace(PAINTING, layers=(PAINTING.layers[0], part("layer", "residual"), PAINTING.layers[0]))
    done = trained(own, {20: {"frozen": (2,)}})
    before = initial_weights(own)[2]
    assert not np.array_equal(done.state.weights[2], before)
    assert run_script(done, tmp_path, monkeypatch) == pytest.approx(done.history.rows[-1, 3], rel=1e-4)
    assert "W2 = random.normal(0.0, 0.3, (8, 8))" in (tmp_path / "train.py").read_text()
    export("weights", tmp_path / "network.onnx", done)
    np.save(tmp_path / "positions.npy", done.samples.inputs.astype(np.float32))
    ours = predict(own, done.state.weights, done.samples.inputs)
    np.testing.assert_allclose(through_onnxruntime(tmp_path), ours, atol=0.1)
    save_project(tmp_path / "own.cadl", Project(done.experiment, done.state, done.history))
    assert open_project(tmp_path / "own.cadl").experiment == done.experiment


@pytest.mark.parametrize(
    ("script", "what"), [("", ""), (f"{plugin.HERE}:residual_without_starts", "its first weights in ")]
)
def test_a_layer_without_code_for_initial_weights_is_refused_in_scripts(
    tmp_path: Path, script: str, what: str
) -> None:
    plugin.add_layer(script=script)
    done = trained(replace(PAINTING, layers=(PAINTING.layers[0], part("layer", "residual"))))
    with pytest.raises(FileError, match=f"The layer 'residual' has no words for {what}exported scripts; exp"):
        export("script", tmp_path / "train.py", done)


def test_every_weight_of_a_layer_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin.add_polynomial_layer()
    own = replace(PAINTING, layers=(PAINTING.layers[0], part("layer", "powers"), part("layer", "powers")))
    done = trained(own)
    assert run_script(done, tmp_path, monkeypatch) == pytest.approx(done.history.rows[-1, 3], rel=1e-4)
    save_project(tmp_path / "own.cadl", Project(own, done.state, done.history))
    saved = open_project(tmp_path / "own.cadl").state
    assert saved is not None
    assert same_bits(saved, done.state)


@pytest.mark.parametrize(
    ("category", "add"), [("cost", plugin.add_cost), ("target_scaling", plugin.add_scaling)]
)
def test_entries_chosen_by_name_have_no_settings(category: Category, add: Callable[..., None]) -> None:
    with pytest.raises(ValueError, match=f"the {category} 'own' has settings, which nobody could choose"):
        add(kind="own", own=(Parameter("edge", "Edge", "float", 0.1, "Where it bends.", 0.0, 1.0),))
    assert "own" not in entries(category)


def test_a_scaling_with_script_code_is_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin.add_scaling(script=f"{plugin.HERE}:halves_in_a_script")
    done = trained(replace(PAINTING, target_scaling="halves"))
    assert run_script(done, tmp_path, monkeypatch) == pytest.approx(done.history.rows[-1, 3], rel=1e-4)
    plugin.add_scaling(kind="silent halves")
    done = trained(replace(PAINTING, target_scaling="silent halves"))
    with pytest.raises(FileError, match="The target scaling 'silent halves' has no words for exported scr"):
        export("script", tmp_path / "train.py", done)
