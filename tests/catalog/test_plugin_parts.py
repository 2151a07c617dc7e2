"""What another package registers is trained, listed and exported as far as its entry says all that it takes,
and refused in a sentence elsewhere."""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.cli.listing import run_listing
from cadl_desktop.data.samples import DataError
from cadl_desktop.engine import predict
from cadl_desktop.experiment import Experiment, check
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.export.exports import EXPORTS, export
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Progressed
from cadl_desktop.runs.history import History
from cadl_desktop.runs.remedies import adam
from cadl_desktop.storage.atomic import FileError
from tests.catalog import plugin
from tests.engine.runs import finished, of_kind, run, small_painting
from tests.export.test_weights import through_onnxruntime

pytestmark = pytest.mark.usefixtures("added")
PAINTING = small_painting(
    target_scaling="unit", input_scaling="standardised", optimizer=part("optimizer", "adam", rate=0.01)
)


def trained(experiment: Experiment) -> Trained:
    assert check(experiment) == []
    events, history = run(experiment), History()
    for event in events:
        history.add(event)
    return Trained(experiment, finished(events).state, history)


def run_script(run: Trained, folder: Path, monkeypatch: pytest.MonkeyPatch) -> float:
    """The cost that a run's script reaches."""
    export("script", folder / "train.py", run)
    monkeypatch.chdir(folder)
    return float(runpy.run_path("train.py")["cost"])


def test_a_grey_picture_is_a_painting_for_everybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin.add_grey(makes="picture")
    experiment = with_dataset(PAINTING, part("dataset", "grey"))
    assert is_painting(experiment)
    assert replace(experiment, data=PAINTING.data) == PAINTING  # it is no other kind of data than a picture
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


def test_a_dataset_that_is_not_what_its_entry_says_is_refused() -> None:
    plugin.add_grey()
    with pytest.raises(DataError, match=r"'grey' makes \"picture\" .* entry in the catalog says \"curve\""):
        run(replace(PAINTING, data=part("dataset", "grey")))
    with pytest.raises(ValueError, match="'greys' makes pictures but does not say how many"):
        plugin.add_grey(kind="greys", makes="pictures")


def test_what_says_nothing_of_exports_trains_and_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plugin.add_encoding()
    plugin.add_optimizer()
    own = replace(PAINTING, encoding=part("encoding", "squares"), optimizer=part("optimizer", "signs"))
    done = trained(own)
    assert done.history.rows[-1, 3] < done.history.rows[0, 3]
    assert adam(own) == []  # nobody knows how large its steps are
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


def test_what_says_everything_is_exported_like_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
