"""Spread of trainings that have something in common: how to group them, what they made, and sentences."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from operator import is_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.comparing.comparable import comparable
from cadl_desktop.comparing.groups import Group, designs_of, groups_by, spread_of
from cadl_desktop.comparing.training import Training, TrainingSet
from cadl_desktop.experiment.setting_descriptions import MOST_NAMED, names_by_difference
from cadl_desktop.sentences import counted, shown
from cadl_desktop.sweeps.findings.seed_comparison import ERRORS, Spell, luck_in_words
from cadl_desktop.sweeps.plan.sweep_model import DESIGN

MOST_GROUPS = 3
_SEED = "seed"


@dataclass(frozen=True, eq=False)
class Grouping:
    """Groups of a set by a setting's path, or by DESIGN: by all settings but the seed."""

    path: str
    title: str
    groups: tuple[Group, ...]


@lru_cache(maxsize=2)
def groupings(trainings: TrainingSet) -> list[Grouping]:
    """Returns the groupings of the `comparable` trainings, the default one first: by design, if their set has
    designs or some differ in the seed only; then by each setting of which some have the same value, the one
    with the fewest groups first."""
    trainings = comparable(trainings)
    rows = trainings.trainings
    designs = designs_of(trainings) if any(each.group for each in rows) else _of_equal_settings(trainings)
    found = [Grouping(DESIGN, "Design", tuple(designs))] if designs else []
    varied = [each for each in trainings.settings if each.path not in (DESIGN, _SEED)]
    for setting in varied if len(varied) > 1 else []:
        if 1 < len({each.values.get(setting.path) for each in rows}) < len(rows):
            found.append(Grouping(setting.path, setting.title, tuple(groups_by(rows, setting))))
    return sorted(found, key=lambda each: (each.path != DESIGN, len(each.groups)))


def groupings_by_chance(trainings: TrainingSet) -> list[Grouping]:
    """Returns the groupings in which it is chance that sets the trainings of a group apart. Runs are seeds of
    one another only if all their settings are equal; trials of a sweep are spread over all values alike."""
    return [each for each in groupings(trainings) if each.path == DESIGN or trainings.kind != "runs"]


def few_groups(trainings: TrainingSet, groups: Sequence[Group], chosen: Collection[int]) -> list[Group]:
    """Returns up to three groups to show at a time: the largest, and of equally large ones the best by the
    means of their points, of those with chosen trainings, or of all where there are no more than three, or
    none is chosen."""
    ranks = {each.point: rank for rank, each in enumerate(trainings.points)}
    of_chosen = [group for group in groups if any(each.number in chosen for each in group.members)]
    among = of_chosen if of_chosen and len(groups) > MOST_GROUPS else groups
    last = len(ranks)
    best = {group: min(ranks.get(each.point, last) for each in group.members) for group in among}
    largest = sorted(among, key=lambda group: (-len(group.members), best[group]))[:MOST_GROUPS]
    return [group for group in groups if group in largest]


def outputs_of(group: Group, dimensions: int) -> list[NDArray[Any]]:
    """Curves (points,) or paintings (height, width, 3) of a group's trainings, of equal shape and finite.

    Failed trainings have none. Once any training is over, only those that are over count, as one that
    has just begun would weigh as much.
    """
    counted = [each for each in group.members if each.made is not None and not each.failed]
    over = [each for each in counted if each.is_over]
    made = [np.asarray(each.made) for each in over or counted]
    sound = [each for each in made if each.ndim == dimensions and np.isfinite(each).all()]
    return [each for each in sound if each.shape == sound[0].shape]


def are_same(some: Sequence[object], others: Sequence[object]) -> bool:
    """Whether two lists hold the very same outputs, so that nothing has to be drawn again."""
    return len(some) == len(others) and all(map(is_, some, others))


