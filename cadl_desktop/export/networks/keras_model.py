"""The network as a Keras model that works without this program, and the formats that are made of one."""

from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import numpy as np

from cadl_desktop.data.samples import Doubles
from cadl_desktop.data.scaling import input_scaling
from cadl_desktop.engine import predict
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import input_columns
from cadl_desktop.export.networks.keras_operations import KerasOperations, LiteOperations
from cadl_desktop.export.networks.network import describe
from cadl_desktop.export.networks.vocabulary import own_type
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Floats
from cadl_desktop.sentences import Sentence
from cadl_desktop.storage.atomic import FileError

_MOST_LOST = 1e-3
"""Of a curve's span: what rounding x or y to float32 may cost."""
_LEAST_OF_ALL_DIGITS = float(np.finfo(np.float32).smallest_normal)
"""Of smaller numbers float32 keeps fewer digits, whatever is subtracted from them."""
_MOST_OF_WAVES = 1e6
"""Scaled x beyond which TensorFlow Lite's sines may be off: from some 1e8 on they are no longer between -1
and 1, and a network multiplies x before."""


def keras_model(experiment: Experiment, weights: Sequence[Floats]) -> Any:
    """A functional `keras.Model` from (samples, 1, 2 or 3) positions, float64 for a curve, to (samples, 1 or
    3) targets."""
    return _model(experiment, weights, KerasOperations(), own_type(experiment))


def tflite_bytes(trained: Trained) -> bytes:
    """The network for TensorFlow Lite, with float32 throughout and any number of samples.

    Raises FileError where float32 can't tell a curve's points apart, and where sines would be wrong."""
    _refuse_what_float32_loses(trained)
    operations = LiteOperations()
    model = _model(trained.experiment, trained.state.weights, operations, "float32")
    if operations.has_waves:
        _refuse_large_numbers(trained)
    return lite_bytes(model)


def lite_bytes(model: Any) -> bytes:
    """A Keras model of `LiteOperations` in TensorFlow Lite's format."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    with redirect_stdout(StringIO()):  # it prints, and a program without a terminal may have no output
        content: bytes = converter.convert()
    return content


def _model(experiment: Experiment, weights: Sequence[Floats], operations: KerasOperations, taken: str) -> Any:
    import keras

    inputs = keras.Input((input_columns(experiment),), dtype=taken, name="positions")
    outputs = describe(experiment, weights, operations, inputs)
    return keras.Model(inputs, outputs, name="network")


def _refuse_large_numbers(trained: Trained) -> None:
    samples = trained.samples
    largest = float(np.abs(input_scaling(trained.experiment, samples).apply(samples.inputs)).max())
    if largest > _MOST_OF_WAVES:
        raise FileError(
            "No .tflite file was written: its sines are wrong for numbers as large as x is here, "
            "{largest:.3g}; scale the inputs before it learns, or choose .onnx or .keras.",
            largest=largest,
        )


def _refuse_what_float32_loses(trained: Trained) -> None:
    if own_type(trained.experiment) == "float32":
        return
    _refuse_values_too_close(trained)  # the first: where float32 has no such small y, x isn't to blame
    _refuse_points_too_close(trained)


def _refuse_values_too_close(trained: Trained) -> None:
    low, high = trained.samples.target_low, trained.samples.target_high
    known = np.linspace(low, high, len(trained.positions))
    lost = _share_of_span(trained, known - known.astype(np.float32))
    if lost > _MOST_LOST:
        raise FileError(
            "No .tflite file was written: it gives float32 numbers, which tell y near {place:,.10g} apart "
            "by {step:.3g} at best, and the curve would be off by {lost:.2g} of its span; {remedy}.",
            place=high,
            step=_step_at(known),
            lost=lost,
            remedy=_remedy("y", known, low, high),
        )


def _refuse_points_too_close(trained: Trained) -> None:
    low, high = trained.samples.low[0], trained.samples.high[0]
    exact = np.concatenate([trained.samples.inputs, trained.positions])
    known, rounded = (
        predict(trained.experiment, trained.state.weights, inputs)
        for inputs in (exact, exact.astype(np.float32).astype(np.float64))
    )
    lost = _share_of_span(trained, known - rounded)
    if lost > _MOST_LOST:
        raise FileError(
            "No .tflite file was written: it takes float32 numbers, which tell x near {place:,.10g} apart "
            "by {step:.3g} at best, and the curve would be off by {lost:.2g} of its span; {remedy}.",
            place=high,
            step=_step_at(exact),
            lost=lost,
            remedy=_remedy("x", exact, low, high),
        )


def _remedy(name: str, values: Doubles, low: float, high: float) -> Sentence:
    """What can be done about numbers that float32 doesn't tell apart, only where it helps."""
    if np.abs(values).max() < _LEAST_OF_ALL_DIGITS:
        return Sentence(
            "choose .onnx or .keras, or multiply {name} by a large number before it is learned", name=name
        )
    if min(abs(low), abs(high)) < high - low:
        return Sentence("choose .onnx or .keras")
    return Sentence(
        "choose .onnx or .keras, or subtract {start:.10g} from {name} before it is learned",
        start=low,
        name=name,
    )


def _step_at(values: Doubles) -> float:
    return float(np.spacing(np.float32(np.abs(values).max())))


def _share_of_span(trained: Trained, lost: Doubles) -> float:
    samples = trained.samples
    return float(np.abs(lost).max() / (samples.target_high - samples.target_low or 1.0))
