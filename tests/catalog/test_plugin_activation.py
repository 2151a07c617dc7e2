"""An activation of another package works everywhere like the program's own."""

import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.cli.list_command import run_listing
from cadl_desktop.engine import Control, predict, train
from cadl_desktop.experiment import Experiment, check
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.paths import set_path
from cadl_desktop.experiment.presets import experiment_as_plain, experiment_from, preset
from cadl_desktop.experiment.registry import Category, Entry, Parameter
from cadl_desktop.export.exports import export
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.diagnosis.symptoms import output_range
from cadl_desktop.runs.events import Event, Finished, Probed
from cadl_desktop.runs.history import History
from cadl_desktop.runs.probed_columns import columns_of
from cadl_desktop.session.document import Document
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.designer.part_card import activation_icon
from tests.catalog.conftest import catalog_to_add_to
from tests.catalog.loud import BARE, LOUD, VOLUME
from tests.engine.runs import small_painting
from tests.runs.test_doctor import found
from tests.ui.driving import choose, show, type_over

Add = Callable[[Category, Entry], None]
pytestmark = pytest.mark.usefixtures("qapp")


def network(**settings: object) -> Experiment:
    """Returns an experiment as read from a file: layers have the settings of all registered activations."""
    layer = part("layer", "dense", units=8, activation="loud", initialiser="xavier").has(**settings)
    experiment = small_painting(layers=(layer, layer.has(volume=1.5)), target_scaling="unit")
    return experiment_from(experiment_as_plain(experiment))


def ended(experiment: Experiment) -> tuple[Trained, list[Event]]:
    history, events = History(), []
    for event in train(experiment, Control(probe_seconds=0.0, picture_seconds=None)):
        history.add(event)
        events.append(event)
    assert isinstance(event, Finished)
    return Trained(experiment, event.state, history), events


def test_it_is_trained_listed_and_set_by_its_path(added: Add, capsys: pytest.CaptureFixture[str]) -> None:
    added("activation", LOUD)
    experiment = network()
    assert check(experiment) == []
    assert experiment.layers[0]["volume"] == 2.0
    done, _ = ended(experiment)
    rows = done.history.rows
    assert rows[-1][3] < rows[0][3]
    louder = set_path(experiment, "layers.1.volume", "4")
    assert louder.layers[1]["volume"] == 4.0
    [problem] = check(set_path(experiment, "layers.1.volume", "40"))
    assert str(problem) == "layers.1.volume: 40 is too large; choose 10 or less."
    run_listing(["--json"])
    listed = json.loads(capsys.readouterr().out)["catalog"]
    loud = next(entry for entry in listed["activation"] if entry["kind"] == "loud")
    assert [setting["name"] for setting in loud["parameters"]] == ["volume"]


def test_presets_have_its_settings_while_it_is_registered() -> None:
    before = preset("lecture-tanh")
    with catalog_to_add_to() as add:
        add("activation", LOUD)
        assert preset("lecture-tanh").layers[0]["volume"] == 2.0
    assert preset("lecture-tanh") == before


def test_files_contain_its_settings_only_where_it_is_chosen(added: Add) -> None:
    plain = experiment_as_plain(small_painting())["layers"][0]
    added("activation", LOUD)
    assert experiment_as_plain(experiment_from(experiment_as_plain(small_painting())))["layers"][0] == plain
    assert experiment_as_plain(network())["layers"][1]["volume"] == 1.5


def test_other_runtimes_and_its_script_compute_the_same(
    added: Add, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added("activation", LOUD)
    done, _ = ended(network())
    export("weights", tmp_path / "network.onnx", done)
    session = onnxruntime.InferenceSession(tmp_path / "network.onnx", providers=["CPUExecutionProvider"])
    positions = done.positions.astype(np.float32)
    values = session.run(["values"], {"positions": positions})[0]
    np.testing.assert_allclose(values, predict(done.experiment, done.state.weights, positions), atol=1e-2)
    export("script", tmp_path / "train.py", done)
    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as without:  # neither this program nor the plug-in
        for name in [name for name in sys.modules if name.split(".")[0] in ("cadl_desktop", "tests")]:
            without.setitem(sys.modules, name, None)
        cost = runpy.run_path("train.py")["cost"]
    assert cost == pytest.approx(done.history.rows[-1][3], rel=1e-5)


def test_the_diagnosis_and_the_popup_use_its_declared_saturation(added: Add) -> None:
    added("activation", LOUD)
    sick = network(initialiser="normal", spread=20.0)
    assert "the values lie at the ends of loud" in str(found(sick)["saturated", 1].words)
    _, events = ended(sick)
    probed = [event for event in events if isinstance(event, Probed)][-1]
    assert columns_of(sick, probed)[2].always_idle > 0
    assert output_range(replace(sick, output=sick.output.has(activation="loud"))) == (-2, 2)


def test_it_is_chosen_on_a_card_with_its_icon_and_its_field(qtbot: QtBot, added: Add) -> None:
    added("activation", LOUD)
    document = Document(network(activation="relu"))
    designer = Designer(document)
    show(qtbot, designer)
    designer.open_layer(0)
    card = designer.beside.layer
    field = card.form.field("volume")
    assert field is not None
    assert field.isHidden()
    choose(qtbot, card.activation, "loud")
    assert not field.isHidden()
    assert not card.activation.itemIcon(card.activation.currentIndex()).isNull()
    type_over(qtbot, field.control, "3")
    assert document.experiment.layers[0]["volume"] == 3.0


def test_without_export_code_only_exports_are_refused(added: Add, tmp_path: Path) -> None:
    added("activation", BARE)
    done, events = ended(network(initialiser="normal", spread=20.0))
    assert activation_icon("loud").isNull()
    assert ("saturated", 1) not in found(done.experiment)
    probed = [event for event in events if isinstance(event, Probed)][-1]
    assert columns_of(done.experiment, probed)[2].idle is None
    for ending in (".keras", ".savedmodel", ".tflite", ".onnx"):
        with pytest.raises(FileError) as raised:
            export("weights", tmp_path / f"network{ending}", done)
        assert str(raised.value) == (
            "The activation 'loud' has no words for exported networks; export the weights as .safetensors "
            "instead."
        )
    with pytest.raises(FileError, match=r"^The activation 'loud' has no words for exported scripts; export"):
        export("script", tmp_path / "train.py", done)
    export("weights", tmp_path / "network.safetensors", done)
    assert (tmp_path / "network.safetensors").exists()
    assert not (tmp_path / "network.onnx").exists()


@pytest.mark.parametrize("name", ["units", "spread", "w0"])
def test_a_setting_whose_name_is_taken_is_refused(added: Add, name: str) -> None:
    setting = Parameter(name, "Volume", "float", 2.0, VOLUME.help, 0.1, 10.0)
    with pytest.raises(ValueError, match=f"has a setting '{name}', which means something else already"):
        added("activation", Entry("loud", "Loud", "Twice.", "tests.catalog.loud:compute", (setting,)))
