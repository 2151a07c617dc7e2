"""Scaling of inputs and targets before training, and back.

The scalings of the catalog (`none` to `signed`) are loaded by name (`experiment/catalog/shipped.py`). Each
takes the values (samples, columns) and their edges `low` and `high` (columns,), as in `Samples`, and returns
an `Affine`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cadl_desktop.data.samples import Doubles, Samples
from cadl_desktop.data.subsets import measured_rows
from cadl_desktop.experiment.model import Experiment, identity_of
from cadl_desktop.experiment.registry import entry


@dataclass(frozen=True, eq=False)
class Affine:
    """Affine scaling (values - offset) / scale. Both are (1,) or (columns,), and scale is never 0."""

    offset: Doubles
    scale: Doubles

    def apply(self, values: ArrayLike) -> NDArray[np.float32]:
        """Returns scaled values (..., columns), computed in float64 and only then rounded to float32."""
        return ((np.asarray(values, np.float64) - self.offset) / self.scale).astype(np.float32)

    def invert(self, values: ArrayLike) -> Doubles:
        """Returns scaled values (..., columns) in their own units."""
        return np.asarray(values, np.float64) * self.scale + self.offset


def none(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """Scaling 'none': leaves the values unchanged."""
    return _affine(0.0, 1.0)


def standardised(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """Scaling 'standardised': mean 0 and deviation 1, with one mean and one deviation over all columns."""
    return _affine(values.mean(), np.std(values))


def standardised_per_column(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """Scaling 'standardised per column': mean 0 and deviation 1 in each column."""
    return _affine(values.mean(axis=0), np.std(values, axis=0))


def centred(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """Scaling 'centred': the edges become -1/2 and 1/2."""
    return _affine((low + high) / 2, high - low)


def square(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """Scaling 'square': the edges of the longest side become -1/2 and 1/2, with one unit for all columns.

    Edges are those of pixels with whole numbers as centres. The centre of a shorter side may be half a pixel
    off, so that pixels coincide with the knots of a grid of the same resolution.
    """
    sides = high - low
    longest = sides.max()
    return _affine((low + high - 1.0) / 2 + (longest - sides) % 2 / 2, longest)


def unit(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """Scaling 'unit': the edges become 0 and 1."""
    return _affine(low, high - low)


def signed(values: Doubles, low: Doubles, high: Doubles) -> Affine:
    """Scaling 'signed': the edges become -1 and 1."""
    return _affine((low + high) / 2, (high - low) / 2)


def input_scaling(experiment: Experiment, samples: Samples) -> Affine:
    """Returns the experiment's scaling of the inputs. Raises KeyError where the catalog has none such."""
    scaling = entry("input_scaling", experiment.input_scaling).load()
    if identity_of(experiment.data) is None:
        affine: Affine = scaling(_visible_values(samples, samples.inputs), samples.low, samples.high)
        return affine
    # A picture's number that selects a vector is not scaled.
    positions: Affine = scaling(samples.inputs[:, :-1], samples.low[:-1], samples.high[:-1])
    columns = samples.inputs.shape[1] - 1
    offset, scale = np.broadcast_to(positions.offset, columns), np.broadcast_to(positions.scale, columns)
    return Affine(np.append(offset, 0.0), np.append(scale, 1.0))


def target_scaling(experiment: Experiment, samples: Samples) -> Affine:
    """Returns the experiment's scaling of the targets, which is independent of hidden ones.

    Raises KeyError where the catalog has no such scaling.
    """
    scaling = entry("target_scaling", experiment.target_scaling).load()
    low, high = np.array([samples.target_low]), np.array([samples.target_high])
    if samples.hidden is None or samples.large:
        seen = _visible_values(samples, samples.targets)
    else:
        seen = samples.targets[~samples.hidden]
    affine: Affine = scaling(seen, low, high)
    return affine


def scaled_target_range(experiment: Experiment, samples: Samples) -> tuple[float, float]:
    """Returns the least and greatest scaled target; for a large picture over its measured samples."""
    # Column by column: NumPy is slow along a short axis.
    columns = _visible_values(samples, samples.targets).T
    ends = target_scaling(experiment, samples).apply(
        [[column.min() for column in columns], [column.max() for column in columns]]
    )
    return float(ends.min()), float(ends.max())


def _visible_values(samples: Samples, values: Any) -> Doubles:
    """Returns all values, or for a large picture those of its measured samples, which are never hidden."""
    if not samples.large:
        return np.asarray(values)
    return np.asarray(values[measured_rows(samples)], np.float64)


def _affine(offset: ArrayLike, scale: ArrayLike) -> Affine:
    widths = np.atleast_1d(np.asarray(scale, np.float64))
    # Equal values have width 0; dividing by 1 scales them to 0.
    return Affine(np.atleast_1d(np.asarray(offset, np.float64)), np.where(widths == 0, 1.0, widths))
