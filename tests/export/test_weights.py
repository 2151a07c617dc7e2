"""Weights and networks say the same as the engine to programs that know nothing of this one."""

import resource
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from cadl_desktop.engine import predict
from cadl_desktop.export.exports import export
from cadl_desktop.export.job import Job
from cadl_desktop.export.networks.weights import preview_weights
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.weights import weight_names
from cadl_desktop.storage.atomic import FileError
from tests.engine.runs import small_painting
from tests.export.networks import CURVE, NETWORKS, untrained, with_weights_that_matter

BARE_KERAS = """
import resource
import sys
import keras, numpy as np
assert "cadl_desktop" not in sys.modules
for folder in sys.argv[1:]:
    model = keras.models.load_model(f"{folder}/network.keras")
    values = np.asarray(model(np.load(f"{folder}/positions.npy")))
    model.set_weights([np.zeros_like(w) for w in model.get_weights()])
    model.load_weights(f"{folder}/network.weights.h5")
    again = np.asarray(model(np.load(f"{folder}/positions.npy")))
    np.savez(f"{folder}/keras.npz", values=values, again=again)
"""
MOST_DIFFERENCE = 1e-5
"""Of the target's span."""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Trained]]:
    """Every network in every format, and what bare Keras makes of two of them."""
    made = {}
    for name, experiment in NETWORKS.items():
        folder = tmp_path_factory.mktemp("network")
        trained = with_weights_that_matter(untrained(experiment))
        np.save(folder / "positions.npy", positions(trained))
        for ending in (".keras", ".weights.h5", ".savedmodel", ".onnx", ".tflite"):
            export("weights", folder / f"network{ending}", trained)
        made[name] = folder, trained
    folders = [str(folder) for folder, _ in made.values()]
    subprocess.run([sys.executable, "-I", "-c", BARE_KERAS, *folders], check=True, cwd=folders[0])
    return made


def positions(trained: Trained) -> Any:
    """Samples, where a curve is drawn, and places between and beyond."""
    raw = np.concatenate([trained.samples.inputs, trained.positions])
    return np.concatenate([raw, raw * 1.37 - 2.1]).astype(np.float32)


def assert_same(trained: Trained, values: Any) -> None:
    expected = predict(trained.experiment, trained.state.weights, positions(trained))
    assert values.shape == expected.shape
    assert np.isfinite(expected).all()
    span = trained.samples.target_high - trained.samples.target_low
    assert np.abs(values - expected).max() <= MOST_DIFFERENCE * span


def through_keras(folder: Path) -> Any:
    return np.load(folder / "keras.npz")["values"]


def through_keras_weights(folder: Path) -> Any:
    return np.load(folder / "keras.npz")["again"]


def through_tensorflow(folder: Path) -> Any:
    import tensorflow as tf

    model = tf.saved_model.load(folder / "network.savedmodel")
    return model.serve(np.load(folder / "positions.npy")).numpy()


def through_onnxruntime(folder: Path) -> Any:
    import onnxruntime

    session = onnxruntime.InferenceSession(folder / "network.onnx", providers=["CPUExecutionProvider"])
    return session.run(["values"], {"positions": np.load(folder / "positions.npy")})[0]


def through_tflite(folder: Path) -> Any:
    return interpreted((folder / "network.tflite").read_bytes(), np.load(folder / "positions.npy"))


def interpreted(content: bytes, raw: Any) -> Any:
    """What TensorFlow Lite makes of rows of inputs."""
    import tensorflow as tf

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "(?s).*tf.lite.Interpreter is deprecated")
        interpreter = tf.lite.Interpreter(model_content=content)
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, raw.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(place, raw)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


CLIENTS = [through_keras, through_keras_weights, through_tensorflow, through_onnxruntime, through_tflite]


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_predicts_the_same_in_other_programs(
    exported: dict[str, tuple[Path, Trained]], name: str, client: Any
) -> None:
    folder, trained = exported[name]
    assert_same(trained, client(folder))


@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_weights_come_back_by_name(tmp_path: Path, ending: str) -> None:
    trained = untrained(small_painting())
    path = tmp_path / f"weights{ending}"
    export("weights", path, trained)
    arrays = safetensors.numpy.load_file(path) if ending == ".safetensors" else dict(np.load(path))
    assert set(arrays) == set(weight_names(trained.experiment))
    assert [arrays[name].shape for name in ("W1", "b1", "W3", "b3")] == [(2, 8), (8,), (8, 3), (3,)]
    for name, weights in zip(weight_names(trained.experiment), trained.state.weights, strict=True):
        np.testing.assert_array_equal(arrays[name], weights)


def test_without_the_onnx_package_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(FileError, match="need the package 'onnx', which is missing here; run 'pip install"):
        export("weights", tmp_path / "network.onnx", untrained(small_painting()))
    assert not (tmp_path / "network.onnx").exists()


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for ending in (".savedmodel", ".tflite", ".onnx", ".keras"):
        export("weights", tmp_path / f"network{ending}", untrained(CURVE))
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("ending", [".weights.h5", ".keras"])
def test_a_disk_that_is_full_costs_a_sentence(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"network{ending}"
    path.write_bytes(b"what was there")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    try:
        with pytest.raises(FileError, match="was not written"):
            export("weights", path, untrained(CURVE))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"what was there"


def test_a_preview_measures_very_large_weights() -> None:
    trained = untrained(small_painting())
    huge = tuple(np.full_like(array, 1e30) for array in trained.state.weights)
    shown = preview_weights(replace(trained, state=replace(trained.state, weights=huge)), Job())
    assert {size for _, _, size in shown.rows[1:]} == {"1e+30"}
