"""Checks before a sweep starts: `check_sweep` lists its problems, each with its field; also whether a trial
fits into memory, and whether the packages of the extra `sweep` are installed."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice, product
from typing import Any

from cadl_desktop.experiment.check import Problem, check, problem
from cadl_desktop.experiment.effort import format_bytes, memory_needed
from cadl_desktop.experiment.model import Experiment, hides_pixels, learned_data
from cadl_desktop.experiment.paths import PathError, set_path, setting_at
from cadl_desktop.experiment.setting_descriptions import have_comparable_costs
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.sentences import Sentence, SentenceError, sentence_of
from cadl_desktop.sweeps.plan.proposals import grid_size
from cadl_desktop.sweeps.plan.spelling import point_in_words, spelled
from cadl_desktop.sweeps.plan.sweep_model import (
    DESIGN,
    LAYERS,
    LENGTH_UNITS,
    PRESET,
    Among,
    Designs,
    Networks,
    Objective,
    Point,
    Range,
    Sweep,
    Value,
)
from cadl_desktop.sweeps.plan.trials import changes_settings, experiment_at, stop_of_trial

MOST_TRIALS = 100_000
MOST_VARIED = 32
MOST_STEPS = 1000
MOST_SEEDS = 1000
_MOST_POINTS_CHECKED = 512
"""Points whose experiments are built and checked before a sweep starts; at others only the trial itself
fails."""
_NEVER_VARIED = {
    "seed": "is the trials' own; say how many seeds each point is trained with.",
    "name": "changes no number; vary another setting.",
    "note": "changes no number; vary another setting.",
}
"""Settings that can't vary -> the message."""


@dataclass(frozen=True)
class ProblemAt(Problem):
    """Problem of some points only; `point` is one of them, which the message names as its value `point`."""

    point: Point


