"""Network as a Keras model that works without this program, and as TensorFlow Lite file made from one."""

from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import keras
import numpy as np

from cadl_desktop.data.samples import Doubles
from cadl_desktop.data.scaling import input_scaling
from cadl_desktop.engine import predict
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import input_columns
from cadl_desktop.export.networks.keras_operations import KerasOperations, LiteOperations
from cadl_desktop.export.networks.network_graph import add_network
from cadl_desktop.export.networks.operations import position_type
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats
from cadl_desktop.sentences import Sentence
from cadl_desktop.storage.atomic import FileError

_MOST_ERROR = 1e-3
"""Largest error by rounding x or y to float32, as a share of a curve's span."""
_LEAST_NORMAL = float(np.finfo(np.float32).smallest_normal)
"""Smallest number with all of float32's digits; subtracting an offset doesn't help smaller ones."""
_MOST_FOR_SINES = 1e6
"""Largest scaled x for which TensorFlow Lite's sines are trusted: beyond some 1e8 they leave -1 to 1, and a
network multiplies x before."""


def keras_model(experiment: Experiment, weights: Sequence[Floats]) -> Any:
    """Functional `keras.Model` from positions (samples, 1, 2 or 3), float64 for a curve, to targets (samples,
    1 or 3)."""
    return _model(experiment, weights, KerasOperations(), position_type(experiment))


def tflite_bytes(trained: Trained) -> bytes:
    """Network for TensorFlow Lite, with float32 throughout and any number of samples.

    Raises FileError if float32 can't distinguish a curve's points, or sines would be wrong."""
    _refuse_loss_by_float32(trained)
    operations = LiteOperations()
    model = _model(trained.experiment, trained.state.weights, operations, "float32")
    if operations.has_waves:
        _refuse_large_numbers(trained)
    return lite_bytes(model)


def lite_bytes(model: Any) -> bytes:
    """Keras model of `LiteOperations` in TensorFlow Lite's format."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    with redirect_stdout(StringIO()):  # the converter prints, and without a terminal stdout may be None
        content: bytes = converter.convert()
    return content


def _model(experiment: Experiment, weights: Sequence[Floats], operations: KerasOperations, dtype: str) -> Any:
    inputs = keras.Input((input_columns(experiment),), dtype=dtype, name="positions")
    outputs = add_network(experiment, weights, operations, inputs)
    return keras.Model(inputs, outputs, name="network")


def _refuse_large_numbers(trained: Trained) -> None:
    samples = trained.samples
    largest = float(np.abs(input_scaling(trained.experiment, samples).apply(samples.inputs)).max())
    if largest > _MOST_FOR_SINES:
        raise FileError(
            "No .tflite file was written: its sines are wrong for numbers as large as x is here, "
            "{largest:.3g}; scale the inputs before it learns, or choose .onnx or .keras.",
            largest=largest,
        )


def _refuse_loss_by_float32(trained: Trained) -> None:
    if position_type(trained.experiment) == "float32":
        return
    _refuse_values_too_close(trained)  # first: if y is too small for float32, x isn't to blame
    _refuse_points_too_close(trained)


def _refuse_values_too_close(trained: Trained) -> None:
    low, high = trained.samples.target_low, trained.samples.target_high
    known = np.linspace(low, high, len(trained.positions))
    lost = _share_of_span(trained, known - known.astype(np.float32))
    if lost > _MOST_ERROR:
        raise FileError(
            "No .tflite file was written: it gives float32 numbers, which tell y near {place:,.10g} apart "
            "by {step:.3g} at best, and the curve would be off by {lost:.2g} of its span; {remedy}.",
            place=high,
            step=_step_at(known),
            lost=lost,
            remedy=_remedy("y", known, low, high),
        )


def _refuse_points_too_close(trained: Trained) -> None:
    if lost := rounding_of_x(trained):
        low, high = trained.samples.low[0], trained.samples.high[0]
        raise FileError(
            "No .tflite file was written: it takes float32 numbers, which {lost}; {remedy}.",
            lost=lost,
            remedy=_remedy("x", trained.samples.inputs, low, high),
        )


def rounding_of_x(trained: Trained) -> Sentence | None:
    """Words for what float32 numbers do to a curve whose x they can't tell apart; None where they can."""
    if position_type(trained.experiment) == "float32":
        return None
    exact = np.concatenate([trained.samples.inputs, trained.positions])
    known, rounded = (
        predict(trained.experiment, trained.state.weights, inputs)
        for inputs in (exact, exact.astype(np.float32).astype(np.float64))
    )
    lost = _share_of_span(trained, known - rounded)
    if lost <= _MOST_ERROR:
        return None
    return Sentence(
        "tell x near {place:,.10g} apart by {step:.3g} at best, and the curve would be off by {lost:.2g} of "
        "its span",
        place=trained.samples.high[0],
        step=_step_at(exact),
        lost=lost,
    )


def _remedy(name: str, values: Doubles, low: float, high: float) -> Sentence:
    """Remedy for numbers that float32 can't distinguish, as far as it helps. A .keras file isn't one for x,
    which `predict` of Keras rounds, too."""
    other = ".savedmodel" if name == "x" else ".keras"
    if np.abs(values).max() < _LEAST_NORMAL:
        return Sentence(
            "choose .onnx or {other}, or multiply {name} by a large number before it is learned",
            other=other,
            name=name,
        )
    if min(abs(low), abs(high)) < high - low:
        return Sentence("choose .onnx or {other}", other=other)
    return Sentence(
        "choose .onnx or {other}, or subtract {start:.10g} from {name} before it is learned",
        other=other,
        start=low,
        name=name,
    )


def _step_at(values: Doubles) -> float:
    return float(np.spacing(np.float32(np.abs(values).max())))


def _share_of_span(trained: Trained, lost: Doubles) -> float:
    samples = trained.samples
    return float(np.abs(lost).max() / (samples.target_high - samples.target_low or 1.0))
