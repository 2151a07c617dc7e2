"""Whether a sweep can be started: `check_sweep` lists what stands in the way, each naming its field."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from cadl_desktop.experiment.check import Problem, check, problem
from cadl_desktop.experiment.model import Experiment, hides_pixels
from cadl_desktop.experiment.paths import PathError, set_path, setting_at
from cadl_desktop.experiment.setting_descriptions import have_comparable_costs
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sentences import Sentence, sentence_of
from cadl_desktop.sweeps.plan.proposals import grid_size
from cadl_desktop.sweeps.plan.spelling import point_in_words, spelled
from cadl_desktop.sweeps.plan.sweep import (
    LAYERS,
    PRESET,
    Choices,
    Networks,
    Objective,
    Point,
    Range,
    Sweep,
    Value,
)
from cadl_desktop.sweeps.plan.trials import at_point, is_whole

MOST_TRIALS = 100_000
MOST_VARIED = 32
MOST_STEPS = 1000
MOST_SEEDS = 1000
_MOST_LOOKED_AT = 512
"""Points whose experiments are made and checked before a sweep begins; trials say the rest."""
_BY_ITSELF = {
    "seed": "is the trials' own; say how many seeds each point is trained with.",
    "name": "changes no number; vary another setting.",
    "note": "changes no number; vary another setting.",
}


@dataclass(frozen=True)
class ProblemAt(Problem):
    """One of the trials of a point, whose words the message has as its value `point`."""

    point: Point


def check_sweep(sweep: Sweep) -> list[Problem]:
    """What keeps this sweep from being started; empty when nothing does.

    A problem's field is the path of a setting or the sweep's own, as 'limit.trials'.
    """
    problems = [*check(sweep.base), *_check_varied(sweep), *_check_numbers(sweep)]
    if not problems:
        problems += _check_strategy(sweep)
        problems += _check_trials(sweep)
    if not problems:
        problems += _check_costs(sweep)
    return problems


def _check_varied(sweep: Sweep) -> Iterator[Problem]:
    if len(sweep.varied) > MOST_VARIED:
        count = len(sweep.varied)
        yield problem("varied", "{count} settings vary; choose 1 to {most}.", count=count, most=MOST_VARIED)
    if not sweep.varied and sweep.seeds == 1:
        yield problem("varied", "Nothing varies; name a setting, or train with several seeds.")
    paths = [each.path for each in sweep.varied]
    for path in dict.fromkeys(paths):
        if paths.count(path) > 1:
            yield problem(path, "varies twice; name it once.")
        if path in _BY_ITSELF:
            yield Problem(path, _BY_ITSELF[path])
    for each in sweep.varied:
        if isinstance(each.among, Range):
            yield from _check_range(each.path, each.among)
        else:
            yield from _check_choices(sweep.base, each.path, each.among.values)
        if isinstance(each.among, Networks) and each.path != LAYERS:
            yield problem(each.path, "can't be layers; call what varies '{layers}'.", layers=LAYERS)


def _check_choices(base: Experiment, path: str, values: tuple[Value, ...]) -> Iterator[Problem]:
    if not values:
        yield problem(path, "has nothing to choose among; name two values or more.")
    meant = [_meant(base, path, value) for value in values]
    twice = {each: value for each, value in zip(meant, values, strict=True) if meant.count(each) > 1}
    for value in twice.values():
        yield problem(path, "'{value}' is there twice; name it once.", value=spelled(value))


def _meant(base: Experiment, path: str, value: Value) -> Any:
    """The setting that it is, as '0.1' and '0.10' are one; what is none is told of elsewhere."""
    if path in (PRESET, LAYERS):
        return value
    try:
        return setting_at(set_path(base, path, spelled(value)), path)
    except PathError:
        return value


def _check_range(path: str, among: Range) -> Iterator[Problem]:
    low, high = among.low, among.high
    endless = [end for end in (low, high) if not math.isfinite(end)]
    if endless:
        yield problem(path, "{end} is not a finite number; choose another.", end=endless[0])
    elif not low < high:
        yield problem(
            path, "{low} to {high} is no range; its end must be larger than its start.", low=low, high=high
        )
    elif among.logarithmic and low <= 0:
        yield problem(path, "A logarithmic range can't start from {low}; choose more than 0.", low=low)
    if not 1 <= among.steps <= MOST_STEPS:
        steps, most = among.steps, MOST_STEPS
        yield problem(path, "{steps} steps are no grid; choose 1 to {most}.", steps=steps, most=most)


def _check_numbers(sweep: Sweep) -> Iterator[Problem]:
    limit, halving = sweep.limit, sweep.pruning
    yield from _check_count("seeds", sweep.seeds, 1, min(MOST_SEEDS, 2**31 - sweep.base.seed))
    if limit.trials is not None:
        yield from _check_count("limit.trials", limit.trials, 1, MOST_TRIALS)
    for name in ("seconds_each", "seconds_together"):
        seconds = getattr(limit, name)
        if seconds is not None and not 0.001 <= seconds <= 1e9:
            yield problem(
                f"limit.{name}", "{seconds} is no time; choose 0.001 to 1e9 seconds.", seconds=seconds
            )
    if halving is not None:
        yield from _check_count("pruning.least", halving.least, 1, 1_000_000_000)
        yield from _check_count("pruning.factor", halving.factor, 2, 100)
    if sweep.objective.reaches is not None and not math.isfinite(sweep.objective.reaches):
        yield problem("objective.reaches", "is no finite number; choose another.")


def _check_count(field: str, count: int, least: int, most: int) -> Iterator[Problem]:
    if not least <= count <= most:
        yield problem(
            field,
            "{count:,} is not possible; choose {least:,} to {most:,}.",
            count=count,
            least=least,
            most=most,
        )


def _check_strategy(sweep: Sweep) -> Iterator[Problem]:
    if not sweep.varied:
        yield from _check_seeds_alone(sweep)
    if sweep.strategy == "cmaes":
        for each in sweep.varied:
            if not isinstance(each.among, Range):
                yield problem(each.path, "CMA-ES can't vary choices; give a range, or let TPE propose.")
        if len(sweep.varied) == 1:
            yield problem("strategy", "CMA-ES needs two ranges or more; let TPE propose.")
    if sweep.strategy != "grid":
        if sweep.limit.trials is None and sweep.limit.seconds_together is None:
            yield problem("limit.trials", "Nothing ends the sweep; say how many trials or how many seconds.")
    elif (count := grid_size(sweep) * sweep.seeds) > MOST_TRIALS:
        yield problem(
            "strategy",
            "A grid of {count:,} trials is too large; {most:,} are possible, so take fewer steps.",
            count=count,
            most=MOST_TRIALS,
        )


def _check_seeds_alone(sweep: Sweep) -> Iterator[Problem]:
    """Of a sweep that asks what luck does: one point, and each of its seeds to the end."""
    if sweep.strategy != "grid":
        yield problem("strategy", "Only the seed varies; choose the grid, which takes each seed once.")
    if sweep.pruning is not None:
        yield problem("pruning", "Only the seed varies; train each to its end, as luck is to be seen.")


def _check_trials(sweep: Sweep) -> Iterator[Problem]:
    """What is wrong at some of the points, each field once; at which, where it isn't at all."""
    points = list(points_that_matter(sweep))
    found = [list(_at(sweep, point)) for point in points]
    counts = Counter(each for problems in found for each in problems)
    told: set[str] = set()
    for point, problems in zip(points, found, strict=True):
        for each in problems:
            if each.field not in told:
                told.add(each.field)
                of_some = isinstance(each, _OfExperiment) and counts[each] < len(points)
                yield _told_with(point, each) if of_some else each


