"""A trial of a sweep becomes the run of the document."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cadl_desktop.project.members import Project
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import RunRecord, record_of
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.asking import Newest
from cadl_desktop.session.runs.run_commands import show_new_run
from cadl_desktop.session.session import Session
from cadl_desktop.sweeps.records.sweep_log import TrialEnded


class Adoptions(QObject):
    """Makes trials the document's run, each once it is read; who wants another one first has only that.

    `adopted` carries what it is called, `message` a kind and a sentence."""

    adopted = Signal(str)
    message = Signal(str, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._newest = session, Newest()

    def want(self, path: Path, label: str, ended: TrialEnded | None) -> None:
        """The trial whose project lies there; `ended` where it is over."""

        document = self._session.document
        opened = document.opened

        def take(trial: Project) -> None:
            if document.opened != opened:
                return  # another project was opened since, and is what is wanted now
            adopt(self._session, trial, label, ended)
            self.adopted.emit(label)
            self.message.emit("info", f"{label} is the run of the document now; Undo goes back.")

        if not path.exists():
            soon = f"{label} has nothing to adopt yet; it will have when it has trained a while."
            never = f"{label} has nothing to adopt: it ended before anything was kept of it."
            self.message.emit("info", never if ended else soon)
            return
        self._session.background.do(partial(read_trial, path), take, self._refuse, self._newest)

    def _refuse(self, error: Exception) -> None:
        self.message.emit("error", sentence_of(error))


def read_trial(path: Path) -> Project:
    """Raises ProjectError."""
    from cadl_desktop.project import open_project  # the window is on screen sooner

    return open_project(path)


def adopt(session: Session, trial: Project, label: str, ended: TrialEnded | None = None) -> None:
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
            diverged=ended is not None and ended.reason == "diverged",
        )

    show_new_run(session, label, trial.experiment, record)
