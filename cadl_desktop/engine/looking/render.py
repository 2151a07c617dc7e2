"""What trained weights make of any positions: a curve anywhere on the number line, a painting at any size."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.frames import Frame
from cadl_desktop.data.samples import as_rgb, samples_of
from cadl_desktop.data.scaling import input_scaling, target_scaling
from cadl_desktop.data.scores import seen_psnr
from cadl_desktop.data.subsets import held_out_on_screen, on_screen
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.looking.tiles import Renderer
from cadl_desktop.engine.network.network import activations
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats, Made
from cadl_desktop.runs.gains import NO_GAINS, Gains

ROWS_AT_A_TIME = 16_384
GLIMPSE_PIXELS = 16_384
"""So many pixels are painted in a moment."""


def predict(
    experiment: Experiment, weights: Sequence[Floats], positions: NDArray[np.float64], gains: Gains = NO_GAINS
) -> Made:
    """The network's output at positions (n, 1 or 2), both in the dataset's own units: (n, columns),
    float32 of a painting; of a curve float64, as y may lie far from 0 for its span.

    A picture's positions are (row, column) in pixels. Raises `data.samples.DataError`.
    """
    samples = samples_of(experiment.data)
    inputs = input_scaling(experiment, samples).apply(positions)
    tensors = [tf.constant(array) for array in weights]
    starts = range(0, len(inputs), ROWS_AT_A_TIME)
    batches = (tf.constant(inputs[start : start + ROWS_AT_A_TIME]) for start in starts)
    pieces = [activations(experiment, tensors, batch, gains=gains)[-1].numpy() for batch in batches]
    values = target_scaling(experiment, samples).invert(np.concatenate(pieces))
    return values if samples.picture_shape is None else np.asarray(values, np.float32)


def render(
    experiment: Experiment, weights: Sequence[Floats], gains: Gains = NO_GAINS
) -> tuple[Made, float | None]:
    """What `Progressed` would show of these weights: the prediction, and its PSNR for a painting. Of a large
    picture that is what a screen shows of it."""
    whole = samples_of(experiment.data)
    samples = on_screen(whole)
    if samples.picture_shape is None:
        return predict(experiment, weights, curve_positions(samples), gains)[:, 0], None
    colours = predict(experiment, weights, samples.inputs[:], gains)
    return samples.as_picture(colours), seen_psnr(colours, samples, held_out_on_screen(experiment, whole))


def glimpse(experiment: Experiment, weights: Sequence[Floats]) -> Floats:
    """The prediction as `render` gives it; of a large painting only every second, third, ... row and column
    is painted and repeated, so that it comes in a moment."""
    samples = on_screen(samples_of(experiment.data))
    shape = samples.picture_shape
    if shape is None or samples.places is not None or len(samples.inputs) <= GLIMPSE_PIXELS:
        return render(experiment, weights)[0]
    every = math.ceil(math.sqrt(len(samples.inputs) / GLIMPSE_PIXELS))
    rows = np.arange(len(samples.inputs)).reshape(shape)[::every, ::every]
    colours = as_rgb(predict(experiment, weights, samples.inputs[rows.ravel()])).reshape(*rows.shape, -1)
    return colours.repeat(every, 0).repeat(every, 1)[: shape[0], : shape[1]]


def render_rows(
    experiment: Experiment,
    weights: Sequence[Floats],
    frame: Frame,
    height: int,
    width: int,
    *,
    gains: Gains = NO_GAINS,
    picture: float | None = None,
) -> Iterator[Floats]:
    """The painting of any part of the plane at any size: bands (rows, width, 3) from top to bottom, in the
    target's own units and not clipped.

    A band has some ten thousand pixels, or one row where that has more, so that memory does not grow with
    the height. Closing the iterator ends the rendering. `picture` is the number of the picture where a
    network paints several. Raises `data.samples.DataError`, and ValueError for a network that paints none.
    """
    return Renderer(experiment).painting(weights, frame, height, width, gains, picture).bands()
