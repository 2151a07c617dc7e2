"""The network as a Keras model that works without this program, and the formats that are made of one."""

from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import input_columns
from cadl_desktop.export.networks.keras_operations import KerasOperations, LiteOperations
from cadl_desktop.export.networks.network import describe
from cadl_desktop.runs.events import Floats


def keras_model(
    experiment: Experiment, weights: Sequence[Floats], operations: KerasOperations | None = None
) -> Any:
    """A functional `keras.Model` from (samples, 1, 2 or 3) positions to (samples, 1 or 3) targets."""
    import keras

    inputs = keras.Input((input_columns(experiment),), name="positions")
    outputs = describe(experiment, weights, operations or KerasOperations(), inputs)
    return keras.Model(inputs, outputs, name="network")


def tflite_bytes(experiment: Experiment, weights: Sequence[Floats]) -> bytes:
    """The network for TensorFlow Lite, with float32 throughout and any number of samples."""
    return lite_bytes(keras_model(experiment, weights, LiteOperations()))


def lite_bytes(model: Any) -> bytes:
    """A Keras model of `LiteOperations` in TensorFlow Lite's format."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    with redirect_stdout(StringIO()):  # it prints, and a program without a terminal may have no output
        content: bytes = converter.convert()
    return content
