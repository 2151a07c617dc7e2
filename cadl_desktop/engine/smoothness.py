"""Total variation: what it costs that a network's output differs between neighbours (Rudin et al., 1992)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.neighbours import neighbours
from cadl_desktop.data.samples import Samples
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network import forward
from cadl_desktop.experiment.effort import smoothed_samples
from cadl_desktop.experiment.model import Experiment

Tensor = Any

_STREAM = 8
"""Keeps what is drawn here apart from what else is drawn from the experiment's seed."""


def neighbourhoods(experiment: Experiment, samples: Samples) -> NDArray[np.int32]:
    """Every sample, hidden ones too, followed by its neighbours, (samples, 1 + directions): shuffled by the
    seed, so that any few in a row are taken from all over the input."""
    order = np.random.default_rng([experiment.seed, _STREAM]).permutation(len(samples.inputs))
    near = np.column_stack([np.arange(len(order), dtype=np.int32), neighbours(samples)])
    return near[order].astype(np.int32)


def variation(
    experiment: Experiment, weights: Sequence[Tensor], inputs: Tensor, near: Tensor, step: Tensor
) -> Tensor:
    """The mean absolute difference between the outputs for a sample and for its neighbours, a number.

    `near` is what `neighbourhoods` gives; which few of them are looked at depends on the step alone.
    """
    looked_at = smoothed_samples(experiment.batch_size)
    count = tf.shape(near, tf.int64)[0]
    rows = tf.math.floormod(tf.cast(step, tf.int64) * looked_at + tf.range(looked_at, dtype=tf.int64), count)
    together = tf.gather(near, rows)
    size = near.shape[1]
    outputs = forward(experiment, weights, tf.gather(inputs, tf.reshape(together, [-1])))
    grouped = tf.reshape(outputs, [looked_at, size, outputs.shape[1]])
    return tf.reduce_mean(tf.abs(grouped[:, 1:] - grouped[:, :1]))
