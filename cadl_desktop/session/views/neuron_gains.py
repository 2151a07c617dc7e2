"""Neurons played like instruments: muted, soloed or scaled, and heard at once, without touching a weight."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.computing.view_rendering import RenderedNetwork, render_network
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.shapes import is_encoded
from cadl_desktop.runs.changes import gains_kept
from cadl_desktop.runs.events import Floats, Probed, RunState
from cadl_desktop.runs.gains import (
    NO_GAINS,
    Gains,
    changed_neurons,
    gains_in_weights,
    gains_that_fit,
    soloed,
    with_gain,
    without_folded,
)
from cadl_desktop.session.asking import OneAtATime, Question
from cadl_desktop.session.edits.weight_edits import edit_weights
from cadl_desktop.session.runs.run_commands import Step
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neurons import Neurons

LOUDEST = 2.0
"""The gain that a person can set is between 0 and this."""
REST = 2.0
"""Between two answers, training has so many times as long as one of them took."""


class NeuronGains(QObject):
    """The gains that a person has set, and what the network makes with them.

    Columns count from 0, the encoding. `rendered` is None as long as every gain is 1 or no answer has come;
    `neurons` then shows what it says. `changed` says: look at both again.
    """

    changed = Signal()

    def __init__(self, neurons: Neurons) -> None:
        super().__init__(neurons)
        self._gains = self._told = NO_GAINS
        self.rendered: RenderedNetwork | None = None
        self._asked_of: tuple[Probed, Gains] | None = None
        self._asking = OneAtATime(self._question, self._session.tell_error, self)
        self._session.status_changed.connect(self._asking.hurry)
        neurons.heard.connect(self._listen_again)
        self._fitted_to = self._session.document.experiment
        self._session.document.changed.connect(self._fit)

    @property
    def gains(self) -> Gains:
        """Those that fit the document's network, whose neurons an edit brings before it is told of here."""
        before, now = self._fitted_to, self._session.document.experiment
        if before is not now:
            self._fitted_to = now
            try:
                fitted = gains_that_fit(before, now, self._gains)
            except KeyError:  # an unknown part; `check` says so beside it
                fitted = NO_GAINS
            if len(fitted) != len(self._gains):
                self._gains = fitted
        return self._gains

    @property
    def neurons(self) -> Neurons:
        neurons = self.parent()
        assert isinstance(neurons, Neurons)
        return neurons

    @property
    def _session(self) -> Session:
        return self.neurons.session

    @property
    def count(self) -> int:
        """How many neurons are muted or scaled."""
        return changed_neurons(self.gains)

    def gain(self, column: int, neuron: int) -> float:
        """1 of a neuron that is left alone."""
        gains = self.gains.get(column)
        return 1.0 if gains is None or neuron >= len(gains) else float(gains[neuron])

    @property
    def drawn_gains(self) -> Gains:
        """All that are set, by columns that count from the input, as they are drawn."""
        first = int(is_encoded(self._session.document.experiment))
        return {column + first: gains for column, gains in self.gains.items()}

    def drawn_gain(self, column: int, neuron: int) -> float:
        """The same, by a column that counts from the input, as columns are drawn."""
        return self.gain(column - int(is_encoded(self._session.document.experiment)), neuron)

    def is_solo(self, column: int, neuron: int) -> bool:
        """Whether it is the only one of its column that is not muted."""
        gains = self.gains.get(column)
        return gains is not None and bool(gains[neuron] != 0) and int((gains != 0).sum()) == 1

    def set_gain(self, column: int, neuron: int | None, gain: float) -> None:
        """Of one neuron, or of a whole column; 0 mutes it, 1 leaves it alone."""
        self._set(with_gain(self._session.document.experiment, self.gains, column, neuron, gain))

    def solo(self, column: int, neuron: int) -> None:
        """Mutes all others of its column."""
        self._set(soloed(self._session.document.experiment, self.gains, column, neuron))

    def reset(self) -> None:
        """Leaves every neuron alone again."""
        self._set(NO_GAINS)

    def keep(self) -> None:
        """Puts the gains into the weights, as one step that can be undone; a training goes on from there."""
        gains = self.gains

        def edited_weights(experiment: Experiment, state: RunState) -> tuple[Sequence[Floats], str] | None:
            if changed_neurons(without_folded(self.gains, gains)) == self.count:
                return None  # asked twice, and kept already
            weights = gains_in_weights(experiment, state.weights, gains)
            if weights is None:
                text = (
                    "Not kept: what goes through a sum, a normalisation or an output that bends can't be "
                    "put into weights."
                )
                self._session.message.emit("warning", text)
                return None
            return weights, gains_kept(changed_neurons(gains))

        if gains:
            beside = Step(lambda: self._set(without_folded(self.gains, gains)), lambda: self._set(gains))
            edit_weights(self._session, "Keep muted and scaled neurons", edited_weights, beside)

    def _set(self, gains: Gains) -> None:
        self._gains = self._told = gains
        if not gains:
            self._show(None)
        else:
            self.changed.emit()
        self._asking.hurry()

    def _show(self, rendered: RenderedNetwork | None) -> None:
        self.rendered = rendered
        self.neurons.show_with_gains(rendered.probed if rendered else None)
        self.changed.emit()

    @Slot()
    def _fit(self) -> None:
        if self.gains is not self._told:
            self._set(self.gains)
        else:
            self._asking.look()

    @Slot()
    def _listen_again(self) -> None:
        if self.neurons.plain is None and self.rendered is not None:
            self._show(None)  # another network
        self._asking.look()

    def _question(self) -> Question | None:
        """What the newest weights make with the gains."""
        newest, gains = self.neurons.plain, self.gains
        if not gains or newest is None:
            return None
        if self._asked_of is not None and self._asked_of[0] is newest and self._asked_of[1] is gains:
            return None
        self._asked_of = newest, gains
        session = self._session
        arguments = session.document.experiment, newest.weights, newest.step, gains
        ask = partial(session.ask, render_network, arguments)
        rest = REST if session.status is Status.TRAINING else 0.0
        return Question(ask, partial(self._take, gains), rest)

    def _take(self, gains: Gains, rendered: RenderedNetwork) -> None:
        if gains is self.gains and self.neurons.plain is not None:
            self._show(rendered)
