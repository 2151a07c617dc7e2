"""The samples as the network gets them, and the order in which it does."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.pictures.masks import ALL_HIDDEN
from cadl_desktop.data.samples import DataError, Samples, samples_of
from cadl_desktop.data.scaling import Affine, input_scaling, target_scaling
from cadl_desktop.data.subsets import EveryRow, Rows, epoch_pieces, split
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.network import encode, initial_weights
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats

Integers = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Prepared:
    """An experiment's samples and how they are scaled; `training` and `validation` are rows of them.

    `positions` are where a curve is drawn, scaled; None for a painting, which is drawn at its samples.
    """

    samples: Samples
    training: Rows | EveryRow
    validation: Rows
    to_input: Affine
    to_target: Affine
    positions: Floats | None

    @cached_property
    def inputs(self) -> Floats:
        """All of them, scaled, before the encoding: (samples, inputs), in the dataset's order. A large
        picture's are not to be held at once."""
        return self.to_input.apply(self.samples.inputs)

    @cached_property
    def targets(self) -> Floats:
        """All of them, scaled, (samples, columns)."""
        return self.to_target.apply(self.samples.targets)

    def inputs_of(self, rows: Rows) -> Floats:
        """Those of some samples."""
        if self.samples.large:
            return self.to_input.apply(self.samples.inputs[rows])
        return self.inputs[rows]

    def targets_of(self, rows: Rows) -> Floats:
        """Those of some samples."""
        if self.samples.large:
            return self.to_target.apply(self.samples.targets[rows])
        return self.targets[rows]


def prepare(experiment: Experiment) -> Prepared:
    """Reads and scales an experiment's samples. Raises `data.samples.DataError`."""
    samples = samples_of(experiment.data)
    training, validation = split(experiment, samples)
    if not len(training):
        raise DataError(ALL_HIDDEN)
    to_input, to_target = input_scaling(experiment, samples), target_scaling(experiment, samples)
    curve = samples.picture_shape is None
    return Prepared(
        samples=samples,
        training=training,
        validation=validation,
        to_input=to_input,
        to_target=to_target,
        positions=to_input.apply(curve_positions(samples)) if curve else None,
    )


def training_samples(experiment: Experiment) -> tuple[Floats, Floats]:
    """The training samples exactly as the network's first layer and its cost see them.

    x (samples, width) float32, scaled and encoded; y (samples, columns) float32, scaled. An encoding that
    learns is taken as it is before the first step.
    """
    prepared = prepare(experiment)
    rows = prepared.training[:]
    inputs = tf.constant(prepared.inputs_of(rows))
    encoded = encode(experiment, initial_weights(experiment), inputs).numpy()
    return encoded, prepared.targets_of(rows)


def batch_order(experiment: Experiment, epoch: int) -> Integers:
    """Which rows of `training_samples` make up each batch of an epoch, counted from 0: (batches, batch size).

    The rows are shuffled anew every epoch; those left over after the last whole batch are not used in it.
    A batch size larger than the training set is cut to it.
    """
    samples = samples_of(experiment.data)
    count = len(split(experiment, samples)[0])
    size = min(experiment.batch_size, count)
    if samples.large:
        pieces = range(epoch_pieces(count))
        order = np.concatenate([order_piece(experiment.seed, epoch, count, piece) for piece in pieces])
    else:
        order = epoch_order(experiment.seed, epoch, count)
    batches = len(order) // size
    return order[: batches * size].reshape(batches, size)


def epoch_order(seed: int, epoch: int, count: int) -> Integers:
    """The training samples, counted among themselves, in the order of one epoch."""
    return np.random.default_rng([seed, 2, epoch]).permutation(count).astype(np.int32)


def order_piece(seed: int, epoch: int, count: int, piece: int) -> Integers:
    """One piece of the order of an epoch, `count // pieces_of(count)` training samples, counted among
    themselves: one out of as many in a row as there are pieces, shuffled. Together the pieces hold each
    sample once."""
    pieces = epoch_pieces(count)
    random = np.random.default_rng([seed, 2, epoch])
    start, shifts = random.integers(count), random.integers(pieces, size=count // pieces)
    chosen = (start + pieces * np.arange(count // pieces) + (shifts + piece) % pieces) % count
    return np.random.default_rng([seed, 2, epoch, piece]).permutation(chosen.astype(np.int32))
