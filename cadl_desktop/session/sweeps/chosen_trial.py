"""Adoption of a sweep's trial as the document's run."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cadl_desktop.project.project_members import Project
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import RunRecord, record_of
from cadl_desktop.sentences import sentence_of
from cadl_desktop.session.background import LatestOnly
from cadl_desktop.session.run_commands import show_new_run
from cadl_desktop.session.session import Session
from cadl_desktop.sweeps.records.sweep_log import TrialEnded


class Adoptions(QObject):
    """Makes a trial the document's run once its project is read; a newer request replaces a pending one.

    `adopted` carries the trial's label, `message` a kind and a sentence.
    """

    adopted = Signal(str)
    message = Signal(str, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._newest = session, LatestOnly()

    def request(self, path: Path, label: str, ended: TrialEnded | None) -> None:
        """Adopts the trial whose project is at `path`; `ended` is its final record, if it is over."""
        document = self._session.document
        opened = document.opened

        def take(project: Project) -> None:
            if document.opened != opened:
                return  # another project was opened since
            adopt(self._session, project, label, ended)
            self.adopted.emit(label)
            self.message.emit("info", f"{label} is the run of the document now; Undo goes back.")

        if path.exists():
            self._session.background.do(partial(read_trial, path), take, self._refuse, self._newest)
            return
        soon = f"{label} has nothing to adopt yet; it will have when it has trained a while."
        never = f"{label} has nothing to adopt: it ended before anything was kept of it."
        self.message.emit("info", never if ended else soon)

    def _refuse(self, error: Exception) -> None:
        self.message.emit("error", sentence_of(error))


def read_trial(path: Path) -> Project:
    """Reads a trial's project. Raises ProjectError."""
    from cadl_desktop.project import open_project  # late, to show the window sooner

    return open_project(path)


def ask_output(session: Session, path: Path, done: Callable[[Floats], None]) -> None:
    """Asks for the output of the trial whose project is at `path`, at its own size; `done` isn't called where
    there is none."""

    def render(project: Project) -> None:
        if project.state is not None:
            arguments = project.experiment, project.state.weights
            session.ask("cadl_desktop.engine:render", arguments, lambda answer: done(answer[0]))

    session.background.do(partial(read_trial, path), render, lambda _: None)


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
