"""What every neuron gives at one point of the input."""

from collections.abc import Sequence

import numpy as np

from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import input_scaling, target_scaling
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.network import activations
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.shapes import is_encoded
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.gains import NO_GAINS, Gains


def at_point(
    experiment: Experiment, weights: Sequence[Floats], place: Sequence[float], gains: Gains = NO_GAINS
) -> tuple[Floats, ...]:
    """The columns of a `Probed` at one `place`, in the units of the data (a pixel's row and column, x): each
    (neurons,) float32. Raises `data.samples.DataError`."""
    samples = samples_of(experiment.data)
    inputs = input_scaling(experiment, samples).apply(np.array([place], np.float64))
    values = activations(experiment, list(map(tf.constant, weights)), tf.constant(inputs), gains=gains)
    columns = [column.numpy()[0] for column in values]
    columns[-1] = np.asarray(target_scaling(experiment, samples).invert(columns[-1][None])[0], np.float32)
    return (inputs[0], *(columns if is_encoded(experiment) else columns[1:]))
