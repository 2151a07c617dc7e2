"""Exported weights and networks give the same results as the engine, without this program."""

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import h5py
import keras
import numpy as np
import pytest
import safetensors.numpy
import tensorflow as tf
from msgspec.structs import replace as replace_struct

from cadl_desktop.computing.failure import sendable_error
from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.data.scaling import input_scaling
from cadl_desktop.engine import predict
from cadl_desktop.engine.network.forward_pass import activations
from cadl_desktop.experiment.catalog import part
from cadl_desktop.export.exports import export, export_named
from cadl_desktop.export.job import Job
from cadl_desktop.export.networks.keras_model import keras_model
from cadl_desktop.export.networks.weight_files import preview_weights
from cadl_desktop.export.recipe import recipe_path
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.gains import LEFT_OUT, NO_GAINS, soloed, with_gain
from cadl_desktop.runs.network_weights import weight_names
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.weights_in.array_files import ENDINGS
from cadl_desktop.weights_in.weight_matching import read_weights
from tests.engine.runs import small_painting
from tests.export.networks import CURVE, NETWORKS, dense, untrained, with_weights_that_matter
from tests.export.recipes import recipe_in
from tests.small_files import limited_file_size
from tests.soak.networks import READERS

BARE_KERAS = """
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
KERAS_PYTHON = os.environ.get("CADL_KERAS_PYTHON", sys.executable)
"""Python whose Keras opens the files; another one tests another version of Keras."""
MOST_DIFFERENCE = 1e-5
"""Tolerance as a share of the target's span."""
TOO_FAR_FOR_FLOAT32 = "unix times"
WITHOUT_LITE = (TOO_FAR_FOR_FLOAT32, "y far from 0")
SCALING = ("x_offset", "x_scale", "y_offset", "y_scale")
"""Names of numbers in a file of arrays that aren't weights."""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Trained]]:
    """Every network in every format, and the outputs of two of them by Keras alone."""
    made = {}
    for name, experiment in NETWORKS.items():
        folder = tmp_path_factory.mktemp("network")
        trained = with_weights_that_matter(untrained(experiment))
        np.save(folder / "positions.npy", positions(trained))
        for ending in (".keras", ".weights.h5", ".savedmodel", ".onnx", ".tflite"):
            if name not in WITHOUT_LITE or ending != ".tflite":
                export("weights", folder / f"network{ending}", trained)
        made[name] = folder, trained
    folders = [str(folder) for folder, _ in made.values()]
    subprocess.run([KERAS_PYTHON, "-I", "-c", BARE_KERAS, *folders], check=True, cwd=folders[0])
    return made


def positions(trained: Trained) -> Any:
    """Inputs for exported networks: samples, positions of the curve, and some between and beyond."""
    raw = np.concatenate([trained.samples.inputs, trained.positions])
    raw = np.concatenate([raw, raw * 1.37 - 2.1])
    if trained.samples.picture_shape:
        return raw.astype(np.float32)
    return raw if raw.max() > 1e6 else raw.astype(np.float32).astype(np.float64)


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
    model = tf.saved_model.load(folder / "network.savedmodel")
    return model.serve(np.load(folder / "positions.npy")).numpy()


def through_onnxruntime(folder: Path) -> Any:
    import onnxruntime

    session = onnxruntime.InferenceSession(folder / "network.onnx", providers=["CPUExecutionProvider"])
    return session.run(["values"], {"positions": np.load(folder / "positions.npy")})[0]


def through_tflite(folder: Path) -> Any:
    raw = np.load(folder / "positions.npy").astype(np.float32)
    return interpreted((folder / "network.tflite").read_bytes(), raw)


def interpreted(content: bytes, raw: Any) -> Any:
    """Outputs of TensorFlow Lite for rows of inputs."""
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
@pytest.mark.parametrize("name", [name for name in NETWORKS if name not in WITHOUT_LITE])
def test_a_network_predicts_the_same_in_other_programs(
    exported: dict[str, tuple[Path, Trained]], name: str, client: Any
) -> None:
    folder, trained = exported[name]
    assert_same(trained, client(folder))


