"""What was learned, changed by hand: one weight, gains that are kept, a neuron less. Each can be undone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

from PySide6.QtGui import QUndoCommand

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.edits import with_layer_changed
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.runs.changes import changed_structure, neuron_left, weight_set
from cadl_desktop.runs.events import Changed, Floats, RunState
from cadl_desktop.runs.network_weights import by_column
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.session.runs.run_commands import Step
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Result

_BEFORE, _AFTER = 0, 1
"""The results that a step swaps."""

EditedWeights = Callable[[Experiment, RunState], tuple[Sequence[Floats], str] | None]
"""Other weights for an experiment's state, and what the cost plot says of them; None changes nothing."""


def set_weight(session: Session, column: int, source: int | None, neuron: int, value: float) -> None:
    """Sets the weight by which a neuron takes in one of the column before, or without a source its bias.

    Columns count from 0, the encoding. A training that is going on goes on with it.
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
    beside: Step | None = None,
    slots: Floats | None = None,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Puts other weights on the undo stack as one step, together with what belongs `beside` it, and calls
    `done`; `slots` are another memory for the optimizer, where it can't go on with its own. Says so where
    the network has become another one before its weights could be read."""
    asked = structure_of(session.document.experiment)

    def use(now: Result) -> None:
        if now.state is None or structure_of(session.document.experiment) != asked:
            session.tell_not_done()
            return
        found = edited_weights(session.document.experiment, now.state)
        if found is None:
            return
        weights, words = found
        memory = now.state.slots if slots is None else slots
        state, snapshots = replace(now.state, weights=tuple(weights), slots=memory), now.snapshots.copy()
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
    """Takes one neuron out of a dense layer that has others; what was learned of those goes on."""
    label = f"Layer {layer + 1}: remove neuron {neuron + 1}"
    document, asked = session.document, session.document.experiment

    def use(now: Result) -> None:
        from cadl_desktop.runs.carry_over import without_neuron

        if document.experiment is not asked:
            return  # keys pressed quickly: this neuron is another one by now, or the layer's last
        experiment, part = document.experiment, document.experiment.layers[layer]
        edited = with_layer_changed(experiment, layer, part.has(units=int(part["units"]) - 1))
        state = without_neuron(experiment, now.state, layer, neuron) if now.state else None
        if state is None:
            document.edit(label, edited)
            return
        after = _with_state(now, state, Snapshots(), neuron_left(layer + 1, neuron + 1))
        passage = _Passage(session, session.result, after)
        document.undo_stack.beginMacro(label)
        # An undo walks these backwards, so each of the two has a part in both directions.
        document.undo_stack.push(Step(passage.leave, passage.come_back))
        document.edit(label, edited)
        document.undo_stack.push(Step(passage.arrive, passage.leave_again))
        document.undo_stack.endMacro()

    session.with_state(use)


def _with_state(result: Result, state: RunState, snapshots: Snapshots, words: str) -> Result:
    history = result.history.copy()
    history.add(Changed(changed_structure(state.step, words)))
    # The cost of these weights is known when they have been measured.
    histograms = result.histograms.copy()
    known = replace(result, state=state, history=history, histograms=histograms, snapshots=snapshots)
    return replace(known, probed=None, finished=None, cost=None, psnr=None)


class _WeightCommand(QUndoCommand):
    """Swaps one result for another of the same structure. What a training makes of either until it is left
    is remembered, so that nothing that was learned is lost by undoing."""

    def __init__(self, session: Session, before: Result, after: Result) -> None:
        super().__init__()
        self._session = session
        self._results = [before, after]
        self._shown = _BEFORE
        self._is_new = True

    def redo(self) -> None:
        if self._is_new:
            self._is_new, self._shown = False, _AFTER
            self._session.go_on_with(self._results[_AFTER], self._session.going)
        else:
            self._pass(_BEFORE, _AFTER)

    def undo(self) -> None:
        self._pass(_AFTER, _BEFORE)

    def _pass(self, left: int, arrives: int) -> None:
        session = self._session
        if self._shown == left and not session.carrying_over:
            # Stays where an edit ends the training before its weights could be read, and nothing is swapped.
            self._results[left] = session.result.at_last_moment()

        def swap(now: Result) -> None:
            self._results[left], self._shown = now, arrives
            session.go_on_with(self._results[arrives], session.going)

        session.with_state(swap)


class _Passage:
    """From one structure to another and back, with the results that belong to them."""

    def __init__(self, session: Session, before: Result, after: Result) -> None:
        self._session = session
        self._before, self._after = before, after
        self._going = False

    def leave(self) -> None:
        self._before = self._session.result
        self._hold()

    def arrive(self) -> None:
        self._session.go_on_with(self._after, self._going)

    def leave_again(self) -> None:
        self._after = self._session.result
        self._hold()

    def come_back(self) -> None:
        self._session.go_on_with(self._before, self._going)

    def _hold(self) -> None:
        self._going = self._session.going
        self._session.hold()