def _check_costs(sweep: Sweep) -> Iterator[Problem]:
    """Whether the objective means the same in all trials. All points can be made by now."""
    if not sweep.objective.measure.endswith("cost"):
        return
    experiments = [at_point(sweep.base, point) for point in points_that_matter(sweep)]
    if not all(have_comparable_costs(experiments[0], other) for other in experiments[1:]):
        remedy = "choose the PSNR" if is_painting(sweep.base) else "leave both as they are"
        yield problem(
            "objective.measure",
            "Where cost or target scaling vary, trials can't be compared by their cost; {remedy}.",
            remedy=remedy,
        )


def points_that_matter(sweep: Sweep) -> Iterator[Point]:
    """Those at which most goes wrong, and most is needed; not too many to look at them all."""
    return islice(_extremes(sweep), _MOST_LOOKED_AT)


def _extremes(sweep: Sweep) -> Iterator[Point]:
    """The points at which most goes wrong: each choice with each that brings other settings, and each end of
    each range, all else at its first value."""
    ends = [(each.path, _ends(each.among)) for each in sweep.varied]
    wholes = [(path, values) for path, values in ends if is_whole(path)]
    for chosen in product(*(values for _, values in wholes)):
        first = {path: values[0] for path, values in ends} | {
            path: value for (path, _), value in zip(wholes, chosen, strict=True)
        }
        yield tuple(first.items())
        for path, values in ends:
            if not is_whole(path):
                yield from (tuple((first | {path: value}).items()) for value in values[1:])
    yield tuple((path, values[-1]) for path, values in ends)


