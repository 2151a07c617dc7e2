"""Points of a sweep by the mean of their seeds, which are replicates."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cadl_desktop.sweeps.plan.sweep_model import Objective, Point
from cadl_desktop.sweeps.records.sweep_status import SweepStatus


@dataclass(frozen=True)
class PointMean:
    """Values of the seeds of a point that are over, without those that failed, and how many those are."""

    point: Point
    values: tuple[float, ...]
    failed: int = 0

    @property
    def mean(self) -> float:
        """Mean of the values; NaN where there is none."""
        return sum(self.values) / len(self.values) if self.values else math.nan

    @property
    def deviation(self) -> float:
        """Standard deviation of a seed from the mean, estimated from the seeds; NaN of a single one."""
        return float(np.std(self.values, ddof=1)) if len(self.values) > 1 else math.nan


def ranked_points(results: Iterable[tuple[Point, float | None]], objective: Objective) -> list[PointMean]:
    """Returns points by their mean, the best first. `results` are those of the seeds that are over, None for
    failed ones. A point with fewer values than others comes after these: its mean may be luck, or lacks the
    seed that diverged."""
    found: dict[Point, list[float | None]] = {}
    for point, value in results:
        found.setdefault(point, []).append(value)
    means = []
    for point, values in found.items():
        known = tuple(value for value in values if value is not None and math.isfinite(value))
        means.append(PointMean(point, known, len(values) - len(known)))
    sign = -1.0 if objective.wants_more else 1.0
    return sorted((it for it in means if it.values), key=lambda it: (-len(it.values), sign * it.mean))


def best_point(status: SweepStatus, objective: Objective) -> PointMean | None:
    """Best point of a sweep by now; None before any seed has a value."""
    over = (each for each in status.trials.values() if each.is_over)
    return next(iter(ranked_points(((each.point, each.value) for each in over), objective)), None)
