"""Random experiments from the whole catalog, each exported in every format and read by what it is for."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.engine import first_state, predict
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import Category, entries, part
from cadl_desktop.experiment.check import check
from cadl_desktop.experiment.registry import Parameter
from cadl_desktop.export.exports import export, export_named
from cadl_desktop.export.networks.operations import position_type
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.history import History
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.weights_in.array_files import ENDINGS
from cadl_desktop.weights_in.weight_matching import read_weights
from tests.export.manual_code import through_the_manual
from tests.soak.soak import Attempt, Row, Soak

MOST_DIFFERENCE = 1e-3
"""Bound for the difference, as a share of the target's span or of larger values of an untrained network."""
_MOST_RANGE = 12.0
"""Bound for a setting above its minimum, or above -1: keeps networks small and waves representable."""
_LAST_DIGIT = 1e-7
LITE_REFUSES = ("tell x near", "tell y near", "its sines are wrong")
_OFFSETS = (0.0, 0.0, -1e4, 1.7e9)


def attempt(seed: int, folder: Path) -> Attempt:
    """Exports an experiment in every format and compares what is read back."""
    random = Random(seed)
    while (experiment := random_experiment(random)) is None:
        pass
    return compared(experiment, folder, READERS)


def compared(
    experiment: Experiment, folder: Path, readers: Mapping[str, Callable[[Path, Any], Any]]
) -> Attempt:
    """Exports an experiment for each of the readers, by ending, and compares what they read."""
    trained = _untrained(experiment)
    differences, failures = {}, []
    for ending, read in readers.items():
        try:
            off = _difference(trained, _written(trained, folder, ending), read)
        except FileError as error:
            if ending != ".tflite" or not any(words in str(error) for words in LITE_REFUSES):
                failures.append(f"{ending}: {error}")
            continue
        differences[f"off in {ending}"] = off
        if not off <= MOST_DIFFERENCE:
            failures.append(f"{ending} is off by {off:.2g}")
    failures += [
        f"{ending} does not come back"
        for ending in ENDINGS
        if ending in readers and not _comes_back(trained, folder, ending)
    ]
    about = f"; {trained.experiment}" if failures else ""
    return Attempt(differences, "; ".join(failures) + about)


def _written(trained: Trained, folder: Path, ending: str) -> Path:
    path = folder / f"network{ending}"
    export("weights", path, trained, export_named("weights").job({"recipe": False}))
    return path


def _comes_back(trained: Trained, folder: Path, ending: str) -> bool:
    found = read_weights(_written(trained, folder, ending), trained.experiment)
    return all(map(np.array_equal, found, trained.state.weights))


def _difference(trained: Trained, path: Path, read: Callable[[Path, Any], Any]) -> float:
    inputs = np.concatenate([trained.samples.inputs, trained.positions])
    expected = predict(trained.experiment, trained.state.weights, inputs)
    values = read(path, inputs.astype(position_type(trained.experiment)))
    return float(np.abs(values - expected).max() / _span(trained, expected))


def _span(trained: Trained, values: Any) -> float:
    return max(trained.samples.target_high - trained.samples.target_low, float(np.abs(values).max()), 1e-9)


def _through_keras(path: Path, inputs: Any) -> Any:
    import keras

    return np.asarray(keras.models.load_model(path)(inputs))


def _through_tensorflow(path: Path, inputs: Any) -> Any:
    import tensorflow as tf

    model = tf.saved_model.load(path)
    return model.serve(inputs).numpy()


def _through_onnxruntime(path: Path, inputs: Any) -> Any:
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(["values"], {"positions": inputs})[0]


def _through_tflite(path: Path, inputs: Any) -> Any:
    import tensorflow as tf

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "(?s).*tf.lite.Interpreter is deprecated")
        interpreter = tf.lite.Interpreter(model_path=str(path))
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, inputs.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(place, inputs.astype(np.float32))
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


READERS: Mapping[str, Callable[[Path, Any], Any]] = {
    ".npz": through_the_manual,
    ".safetensors": through_the_manual,
    ".keras": _through_keras,
    ".savedmodel": _through_tensorflow,
    ".onnx": _through_onnxruntime,
    ".tflite": _through_tflite,
}


def _untrained(experiment: Experiment) -> Trained:
    return Trained(experiment, first_state(experiment), History())


def random_experiment(random: Random) -> Experiment | None:
    """The experiment that comes of these numbers; None for one that can't be trained or compared."""
    made = Experiment(
        seed=random.randrange(1000),
        data=_data(random),
        input_scaling=random.choice([*entries("input_scaling")]),
        target_scaling=random.choice([*entries("target_scaling")]),
        encoding=_part(random, "encoding"),
        layers=tuple(_part(random, "layer") for _ in range(random.randrange(5))),
        output=_part(random, "output"),
        optimizer=part("optimizer", "adam"),
    )
    return made if not check(made) and _is_tame(made) else None


def _is_tame(experiment: Experiment) -> bool:
    """Whether its numbers are finite, which raw powers of times since 1970 are not, and the last digit of an
    input doesn't decide on all of them, as behind steep waves of high powers."""
    trained = _untrained(experiment)
    inputs, weights = trained.positions, trained.state.weights
    shift = _LAST_DIGIT * (trained.samples.high - trained.samples.low)
    here, beside = (predict(experiment, weights, places) for places in (inputs, inputs + shift))
    if not np.isfinite(here).all():
        return False
    return float(np.abs(beside - here).max()) < MOST_DIFFERENCE / 10 * _span(trained, here)


def _data(random: Random) -> Part:
    kind = random.choice([*entries("dataset")])
    if kind == "points":
        drawn = np.random.default_rng(random.randrange(1000)).uniform(0, 9 * 70, 70)
        x = np.sort(drawn) + random.choice(_OFFSETS)
        y = 3.3 * np.sin(x / 50) + random.choice(_OFFSETS)
        return part("dataset", kind, points=encode_points(np.column_stack([x, y])))
    data = part("dataset", kind)
    if "longest" in data.as_dict():
        data = data.has(longest=random.randint(4, 11))
    if kind == "pictures":
        identity = random.choice(["number", "one-hot", "embedding"])
        data = data.has(count=random.randint(1, 4), identity=identity)
    return data


def _part(random: Random, category: Category) -> Part:
    known = entries(category)
    kind = random.choice([*known])
    return part(category, kind, **{option.name: _value(random, option) for option in known[kind].parameters})


def _value(random: Random, option: Parameter) -> Any:
    low = 0.0 if option.minimum is None else max(option.minimum, -1.0)
    high = low + _MOST_RANGE if option.maximum is None else min(option.maximum, low + _MOST_RANGE)
    match option.kind:
        case "bool":
            return random.choice([False, True])
        case "choice":
            return random.choice(option.choice_names())
        case "int":
            return random.randint(int(low), int(high))
        case "float":
            return random.uniform(low, high)
    return option.default


SOAK = Soak(
    about="random experiments from the whole catalog, exported as networks and weights and read again",
    count=300,
    attempt=attempt,
    rows=tuple(
        Row(f"off in {ending}", "of the span", "each", ("at most", MOST_DIFFERENCE)) for ending in READERS
    ),
)
