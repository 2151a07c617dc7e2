"""A trial of a sweep becomes the run of the document."""

from pathlib import Path

from cadl_desktop.project.members import Project
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import RunRecord, record_of
from cadl_desktop.session.runs.run_commands import show_new_run
from cadl_desktop.session.session import Session
from cadl_desktop.sweeps.records.log import Ended


def read_trial(path: Path) -> Project:
    """Raises ProjectError."""
    from cadl_desktop.project import open_project  # the window is on screen sooner

    return open_project(path)


def adopt(session: Session, trial: Project, label: str, ended: Ended | None = None) -> None:
    """Shows what a trial has come to, with its moments, as one step that can be undone; `label` is what that
    is called, and the run's note. Of one that is over, its last steps are measured, too."""
    measures = ended.measures if ended else {}

    def record() -> RunRecord:
        return record_of(
            session.runs.next_number,
            trial.experiment,
            trial.history or History(),
            trial.state,
            cost=measures.get("cost"),
            snapshots=trial.snapshots,
            note=label,
        )

    show_new_run(session, label, trial.experiment, record)