@pytest.mark.parametrize("client", CLIENTS[:-1], ids=lambda client: client.__name__)
@pytest.mark.parametrize("name", WITHOUT_LITE)
def test_points_far_from_0_are_distinguished_in_other_programs(
    exported: dict[str, tuple[Path, Trained]], name: str, client: Any
) -> None:
    folder, trained = exported[name]
    assert_same(trained, client(folder))


def test_points_too_close_for_float32_are_refused_by_tflite(
    exported: dict[str, tuple[Path, Trained]], tmp_path: Path
) -> None:
    trained = exported[TOO_FAR_FOR_FLOAT32][1]
    with pytest.raises(
        FileError, match=r"tell x near 1,700,000,600 apart by 128 .* choose \.onnx or \.savedmodel"
    ):
        export("weights", tmp_path / "network.tflite", trained)
    assert not (tmp_path / "network.tflite").exists()


def test_values_too_close_for_float32_are_refused_by_tflite(
    exported: dict[str, tuple[Path, Trained]], tmp_path: Path
) -> None:
    trained = exported["y far from 0"][1]
    with pytest.raises(FileError, match=r"tell y near 1,700,000,\d+ apart by 128 .* or subtract 16999"):
        export("weights", tmp_path / "network.tflite", trained)
    assert not (tmp_path / "network.tflite").exists()


@pytest.mark.parametrize(
    ("expression", "blamed"),
    [
        ("sin(x) * 1e-320", "multiply y by a large number"),
        ("sin(x) * 1e-43", "multiply y by a large number"),
        ("sin(x) * 1e-30", r"choose \.onnx or \.savedmodel\.$"),
    ],
)
def test_a_refusal_names_the_cause_and_a_remedy_that_helps(
    expression: str, blamed: str, tmp_path: Path
) -> None:
    small = replace_struct(
        CURVE,
        data=part("dataset", "function", expression=expression, low=0.0, high=1.0, noise=0.0),
        input_scaling="standardised",
        target_scaling="none",
    )
    with pytest.raises(FileError, match=blamed):
        export("weights", tmp_path / "network.tflite", untrained(small))


def test_values_just_distinguished_by_float32_lose_no_further_digits(tmp_path: Path) -> None:
    """Adding large numbers term by term would lose digits each time."""
    far = replace_struct(
        CURVE,
        data=part("dataset", "function", expression="20000 + sin(x)", observations=80),
        target_scaling="standardised",
    )
    trained = untrained(far)
    export("weights", tmp_path / "network.tflite", trained)
    np.save(tmp_path / "positions.npy", trained.positions)
    expected = predict(far, trained.state.weights, trained.positions)
    assert np.abs(through_tflite(tmp_path) - expected).max() <= 0.51 * np.spacing(np.float32(20001))


def test_sines_of_large_unscaled_numbers_are_refused(tmp_path: Path) -> None:
    far = replace_struct(
        NETWORKS[TOO_FAR_FOR_FLOAT32],
        input_scaling="none",
        encoding=part("encoding", "fourier", features=3, scale=5.0),
    )
    trained = untrained(far)
    with pytest.raises(FileError, match=r"its sines are wrong for numbers as large as x is here, 1\.7e\+09"):
        export("weights", tmp_path / "network.tflite", trained)
    relu = untrained(
        replace_struct(far, encoding=part("encoding", "none"), layers=(dense(activation="relu"),))
    )
    export("weights", tmp_path / "network.tflite", relu)


@pytest.mark.parametrize("name", ["curve", TOO_FAR_FOR_FLOAT32])
def test_where_keras_rounds_x_the_recipe_says_so_and_what_is_exact(
    exported: dict[str, tuple[Path, Trained]], name: str
) -> None:
    folder, trained = exported[name]
    opens, *rounds = recipe_in(folder / "network.keras")["notes"]
    assert opens == "Keras 3.8 or newer reads this file."
    assert "notes" not in recipe_in(folder / "network.onnx")
    model, raw = keras.models.load_model(folder / "network.keras"), positions(trained)
    rounded = model.predict(raw, verbose=0)
    if name == "curve":
        assert rounds == []
        assert_same(trained, rounded)
        return
    assert "tell x near 1,700,000,600 apart by 128 at best" in rounds[0]
    with pytest.raises(AssertionError):
        assert_same(trained, rounded)
    assert_same(trained, model(raw).numpy())
    keras.config.set_floatx("float64")
    try:
        assert_same(trained, model.predict(raw, verbose=0))
    finally:
        keras.config.set_floatx("float32")


