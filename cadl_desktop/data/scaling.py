"""How inputs and targets are scaled before the network sees them, and back.

A function that the catalog names takes the columns to be scaled, (samples, columns), and the edges that
they lie between, (columns,); what the edges are is told in `Samples`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cadl_desktop.data.large_sets import measured_rows
from cadl_desktop.data.samples import Doubles, Samples
from cadl_desktop.experiment.identity import identity_of
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.registry import entry


@dataclass(frozen=True, eq=False)
class Affine:
    """(values - offset) / scale; both are (1,) or (columns,) and scale is never 0."""

    offset: Doubles
    scale: Doubles

    def apply(self, values: ArrayLike) -> NDArray[np.float32]:
        """Scaled values (..., columns), computed in float64 and only then cut to float32."""
        return ((np.asarray(values, np.float64) - self.offset) / self.scale).astype(np.float32)

    def invert(self, values: ArrayLike) -> Doubles:
        """Scaled values (..., columns) back in their own units."""
        return np.asarray(values, np.float64) * self.scale + self.offset


def none(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """Leaves the values as they are."""
    return _affine(0.0, 1.0)


def standardised(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """To mean 0 and deviation 1, by one mean and one deviation over all columns together."""
    return _affine(values.mean(), np.std(values))


def standardised_per_column(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """To mean 0 and deviation 1 in each column."""
    return _affine(values.mean(axis=0), np.std(values, axis=0))


def centred(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """To between -1/2 and 1/2 from edge to edge."""
    return _affine((low + high) / 2, high - low)


def square(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """To between -1/2 and 1/2 along the longest side, from edge to edge of pixels whose middles are whole
    numbers; the same distance stays the same in all columns.

    Along a shorter side the middle may lie half a pixel off, so that pixels fall on the knots of a grid that
    is as fine as they are.
    """
    sides = high - low
    longest = sides.max()
    return _affine((low + high - 1.0) / 2 + (longest - sides) % 2 / 2, longest)


def unit(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """To between 0 and 1 from edge to edge."""
    return _affine(low, high - low)


def signed(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """To between -1 and 1 from edge to edge."""
    return _affine((low + high) / 2, (high - low) / 2)


def input_scaling(experiment: Experiment, samples: Samples) -> Affine:
    """The scaling of the inputs that the experiment names. Raises KeyError where there is none such."""
    scaling = entry("input_scaling", experiment.input_scaling).load()
    if identity_of(experiment.data) is None:
        affine: Affine = scaling(_looked_at(samples, samples.inputs), samples.low, samples.high)
        return affine
    # A picture's number that chooses a vector stays as it is.
    positions: Affine = scaling(samples.inputs[:, :-1], samples.low[:-1], samples.high[:-1])
    columns = samples.inputs.shape[1] - 1
    offset, scale = np.broadcast_to(positions.offset, columns), np.broadcast_to(positions.scale, columns)
    return Affine(np.append(offset, 0.0), np.append(scale, 1.0))


def target_scaling(experiment: Experiment, samples: Samples) -> Affine:
    """The scaling of the targets that the experiment names, which knows nothing of hidden ones.

    Raises KeyError where there is no such scaling.
    """
    scaling = entry("target_scaling", experiment.target_scaling).load()
    low, high = np.array([samples.target_low]), np.array([samples.target_high])
    if samples.hidden is None or samples.large:
        seen = _looked_at(samples, samples.targets)
    else:
        seen = samples.targets[~samples.hidden]
    affine: Affine = scaling(seen, low, high)
    return affine


def scaled_target_range(experiment: Experiment, samples: Samples) -> tuple[float, float]:
    """Between which numbers the targets lie as the network sees them; of a large picture, those of the
    samples that stand for all."""
    columns = _looked_at(samples, samples.targets).T  # one after the other: NumPy is slow across a few
    ends = target_scaling(experiment, samples).apply(
        [[column.min() for column in columns], [column.max() for column in columns]]
    )
    return float(ends.min()), float(ends.max())


def _looked_at(samples: Samples, values: Any) -> Doubles:
    """All values, or of a large picture those of the seen samples that stand for all."""
    if not samples.large:
        return np.asarray(values)
    return np.asarray(values[measured_rows(samples)], np.float64)


def _affine(offset: ArrayLike, scale: ArrayLike) -> Affine:
    widths = np.atleast_1d(np.asarray(scale, np.float64))
    # Values that are all alike have no width; dividing by 1 leaves them at 0.
    return Affine(np.atleast_1d(np.asarray(offset, np.float64)), np.where(widths == 0, 1.0, widths))
