"""Points of a set whose trainings are replicates, each as one training."""

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from cadl_desktop.comparing.training import Training, TrainingSet
from cadl_desktop.sentences import counted
from cadl_desktop.sweeps.plan.sweep_model import Point


@lru_cache(maxsize=2)
def by_point(trainings: TrainingSet) -> TrainingSet:
    """Returns a set with one training for each point: its best seed, with the mean of all as its value. The
    set itself where each point has one seed."""
    if trainings.seeds == 1:
        return trainings
    means = {each.point: each for each in trainings.points}
    rows = []
    for point, members in _members(trainings).items():
        first = best_of(trainings, members)
        if (mean := means.get(point)) is not None:
            name = f"Mean of {counted(len(mean.values), 'seed')}"
            first = replace(first, name=name, group=first.differs or name, value=mean.mean)
        rows.append(first)
    return replace(trainings, trainings=tuple(sorted(rows, key=lambda each: each.number)))


def with_replicates(trainings: TrainingSet, numbers: Collection[int]) -> frozenset[int]:
    """Returns the numbers of all trainings at the points of these."""
    if trainings.seeds == 1:
        return frozenset(numbers)
    points = {trainings.by_number[number].point for number in numbers}
    return frozenset(each.number for each in trainings.trainings if each.point in points)


def best_of(trainings: TrainingSet, members: Collection[Training]) -> Training:
    """Returns the training with the best value of some of a set, of those that are over if any are."""
    sign = -1.0 if trainings.objective.wants_more else 1.0

    def rank(each: Training) -> tuple[bool, bool, float]:
        is_known = each.value is not None and not each.failed
        return not is_known, not each.is_over, sign * each.value if is_known and each.value else 0.0

    return min(members, key=rank)


def _members(trainings: TrainingSet) -> dict[Point, list[Training]]:
    found: dict[Point, list[Training]] = {}
    for each in trainings.trainings:
        found.setdefault(each.point, []).append(each)
    return found