def test_a_configuration_has_nothing_that_keras_3_8_refuses(
    exported: dict[str, tuple[Path, Trained]],
) -> None:
    for folder, _ in exported.values():
        with ZipFile(folder / "network.keras") as archive:
            text = archive.read("config.json").decode()
            layers = json.loads(text)["config"]["layers"]
        assert not any(unknown in text for unknown in ("quantization_config", "input_axes", "output_axes"))
        assert all("name" not in each["config"] for each in layers if ".ops." in each["module"])


@pytest.mark.parametrize("ending", sorted({*READERS, *ENDINGS}))
def test_muted_and_scaled_neurons_are_exported_as_they_sound(tmp_path: Path, ending: str) -> None:
    experiment = small_painting(
        layers=(dense(), part("layer", "skip"), dense()), input_scaling="centred", target_scaling="unit"
    )
    learned = untrained(experiment)
    gains = soloed(experiment, with_gain(experiment, NO_GAINS, 1, 2, 1.5), 3, 4)
    gains = with_gain(experiment, gains, 4, None, 0.5)
    path = tmp_path / f"network{ending}"
    export("weights", path, learned.with_gains(gains), export_named("weights").job({"recipe": True}))
    places = positions(learned)
    expected = predict(experiment, learned.state.weights, places, gains)
    assert np.abs(predict(experiment, learned.state.weights, places) - expected).max() > 1
    if ending in READERS:
        values = READERS[ending](path, places)
    else:
        values = predict(experiment, read_weights(path, experiment), places)
    assert np.abs(values - expected).max() < MOST_DIFFERENCE * 255
    beside = recipe_path(path)
    recipe = json.loads(beside.read_bytes()) if beside.exists() else recipe_in(path)
    assert recipe["gains"] == {"1": [1, 1, 1.5, 1, 1, 1], "3": [0, 0, 0, 0, 1, 0], "4": [0.5, 0.5, 0.5]}


def test_gains_that_weights_cannot_express_are_left_out_and_the_recipe_says_so(tmp_path: Path) -> None:
    learned = untrained(CURVE)  # whose neurons are summed
    muted = learned.with_gains(with_gain(CURVE, NO_GAINS, 1, 0, 0.0))
    assert muted.state is learned.state
    export("weights", tmp_path / "weights.safetensors", muted)
    recipe = recipe_in(tmp_path / "weights.safetensors")
    assert recipe["notes"] == [LEFT_OUT]
    assert "gains" not in recipe
    assert not learned.with_gains(NO_GAINS).lacks_gains


def test_frozen_layers_stay_frozen(tmp_path: Path) -> None:
    import keras

    layers = (dense(frozen=True), part("layer", "layer normalisation", frozen=True), dense())
    path = tmp_path / "network.keras"
    export("weights", path, untrained(small_painting(layers=layers)))
    model = keras.models.load_model(path)
    learn = {layer.name: layer.trainable for layer in model.layers if layer.weights}
    assert learn == {"layer_1": False, "layer_2": False, "layer_3": True, "layer_4": True}


@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_weights_come_back_by_name(tmp_path: Path, ending: str) -> None:
    trained = untrained(small_painting())
    path = tmp_path / f"weights{ending}"
    export("weights", path, trained)
    arrays = safetensors.numpy.load_file(path) if ending == ".safetensors" else dict(np.load(path))
    numbers = {name for name, array in arrays.items() if array.dtype.kind == "f"}
    assert numbers - {*SCALING} == set(weight_names(trained.experiment))
    assert [arrays[name].shape for name in ("W1", "b1", "W3", "b3")] == [(2, 8), (8,), (8, 3), (3,)]
    for name, weights in zip(weight_names(trained.experiment), trained.state.weights, strict=True):
        np.testing.assert_array_equal(arrays[name], weights)


