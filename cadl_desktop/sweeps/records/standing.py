"""How a sweep stands, made of its log line by line: a pure function of the records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cadl_desktop.sweeps.plan.proposals import grid_size
from cadl_desktop.sweeps.plan.sweep import Objective, Point, Sweep, Trial, is_among
from cadl_desktop.sweeps.records.log import Begun, Closed, Ended, Measured, Owned, Record, Told


@dataclass(frozen=True)
class TrialStanding:
    """How far a trial has come. `value` is the objective's, of a trial that trains that of now."""

    trial: Trial
    measured: Measured | None = None
    ended: Ended | None = None
    rungs: Mapping[int, float] = field(default_factory=dict)

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
        """Of a trial that is over what it came to, of another what it has come to so far."""
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
        """Of training."""
        newest = self.ended or self.measured
        return newest.seconds if newest else 0.0

    @property
    def epoch(self) -> int:
        newest = self.ended or self.measured
        return newest.epoch if newest else 0

    @property
    def machine(self) -> str:
        """Which trained it last; '' before it has told anything."""
        newest = self.ended or self.measured
        return newest.machine if newest else ""


@dataclass(frozen=True)
class Standing:
    """All trials by their numbers, in the order in which they were begun; `told` are sentences, the newest
    last. `order` has the numbers of those that are over, in the order of their ends. `closed` says why the
    last owner left; None while one may be there, and where it left without a word: who looks for it and
    finds nobody says so by `is_deserted`."""

    trials: Mapping[int, TrialStanding] = field(default_factory=dict)
    order: tuple[int, ...] = ()
    told: tuple[Told, ...] = ()
    owned: Owned | None = None
    closed: Closed | None = None
    is_deserted: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether trials that have begun may be training now."""
        return self.closed is None and not self.is_deserted

    def with_news(self, records: Iterable[Record]) -> "Standing":
        """The standing after these records, too."""
        trials, order, told = dict(self.trials), list(self.order), list(self.told)
        owned, closed = self.owned, self.closed
        for record in records:
            match record:
                case Begun(number=number, seed=seed, point=point):
                    trials.setdefault(number, TrialStanding(Trial(number, seed, point)))
                case Measured(number=number) if number in trials and not trials[number].is_over:
                    trials[number] = _measured(trials[number], record)
                case Ended(number=number) if number in trials and not trials[number].is_over:
                    trials[number] = replace(trials[number], ended=record)
                    order.append(number)
                case Told():
                    told.append(record)
                case Owned():
                    owned, closed = record, None
                case Closed():
                    closed = record
        return Standing(trials, tuple(order), tuple(told[-_MOST_TOLD:]), owned, closed)

    def best(self, objective: Objective) -> TrialStanding | None:
        """Of the trials that are over the one with the best value, the first of equal ones; None before
        there is any."""
        known = [
            each for each in self.trials.values() if each.ended is not None and each.ended.value is not None
        ]
        return min(known, key=lambda each: rank(objective, each), default=None)

    @property
    def ends(self) -> list[tuple[int, float | None]]:
        """The numbers of the trials that are over and what they came to, in the order of their ends."""
        return [(number, self.trials[number].value) for number in self.order]

    @property
    def seconds(self) -> float:
        """Of training, of all trials together."""
        return sum(each.seconds for each in self.trials.values())

    @property
    def is_under_way(self) -> bool:
        """Whether any trial has told the owner of now of itself."""
        since = self.owned.at if self.owned else 0.0
        newest = (each.ended or each.measured for each in self.trials.values())
        return any(news is not None and news.at >= since for news in newest)

    @property
    def over(self) -> int:
        """How many trials are over."""
        return len(self.order)


_MOST_TOLD = 200


def rank(objective: Objective, trial: TrialStanding) -> tuple[float, int]:
    """By what trials are sorted, best first; those that came to nothing are last."""
    value = trial.value
    if value is None or value != value:
        return float("inf"), trial.number
    return -value if objective.wants_more else value, trial.number


def trials_wanted(sweep: Sweep) -> int | None:
    """How many trials there will be; None where only seconds end the sweep."""
    limit = sweep.limit.trials
    if sweep.strategy != "grid":
        return limit
    size = grid_size(sweep) * sweep.seeds
    return size if limit is None else min(size, limit)


def of_sweep(sweep: Sweep, records: Iterable[Record]) -> Iterator[Record]:
    """Without the beginnings of trials that are none of this sweep's, as of a log that somebody has copied
    together: what else is told of such a trial then means nothing."""
    wanted = trials_wanted(sweep)
    for record in records:
        if isinstance(record, Begun):
            is_beyond = wanted is not None and record.number > wanted
            if is_beyond or not _is_point_of(sweep, record.point):
                continue
        yield record


def _is_point_of(sweep: Sweep, point: Point) -> bool:
    if [path for path, _ in point] != [each.path for each in sweep.varied]:
        return False
    pairs = zip(sweep.varied, point, strict=True)
    return all(is_among(each.among, value) for each, (_, value) in pairs)


def _measured(trial: TrialStanding, news: Measured) -> TrialStanding:
    rungs = trial.rungs
    if news.rung is not None and news.value is not None:
        rungs = {**rungs, news.rung: news.value}
    return replace(trial, measured=news, rungs=rungs)