def check_sweep(sweep: Sweep) -> list[Problem]:
    """Problems that keep a sweep from being started; empty if there are none.

    A problem's field is the path of a setting, or of the sweep itself, as 'limit.trials'.
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
        if path in _NEVER_VARIED:
            yield Problem(path, _NEVER_VARIED[path])
    for each in sweep.varied:
        if isinstance(each.among, Range):
            yield from _check_range(each.path, each.among)
        else:
            yield from _check_choices(sweep.base, each.path, each.among.values)
        if isinstance(each.among, Networks) and each.path != LAYERS:
            yield problem(each.path, "can't be layers; call what varies '{layers}'.", layers=LAYERS)
        if isinstance(each.among, Designs):
            yield from _check_designs(sweep, each.among)


def _check_choices(base: Experiment, path: str, values: tuple[Value, ...]) -> Iterator[Problem]:
    if not values:
        yield problem(path, "has nothing to choose among; name two values or more.")
    parsed = [_parsed(base, path, value) for value in values]
    twice = {each: value for each, value in zip(parsed, values, strict=True) if parsed.count(each) > 1}
    for value in twice.values():
        yield problem(path, "'{value}' is there twice; name it once.", value=spelled(value))


def _check_designs(sweep: Sweep, among: Designs) -> Iterator[Problem]:
    if len(sweep.varied) > 1 or sweep.strategy != "grid" or sweep.pruning is not None:
        yield problem(DESIGN, "can't vary with other settings or be pruned; vary it alone in a grid.")
    first, *others = among.experiments
    for name, other in zip(among.values[1:], others, strict=True):
        if learned_data(other.data) != learned_data(first.data):
            yield problem(
                DESIGN,
                "“{first}” and “{other}” learn different data, so that nobody could say which is better; "
                "choose designs for the same.",
                first=among.values[0],
                other=name,
            )


def _parsed(base: Experiment, path: str, value: Value) -> Any:
    """Parsed value of a choice, so that '0.1' and '0.10' count as equal; invalid ones are reported
    elsewhere."""
    if path in (DESIGN, PRESET, LAYERS):
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
    yield from _check_length(sweep)
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


def _check_length(sweep: Sweep) -> Iterator[Problem]:
    length, field = sweep.limit.length, "limit.length"
    if length is None:
        return
    if length.unit in ("epochs", "steps"):
        if isinstance(length.count, int):
            yield from _check_count(field, length.count, 1, 1_000_000_000)
        else:
            yield problem(field, "{count} is no whole number; choose one.", count=length.count)
    elif not 0.001 <= length.count <= 1e9:
        text = "{count} is no time; choose 0.001 to 1e9 seconds."
        yield problem(field, text, count=length.count)
    if any(each.path == f"stop.{unit}" for each in sweep.varied for unit in LENGTH_UNITS):
        text = "The lengths of trials vary, so that there is none of all; leave it as the experiment's."
        yield problem(field, text)


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
    """Checks a sweep in which only the seed varies: it has one point, and trains each seed to the end."""
    if sweep.strategy != "grid":
        yield problem("strategy", "Only the seed varies; choose the grid, which takes each seed once.")
    if sweep.pruning is not None:
        yield problem("pruning", "Only the seed varies; train each to its end, as luck is to be seen.")


def _check_trials(sweep: Sweep) -> Iterator[Problem]:
    """Problems of the experiments at critical points, each field once; names a point if not all have the
    problem."""
    points = list(critical_points(sweep))
    found = [list(_point_problems(sweep, point)) for point in points]
    counts = Counter(each for problems in found for each in problems)
    reported: set[str] = set()
    for point, problems in zip(points, found, strict=True):
        for each in problems:
            if each.field not in reported:
                reported.add(each.field)
                is_partial = isinstance(each, _PointProblem) and counts[each] < len(points)
                yield _with_point(point, each) if is_partial else each


def _check_costs(sweep: Sweep) -> Iterator[Problem]:
    """Checks that the objective is comparable among trials. By now every point is known to be valid."""
    if not sweep.objective.measure.endswith("cost"):
        return
    experiments = [experiment_at(sweep, point) for point in critical_points(sweep)]
    if not all(have_comparable_costs(experiments[0], other) for other in experiments[1:]):
        remedy = "choose the PSNR" if is_painting(sweep.base) else "choose R²"
        yield problem(
            "objective.measure",
            "Where cost or target scaling vary, trials can't be compared by their cost; {remedy}.",
            remedy=remedy,
        )


def critical_points(sweep: Sweep) -> Iterator[Point]:
    """Points at which problems and large networks are most likely, limited in number."""
    return islice(_extremes(sweep), _MOST_POINTS_CHECKED)


def _extremes(sweep: Sweep) -> Iterator[Point]:
    """Critical points: all combinations of choices that change other settings, and in each of them both ends
    of every range, with everything else at its first value."""
    ends = [(each.path, _ends(each.among)) for each in sweep.varied]
    structural = [(path, values) for path, values in ends if changes_settings(path)]
    for chosen in product(*(values for _, values in structural)):
        first = {path: values[0] for path, values in ends} | {
            path: value for (path, _), value in zip(structural, chosen, strict=True)
        }
        yield tuple(first.items())
        for path, values in ends:
            if not changes_settings(path):
                yield from (tuple((first | {path: value}).items()) for value in values[1:])
    yield tuple((path, values[-1]) for path, values in ends)


def _ends(among: Among) -> tuple[Value, ...]:
    return (among.low, among.high) if isinstance(among, Range) else among.values


def _point_problems(sweep: Sweep, point: Point) -> Iterator[Problem]:
    """Problems of the trials at one point."""
    try:
        problems = list(_check_ranges(sweep, point))
        if not problems:
            problems += _check_experiment(sweep, experiment_at(sweep, point))
    except PathError as error:
        yield _path_problem(error, point)
        return
    for found in problems:
        yield _PointProblem(found.field, found.message)


class _PointProblem(Problem):
    """Problem at a point which its message doesn't name."""


def _with_point(point: Point, found: Problem) -> ProblemAt:
    words = Sentence("{message} It is so with {point}.", message=found.message, point=point_in_words(point))
    return ProblemAt(found.field, words, point)


