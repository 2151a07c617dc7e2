"""Numbers of parameters of trainings, as one more setting over which their results are seen."""

from dataclasses import replace
from functools import lru_cache

from cadl_desktop.comparing.training import Setting, TrainingSet
from cadl_desktop.sweeps.plan.sweep_model import Range

PARAMETERS = "parameter_count"
"""Path of that setting, and name of the column."""
_WIDE_RATIO = 3.0
"""Ratio of the largest to the smallest network above which the axis is logarithmic."""


@lru_cache(maxsize=2)
def by_size(trainings: TrainingSet) -> TrainingSet:
    """Returns the set with the number of parameters as its only setting; without one where no network has
    any. What else varies still tells its points apart."""
    sizes = {each.number: each.parameters for each in trainings.trainings}
    known = [size for size in sizes.values() if size]
    if not known:
        return replace(trainings, trainings=(), settings=())
    low, high = min(known), max(known)
    setting = Setting(PARAMETERS, "Parameters", Range(low, high, logarithmic=high / low >= _WIDE_RATIO))
    rows = [
        replace(each, point=(*each.point, (PARAMETERS, size)))
        for each in trainings.trainings
        if (size := sizes[each.number])
    ]
    return replace(trainings, trainings=tuple(rows), settings=(setting,))