@pytest.mark.parametrize("scaling", ["standardised", "unit"])
@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
@pytest.mark.parametrize("name", WITHOUT_LITE)
def test_a_curve_far_from_0_can_be_computed_from_its_file_alone(
    tmp_path: Path, ending: str, scaling: str, name: str
) -> None:
    trained = untrained(replace_struct(NETWORKS[name], target_scaling=scaling))
    arrays, words = read(trained, tmp_path / f"weights{ending}")
    neurons = np.tanh(scaled(arrays, positions(trained)) @ arrays["W1"] + arrays["b1"])
    values = neurons.sum(1, keepdims=True)
    assert_same(trained, values * arrays["y_scale"] + arrays["y_offset"])
    assert "(input - x_offset) / x_scale" in words["scaling"]
    assert "encoding" not in words


BLENDS: dict[str, dict[int, Callable[[Any], Any]]] = {
    "the shares 1 - f and f": {0: lambda f: 1 - f, 1: lambda f: f},
    "(1 - f)^3 / 6, (4 - 6 f^2 + 3 f^3) / 6, (1 + 3 f + 3 f^2 - 3 f^3) / 6 and f^3 / 6": {
        -1: lambda f: (1 - f) ** 3 / 6,
        0: lambda f: (4 - 6 * f**2 + 3 * f**3) / 6,
        1: lambda f: (1 + 3 * f + 3 * f**2 - 3 * f**3) / 6,
        2: lambda f: f**3 / 6,
    },
}
"""Shares of knots, by the words for them."""


@pytest.mark.parametrize("name", ["hash grid", "fine hash grid", "cubic hash grid"])
@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_files_of_arrays_explain_a_hash_grid(tmp_path: Path, name: str, ending: str) -> None:
    """Follows only the explanation in the file, and compares with the inputs of the first layer."""
    trained = with_weights_that_matter(untrained(NETWORKS[name]))
    arrays, words = read(trained, tmp_path / f"weights{ending}")
    (blend,) = (shares for said, shares in BLENDS.items() if said in words["encoding"])
    x = input_scaling(trained.experiment, trained.samples).apply(trained.samples.inputs)
    found, above = [], 0
    grid = (arrays[f"E1_{column}"] for column in ("rows", "cells", "sides", "first"))
    for rows, cells, sides, first in zip(*grid, strict=True):
        k = np.clip((x + 0.5) * cells - 0.5 - first, 0, sides - 1)
        low = np.floor(k).astype(np.int64)
        level = np.zeros((len(x), arrays["E1"].shape[1]))
        for corner in product(blend, repeat=2):
            knot = np.clip(low + corner, 0, sides - 1)
            mixed = knot[:, 0] * arrays["E1_primes"][0] ^ knot[:, 1] * arrays["E1_primes"][1]
            row = knot[:, 0] + knot[:, 1] * sides[0] if sides.prod() <= rows else mixed % rows
            shares = [blend[step]((k - low)[:, axis]) for axis, step in enumerate(corner)]
            level += np.prod(shares, 0)[:, np.newaxis] * arrays["E1"][above + row]
        found.append(level)
        above += rows
    taken = activations(trained.experiment, [*map(tf.constant, trained.state.weights)], tf.constant(x))[0]
    np.testing.assert_allclose(np.concatenate(found, 1), taken, atol=2e-3)
    assert "row (k0 p0 xor k1 p1 xor ...) mod rows" in words["encoding"]


@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_equal_networks_make_equal_files(tmp_path: Path, ending: str) -> None:
    named = replace_struct(NETWORKS["fine hash grid"], name="Größe")
    for number in range(6):  # the safetensors library orders metadata in one of 24 ways
        export("weights", tmp_path / f"{number}{ending}", untrained(named))
    assert len({path.read_bytes() for path in tmp_path.glob(f"*{ending}")}) == 1


