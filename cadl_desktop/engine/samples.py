"""The samples as the network gets them, and the order in which it does."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curves import curve_positions
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scaling import Affine, input_scaling, target_scaling
from cadl_desktop.data.split import Rows, split
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.network import encode, initial_weights
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats

Integers = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Prepared:
    """An experiment's samples, scaled: `inputs` (samples, inputs) before the encoding and `targets`
    (samples, columns), in the dataset's order; `training` and `validation` are rows of them.

    `positions` are where a curve is drawn, scaled; None for a painting, which is drawn at its samples.
    """

    samples: Samples
    inputs: Floats
    targets: Floats
    training: Rows
    validation: Rows
    to_target: Affine
    positions: Floats | None


def prepare(experiment: Experiment) -> Prepared:
    """Reads and scales an experiment's samples. Raises `data.samples.DataError`."""
    samples = samples_of(experiment.data)
    training, validation = split(experiment, samples)
    to_input, to_target = input_scaling(experiment, samples), target_scaling(experiment, samples)
    curve = samples.picture_shape is None
    return Prepared(
        samples=samples,
        inputs=to_input.apply(samples.inputs),
        targets=to_target.apply(samples.targets),
        training=training,
        validation=validation,
        to_target=to_target,
        positions=to_input.apply(curve_positions(samples)) if curve else None,
    )


def training_samples(experiment: Experiment) -> tuple[Floats, Floats]:
    """The training samples exactly as the network's first layer and its cost see them.

    x (samples, width) float32, scaled and encoded; y (samples, columns) float32, scaled. An encoding that
    learns is taken as it is before the first step.
    """
    prepared = prepare(experiment)
    inputs = tf.constant(prepared.inputs[prepared.training])
    return encode(experiment, initial_weights(experiment), inputs).numpy(), prepared.targets[
        prepared.training
    ]


def batch_order(experiment: Experiment, epoch: int) -> Integers:
    """Which rows of `training_samples` make up each batch of an epoch, counted from 0: (batches, batch size).

    The rows are shuffled anew every epoch; those left over after the last whole batch are not used in it.
    A batch size larger than the training set is cut to it.
    """
    count = len(split(experiment, samples_of(experiment.data))[0])
    size = min(experiment.batch_size, count)
    batches = count // size
    return epoch_order(experiment.seed, epoch, count)[: batches * size].reshape(batches, size)


def epoch_order(seed: int, epoch: int, count: int) -> Integers:
    """The training samples, counted among themselves, in the order of one epoch."""
    return np.random.default_rng([seed, 2, epoch]).permutation(count).astype(np.int32)
