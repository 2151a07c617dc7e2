"""A sweep from a script: an experiment trained at many settings, one after another, and a table of all."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cadl_desktop.api.running import Run, run
from cadl_desktop.engine import Measure
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.paths import setting_at, spelled_value
from cadl_desktop.project import Project, save_project
from cadl_desktop.runs.record import MOST_RUNS, RunRecord, record_of
from cadl_desktop.sentences import SentenceError
from cadl_desktop.sweeps.plan.proposals import Proposer
from cadl_desktop.sweeps.plan.spelling import spelled, varied_of
from cadl_desktop.sweeps.plan.sweep_check import check_sweep
from cadl_desktop.sweeps.plan.sweep_model import Limit, Objective, Strategy, Sweep, Trial, fitting_objective
from cadl_desktop.sweeps.plan.sweep_model import Measure as Objectives
from cadl_desktop.sweeps.plan.trials import experiment_of


class SweepError(SentenceError, ValueError):
    """Error for a sweep that can't be trained."""


@dataclass(frozen=True, eq=False)
class SweepTable:
    """Table of a sweep, a row for each training.

    `columns` are named: what varied by its path, seed, reason, epochs, steps, seconds, processor_seconds, and
    the measures of `Run.measures`, own ones among them. Numbers are float64 where some are missing (NaN).
    """

    columns: Mapping[str, NDArray[Any]]
    runs: tuple[Run, ...]

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.runs)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of the same cells, with Python's own numbers and texts."""
        cells = zip(*(column.tolist() for column in self.columns.values()), strict=True)
        return [dict(zip(self.columns, row, strict=True)) for row in cells]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes a project whose runs are those of the table, without moments; the window compares them.
        Raises FileError, and SweepError for more runs than a project holds."""
        if len(self.runs) > MOST_RUNS:
            raise SweepError(
                "{count:,} runs are more than the {most:,} of a project; save them one by one.",
                count=len(self.runs),
                most=MOST_RUNS,
            )
        *others, last = self.runs
        records = tuple(_record(number, each) for number, each in enumerate(others, 1))
        newest = _record(len(self.runs), last)
        project = Project(
            newest.experiment,
            newest.state,
            last.trained.history,
            records,
            newest.number,
            diverged=newest.diverged,
            thumbnail=newest.thumbnail,
        )
        save_project(path, project)


def run_sweep(
    experiment: Experiment,
    vary: Mapping[str, str | Iterable[object]],
    *,
    seeds: int = 1,
    strategy: Strategy = "grid",
    trials: int | None = None,
    objective: Objectives | None = None,
    measures: Mapping[str, Measure] | None = None,
) -> SweepTable:
    """Trains an experiment at many settings, in this process, one after another.

    `vary` has paths as `set` takes them, each with a list of values or a range as `--vary` takes it:
    `{"optimizer.rate": [0.01, 0.1], "layers.0.units": "8..64"}`. Each point is trained with so many `seeds`,
    from the experiment's upwards. A strategy other than the grid needs a number of `trials`; 'tpe' and
    'cmaes' look for the best `objective`: PSNR of a painting and R² of a curve, unless another is named. Own
    `measures` are those of `run`.

    Raises SweepError, PathError and SpellingError for what can't be trained, and what `run` raises.
    """
    sweep = Sweep(
        base=experiment,
        varied=tuple(
            varied_of(f"{path}={_values(path, values)}", experiment) for path, values in vary.items()
        ),
        seeds=seeds,
        strategy=strategy,
        limit=Limit(trials=trials),
        objective=Objective(measure=objective) if objective else fitting_objective(experiment),
    )
    for problem in check_sweep(sweep):
        raise SweepError("{field}: {message}", field=problem.field, message=problem.message)
    proposer, done = Proposer(sweep), list[tuple[Trial, Run]]()
    while (trial := proposer.propose()) is not None:
        made = run(experiment_of(sweep, trial), measures)
        done.append((trial, made))
        proposer.tell(
            trial.number, None if made.reason == "diverged" else made.measures[sweep.objective.measure]
        )
    return SweepTable(_columns(done), tuple(made for _, made in done))


def _values(path: str, values: str | Iterable[object]) -> str:
    return values if isinstance(values, str) else "|".join(spelled_value(path, each) for each in values)


def _columns(done: list[tuple[Trial, Run]]) -> dict[str, NDArray[Any]]:
    rows = [_row(trial, made) for trial, made in done]
    return {name: _column([row[name] for row in rows]) for name in rows[0]}


def _row(trial: Trial, made: Run) -> dict[str, Any]:
    point = {path: _value(made.experiment, path, value) for path, value in trial.point}
    state = made.state
    times = {
        "epochs": state.epoch,
        "steps": state.step,
        "seconds": state.seconds,
        "processor_seconds": state.processor_seconds,
    }
    return {**point, "seed": trial.seed, "reason": made.reason, **times, **made.measures}


def _value(experiment: Experiment, path: str, value: object) -> object:
    """Value of what varied, as the experiment has it; networks and presets as they are spelled."""
    try:
        return setting_at(experiment, path) if not isinstance(value, tuple) else spelled(value)
    except AttributeError:  # a preset
        return value


def _column(values: list[Any]) -> NDArray[Any]:
    is_number = all(value is None or isinstance(value, int | float) for value in values)
    if is_number and None in values:
        return np.array([np.nan if value is None else value for value in values], np.float64)
    return np.array(values) if is_number else np.array([str(value) for value in values])


def _record(number: int, made: Run) -> RunRecord:
    trained, measures = made.trained, made.measures
    return record_of(
        number,
        made.experiment,
        trained.history,
        made.state,
        cost=measures["cost"],
        psnr=measures["seen_psnr"],
        r2=measures["r2"],
        ssim=measures["seen_ssim"],
        thumbnail=trained.thumbnail,
        diverged=made.reason == "diverged",
    )
