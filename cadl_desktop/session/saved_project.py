"""The project that is saved of a session."""

from dataclasses import replace

from cadl_desktop.project import Project
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Result


def project_with(session: Session, result: Result) -> Project:
    """Returns the project to be saved, with this result of the shown run; it shares nothing mutable."""
    shown = session.runs.record(result.run)
    return Project(
        session.document.experiment,
        result.state,
        result.history.copy(),
        session.runs.others(),
        result.run,
        result.snapshots.copy(),
        shown.note if shown else "",
        shown is not None and shown.diverged,
        session.runs.thumbnail(result, shown),
        session.runs.baseline if session.runs.record(session.runs.baseline) else None,
    )


def project_now(session: Session) -> Project:
    """Returns the project at once, with the newest snapshots of running trainings as their state."""
    result = session.result
    newest = result.snapshots.states[-1] if result.snapshots.states else None
    if session.status.live and newest and (result.state is None or newest.step > result.state.latest.step):
        result = replace(result, state=newest.result)
    project = project_with(session, result)
    return replace(project, runs=tuple(run.at_its_newest for run in project.runs))
