"""Trainings to compare, as frozen data: one row of the table each, and the settings in which they differ."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.paths import PathError
from cadl_desktop.experiment.setting_descriptions import Settings
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.sweeps.findings.point_means import PointMean, ranked_points
from cadl_desktop.sweeps.plan.sweep_model import Among, Choices, Objective, Point, Range, Value
from cadl_desktop.sweeps.records.sweep_folder import Preview
from cadl_desktop.sweeps.records.sweep_log import Ending

Doubles = NDArray[np.float64]
Kind = Literal["runs", "sweep", "seeds"]
"""Origin of the trainings of a set."""
State = Ending | Literal["ended", "stopped", "preparing", "training", "paused", "unfinished"]
"""'ended': a run, whose reason isn't recorded; 'unfinished': a trial of a sweep that doesn't run now."""
Axis = Literal["epoch", "step", "seconds", "processor"]
BAD: frozenset[State] = frozenset({"diverged", "failed", "refused"})
NOUNS: Mapping[Kind, str] = {"runs": "run", "sweep": "trial", "seeds": "run"}
"""Word for one training of a set: a run, or a trial where a sweep chose its settings."""


@dataclass(frozen=True, eq=False)
class Course:
    """Measures of a training while it went on: `epochs`, `steps`, `seconds`, `costs` and `processor_seconds`,
    (rows,) each, as are `others`, by the names of `Training.measures`; NaN where one is unknown."""

    epochs: Doubles
    steps: Doubles
    seconds: Doubles
    costs: Doubles
    processor_seconds: Doubles
    others: Mapping[str, Doubles] = field(default_factory=dict)

    def values(self, measure: str) -> Doubles:
        """Values of a measure, (rows,); NaN where there is none."""
        if measure == "cost":
            return self.costs
        return self.others.get(measure, np.full(len(self.costs), np.nan))

    def has(self, measure: str) -> bool:
        """Whether a measure has any value."""
        known = self.costs if measure == "cost" else self.others.get(measure)
        return known is not None and bool(np.isfinite(known).any())

    def along(self, axis: Axis) -> Doubles:
        """Positions of the rows on a horizontal axis, (rows,)."""
        return {
            "epoch": self.epochs,
            "step": self.steps,
            "seconds": self.seconds,
            "processor": self.processor_seconds,
        }[axis]


NO_COURSE = Course(np.empty(0), np.empty(0), np.empty(0), np.empty(0), np.empty(0))


@dataclass(frozen=True)
class Setting:
    """Setting that varies in a set, by its path as in `--set`, with its title in the forms and its values.

    `words` has the names that forms show for values, where `--set` spells them otherwise.
    """

    path: str
    title: str
    among: Among
    words: Mapping[Value, str] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> Mapping[Value, float] | None:
        """Numbers that choices stand for; None where some are no numbers, or equal ones, and for ranges."""
        if not isinstance(self.among, Choices):
            return None
        try:
            found: dict[Value, float] = {value: float(value) for value in self.among.values}
        except ValueError:
            return None
        is_plain = all(map(math.isfinite, found.values()))
        return found if is_plain and len(set(found.values())) == len(found) else None

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers, which have an order and distances."""
        return isinstance(self.among, Range) or self.numbers is not None

    def number(self, value: Value | None) -> float:
        """Number that a value stands for; NaN where it is none, or unknown."""
        if isinstance(value, int | float):
            return float(value)
        return math.nan if value is None or not self.numbers else self.numbers.get(value, math.nan)


