"""A new run that begins at an earlier moment of the one that is shown."""

from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.changes import branched, changed_structure
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import RunRecord, record_of
from cadl_desktop.session.runs.run_commands import show_new_run
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Result


def branch(session: Session, state: RunState) -> None:
    """Begins a new run with the weights and memories of a moment, as one step that can be undone.

    What is going on ends, and stays in the list of runs. The settings that were in force at that moment
    become those of the experiment: what the forms show is what Train goes on with, to the same bits.
    """
    experiment = state.settings.into(session.document.experiment)
    label = f"Branch from step {state.step:,}"
    show_new_run(session, label, experiment, lambda: _new_run(session, experiment, state))


def _new_run(session: Session, experiment: Experiment, state: RunState) -> RunRecord:
    """What the run that is shown had come to at a moment, under a number of its own."""
    result = session.result
    return record_of(
        session.runs.next_number,
        experiment,
        _history_until(result, state),
        state,
        seconds=state.seconds,
        snapshots=result.snapshots.until(state.step),
    )


def _history_until(result: Result, state: RunState) -> History:
    """Train tells of the settings that differ from then on."""
    history = result.history.until(state)
    history.changes.append(changed_structure(state.step, branched(result.run)))
    return history
