"""Files of weights: arrays by name, and whole networks in the formats of other programs."""

import json
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray

from cadl_desktop.data.samples import Doubles
from cadl_desktop.data.scaling import input_scaling, target_scaling
from cadl_desktop.experiment.catalog.encoding_entries import grid_levels
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import encoded_columns
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job, raise_os_error
from cadl_desktop.export.networks.column_text import (
    add_to_hdf5,
    add_to_saved_model,
    add_to_tflite,
    column_text,
)
from cadl_desktop.export.networks.keras_file import OLDEST, save_keras
from cadl_desktop.export.networks.network_texts import (
    ABOUT,
    SCALING,
    STEPS,
    encoding_text,
    network_texts,
)
from cadl_desktop.export.networks.operations import position_type
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.network_weights import fourier_waves, named_weights
from cadl_desktop.sentences import Sentence
from cadl_desktop.storage.atomic import FileError

_RECIPE_KEY = "recipe"
"""Key of the recipe in formats of `HOLD_RECIPE`."""
_ENCODING_KEY = "encoding"
"""Key of the text about arrays of the encoding that aren't weights."""
_SCALING_KEY = "scaling"
"""Key of the text about the scaling of inputs and outputs."""
_STEPS_KEY = "steps"
"""Key of the steps that compute the network, as JSON."""
Texts = dict[str, str]
"""Recipe by its key, for the metadata of formats in `HOLD_RECIPE`; empty without one."""


def write_weights(path: Path, trained: Trained, job: Job) -> None:
    """Writes the format of the path's suffix.

    Files of arrays have W1, b1, W2, b2, ..., further arrays of the encoding, the scaling of inputs and
    outputs, and the steps that compute the network. Whole networks map positions in the dataset's units (x,
    or row and column in pixels) to y, or to colours from 0 to 255; scaling and encoding are part of them.
    Raises FileError for entries that the format can't express.
    """
    job.notes = _notes(trained, job.ending)
    state = _without_slots(trained.state)
    trained.compute(partial(_write, path, trained.experiment, state, job.recipe()))


def _write(path: Path, experiment: Experiment, state: RunState, recipe: str) -> None:
    write = next(write for ending, write in _FORMATS.items() if path.name.lower().endswith(ending))
    try:
        write(path, Trained(experiment, state, History()), {_RECIPE_KEY: recipe} if recipe else {})
    except Exception as error:
        # TensorFlow raises the same type of error for a full disk and for lack of memory.
        raise_os_error(str(error))
        raise


def _without_slots(state: RunState) -> RunState:
    """State without the optimizer's slots, which may be twice as large as the weights and are in no such
    file, so that they aren't sent along."""
    return replace(state, slots=state.slots[:0], best=None, newest=None)


def _notes(trained: Trained, ending: str) -> tuple[str, ...]:
    """Notes on a file with this ending that a person who opens it has to know."""
    if ending not in (".keras", ".weights.h5"):
        return ()
    opens = f"Keras {OLDEST} or newer reads this file."
    if ending != ".keras" or position_type(trained.experiment) == "float32":
        return (opens,)
    lost = trained.compute(partial(_rounding_of_x, trained.experiment, _without_slots(trained.state)))
    if lost is None:
        return (opens,)
    exact = Sentence(
        "Call model(x), under JAX with jax_enable_x64: model.predict(x) rounds x to float32 numbers, which "
        "{lost}. .onnx and .savedmodel files take x as it is.",
        lost=lost,
    )
    return opens, exact


def _rounding_of_x(experiment: Experiment, state: RunState) -> Sentence | None:
    from cadl_desktop.export.networks.keras_model import rounding_of_x

    return rounding_of_x(Trained(experiment, state, History()))


def preview_weights(trained: Trained, job: Job) -> Preview:
    """Table of the arrays with their shapes and root mean squares."""
    arrays = named_weights(trained.experiment, trained.state.weights)
    rows = tuple(
        (
            name,
            " × ".join(map(str, array.shape)),
            f"{np.sqrt(np.mean(np.square(array, dtype=np.float64))):.3g}",
        )
        for name, array in arrays.items()
    )
    count, notes = sum(array.size for array in arrays.values()), _notes(trained, job.ending)
    return Preview(
        rows=(("Name", "Shape", "Root mean square"), *rows),
        caption=" ".join((f"{count:,} numbers{'.' if notes else ''}", *notes)),
    )


def _encoding_arrays(experiment: Experiment) -> dict[str, NDArray[Any]]:
    """Arrays of the encoding that aren't weights, by name."""
    kind, inputs = experiment.encoding.kind, encoded_columns(experiment)
    if kind == "fourier":
        return {"B": fourier_waves(experiment.encoding, inputs)}
    if kind == "hash grid":
        from cadl_desktop.engine.network.encodings import PRIMES

        levels = grid_levels(inputs, experiment.encoding)
        columns = {
            "E1_rows": [level.entries for level in levels],
            "E1_cells": [level.cells for level in levels],
            "E1_sides": [level.sides for level in levels],
            "E1_first": [level.first for level in levels],
            "E1_primes": PRIMES[:inputs],
        }
        return {name: np.array(numbers, np.int64) for name, numbers in columns.items()}
    return {}


