"""Samples as the network gets them: scaled, split, in the order of each epoch, and as tensors for the
steps."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.pictures.masks import ALL_HIDDEN
from cadl_desktop.data.samples import DataError, Samples, samples_of
from cadl_desktop.data.scaling import Affine, input_scaling, target_scaling
from cadl_desktop.data.subsets import EveryRow, Rows, epoch_pieces, split
from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.network.forward_pass import encode, initial_weights
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats

Integers = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class PreparedSamples:
    """Samples of an experiment with their scalings; `training` and `validation` are row numbers of them.

    `positions` are the scaled inputs at which a curve is drawn; None for a painting, which is drawn at its
    samples.
    """

    samples: Samples
    training: Rows | EveryRow
    validation: Rows
    to_input: Affine
    to_target: Affine
    positions: Floats | None

    @cached_property
    def inputs(self) -> Floats:
        """All scaled inputs before the encoding, (samples, inputs), in the dataset's order. Not for large
        pictures, whose inputs do not fit into memory at once."""
        return self.to_input.apply(self.samples.inputs)

    @cached_property
    def targets(self) -> Floats:
        """All scaled targets, (samples, columns)."""
        return self.to_target.apply(self.samples.targets)

    def inputs_of(self, rows: Rows) -> Floats:
        """Scaled inputs of some rows, (rows, inputs)."""
        if self.samples.large:
            return self.to_input.apply(self.samples.inputs[rows])
        return self.inputs[rows]

    def targets_of(self, rows: Rows) -> Floats:
        """Scaled targets of some rows, (rows, columns)."""
        if self.samples.large:
            return self.to_target.apply(self.samples.targets[rows])
        return self.targets[rows]


def prepare(experiment: Experiment) -> PreparedSamples:
    """Reads, splits and scales the samples of an experiment. Raises `data.samples.DataError`."""
    samples = samples_of(experiment.data)
    training, validation = split(experiment, samples)
    if not len(training):
        raise DataError(ALL_HIDDEN)
    to_input, to_target = input_scaling(experiment, samples), target_scaling(experiment, samples)
    curve = samples.picture_shape is None
    return PreparedSamples(
        samples=samples,
        training=training,
        validation=validation,
        to_input=to_input,
        to_target=to_target,
        positions=to_input.apply(curve_positions(samples)) if curve else None,
    )


def training_samples(experiment: Experiment) -> tuple[Floats, Floats]:
    """Training samples exactly as the first layer and the cost see them.

    x (samples, width) float32, scaled and encoded; y (samples, columns) float32, scaled. A trainable encoding
    is evaluated with its initial weights.
    """
    prepared = prepare(experiment)
    rows = prepared.training[:]
    inputs = tf.constant(prepared.inputs_of(rows))
    encoded = encode(experiment, initial_weights(experiment), inputs).numpy()
    return encoded, prepared.targets_of(rows)


def batch_order(experiment: Experiment, epoch: int) -> Integers:
    """Rows of `training_samples` in each batch of an epoch, counted from 0: (batches, batch size).

    Rows are reshuffled every epoch; those left after the last whole batch are skipped in it. A batch size
    above the number of training samples is reduced to it.
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
    """Permutation of `count` training samples for one epoch, (count,)."""
    return np.random.default_rng([seed, 2, epoch]).permutation(count).astype(np.int32)


def order_piece(seed: int, epoch: int, count: int, piece: int) -> Integers:
    """Piece `piece` of an epoch's order: `count // pieces_of(count)` numbers of training samples, shuffled.
    The samples are divided into groups of `pieces_of(count)` consecutive ones, and each piece takes another
    one of every group, so that the pieces together hold each sample once."""
    pieces = epoch_pieces(count)
    random = np.random.default_rng([seed, 2, epoch])
    start, shifts = random.integers(count), random.integers(pieces, size=count // pieces)
    chosen = (start + pieces * np.arange(count // pieces) + (shifts + piece) % pieces) % count
    return np.random.default_rng([seed, 2, epoch, piece]).permutation(chosen.astype(np.int32))


class ArraySource(NamedTuple):
    """Scaled samples as two tensors: inputs (samples, inputs) and targets (samples, columns)."""

    inputs: Tensor
    targets: Tensor


class PixelSource(NamedTuple):
    """A large picture as bytes, an eighth of the memory of an `ArraySource`, with the same numbers to the
    bit.

    `down` and `across` are the scaled inputs of its rows (height,) and columns (width,), `colours` its pixels
    (pixels, columns) uint8, `levels` the scaled target of each byte, (columns · 256,).
    """

    down: Tensor
    across: Tensor
    colours: Tensor
    levels: Tensor


Source = ArraySource | PixelSource


def source_of(prepared: PreparedSamples) -> Source:
    if not prepared.samples.large:
        return ArraySource(tf.constant(prepared.inputs), tf.constant(prepared.targets))
    height, width = prepared.samples.picture_shape or (0, 0)
    colours = prepared.samples.targets
    levels = prepared.to_target.apply(np.arange(256)[:, np.newaxis].repeat(colours.shape[1], 1))
    return PixelSource(
        down=tf.constant(_axis(prepared, 0, height)),
        across=tf.constant(_axis(prepared, 1, width)),
        colours=tf.constant(colours),
        levels=tf.constant(levels.T.ravel()),
    )


def _axis(prepared: PreparedSamples, axis: int, count: int) -> Floats:
    positions = np.zeros((count, 2))
    positions[:, axis] = np.arange(count)
    return prepared.to_input.apply(positions)[:, axis]


def inputs_at(source: Source, rows: Tensor) -> Tensor:
    """Scaled inputs of some rows, (rows, inputs)."""
    if isinstance(source, ArraySource):
        return tf.gather(source.inputs, rows)
    width = source.across.shape[0]
    row = rows // width
    return tf.stack([tf.gather(source.down, row), tf.gather(source.across, rows - row * width)], 1)


def targets_at(source: Source, rows: Tensor) -> Tensor:
    """Scaled targets of some rows, (rows, columns)."""
    if isinstance(source, ArraySource):
        return tf.gather(source.targets, rows)
    columns = source.colours.shape[1]
    levels = tf.cast(tf.gather(source.colours, rows), tf.int32) + 256 * tf.range(columns)
    return tf.gather(source.levels, levels)
