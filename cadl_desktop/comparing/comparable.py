"""Trainings whose results can be compared."""

from dataclasses import replace
from functools import lru_cache

from cadl_desktop.comparing.training import TrainingSet

LEAST_SETTINGS = 3
"""Least number of settings that vary, for a view that compares settings with one another."""


@lru_cache(maxsize=2)
def comparable(trainings: TrainingSet, measure: str = "") -> TrainingSet:
    """Returns a set with only the trainings that are comparable by a measure, that of the objective unless
    another is named, and the settings that vary among these."""
    by = measure or trainings.objective.measure
    rows = tuple(each for each in trainings.trainings if each.ranks_by(by))
    if len(rows) == len(trainings.trainings):
        return trainings
    varied = [each for each in trainings.settings if len({it.values.get(each.path) for it in rows}) > 1]
    return replace(trainings, trainings=rows, settings=tuple(varied))


def too_few_settings(trainings: TrainingSet, view: str) -> str:
    """Returns the reason why a set varies too few settings for a view of three or more; '' where there are
    enough."""
    varied = len(comparable(trainings).settings)
    if varied >= LEAST_SETTINGS:
        return ""
    count = ("No setting varies", "One setting varies", "Two settings vary")[varied]
    return f"{count} among runs that can be compared. {view} is for three and more."