def _ends(among: Range | Choices | Networks) -> tuple[Value, ...]:
    return (among.low, among.high) if isinstance(among, Range) else among.values


def _at(sweep: Sweep, point: Point) -> Iterator[Problem]:
    """What is wrong with the trials of one point."""
    try:
        problems = list(_check_ranges(sweep, point))
        if not problems:
            problems += _check_experiment(sweep, at_point(sweep.base, point))
    except PathError as error:
        yield _of_path(error, point)
        return
    for found in problems:
        yield _OfExperiment(found.field, found.message)


class _OfExperiment(Problem):
    """One that doesn't say by itself at which point it is."""


def _told_with(point: Point, found: Problem) -> ProblemAt:
    words = Sentence("{message} It is so with {point}.", message=found.message, point=point_in_words(point))
    return ProblemAt(found.field, words, point)


def _check_experiment(sweep: Sweep, experiment: Experiment) -> Iterator[Problem]:
    problems = check(experiment)
    yield from problems
    if not problems:
        yield from _check_end(sweep, experiment)
        yield from _check_objective(sweep.objective, experiment)


def _of_path(error: PathError, point: Point) -> Problem:
    """Sentences about a path begin with it, those about a preset don't."""
    sentence = sentence_of(error)
    path = next((path for path, _ in point if sentence.startswith(f"{path}: ")), PRESET)
    return Problem(path, sentence.removeprefix(f"{path}: "))


def _check_ranges(sweep: Sweep, point: Point) -> Iterator[Problem]:
    """Whether the ends of each range are values of its setting. Raises `paths.PathError`."""
    ranges = [each for each in sweep.varied if isinstance(each.among, Range)]
    chosen = tuple((path, value) for path, value in point if path not in {each.path for each in ranges})
    experiment = at_point(sweep.base, chosen)
    for each in ranges:
        for end in _ends(each.among):
            value = setting_at(set_path(experiment, each.path, str(end)), each.path)
            if isinstance(value, str):
                yield problem(each.path, "is no number; name choices as a|b|c.")
            elif isinstance(value, int) != isinstance(end, int):
                wanted = "whole numbers" if isinstance(value, int) else "numbers like 1.0"
                yield problem(each.path, "has {wanted}; begin and end the range with such.", wanted=wanted)


def _check_end(sweep: Sweep, experiment: Experiment) -> Iterator[Problem]:
    stop = experiment.stop
    if stop.epochs is None and stop.seconds is None and sweep.limit.seconds_each is None:
        yield problem("limit.seconds_each", "No trial would end; say after how many seconds each does.")


def _check_objective(objective: Objective, experiment: Experiment) -> Iterator[Problem]:
    field, measure = "objective.measure", objective.measure
    if measure.endswith("psnr") and not is_painting(experiment):
        yield problem(field, "A curve has no PSNR; choose the cost.")
    elif measure in ("validation_cost", "held_out_psnr") and experiment.validation == 0:
        yield problem(field, "Nothing is held back to be measured; hold some of the samples back.")
    elif measure == "hidden_psnr" and not hides_pixels(experiment):
        yield problem(field, "No pixel is hidden; choose the PSNR of those that are seen.")
