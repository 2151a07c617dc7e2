"""The trial that a person chooses: the selection shared by all views, and adoption as the document's run."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cadl_desktop.project.project_members import Project
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import RunRecord, record_of
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.run_commands import show_new_run
from cadl_desktop.session.session import Session
from cadl_desktop.sweeps.records.sweep_log import TrialEnded


class SweepSelection(QObject):
    """The selected trial's number, or None."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.number: int | None = None

    def select(self, number: int | None) -> None:
        if number != self.number:
            self.number = number
            self.changed.emit()


class Adoptions(QObject):
    """Makes a trial the document's run once its project is read; a newer request replaces a pending one.

    `adopted` carries the trial's label, `message` a kind and a sentence.
    """

    adopted = Signal(str)
    message = Signal(str, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._newest = session, LatestOnly()

    def want(self, path: Path, label: str, ended: TrialEnded | None) -> None:
        """Adopts the trial whose project is at `path`; `ended` is its final record, if it is over."""
        document = self._session.document
        opened = document.opened

        def take(trial: Project) -> None:
            if document.opened != opened:
                return  # another project was opened since
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
    """Reads a trial's project. Raises ProjectError."""
    from cadl_desktop.project import open_project  # late, to show the window sooner

    return open_project(path)


def adopt(session: Session, trial: Project, label: str, ended: TrialEnded | None = None) -> None:
    """Shows a trial's result with its snapshots, as one undoable step.

    `label` names the step and becomes the run's note. The measures of `ended` are those of the last step.
    """
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
