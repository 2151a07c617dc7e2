"""What counts as a good run: how near a network comes to its targets, whatever its weights do."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from cadl_desktop.data.samples import Doubles, Samples
from cadl_desktop.data.scaling import target_scaling
from cadl_desktop.data.scores import PEAK
from cadl_desktop.data.subsets import measured_rows
from cadl_desktop.experiment.model import Experiment

GOOD_R2 = 0.95
"""R² from which on a curve is good. What no function could learn doesn't count: the differences between
points of the same x."""
GOOD_DB, ALWAYS_GOOD_DB = 30.0, 50.0
"""PSNR from which on a painting is good; and from which on it is even if one colour comes near the picture,
which otherwise has to be halved in error."""
_PIXELS = 2**14
"""Most pixels whose spread is computed for a picture, as this runs on the event loop."""
GOOD_CONSTANT = 1e-3
"""Root mean square error of a good curve through points of one y, relative to y, or to 1 where y is less."""


@dataclass(frozen=True)
class GoodRun:
    """Mean squared errors of samples, in the targets' units: `unavoidable` is that of the best function, and
    `good` is how much more a good run leaves at most."""

    unavoidable: float
    good: float

    def shortfall_of_painting(self, psnr: float) -> float:
        """Error of a painting of this PSNR in dB over that of the worst good one: below 1 it is good."""
        return self._shortfall(_squared_error(psnr))

    def shortfall_of_curve(self, fitted: ArrayLike, targets: ArrayLike) -> float:
        """Like `shortfall_of_painting`, for a network's outputs at its points, both (points,) or
        (points, 1)."""
        errors = np.ravel(np.asarray(fitted, np.float64)) - np.ravel(np.asarray(targets, np.float64))
        with np.errstate(over="ignore", invalid="ignore"):  # a diverged network's errors overflow
            return self._shortfall(float(np.square(errors).mean()))

    def _shortfall(self, error: float) -> float:
        return max(0.0, error - self.unavoidable) / self.good if math.isfinite(error) else math.inf


def good_run(samples: Samples) -> GoodRun:
    """Errors of a good run on these samples."""
    rows = measured_rows(samples)
    if samples.picture_shape is not None:
        rows = rows[:: 1 + len(rows) // _PIXELS]
    targets = np.asarray(samples.targets[rows], np.float64)
    if not targets.size:  # a mask hides every pixel
        return GoodRun(0.0, _squared_error(GOOD_DB))
    spread = float(targets.var())
    if samples.picture_shape is not None:
        least, most = map(_squared_error, (ALWAYS_GOOD_DB, GOOD_DB))
        return GoodRun(0.0, max(least, min(most, spread / 2)))
    if spread == 0:
        return GoodRun(0.0, (GOOD_CONSTANT * max(1.0, float(np.abs(targets).max()))) ** 2)
    return GoodRun(_spread_of_equal_inputs(samples.inputs[rows, 0], targets[:, 0]), (1 - GOOD_R2) * spread)


def cost_of_constant(experiment: Experiment, samples: Samples) -> float | None:
    """Cost of the constant output that suits these samples best; None for costs of plugins, which may measure
    anything, and where a mask hides every pixel."""
    rows = measured_rows(samples)
    rows = rows[:: 1 + len(rows) // _PIXELS]
    if experiment.cost not in _CONSTANT_COSTS or not len(rows):
        return None
    targets = target_scaling(experiment, samples).apply(samples.targets[rows])
    each = _CONSTANT_COSTS[experiment.cost](np.asarray(targets, np.float64))
    return float(each.sum() if experiment.cost.endswith("sum") else each.mean())


_CONSTANT_COSTS: dict[str, Callable[[Doubles], Doubles]] = dict.fromkeys(
    ("l2", "l2-sum"), lambda targets: targets.var(0)
) | dict.fromkeys(("l1", "l1-sum"), lambda targets: np.abs(targets - np.median(targets, 0)).mean(0))
"""Functions of the targets (samples, numbers) that give the cost of a constant in each number."""


def _spread_of_equal_inputs(inputs: Doubles, targets: Doubles) -> float:
    """Mean squared difference of the targets from the mean of those with the same input."""
    _, group = np.unique(inputs, return_inverse=True)
    means = np.bincount(group, targets) / np.bincount(group)
    return float(np.square(targets - means[group]).mean())


def _squared_error(psnr: float) -> float:
    return float(PEAK**2 / 10.0 ** (psnr / 10))