def _scaling_arrays(trained: Trained) -> dict[str, Doubles]:
    """Offsets and scales by name, each (1,) or (columns,). Raises `data.samples.DataError`."""
    x = input_scaling(trained.experiment, trained.samples)
    y = target_scaling(trained.experiment, trained.samples)
    return {"x_offset": x.offset, "x_scale": x.scale, "y_offset": y.offset, "y_scale": y.scale}


def _array_texts(trained: Trained, weights: Mapping[str, Floats]) -> dict[str, str]:
    """Texts of a file of arrays, by key."""
    from cadl_desktop.export.networks.network_steps import network_steps  # brings TensorFlow along

    texts = network_texts(trained) | {_SCALING_KEY: SCALING}
    if encoding := encoding_text(trained.experiment):
        texts[_ENCODING_KEY] = encoding
    with suppress(FileError):  # parts of other packages may have no steps; their weights are written anyway
        texts[_STEPS_KEY] = json.dumps(network_steps(trained.experiment, weights), separators=(",", ":"))
        texts[ABOUT] += f" {STEPS}"
    return texts


def _safetensors(path: Path, trained: Trained, texts: Texts) -> None:
    weights = named_weights(trained.experiment, trained.state.weights)
    scaling = {name: json.dumps(numbers.tolist()) for name, numbers in _scaling_arrays(trained).items()}
    content = safetensors.numpy.save(
        weights | _encoding_arrays(trained.experiment), _array_texts(trained, weights) | scaling | texts
    )
    path.write_bytes(_in_order(content))


def _in_order(content: bytes) -> bytes:
    """Sorts the metadata of a safetensors file, which the library writes in a different order each time."""
    length = struct.calcsize("<Q")
    end = length + struct.unpack_from("<Q", content)[0]
    header = json.loads(content[length:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    sorted_header = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    sorted_header += b" " * (-len(sorted_header) % length)
    return struct.pack("<Q", len(sorted_header)) + sorted_header + content[end:]


def _npz(path: Path, trained: Trained, texts: Texts) -> None:
    weights = named_weights(trained.experiment, trained.state.weights)
    named = {name: np.array(text) for name, text in _array_texts(trained, weights).items()}
    arrays = weights | _encoding_arrays(trained.experiment) | _scaling_arrays(trained) | named
    np.savez(path, allow_pickle=False, **arrays)


def _keras_model(trained: Trained) -> Any:
    from cadl_desktop.export.networks.keras_model import keras_model  # brings TensorFlow along

    return keras_model(trained.experiment, trained.state.weights)


def _keras(path: Path, trained: Trained, texts: Texts) -> None:
    save_keras(path, _keras_model(trained), column_text(trained.experiment), texts)


def _keras_weights(path: Path, trained: Trained, texts: Texts) -> None:
    """Writes the weights taken from a temporary Keras file: HDF5 itself aborts the process on a full disk."""
    with TemporaryDirectory() as folder:
        whole = Path(folder, "network.keras")
        _keras_model(trained).save(whole)
        with ZipFile(whole) as archive:
            content = archive.read("model.weights.h5")
    text = column_text(trained.experiment)
    path.write_bytes(add_to_hdf5(content, text) if text else content)


def _saved_model(folder: Path, trained: Trained, texts: Texts) -> None:
    """Writes TensorFlow's own format, used by `tf.saved_model.load(folder).serve(positions)`."""
    _keras_model(trained).export(folder, format="tf_saved_model", verbose=False)
    if text := column_text(trained.experiment):
        add_to_saved_model(folder, text)


def _tflite(path: Path, trained: Trained, texts: Texts) -> None:
    from cadl_desktop.export.networks.keras_model import tflite_bytes

    path.write_bytes(add_to_tflite(tflite_bytes(trained), network_texts(trained)))


def _onnx(path: Path, trained: Trained, texts: Texts) -> None:
    from cadl_desktop.export.networks.onnx_graph import onnx_bytes

    path.write_bytes(onnx_bytes(trained.experiment, trained.state.weights, network_texts(trained) | texts))


_FORMATS: Mapping[str, Callable[[Path, Trained, Texts], None]] = {
    ".safetensors": _safetensors,
    ".npz": _npz,
    ".keras": _keras,
    ".weights.h5": _keras_weights,
    ".savedmodel": _saved_model,
    ".tflite": _tflite,
    ".onnx": _onnx,
}
ENDINGS = tuple(_FORMATS)
HOLD_RECIPE = (".safetensors", ".keras", ".onnx")
