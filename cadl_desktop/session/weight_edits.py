"""Undoable edits of learned weights: set one, replace all, remove a neuron, import from a file."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from PySide6.QtGui import QUndoCommand

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.edits import with_layer_changed
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.runs.carry_over import without_neuron
from cadl_desktop.runs.changes import changed_structure, neuron_left, weight_set, weights_from
from cadl_desktop.runs.events import Changed, Floats, RunState
from cadl_desktop.runs.network_weights import by_column
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.sentences import shown
from cadl_desktop.session.run_commands import CallbackCommand
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Result
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.weights_in.weight_matching import read_weights

_BEFORE, _AFTER = 0, 1
"""Indices of the two results that a command swaps."""

EditedWeights = Callable[[Experiment, RunState], tuple[Sequence[Floats], str] | None]
"""Returns new weights for a state and the text for the cost plot; None for no change."""


def set_weight(session: Session, column: int, source: int | None, neuron: int, value: float) -> None:
    """Sets the weight from neuron `source` of the previous column to `neuron`; its bias if `source` is None.

    Columns count from 0, the encoding. A running training continues with the new weight.
    """
    ends = str(neuron + 1) if source is None else f"{source + 1} → {neuron + 1}"
    what = f"bias {ends}" if source is None else f"weight {ends}"

    def edited_weights(experiment: Experiment, state: RunState) -> tuple[Sequence[Floats], str]:
        columns = by_column(experiment, state.weights)
        changed = columns[column][source is None].copy()
        changed[neuron if source is None else (source, neuron)] = value
        columns[column][source is None] = changed
        layer = None if column == len(columns) - 1 else column
        words = weight_set(layer, None if source is None else source + 1, neuron + 1, value)
        return list(chain.from_iterable(columns)), words

    last = column == len(session.document.experiment.layers) + 1
    into = "the output" if last else f"layer {column}"
    label = f"Set {what} of {into}"
    edit_weights(session, label, edited_weights)


def edit_weights(
    session: Session,
    label: str,
    edited_weights: EditedWeights,
    beside: CallbackCommand | None = None,
    forgets: bool = False,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Replaces the weights as one undoable step, together with the command `beside`, then calls `done`.

    The optimizer begins anew if it `forgets`. If the network changes before its weights are read,
    nothing is edited and a message is shown.
    """
    structure = structure_of(session.document.experiment)

    def use(now: Result) -> None:
        if now.state is None or structure_of(session.document.experiment) != structure:
            session.report_stale_request()
            return
        newest = now.state.latest
        found = edited_weights(session.document.experiment, newest)
        if found is None:
            return
        weights, words = found
        state, snapshots = replace(newest, weights=tuple(weights), best=None), now.snapshots.copy()
        if forgets:
            state = state.without_memories()
        snapshots.add(state)
        after = _with_state(now, state, snapshots, words)
        stack = session.document.undo_stack
        stack.beginMacro(label)
        stack.push(_WeightCommand(session, before=session.result, after=after))
        if beside is not None:
            stack.push(beside)
        stack.endMacro()
        done()

    session.with_weights(use)


def remove_neuron(session: Session, layer: int, neuron: int) -> None:
    """Removes one neuron from a dense layer that has several; the weights of the others are kept."""
    label = f"Layer {layer + 1}: remove neuron {neuron + 1}"
    document, before = session.document, session.document.experiment

    def use(now: Result) -> None:
        if document.experiment is not before:
            return  # after quick key presses this is another neuron, or the layer's last
        experiment, part = document.experiment, document.experiment.layers[layer]
        edited = with_layer_changed(experiment, layer, part.has(units=int(part["units"]) - 1))
        state = without_neuron(experiment, now.state, layer, neuron) if now.state else None
        if state is None:
            document.edit(label, edited)
            return
        after = _with_state(now, state, Snapshots(), neuron_left(layer + 1, neuron + 1))
        change = _StructureChange(session, session.result, after)
        document.undo_stack.beginMacro(label)
        # Undo runs these in reverse order; each of the two acts in both directions.
        document.undo_stack.push(CallbackCommand(change.save_before, change.show_before))
        document.edit(label, edited)
        document.undo_stack.push(CallbackCommand(change.show_after, change.save_after))
        document.undo_stack.endMacro()

    session.with_state(use)


def _with_state(result: Result, state: RunState, snapshots: Snapshots, words: str) -> Result:
    history = result.history.copy()
    history.add(Changed(changed_structure(state.step, words)))
    # The cost of the new weights is unknown until measured.
    histograms = result.histograms.copy()
    known = replace(result, state=state, history=history, histograms=histograms, snapshots=snapshots)
    return replace(known, probed=None, finished=None, cost=None, psnr=None, fitted=None, r2=None)


class _WeightCommand(QUndoCommand):
    """Swaps two results of the same structure.

    Each is updated by the training that continued it before it is swapped out, so that undo loses nothing.
    """

    def __init__(self, session: Session, before: Result, after: Result) -> None:
        super().__init__()
        self._session = session
        self._results = [before, after]
        self._shown = _BEFORE
        self._is_new = True

    def redo(self) -> None:
        if self._is_new:
            self._is_new, self._shown = False, _AFTER
            self._session.continue_with(self._results[_AFTER], self._session.going)
        else:
            self._swap_to(_BEFORE, _AFTER)

    def undo(self) -> None:
        self._swap_to(_AFTER, _BEFORE)

    def _swap_to(self, left: int, shown: int) -> None:
        session = self._session
        if self._shown == left and not session.carrying_over:
            # The fallback if an edit ends the training before its weights are read, and nothing is swapped.
            self._results[left] = session.result.at_last_moment()

        def swap(now: Result) -> None:
            self._results[left], self._shown = now, shown
            session.continue_with(self._results[shown], session.going)

        session.with_state(swap)


class _StructureChange:
    """Change from one structure to another and back, with their results."""

    def __init__(self, session: Session, before: Result, after: Result) -> None:
        self._session = session
        self._before, self._after = before, after
        self._going = False

    def save_before(self) -> None:
        self._before = self._session.result
        self._hold()

    def show_after(self) -> None:
        self._session.continue_with(self._after, self._going)

    def save_after(self) -> None:
        self._after = self._session.result
        self._hold()

    def show_before(self) -> None:
        self._session.continue_with(self._before, self._going)

    def _hold(self) -> None:
        self._going = self._session.going
        self._session.hold()


def import_weights(
    session: Session, path: Path, done: Callable[[], None], failed: Callable[[Exception], None]
) -> None:
    """Imports a file's weights as one undoable step; the optimizer's memory is reset.

    A running training continues with them. `failed` receives a FileError if they don't fit.
    """
    experiment, opened = session.document.experiment, session.document.opened

    def work() -> tuple[Floats, ...]:
        return read_weights(path, experiment)

    def use(weights: tuple[Floats, ...]) -> None:
        same = structure_of(session.document.experiment) == structure_of(experiment)
        if not same or session.document.opened != opened:
            failed(FileError("'{name}' was not imported: the network has changed since.", name=path.name))
            return

        label = f"Import weights from {shown(path.name)}"
        words = weights_from(path.name)
        edit_weights(session, label, lambda now, state: (weights, words), forgets=True, done=done)

    session.background.do(work, use, failed)
