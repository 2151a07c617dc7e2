"""What a person does to the list of runs, as undoable commands."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from PySide6.QtGui import QUndoCommand

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.runs.network_weights import weights_fit
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.session.runs.run_list import RunList
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Result


def reopen(session: Session, number: int) -> None:
    """Makes a run of the list the one that is shown: its experiment, and all it had come to.

    What is going on ends, and stays in the list; undoing shows it again.
    """
    record = session.runs.record(number)
    if record is None:
        return
    document, former = session.document, FormerRun(session)
    label = f"Reopen run {number}"
    document.undo_stack.beginMacro(label)
    # An undo walks these backwards, so each of the two has a part in both directions.
    document.undo_stack.push(Step(former.leave, former.come_back))
    document.edit(label, record.experiment)
    document.undo_stack.push(Step(lambda: _show(session, record), session.put_aside))
    document.undo_stack.endMacro()


def show_new_run(session: Session, label: str, experiment: Experiment, make: Callable[[], RunRecord]) -> None:
    """Makes a run that nobody has seen the one that is shown, as one step that can be undone.

    `make` is called when what is going on has ended, which stays in the list.
    """
    document, former = session.document, FormerRun(session)
    document.undo_stack.beginMacro(label)
    # An undo walks these backwards, so each of the two has a part in both directions.
    document.undo_stack.push(Step(former.leave, former.come_back))
    new = make()
    document.edit(label, experiment)
    document.undo_stack.push(Step(lambda: _show(session, new), lambda: _leave(session, new)))
    document.undo_stack.endMacro()
    document.mark_results_changed()


def _leave(session: Session, new: RunRecord) -> None:
    """The list keeps a new run that was trained; of one that was not nothing is left."""
    session.put_aside()
    record = session.runs.record(new.number)
    if record is not None and record.steps == new.steps and record.state is new.state:
        session.show_run(None)  # or the undone edit would have its result make way into the list
        session.runs.remove(new.number)


def _show(session: Session, before: RunRecord | None) -> None:
    """Shows a run that was this before, as it is by now. Where edits have led it to another network since,
    that stays in the list under a number of its own. Nothing is shown of weights that can't be the
    document's."""
    by_now = session.runs.record(before.number) if before else None
    run = by_now or before
    if before and by_now and structure_of(by_now.experiment) != structure_of(before.experiment):
        run = before
        if by_now.steps > before.steps:
            session.runs.put(replace(by_now, number=session.runs.next_number))
    fits = run is not None and (
        run.state is None or weights_fit(session.document.experiment, run.state.weights)
    )
    session.show_run(run if fits else None)


def remove(session: Session, numbers: Collection[int]) -> None:
    """Takes runs out of the list, as one step that can be undone. The one that is shown stays."""
    records = [
        run for run in session.runs.records if run.number in numbers and run.number != session.runs.current
    ]
    if records:
        session.document.undo_stack.push(_Removal(session.runs, records))


def annotate(session: Session, number: int, note: str) -> None:
    """Gives a run of the list a note of one's own."""
    record = session.runs.record(number)
    if record is not None and note != record.note:
        session.document.undo_stack.push(_Annotation(session.runs, record, note))


class FormerRun:
    """Remembers which run was shown when another was reopened."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before: RunRecord | None = None
        self._untrained: Result | None = None
        """Weights that were imported or set, and are in no list before they are trained."""

    def leave(self) -> None:
        self._session.put_aside()
        result = self._session.result
        before = self._session.runs.record(result.run)
        self._before = before.without_snapshots() if before else None
        self._untrained = result if before is None and result.state else None

    def come_back(self) -> None:
        if self._untrained is not None:
            self._session.go_on_with(self._untrained, going=False)
            return
        _show(self._session, self._before)


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
    def __init__(self, runs: RunList, records: Sequence[RunRecord]) -> None:
        count = len(records)
        super().__init__(f"Remove run {records[0].number}" if count == 1 else f"Remove {count} runs")
        self._runs, self._records = runs, records

    def redo(self) -> None:
        for record in self._records:
            self._runs.remove(record.number)

    def undo(self) -> None:
        for record in self._records:
            if self._runs.record(record.number) is None:  # or it has gone on since, as an edit led back to it
                self._runs.put(record)


class _Annotation(QUndoCommand):
    def __init__(self, runs: RunList, record: RunRecord, note: str) -> None:
        super().__init__(f"Note on run {record.number}")
        self._runs, self._number = runs, record.number
        self._before, self._after = record.note, note

    def redo(self) -> None:
        self._write(self._after)

    def undo(self) -> None:
        self._write(self._before)

    def _write(self, note: str) -> None:
        record = self._runs.record(self._number)
        if record is not None:
            self._runs.put(replace(record, note=note))
