"""Adoption of a sweep's trial as the document's run."""

import dataclasses
from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from cadl_desktop.project import open_project
from cadl_desktop.project.project_members import Project
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import RunRecord, record_of
from cadl_desktop.session.run_commands import show_new_run
from cadl_desktop.session.session import Session
from cadl_desktop.sweeps.plan.sweep_model import Point, Sweep
from cadl_desktop.sweeps.plan.trials import experiment_at, stop_of_adopted
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import TrialEnded


def read_trial(folder: SweepFolder, number: int) -> Project | None:
    """Reads a trial's project; None while nothing was kept. Raises SweepMissingError and ProjectError."""
    folder.require_present()
    path = folder.project(number)
    return open_project(path) if path.exists() else None


def ask_output(session: Session, folder: SweepFolder, number: int, done: Callable[[Floats], None]) -> None:
    """Asks for the output of a trial at its own size; `done` isn't called where there is none."""

    def render(project: Project | None) -> None:
        if project is not None and project.state is not None:
            arguments = project.experiment, project.state.weights
            session.ask("cadl_desktop.engine:render", arguments, lambda answer: done(answer[0]))

    session.background.do(partial(read_trial, folder, number), render, lambda _: None)


def as_adopted(sweep: Sweep, point: Point, trial: Project) -> Project:
    """Project of a trial at a point, without a limit of time that only the sweep has set."""
    own = experiment_at(sweep, point).stop
    stop = stop_of_adopted(trial.experiment.stop, own)
    return dataclasses.replace(trial, experiment=replace(trial.experiment, stop=stop))


def adopt(session: Session, trial: Project, label: str, ended: TrialEnded | None = None) -> None:
    """Shows a trial's result with its snapshots, as one undoable step.

    `label` names the step and becomes the run's note. The measures of `ended` are those of the last step.
    """

    def make() -> RunRecord:
        return record_of(
            session.runs.next_number,
            trial.experiment,
            trial.history or History(),
            trial.state,
            cost=ended.measures.get("cost") if ended else None,
            snapshots=trial.snapshots,
            note=label,
            diverged=ended is not None and ended.reason == "diverged",
        )

    show_new_run(session, label, trial.experiment, make)
