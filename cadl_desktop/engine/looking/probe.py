"""What every neuron computes, at places all over the input: the network drawing's small pictures."""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples, samples_of
from cadl_desktop.data.scaling import Affine, input_scaling, target_scaling
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.kept import Kept
from cadl_desktop.engine.network.network import activations, initial_weights
from cadl_desktop.engine.tracing import traced
from cadl_desktop.experiment.model import Experiment, network_of
from cadl_desktop.experiment.shapes import is_encoded, widths
from cadl_desktop.runs.events import Floats, Probed
from cadl_desktop.runs.gains import NO_GAINS, Gains

LEAST, MOST = 24, 96
"""Places along the longer side of a painting: enough for a small picture, and a network of 10 layers of 128
then answers in some milliseconds; one of few neurons has more places, and shows more of text and stripes."""
MOST_VALUES = 220_000
"""How many numbers more places may come to: some milliseconds as well, and a megabyte."""
CURVE_PLACES = 97


class Probe:
    """Asks one experiment's network, whatever its weights."""

    def __init__(self, experiment: Experiment, samples: Samples) -> None:
        self._experiment = experiment
        self._grid, places = places_of(experiment, samples)
        self._inputs = input_scaling(experiment, samples).apply(places)
        self._to_target: Affine = target_scaling(experiment, samples)
        self._compute = _computing(experiment)

    def __call__(self, step: int, weights: Sequence[Floats]) -> Probed:
        """Traced at its first call, unless a network of this structure has been asked before."""
        return self._probed(step, weights, self._compute(list(map(tf.constant, weights)), self._inputs))

    def once(self, step: int, weights: Sequence[Floats], gains: Gains = NO_GAINS) -> Probed:
        """Without tracing: for a network that is asked a single time."""
        tensors, bare = list(map(tf.constant, weights)), dict[int, Any]()
        values = activations(self._experiment, tensors, tf.constant(self._inputs), gains=gains, bare=bare)
        for column, given in bare.items():
            if column < len(values) - 1:
                values[column] = tf.where(gains[column] == 0, given, values[column])
        return self._probed(step, weights, values)

    def _probed(self, step: int, weights: Sequence[Floats], values: Sequence[tf.Tensor]) -> Probed:
        columns = [column.numpy().T for column in values]
        columns[-1] = np.asarray(self._to_target.invert(columns[-1].T), np.float32).T
        if not is_encoded(self._experiment):
            columns = columns[1:]
        return Probed(step, (self._inputs.T, *columns), self._grid, tuple(weights))


def _computing(experiment: Experiment) -> Any:
    """(weights, inputs) -> the columns, for this structure: kept, as tracing takes longer than an answer."""
    # Everything else can change without another network.
    key = experiment.data.kind, *network_of(experiment)

    def compute(weights: Sequence[Any], inputs: Any) -> list[Any]:
        return activations(experiment, weights, inputs)

    # Not by XLA: compiling would take longer than all that a run asks.
    return _kept.get(key, lambda: traced(compute))


_kept = Kept[Any]()


def probe(
    experiment: Experiment, weights: Sequence[Floats] | None, step: int = 0, gains: Gains = NO_GAINS
) -> Probed:
    """What the neurons compute with these weights, or the seed's first ones, and give with these gains. Of
    muted neurons of a layer, which give 0, it tells what they would give. Raises `data.samples.DataError`."""
    weights = weights or initial_weights(experiment)
    return Probe(experiment, samples_of(experiment.data)).once(step, weights, gains)


def places_of(experiment: Experiment, samples: Samples) -> tuple[tuple[int, int] | None, NDArray[np.float64]]:
    """The grid and its positions in the dataset's own units, (places, 1, 2 or 3): of many pictures, those of
    the first."""
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