def _check_experiment(sweep: Sweep, experiment: Experiment) -> Iterator[Problem]:
    problems = check(experiment)
    yield from problems
    if problems:
        return
    stop = stop_of_trial(experiment.stop, sweep.limit)
    if all(getattr(stop, unit) is None for unit in LENGTH_UNITS):
        yield problem("limit.length", "No trial would end; say how many epochs each has.")
    yield from _check_objective(sweep.objective, experiment)


def _path_problem(error: PathError, point: Point) -> Problem:
    """Problem for an invalid path or value. Sentences about a path begin with it, those about a preset
    don't."""
    sentence = sentence_of(error)
    path = next((path for path, _ in point if sentence.startswith(f"{path}: ")), PRESET)
    return Problem(path, sentence.removeprefix(f"{path}: "))


def _check_ranges(sweep: Sweep, point: Point) -> Iterator[Problem]:
    """Checks that the ends of each range are values of its setting. Raises `paths.PathError`."""
    ranges = [each for each in sweep.varied if isinstance(each.among, Range)]
    chosen = tuple((path, value) for path, value in point if path not in {each.path for each in ranges})
    experiment = experiment_at(sweep, chosen)
    for each in ranges:
        for end in _ends(each.among):
            value = setting_at(set_path(experiment, each.path, str(end)), each.path)
            if isinstance(value, str):
                yield problem(each.path, "is no number; name choices as a|b|c.")
            elif isinstance(value, int) != isinstance(end, int):
                wanted = "whole numbers" if isinstance(value, int) else "numbers like 1.0"
                yield problem(each.path, "has {wanted}; begin and end the range with such.", wanted=wanted)


def _check_objective(objective: Objective, experiment: Experiment) -> Iterator[Problem]:
    field, measure = "objective.measure", objective.measure
    if measure.endswith("psnr") and not is_painting(experiment):
        yield problem(field, "A curve has no PSNR; choose R².")
    elif measure == "r2" and is_painting(experiment):
        yield problem(field, "A painting has no R²; choose the PSNR.")
    elif measure in ("validation_cost", "held_out_psnr") and experiment.validation == 0:
        yield problem(field, "Nothing is held out to be measured; hold some of the samples out.")
    elif measure == "hidden_psnr" and not hides_pixels(experiment):
        yield problem(field, "No pixel is hidden; choose the PSNR of those that are seen.")


WORKER_BYTES = 400_000_000
"""Measured memory of a worker process before it trains; most of it is TensorFlow."""


def trial_bytes(sweep: Sweep) -> int:
    """Memory of a trial with its worker process, at the most demanding point of a valid sweep."""
    needed = (memory_needed(experiment_at(sweep, point)).total for point in critical_points(sweep))
    return WORKER_BYTES + max(needed)


def trials_at_once(needed: int, most: int, free: int | None) -> int:
    """Number of trials of `needed` bytes that can run at the same time, `most` at most; `free` is None where
    it isn't known."""
    return most if free is None else min(most, free // needed)


def check_trial_memory(sweep: Sweep, free: int | None) -> list[Problem]:
    """Problems if not even one trial fits into memory."""
    needed = trial_bytes(sweep)
    if trials_at_once(needed, 1, free):
        return []
    return [
        problem(
            "varied",
            "A trial needs up to {needed} of memory with its worker, and the machine has {free} free; choose "
            "smaller networks or batches.",
            needed=format_bytes(needed),
            free=format_bytes(free or 0),
        )
    ]


_PACKAGES = ("distributed", "optuna", "cmaes", "cryptography", "wakepy")


class MissingPackagesError(SentenceError):
    """Packages that sweeps need are not installed."""


def require_extra() -> None:
    """Raises MissingPackagesError unless all packages of the extra `sweep` are installed."""
    if any(find_spec(name) is None for name in _PACKAGES):
        raise MissingPackagesError(
            "Sweeps need packages that are not installed; install them with: pip install "
            "'cadl-desktop[sweep]'."
        )