@dataclass(frozen=True, eq=False)
class Training:
    """One training of a set.

    number, name: never change. The number is unique in its set.
    design: makes its experiment; raises PathError for a trial that can't be made.
    point: values of the set's settings; a setting that it lacks is missing.
    value: the set's objective, final or so far; None if unknown, or if the training diverged.
    measures: by the names of `train --json`; some may be missing until the training is over.
    own: a script's own measures by their names.
    made: output so far, (height, width, 3) uint8 or (points,) float32; None before there is one.
    group: name of its design, by which its set is grouped at first; empty if the set has only one.
    message: reason of a failure, in a sentence.
    sized: experiment of as many parameters, where its own needn't be made to count them.
    is_comparable: False for a run of another target than the shown run's, as its values mean something else.
    shares_cost: False for a run whose cost is of another kind or scaling than the shown run's.
    differs: settings in which it differs from the others of its set, in a few words.
    settings: settings in words, for search: all of them, or those that vary.
    """

    number: int
    name: str
    design: Callable[[], Experiment]
    settings: Settings
    point: Point
    state: State
    value: float | None = None
    measures: Mapping[str, float | None] = field(default_factory=dict)
    own: Mapping[str, float] = field(default_factory=dict)
    epoch: int = 0
    step: int = 0
    seconds: float = 0.0
    processor_seconds: float = math.nan
    seed: int = 0
    machine: str = ""
    made: Preview | None = None
    course: Course = NO_COURSE
    group: str = ""
    differs: str = ""
    origin: str = ""
    note: str = ""
    message: str = ""
    is_over: bool = True
    is_shown: bool = False
    has_weights: bool = True
    sized: Experiment | None = None
    is_comparable: bool = True
    shares_cost: bool = True

    @cached_property
    def parameters(self) -> int | None:
        """Number of its network's weights and biases; None for a trial that can't be made."""
        try:
            return parameter_count(self.sized or self.design())
        except (PathError, KeyError, ValueError):
            return None

    def ranks_by(self, measure: str) -> bool:
        """Whether its value of a measure is better or worse than that of the others."""
        return self.is_comparable and (self.shares_cost or not measure.endswith("cost"))

    @cached_property
    def values(self) -> dict[str, Value]:
        """Values of the settings that vary, by path."""
        return dict(self.point)

    @property
    def failed(self) -> bool:
        """Whether it diverged, or an error prevented or ended it."""
        return self.state in BAD

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Words of the note that begin with '#', without it, in small letters."""
        words = (word.strip(".,;:!?").lower() for word in self.note.split())
        return tuple(dict.fromkeys(word[1:] for word in words if word.startswith("#") and len(word) > 1))


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """Trainings side by side, as they are at one moment.

    trainings: in the order of their numbers.
    settings: those that vary, in the order of forms; empty where trainings differ in nothing.
    coming: points of trials that haven't begun, by number, as far as they are known.
    is_live: whether some are being trained now.
    wanted: number of trainings in the end; None if it isn't known.
    time_limits: times that end trainings: 'seconds' by the clock, 'processor_seconds'.
    seeds: number of seeds with which each point is trained, which are replicates.
    """

    kind: Kind
    name: str
    trainings: tuple[Training, ...] = ()
    settings: tuple[Setting, ...] = ()
    objective: Objective = field(default_factory=Objective)
    coming: Mapping[int, Point] = field(default_factory=dict)
    is_live: bool = False
    wanted: int | None = None
    time_limits: frozenset[str] = frozenset()

    @cached_property
    def own_names(self) -> tuple[str, ...]:
        """Names of the own measures of its trainings."""
        return tuple(dict.fromkeys(name for each in self.trainings for name in each.own))

    seeds: int = 1

    @property
    def are_pair(self) -> bool:
        """Whether it is of two designs with one seed, which are looked at as one."""
        return self.kind == "seeds" and self.wanted == 2 and self.seeds == 1

    @cached_property
    def by_number(self) -> dict[int, Training]:
        return {training.number: training for training in self.trainings}

    @cached_property
    def best(self) -> Training | None:
        """Training that is over and has the best value, the first of equal ones; None if there is none. Where
        points have several seeds, the best one of the best point by its mean."""
        over = [each for each in self.trainings if each.is_over and not each.failed]
        over = [each for each in over if each.ranks_by(self.objective.measure)]
        if self.seeds > 1:
            over = [each for each in over if self.points and each.point == self.points[0].point]
        known = [(each.value, each) for each in over if each.value is not None]
        sign = -1.0 if self.objective.wants_more else 1.0
        return min(known, key=lambda pair: sign * pair[0], default=(None, None))[1]

    @cached_property
    def points(self) -> list[PointMean]:
        """Points by the mean of their seeds that are over, the best first."""
        over = (each for each in self.trainings if each.is_over and each.is_comparable)
        results = ((each.point, None if each.failed else each.value) for each in over)
        return ranked_points(results, self.objective)

    @property
    def is_painting(self) -> bool:
        """Whether its trainings paint pictures, as far as something has been made."""
        return self.ratio is not None

    @cached_property
    def ratio(self) -> float | None:
        """Width of the first picture to its height; None of curves, and before there is one."""
        made = next((each.made for each in self.trainings if each.made is not None), None)
        return made.shape[1] / made.shape[0] if made is not None and made.ndim == 3 else None

    @property
    def over(self) -> int:
        """Number of trainings that are over."""
        return sum(each.is_over for each in self.trainings)

    def setting(self, path: str) -> Setting | None:
        return next((each for each in self.settings if each.path == path), None)
