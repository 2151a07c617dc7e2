"""What a person does to the list of runs, as undoable commands."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from cadl_desktop.runs.record import RunRecord
from cadl_desktop.sentences import filled
from cadl_desktop.session.runs.run_list import RunList
from cadl_desktop.session.session import Session


def reopen(session: Session, number: int) -> None:
    """Makes a run of the list the one that is shown: its experiment, and all it had come to.

    What is going on ends, and stays in the list; undoing shows it again.
    """
    record = session.runs.record(number)
    if record is None:
        return
    document, former = session.document, FormerRun(session)
    label = filled(_tr("Reopen run {number}"), number=number)
    document.undo_stack.beginMacro(label)
    # An undo walks these backwards, so each of the two has a part in both directions.
    document.undo_stack.push(Step(former.leave, former.come_back))
    document.edit(label, record.experiment)
    document.undo_stack.push(
        Step(lambda: session.show_run(session.runs.record(number) or record), session.put_aside)
    )
    document.undo_stack.endMacro()


def remove(session: Session, number: int) -> None:
    """Takes a run out of the list. The one that is shown stays."""
    record = session.runs.record(number)
    if record is not None and number != session.runs.current:
        session.document.undo_stack.push(_Removal(session.runs, record))


class FormerRun:
    """Remembers which run was shown when another was reopened."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before: RunRecord | None = None

    def leave(self) -> None:
        self._session.put_aside()
        before = self._session.runs.record(self._session.result.run)
        self._before = before.without_snapshots() if before else None

    def come_back(self) -> None:
        # What the run told after it was left is in the list, if it is still there.
        number = self._before.number if self._before else None
        self._session.show_run(self._session.runs.record(number) or self._before)


class Step(QUndoCommand):
    """One step of a command that is made of several."""

    def __init__(self, redo: Callable[[], None], undo: Callable[[], None]) -> None:
        super().__init__()
        self._redo, self._undo = redo, undo

    def redo(self) -> None:
        self._redo()

    def undo(self) -> None:
        self._undo()


class _Removal(QUndoCommand):
    def __init__(self, runs: RunList, record: RunRecord) -> None:
        super().__init__(filled(_tr("Remove run {number}"), number=record.number))
        self._runs, self._record = runs, record

    def redo(self) -> None:
        self._runs.remove(self._record.number)

    def undo(self) -> None:
        self._runs.put(self._record)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Runs", text)