def read(trained: Trained, path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Arrays and numbers of a file, and its explanation of them."""
    export("weights", path, trained)
    if path.suffix == ".npz":
        arrays = dict(np.load(path))
        return arrays, {name: str(array) for name, array in arrays.items() if array.dtype.kind == "U"}
    with safetensors.safe_open(path, "np") as file:
        words = file.metadata()
        numbers = {name: np.array(json.loads(words[name])) for name in SCALING}
        return {name: file.get_tensor(name) for name in file.keys()} | numbers, words  # noqa: SIM118


def scaled(arrays: dict[str, Any], raw: Any) -> Any:
    """Scaled inputs, by the numbers in the file."""
    return ((raw - arrays["x_offset"]) / arrays["x_scale"]).astype(np.float32)


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
def test_a_full_disk_is_reported(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"network{ending}"
    path.write_bytes(b"what was there")
    with limited_file_size(2000), pytest.raises(FileError, match="was not written"):
        export("weights", path, untrained(CURVE))
    assert path.read_bytes() == b"what was there"


def test_path_errors_of_tensorflow_are_reported_like_those_of_other_formats(tmp_path: Path) -> None:
    path = tmp_path / "network.savedmodel"
    message = r"^\S*network.savedmodel was not written: it would be larger than files may be there; choose"
    with limited_file_size(2000), pytest.raises(FileError, match=message):
        export("weights", path, untrained(CURVE))
    assert not path.exists()


def test_a_full_disk_in_tensorflow_is_not_reported_as_lack_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raises TensorFlow's message for a full file system."""

    def full(*_: object, **__: object) -> None:
        words = "/mnt/variables/part-00000-of-00001.data.tempstate1; No space left on device [Op:SaveV2]"
        raise tf.errors.ResourceExhaustedError(None, None, words)

    monkeypatch.setattr(keras.Model, "export", full)
    of_a_worker = replace(untrained(CURVE), compute=as_a_worker)
    with pytest.raises(FileError, match="was not written: the disk is full; make room or choose another"):
        export("weights", tmp_path / "network.savedmodel", of_a_worker)


def as_a_worker(work: Callable[[], Any]) -> Any:
    """Runs work like the worker process, whose errors arrive without the library that raised them."""
    try:
        return work()
    except Exception as error:
        raise sendable_error(error) from None


def test_a_preview_handles_very_large_weights() -> None:
    trained = untrained(small_painting())
    huge = tuple(np.full_like(array, 1e30) for array in trained.state.weights)
    shown = preview_weights(replace(trained, state=replace(trained.state, weights=huge)), Job())
    assert {size for _, _, size in shown.rows[1:]} == {"1e+30"}


NAMED = replace_struct(
    CURVE,
    data=part(
        "dataset",
        "points",
        points=encode_points([(0, 1), (1, 3), (2, 2)]),
        x_name="Time [s]",
        y_name="Größe, $ [m]",
    ),
)


def said_in(path: Path) -> str:
    """What a file of a network says of its columns, read as its own programs would; '' where it doesn't."""
    match path.suffix:
        case ".keras":
            with ZipFile(path) as archive:
                said = json.loads(archive.read("metadata.json")).get("columns", "")
            keras.models.load_model(path)
            return json.dumps(said) if said else ""
        case ".h5":
            keras_model(NAMED, untrained(NAMED).state.weights).load_weights(path)
            with h5py.File(path) as opened:
                return str(opened.attrs.get("columns", ""))
    tf.saved_model.load(path)
    said_there = path / "assets.extra" / "columns.json"
    return said_there.read_text("utf-8") if said_there.exists() else ""


@pytest.mark.parametrize("ending", [".keras", ".weights.h5", ".savedmodel"])
def test_an_exported_network_says_what_its_columns_are(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"network{ending}"
    export("weights", path, untrained(NAMED))
    assert json.loads(said_in(path)) == {"x": {"name": "Time [s]"}, "y": {"name": "Größe, $ [m]"}}
    export("weights", tmp_path / f"bare{ending}", untrained(CURVE))
    assert said_in(tmp_path / f"bare{ending}") == ""
