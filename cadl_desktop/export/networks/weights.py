"""Weights to take along: plain arrays by name, and the whole network as other programs run it."""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import numpy as np
import safetensors.numpy

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.export.export_kind import Preview
from cadl_desktop.export.job import Job
from cadl_desktop.export.networks.drawn import drawn
from cadl_desktop.export.networks.scaled import SCALING, scaled
from cadl_desktop.export.refused_places import raise_refusal
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.network_weights import named_weights

_WORDS = "encoding"
"""What a file of arrays calls the words about those that are no weights."""
_SCALING = "scaling"
"""What it calls those about how inputs and outputs are scaled."""


def write_weights(path: Path, trained: Trained, job: Job) -> None:
    """Writes the format that the path ends in.

    The arrays alone are W1, b1, W2, b2, ..., what an encoding computes with beside them, and how inputs and
    outputs are scaled. A whole network
    takes positions as the dataset has them (x, or row and column in pixels) and gives y or colours from 0 to
    255: scaling and encoding are part of it.
    Raises FileError for parts that the format can't express.
    """
    # The optimizer's memories are in no such file, and may be twice as many numbers as the weights.
    state = replace(trained.state, slots=trained.state.slots[:0])
    trained.compute(partial(_write, path, trained.experiment, state))


def _write(path: Path, experiment: Experiment, state: RunState) -> None:
    write = next(write for ending, write in _FORMATS.items() if path.name.lower().endswith(ending))
    try:
        write(path, Trained(experiment, state, History()))
    except Exception as error:
        # TensorFlow has the same kind of error for a full disk and for want of memory.
        raise_refusal(str(error))
        raise


def preview_weights(trained: Trained, job: Job) -> Preview:
    """The arrays by name, with their shapes and how large their numbers are."""
    arrays = named_weights(trained.experiment, trained.state.weights)
    rows = tuple(
        (
            name,
            " × ".join(map(str, array.shape)),
            f"{np.sqrt(np.mean(np.square(array, dtype=np.float64))):.3g}",
        )
        for name, array in arrays.items()
    )
    count = sum(array.size for array in arrays.values())
    return Preview(
        rows=(("Name", "Shape", "Root mean square"), *rows),
        caption=f"{count:,} numbers",
    )


def _safetensors(path: Path, trained: Trained) -> None:
    arrays, words = drawn(trained.experiment)
    metadata = {
        "experiment": trained.experiment.name,
        "step": str(trained.state.step),
        "epoch": str(trained.state.epoch),
        **({_WORDS: words} if words else {}),
        _SCALING: SCALING,
        **{name: json.dumps(numbers.tolist()) for name, numbers in scaled(trained).items()},
    }
    weights = named_weights(trained.experiment, trained.state.weights)
    path.write_bytes(_in_order(safetensors.numpy.save(weights | arrays, metadata)))


def _in_order(content: bytes) -> bytes:
    """The same file with its metadata by name: the library writes them in another order each time."""
    length = struct.calcsize("<Q")
    end = length + struct.unpack_from("<Q", content)[0]
    header = json.loads(content[length:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    sorted_header = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    sorted_header += b" " * (-len(sorted_header) % length)
    return struct.pack("<Q", len(sorted_header)) + sorted_header + content[end:]


def _npz(path: Path, trained: Trained) -> None:
    arrays, words = drawn(trained.experiment)
    if words:
        arrays[_WORDS] = np.array(words)
    arrays |= scaled(trained) | {_SCALING: np.array(SCALING)}
    weights = named_weights(trained.experiment, trained.state.weights)
    np.savez(path, allow_pickle=False, **(weights | arrays))


def _keras_model(trained: Trained) -> Any:
    from cadl_desktop.export.networks.keras_model import keras_model  # brings TensorFlow along

    return keras_model(trained.experiment, trained.state.weights)


def _keras(path: Path, trained: Trained) -> None:
    _keras_model(trained).save(path)


def _keras_weights(path: Path, trained: Trained) -> None:
    """Those of a Keras file, which are made in memory: HDF5 itself ends the process when a disk is full."""
    with TemporaryDirectory() as folder:
        whole = Path(folder, "network.keras")
        _keras(whole, trained)
        with ZipFile(whole) as archive:
            path.write_bytes(archive.read("model.weights.h5"))


def _saved_model(folder: Path, trained: Trained) -> None:
    """TensorFlow's own format: `tf.saved_model.load(folder).serve(positions)`."""
    _keras_model(trained).export(folder, format="tf_saved_model", verbose=False)


def _tflite(path: Path, trained: Trained) -> None:
    from cadl_desktop.export.networks.keras_model import tflite_bytes

    path.write_bytes(tflite_bytes(trained))


def _onnx(path: Path, trained: Trained) -> None:
    from cadl_desktop.export.networks.onnx_model import onnx_bytes

    path.write_bytes(onnx_bytes(trained.experiment, trained.state.weights))


_FORMATS: Mapping[str, Callable[[Path, Trained], None]] = {
    ".safetensors": _safetensors,
    ".npz": _npz,
    ".keras": _keras,
    ".weights.h5": _keras_weights,
    ".savedmodel": _saved_model,
    ".tflite": _tflite,
    ".onnx": _onnx,
}
ENDINGS = tuple(_FORMATS)
