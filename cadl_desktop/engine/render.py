"""What trained weights make of any positions: a curve anywhere on the number line, a painting at any size."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves import curve_positions
from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import input_scaling, target_scaling
from cadl_desktop.data.scores import psnr
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network import activations
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.gains import NO_GAINS, Gains

Floats = NDArray[np.float32]
ROWS_AT_A_TIME = 16_384


def predict(
    experiment: Experiment,
    weights: Sequence[Floats],
    positions: NDArray[np.float64],
    gains: Gains = NO_GAINS,
) -> Floats:
    """The network's output at positions (n, 1 or 2), both in the dataset's own units: (n, columns) float32.

    A picture's positions are (row, column) in pixels. Raises `data.pictures.PictureError`.
    """
    samples = samples_of(experiment.data)
    inputs = input_scaling(experiment, samples).apply(positions)
    tensors = [tf.constant(array) for array in weights]
    pieces = [
        activations(experiment, tensors, tf.constant(inputs[start : start + ROWS_AT_A_TIME]), gains=gains)[
            -1
        ].numpy()
        for start in range(0, len(inputs), ROWS_AT_A_TIME)
    ]
    return np.asarray(target_scaling(experiment, samples).invert(np.concatenate(pieces)), np.float32)


def render(
    experiment: Experiment, weights: Sequence[Floats], gains: Gains = NO_GAINS
) -> tuple[Floats, float | None]:
    """What `Progressed` would show of these weights: the prediction, and its PSNR for a painting."""
    samples = samples_of(experiment.data)
    if samples.picture_shape is None:
        return predict(experiment, weights, curve_positions(samples), gains)[:, 0], None
    colours = predict(experiment, weights, samples.inputs, gains)
    return samples.as_picture(colours), psnr(colours, samples.targets)
