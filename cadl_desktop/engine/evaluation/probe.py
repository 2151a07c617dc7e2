"""Values of every neuron at places all over the input, for the pictures in the network drawing."""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scaling import Affine, input_scaling, target_scaling
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.network.forward_pass import activations, initial_weights
from cadl_desktop.engine.tracing import LruCache, traced
from cadl_desktop.experiment.model import Experiment, network_of
from cadl_desktop.experiment.shapes import is_encoded, widths
from cadl_desktop.runs.events import Floats, Probed
from cadl_desktop.runs.gains import NO_GAINS, Gains

LEAST, MOST = 24, 96
"""Bounds of the places along a painting's longer side. 24 suffice for a small picture, and a network of 10
layers of 128 then takes some milliseconds; a network of few neurons gets more places, which shows more of
text and stripes."""
MOST_VALUES = 220_000
"""Limit of neurons times places: again some milliseconds, and a megabyte."""
CURVE_PLACES = 97


class Probe:
    """Evaluates the neurons of one experiment's network for any weights."""

    def __init__(self, experiment: Experiment, samples: Samples) -> None:
        self._experiment = experiment
        self._grid, places = places_of(experiment, samples)
        self._inputs = input_scaling(experiment, samples).apply(places)
        self._to_target: Affine = target_scaling(experiment, samples)
        self._compute = _traced_activations(experiment)

    def __call__(self, step: int, weights: Sequence[Floats]) -> Probed:
        """Evaluates with a traced function; the first call traces unless the structure is cached."""
        return self._event(step, weights, self._compute(list(map(tf.constant, weights)), self._inputs))

    def once(self, step: int, weights: Sequence[Floats], gains: Gains = NO_GAINS) -> Probed:
        """Evaluates without tracing, for a network that is probed a single time."""
        tensors, ungained = list(map(tf.constant, weights)), dict[int, Any]()
        values = activations(
            self._experiment, tensors, tf.constant(self._inputs), gains=gains, ungained=ungained
        )
        for column, given in ungained.items():
            if column < len(values) - 1:
                values[column] = tf.where(gains[column] == 0, given, values[column])
        return self._event(step, weights, values)

    def _event(self, step: int, weights: Sequence[Floats], values: Sequence[tf.Tensor]) -> Probed:
        columns = [column.numpy().T for column in values]
        columns[-1] = np.asarray(self._to_target.invert(columns[-1].T), np.float32).T
        if not is_encoded(self._experiment):
            columns = columns[1:]
        return Probed(step, (self._inputs.T, *columns), self._grid, tuple(weights))


def _traced_activations(experiment: Experiment) -> Any:
    """(weights, inputs) -> values of each column. Cached by structure, as tracing takes longer than a
    call."""
    # Other settings change nothing of the traced network.
    key = experiment.data.kind, *network_of(experiment)

    def compute(weights: Sequence[Any], inputs: Any) -> list[Any]:
        return activations(experiment, weights, inputs)

    # Without XLA: compiling takes longer than all evaluations of a run.
    return _traced_functions.get(key, lambda: traced(compute))


_traced_functions = LruCache[Any]()


def probe(
    experiment: Experiment, weights: Sequence[Floats] | None, step: int = 0, gains: Gains = NO_GAINS
) -> Probed:
    """Neuron values for these weights, or the seed's initial ones, with gains applied. Muted neurons output 0
    but are shown with the values that they would have. The window calls this function by name. Raises
    `data.samples.DataError`."""
    weights = weights or initial_weights(experiment)
    return Probe(experiment, samples_of(experiment.data)).once(step, weights, gains)


def places_of(experiment: Experiment, samples: Samples) -> tuple[tuple[int, int] | None, NDArray[np.float64]]:
    """Grid (rows, columns) and positions in the dataset's units, (places, inputs): 1 for a curve, which has
    no grid, 2 for a picture, 3 for several pictures, of which the first is used."""
    if samples.picture_shape is None:
        positions = curve_positions(samples)
        return None, positions[np.linspace(0, len(positions) - 1, CURVE_PLACES).round().astype(int)]
    height, width = map(int, samples.high[:2])
    share = min(1.0, _longest(experiment, height, width) / max(height, width))
    rows, columns = max(1, round(height * share)), max(1, round(width * share))
    row = (np.arange(rows) + 0.5) * height / rows - 0.5
    column = (np.arange(columns) + 0.5) * width / columns - 0.5
    numbers = [0.0] * (samples.inputs.shape[1] - 2)
    return (rows, columns), np.stack(np.meshgrid(row, column, *numbers, indexing="ij"), -1).reshape(
        rows * columns, -1
    )


def _longest(experiment: Experiment, height: int, width: int) -> float:
    places = MOST_VALUES / sum(widths(experiment))
    return min(max(sqrt(places * max(height, width) / min(height, width)), LEAST), MOST)


def at_point(
    experiment: Experiment, weights: Sequence[Floats], place: Sequence[float], gains: Gains = NO_GAINS
) -> tuple[Floats, ...]:
    """Columns of a `Probed` at one `place` in the units of the data (a pixel's row and column, or x): each
    (neurons,) float32. The window calls this function by name. Raises `data.samples.DataError`."""
    samples = samples_of(experiment.data)
    inputs = input_scaling(experiment, samples).apply(np.array([place], np.float64))
    values = activations(experiment, list(map(tf.constant, weights)), tf.constant(inputs), gains=gains)
    columns = [column.numpy()[0] for column in values]
    columns[-1] = np.asarray(target_scaling(experiment, samples).invert(columns[-1][None])[0], np.float32)
    return (inputs[0], *(columns if is_encoded(experiment) else columns[1:]))
