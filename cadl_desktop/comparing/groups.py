"""Groups of trainings by a setting or by design."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from cadl_desktop.comparing.training import Setting, Training, TrainingSet
from cadl_desktop.sweeps.findings.seed_comparison import Spread
from cadl_desktop.sweeps.plan.sweep_model import Value


@dataclass(frozen=True, eq=False)
class Group:
    """Trainings that have one value of a setting in common; `value` is None where they lack the setting, and
    for groups by something else. `colour` is the number that `run_colour` makes a colour of: of designs
    that of the first training."""

    name: str
    value: Value | None
    members: tuple[Training, ...]
    colour: int = 0


def groups_by(trainings: Iterable[Training], setting: Setting) -> list[Group]:
    """Returns the groups of some trainings, in the order of the setting's values."""
    members: dict[Value | None, list[Training]] = {}
    for training in trainings:
        members.setdefault(training.values.get(setting.path), []).append(training)
    return [
        Group(_title(setting, value), value, tuple(members[value]), place)
        for place, value in enumerate(sorted(members, key=partial(value_order, setting)), 1)
    ]


def designs_of(trainings: TrainingSet) -> list[Group]:
    """Returns the trainings by design; all as one group where there is only one."""
    by_name: dict[str, list[Training]] = {}
    for training in trainings.trainings:
        by_name.setdefault(training.group, []).append(training)
    return [
        Group(name or trainings.name, None, tuple(members), place)
        for place, (name, members) in enumerate(by_name.items(), 1)
    ]


def spread_of(group: Group, trainings: TrainingSet) -> Spread:
    """Returns the results of a group's trainings that are over, as `seed_comparison` compares them."""
    over = [each for each in group.members if each.is_over and each.state not in ("failed", "refused")]
    values = [math.nan if each.value is None or each.failed else each.value for each in over]
    return Spread(group.name, tuple(values), trainings.objective)


def value_order(setting: Setting, value: Value | None) -> tuple[bool, float]:
    """Sort key of a value: numbers from the smallest, choices as they are listed, a missing one last."""
    number = setting.number(value)
    if not math.isnan(number):
        return False, number
    listed = getattr(setting.among, "values", ())
    return value is None, float(listed.index(value)) if value in listed else math.inf


def _title(setting: Setting, value: Value | None) -> str:
    if value is None:
        return "other"
    text = f"{value:.4g}" if isinstance(value, int | float) else setting.words.get(value, str(value))
    return f"{setting.title}: {text}"
