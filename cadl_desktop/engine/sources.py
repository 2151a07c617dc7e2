"""Where steps take samples from: lists of scaled ones, or a large picture's bytes.

Both give the same numbers to the bit; bytes take an eighth of the memory.
"""

from typing import NamedTuple

import numpy as np

from cadl_desktop.engine.device import Tensor, tf
from cadl_desktop.engine.samples import Prepared
from cadl_desktop.runs.events import Floats


class Listed(NamedTuple):
    """All samples, scaled: (samples, inputs) and (samples, columns)."""

    inputs: Tensor
    targets: Tensor


class Pixels(NamedTuple):
    """A large picture: the scaled inputs of its rows (height,) and columns (width,), the colours of its
    pixels (pixels, columns) uint8, and what a byte is as a scaled target, (columns · 256,)."""

    down: Tensor
    across: Tensor
    colours: Tensor
    levels: Tensor


Source = Listed | Pixels


def source_of(prepared: Prepared) -> Source:
    """All samples of an experiment."""
    if not prepared.samples.large:
        return Listed(tf.constant(prepared.inputs), tf.constant(prepared.targets))
    height, width = prepared.samples.picture_shape or (0, 0)
    colours = prepared.samples.targets
    levels = prepared.to_target.apply(np.arange(256)[:, np.newaxis].repeat(colours.shape[1], 1))
    return Pixels(
        down=tf.constant(_axis(prepared, 0, height)),
        across=tf.constant(_axis(prepared, 1, width)),
        colours=tf.constant(colours),
        levels=tf.constant(levels.T.ravel()),
    )


def _axis(prepared: Prepared, axis: int, count: int) -> Floats:
    positions = np.zeros((count, 2))
    positions[:, axis] = np.arange(count)
    return prepared.to_input.apply(positions)[:, axis]


def inputs_at(source: Source, rows: Tensor) -> Tensor:
    """The scaled inputs of some samples, (rows, inputs)."""
    if isinstance(source, Listed):
        return tf.gather(source.inputs, rows)
    width = source.across.shape[0]
    row = rows // width
    return tf.stack([tf.gather(source.down, row), tf.gather(source.across, rows - row * width)], 1)


def targets_at(source: Source, rows: Tensor) -> Tensor:
    """The scaled targets of some samples, (rows, columns)."""
    if isinstance(source, Listed):
        return tf.gather(source.targets, rows)
    columns = source.colours.shape[1]
    levels = tf.cast(tf.gather(source.colours, rows), tf.int32) + 256 * tf.range(columns)
    return tf.gather(source.levels, levels)
