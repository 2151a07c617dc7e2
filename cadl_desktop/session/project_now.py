"""The project as a session has it, ready to be written; everything in it is a copy or never changes."""

from dataclasses import replace
from typing import TYPE_CHECKING

from cadl_desktop.session.training.result import Result

if TYPE_CHECKING:
    from cadl_desktop.project import Project
    from cadl_desktop.runs.record import RunRecord
    from cadl_desktop.session.session import Session


def other_runs(session: "Session") -> tuple["RunRecord", ...]:
    """All but the one that is shown, of the list and of a race; each is the same until it tells more."""
    return *session.runs.others(), *session.raced()


def project_with(session: "Session", result: Result) -> "Project":
    """What would be saved with this result of the run that is shown."""
    from cadl_desktop.project import Project  # the window is on screen sooner

    shown = session.runs.record(result.run)
    return Project(
        session.document.experiment,
        result.state,
        result.history.copy(),
        other_runs(session),
        result.run,
        result.snapshots.copy(),
        shown.note if shown else "",
        shown is not None and shown.diverged,
    )


def project_now(session: "Session") -> "Project":
    """What can be had at once, without asking a training: where it last told that it stood, a moment ago."""
    result = session.result
    newest = result.snapshots.states[-1] if result.snapshots.states else None
    if session.status.live and newest and (result.state is None or newest.step > result.state.step):
        result = replace(result, state=newest)
    project = project_with(session, result)
    return replace(project, runs=tuple(run.at_its_newest for run in project.runs))