def spread_in_sentences(
    trainings: TrainingSet, grouping: Grouping, groups: Sequence[Group], spell: Spell, *, tests: bool = True
) -> list[str]:
    """Sentences about the results of the shown groups. Two groups whose trainings are seeds are tested, after
    the last of a number that was fixed before; of the values of a setting it is said which won how many
    matched pairs. With `tests` it takes seconds, and raises ImportError without SciPy."""
    are_seeds, is_by_design = trainings.kind == "seeds", grouping.path == DESIGN
    each = "seed" if are_seeds or (trainings.kind == "sweep" and is_by_design) else "run"
    spreads = [
        replace(spread_of(group, trainings), own=_own_value(group) if are_seeds else None, each=each)
        for group in groups
    ]
    can_test = tests and is_by_design and trainings.over == trainings.wanted
    found = luck_in_words(spreads, can_test=can_test, spell=spell)
    if found and not is_by_design:
        pairs = matched_in_words(trainings, grouping, groups)
        found = [
            *pairs,
            *found,
            *([] if pairs else ["No two of these differ in it alone, as they do in a grid."]),
        ]
    if not found:
        return ["None of these runs has ended yet. Results appear here as runs end."]
    count, are_two = len(grouping.groups), len(spreads) == 2 and min(len(it.values) for it in spreads) > 1
    if are_two and is_by_design and trainings.wanted is None:
        found.append(
            "A test needs a number of runs that was fixed before: train them again with other seeds."
        )
    if len(groups) < count:
        found.append(f"{len(groups)} of {count} groups are shown; choose runs to see theirs.")
        if are_two and can_test:
            found.append("Of many pairs some differ by chance.")
    return found


def matched_in_words(trainings: TrainingSet, grouping: Grouping, groups: Sequence[Group]) -> list[str]:
    """Sentences on the matched pairs of some groups: trainings that are over, and differ in the setting of
    the grouping alone. One that failed loses against one that hasn't. Empty where there are no pairs."""
    sign = -1.0 if trainings.objective.wants_more else 1.0
    found = []
    for one, other in combinations(groups, 2):
        first, second = (_by_the_rest(group, grouping.path, sign) for group in (one, other))
        pairs = [(first[rest], second[rest]) for rest in first.keys() & second.keys()]
        wins, losses = sum(a < b for a, b in pairs), sum(a > b for a, b in pairs)
        if pairs:
            found.append(
                f"Of {counted(len(pairs), 'pair')} that differ in nothing else, “{shown(one.name)}” is "
                f"better in {wins:,}, “{shown(other.name)}” in {losses:,}."
            )
    return found


def _by_the_rest(group: Group, path: str, sign: float) -> dict[object, float]:
    """Values of a group's trainings that are over, less being better, by seed and all settings but one."""
    found: dict[object, float] = {}
    for each in group.members:
        if each.is_over and each.state not in ERRORS:
            rest = each.seed, *(pair for pair in each.point if pair[0] != path)
            found[rest] = math.inf if each.failed or each.value is None else sign * each.value
    return found


def _of_equal_settings(trainings: TrainingSet) -> tuple[Group, ...]:
    """Groups of trainings that differ in no setting but the seed, called by what sets them apart, or by the
    set's name where that is nothing; none if no two are equal."""
    varied = [each.path for each in trainings.settings if each.path != _SEED]
    members: dict[tuple[object, ...], list[Training]] = {}
    for each in trainings.trainings:
        members.setdefault(tuple(each.values.get(path) for path in varied), []).append(each)
    if len(members) == len(trainings.trainings):
        return ()
    firsts = [equal[0].settings for equal in members.values()]
    words = [{path: settings[path] for path in varied if path in settings} for settings in firsts]
    names = names_by_difference(words, MOST_NAMED)
    return tuple(
        Group(name or trainings.name, None, tuple(equal), place)
        for place, (name, equal) in enumerate(zip(names, members.values(), strict=True), 1)
    )


def _own_value(group: Group) -> float | None:
    """Returns the value of the first training, which has the design's own seed; None until it has one."""
    own = group.members[0]
    return own.value if own.is_over and not own.failed else None
