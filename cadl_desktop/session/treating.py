"""Remedies of the doctor as undoable commands on the training."""

from cadl_desktop.runs.diagnosis.remedies import Remedy
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.session.run_commands import CallbackCommand, new_run, show_new_run
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status


def treat(session: Session, label: str, remedy: Remedy) -> None:
    """Makes the change of a remedy where that starts, as one undoable step, and trains on from there if the
    training was going or had ended by itself. `label` is shown in the undo menu.

    A run that is left stays in the list. The remedy isn't offered again in the run that takes it.
    """
    document, moment = session.document, remedy.moment
    trains = session.going or session.result.has_ended
    experiment = remedy.change(document.experiment)
    before = session.result.tried
    after = before | {remedy.label}
    document.undo_stack.beginMacro(label)
    if moment is not None or (remedy.start == "anew" and session.status is not Status.EMPTY):

        def make() -> RunRecord | None:
            return None if moment is None else new_run(session, experiment, moment)

        show_new_run(session, label, experiment, make)
    else:
        document.edit(label, experiment)
    document.undo_stack.push(
        CallbackCommand(lambda: session.note_tried(after), lambda: session.note_tried(before))
    )
    document.undo_stack.endMacro()
    if trains:
        session.train()
