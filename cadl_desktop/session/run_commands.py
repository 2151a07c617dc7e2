"""Undoable commands on runs: reopen, branch, remove and annotate."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from PySide6.QtGui import QUndoCommand

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.runs.changes import branched, changed_structure
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.network_weights import weights_fit
from cadl_desktop.runs.record import RunRecord, record_of
from cadl_desktop.session.run_list import RunList
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Result


def reopen(session: Session, number: int) -> None:
    """Shows a listed run: its experiment and its result.

    The current run is stopped and stays in the list; undo shows it again.
    """
    record = session.runs.record(number)
    if record is None:
        return
    document, former = session.document, FormerRun(session)
    label = f"Reopen run {number}"
    document.undo_stack.beginMacro(label)
    # Undo runs these in reverse order; each of the two acts in both directions.
    document.undo_stack.push(CallbackCommand(former.leave, former.restore))
    document.undo_stack.push(_showing_nothing(session))
    document.edit(label, record.experiment)
    document.undo_stack.push(CallbackCommand(lambda: _show(session, record), lambda: _show_nothing(session)))
    document.undo_stack.endMacro()


def show_new_run(
    session: Session, label: str, experiment: Experiment, make: Callable[[], RunRecord | None]
) -> None:
    """Shows a new run, as one undoable step.

    `make` is called once the current run has been stopped, which stays in the list. Where it returns None,
    nothing has been learned yet.
    """
    document, former = session.document, FormerRun(session)
    document.undo_stack.beginMacro(label)
    # Undo runs these in reverse order; each of the two acts in both directions.
    document.undo_stack.push(CallbackCommand(former.leave, former.restore))
    new = make()
    document.undo_stack.push(_showing_nothing(session))
    document.edit(label, experiment)
    document.undo_stack.push(CallbackCommand(lambda: _show(session, new), lambda: _leave(session, new)))
    document.undo_stack.endMacro()
    document.mark_results_changed()


def _leave(session: Session, new: RunRecord | None) -> None:
    """Stops showing a new run, and removes it from the list unless it was trained."""
    _show_nothing(session)
    if new is None:
        return
    record = session.runs.record(new.number)
    if record is not None and record.steps == new.steps and record.state is new.state:
        session.runs.remove(new.number)


def _show_nothing(session: Session) -> None:
    """Stops the run before an edit that brings another one is undone, which would carry its result over, and
    say what can't be kept of it."""
    session.put_aside()
    session.show_run(None)


def _show(session: Session, before: RunRecord | None) -> None:
    """Shows the current record of a run that had the record `before`.

    If edits have given the run another structure since, that version is listed under a new number. Nothing
    is shown if the weights don't fit the document.
    """
    present = session.runs.record(before.number) if before else None
    run = present or before
    if before and present and structure_of(present.experiment) != structure_of(before.experiment):
        run = before
        if present.steps > before.steps:
            session.runs.put(replace(present, number=session.runs.next_number))
    fits = run is not None and (
        run.state is None or weights_fit(session.document.experiment, run.state.weights)
    )
    session.show_run(run if fits else None)


def remove(session: Session, numbers: Collection[int]) -> None:
    """Removes runs from the list, as one undoable step. The shown run stays."""
    records = [
        run for run in session.runs.records if run.number in numbers and run.number != session.runs.current
    ]
    if records:
        session.document.undo_stack.push(_Removal(session.runs, records))


def annotate(session: Session, number: int, note: str) -> None:
    """Sets the note of a listed run."""
    record = session.runs.record(number)
    if record is not None and note != record.note:
        session.document.undo_stack.push(_Annotation(session.runs, record, note))


def set_baseline(session: Session, number: int | None) -> None:
    """Sets the run from which others are shown as differences, None for none, as one undoable step."""
    runs, before = session.runs, session.runs.baseline
    if number != before:
        label = "No baseline" if number is None else f"Run {number} as baseline"
        command = CallbackCommand(lambda: runs.set_baseline(number), lambda: runs.set_baseline(before), label)
        session.document.undo_stack.push(command)


class FormerRun:
    """The run that was shown before another was reopened, to be restored by undo."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before: RunRecord | None = None
        self._untrained: Result | None = None
        """Imported or edited weights, which are not listed before they are trained."""

    def leave(self) -> None:
        self._session.put_aside()
        result = self._session.result
        before = self._session.runs.record(result.run)
        self._before = before.without_snapshots() if before else None
        self._untrained = result if before is None and result.state else None

    def restore(self) -> None:
        if self._untrained is not None:
            self._session.continue_with(self._untrained, going=False)
            return
        _show(self._session, self._before)


def _showing_nothing(session: Session) -> "CallbackCommand":
    """Command before an edit that brings another run: nothing of the former one is to be carried over, and
    nothing said of what can't be."""
    return CallbackCommand(lambda: session.show_run(None), lambda: None)


class CallbackCommand(QUndoCommand):
    """Undo command made of two functions; without a label, as one step of a macro."""

    def __init__(self, redo: Callable[[], None], undo: Callable[[], None], label: str = "") -> None:
        super().__init__(label)
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
            # Not if the run was continued since, after an edit that led back to it.
            if self._runs.record(record.number) is None:
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


def branch(session: Session, state: RunState) -> None:
    """Begins a new run from the weights and optimizer memory of a moment, as one undoable step.

    The current run is stopped and stays in the list. The live settings of that moment become those of the
    experiment, so that training continues as the run did, bit for bit, with the settings that forms show. Its
    optimizer begins anew where the run had another one later.
    """
    if state.best:
        state = replace(state, best=None)  # what comes now is a run of its own
    experiment = state.settings.into(session.document.experiment)
    label = f"Branch from step {state.step:,}"
    show_new_run(session, label, experiment, lambda: new_run(session, experiment, state))
    if state.lacks_memories:
        title = entry("optimizer", state.settings.optimizer.kind).title
        session.message.emit("info", f"{title} begins anew here, as the optimizer was changed later.")


def new_run(session: Session, experiment: Experiment, state: RunState) -> RunRecord:
    """Returns the shown run up to a moment, as a record with a new number."""
    result = session.result
    history = result.history.until(state)
    history.changes.append(changed_structure(state.step, branched(result.run)))
    return record_of(
        session.runs.next_number,
        experiment,
        history,
        state,
        seconds=state.seconds,
        snapshots=result.snapshots.until(state.step),
        tried=result.tried,
    )
