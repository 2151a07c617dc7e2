"""Status of a sweep and its trials, a pure function of the records in its log."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cadl_desktop.sweeps.plan.proposals import grid_size
from cadl_desktop.sweeps.plan.sweep_model import Objective, Point, Sweep, Trial, is_among
from cadl_desktop.sweeps.records.sweep_log import (
    Notice,
    OwnerStarted,
    OwnerStopped,
    Record,
    TrialEnded,
    TrialMeasured,
    TrialStarted,
)


@dataclass(frozen=True)
class TrialStatus:
    """Status of a trial. `value` is the objective's, and `course` all progress that was logged, whose
    distances grow."""

    trial: Trial
    course: tuple[TrialMeasured, ...] = ()
    ended: TrialEnded | None = None
    rungs: Mapping[int, float] = field(default_factory=dict)

    @property
    def measured(self) -> TrialMeasured | None:
        """Newest progress."""
        return self.course[-1] if self.course else None

    @property
    def number(self) -> int:
        return self.trial.number

    @property
    def point(self) -> Point:
        return self.trial.point

    @property
    def is_over(self) -> bool:
        return self.ended is not None

    @property
    def value(self) -> float | None:
        """Final value of a trial that has ended, otherwise the value so far."""
        if self.ended is not None:
            return self.ended.value
        return self.measured.value if self.measured else None

    @property
    def cost(self) -> float | None:
        if self.ended is not None:
            return self.ended.measures.get("cost")
        return self.measured.cost if self.measured else None

    @property
    def seconds(self) -> float:
        """Seconds of training."""
        newest = self.ended or self.measured
        return newest.seconds if newest else 0.0

    @property
    def processor_seconds(self) -> float | None:
        """Processor seconds of its steps; None before any progress, and in logs of earlier versions."""
        newest = self.ended or self.measured
        return newest.processor_seconds if newest else None

    @property
    def epoch(self) -> int:
        newest = self.ended or self.measured
        return newest.epoch if newest else 0

    @property
    def step(self) -> int:
        newest = self.ended or self.measured
        return newest.step if newest else 0

    @property
    def machine(self) -> str:
        """Machine that trained it last; '' before any progress."""
        newest = self.ended or self.measured
        return newest.machine if newest else ""


@dataclass(frozen=True)
class SweepStatus:
    """Status of all trials by number, in the order of their starts. `order` has the numbers of ended trials,
    in the order of their ends; `told` has the latest notices. `closed` says why the last owner left; None
    while it may be running, and if it was killed: a reader that finds no owner then sets `is_deserted`."""

    trials: Mapping[int, TrialStatus] = field(default_factory=dict)
    order: tuple[int, ...] = ()
    told: tuple[Notice, ...] = ()
    owned: OwnerStarted | None = None
    closed: OwnerStopped | None = None
    is_deserted: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether unfinished trials may be training now."""
        return self.closed is None and not self.is_deserted

    def with_news(self, records: Iterable[Record]) -> "SweepStatus":
        """Status after further records."""
        trials, order, told = dict(self.trials), list(self.order), list(self.told)
        owned, closed = self.owned, self.closed
        for record in records:
            match record:
                case TrialStarted(number=number, seed=seed, point=point):
                    trials.setdefault(number, TrialStatus(Trial(number, seed, point)))
                case TrialMeasured(number=number) if number in trials and not trials[number].is_over:
                    trials[number] = _measured(trials[number], record)
                case TrialEnded(number=number) if number in trials and not trials[number].is_over:
                    trials[number] = replace(trials[number], ended=record)
                    order.append(number)
                case Notice():
                    told.append(record)
                case OwnerStarted():
                    owned, closed = record, None
                case OwnerStopped():
                    closed = record
        return SweepStatus(trials, tuple(order), tuple(told[-_MOST_NOTICES:]), owned, closed)

    def best(self, objective: Objective) -> TrialStatus | None:
        """Ended trial with the best value, the first of equal ones; None if there is none."""
        known = [
            each for each in self.trials.values() if each.ended is not None and each.ended.value is not None
        ]
        return min(known, key=lambda each: rank(objective, each), default=None)

    @property
    def ends(self) -> list[tuple[int, float | None]]:
        """Numbers and values of the ended trials, in the order of their ends."""
        return [(number, self.trials[number].value) for number in self.order]

    @property
    def seconds(self) -> float:
        """Seconds of training, over all trials."""
        return sum(each.seconds for each in self.trials.values())

    @property
    def is_under_way(self) -> bool:
        """Whether any trial has reported to the present owner."""
        since = self.owned.at if self.owned else 0.0
        newest = (each.ended or each.measured for each in self.trials.values())
        return any(news is not None and news.at >= since for news in newest)

    @property
    def over(self) -> int:
        """Number of ended trials."""
        return len(self.order)


_MOST_NOTICES = 200


def rank(objective: Objective, trial: TrialStatus) -> tuple[float, int]:
    """Sort key of trials, best first; those without a value come last."""
    value = trial.value
    if value is None or value != value:
        return float("inf"), trial.number
    return -value if objective.wants_more else value, trial.number


def trials_wanted(sweep: Sweep) -> int | None:
    """Number of trials in the end; None if only time limits the sweep."""
    limit = sweep.limit.trials
    if sweep.strategy != "grid":
        return limit
    size = grid_size(sweep) * sweep.seeds
    return size if limit is None else min(size, limit)


def trials_left(sweep: Sweep, status: SweepStatus) -> int | None:
    """Number of trials that have yet to end; None if only time limits the sweep, and there is some."""
    together, wanted = sweep.limit.seconds_together, trials_wanted(sweep)
    if together is not None and status.seconds >= together:
        return 0
    return None if wanted is None else max(0, wanted - status.over)


def valid_records(sweep: Sweep, records: Iterable[Record]) -> Iterator[Record]:
    """Leaves out starts of trials that don't belong to the sweep, as in a log that was pieced together; later
    records of such a trial then have no effect."""
    wanted = trials_wanted(sweep)
    for record in records:
        if isinstance(record, TrialStarted):
            is_beyond = wanted is not None and record.number > wanted
            if is_beyond or not _is_point_of(sweep, record.point):
                continue
        yield record


def _is_point_of(sweep: Sweep, point: Point) -> bool:
    if [path for path, _ in point] != [each.path for each in sweep.varied]:
        return False
    pairs = zip(sweep.varied, point, strict=True)
    return all(is_among(each.among, value) for each, (_, value) in pairs)


def _measured(trial: TrialStatus, news: TrialMeasured) -> TrialStatus:
    rungs = trial.rungs
    if news.rung is not None and news.value is not None:
        rungs = {**rungs, news.rung: news.value}
    return replace(trial, course=(*trial.course, news), rungs=rungs)
