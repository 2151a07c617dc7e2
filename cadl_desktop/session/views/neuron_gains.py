"""Neuron gains: neurons muted, soloed or scaled, with the effect shown at once, without changing weights."""

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
from cadl_desktop.session.background import RequestThrottle, ThrottledRequest
from cadl_desktop.session.run_commands import CallbackCommand
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.weight_edits import edit_weights

LARGEST_GAIN = 2.0
"""Upper limit of a gain; the lower is 0."""
REST = 2.0
"""Rest between two answers while training, as a multiple of an answer's duration."""


class NeuronGains(QObject):
    """The gains that a person has set, and the network's output with them.

    Columns count from 0, the encoding. `rendered` is None while every gain is 1 or no answer has arrived;
    otherwise `neurons` shows it. `changed` is emitted when gains or `rendered` change.
    """

    changed = Signal()

    def __init__(self, neurons: Neurons) -> None:
        super().__init__(neurons)
        self._gains = self._announced = NO_GAINS
        self.rendered: RenderedNetwork | None = None
        self._requested_for: tuple[Probed, Gains] | None = None
        self._throttle = RequestThrottle(self._next_request, self._session.report_error, self)
        self._session.status_changed.connect(self._throttle.hurry)
        neurons.heard.connect(self._on_probed)
        self._fitted_to = self._session.document.experiment
        self._session.document.changed.connect(self._fit)

    @property
    def gains(self) -> Gains:
        """Gains that fit the document's network, up to date even before `changed` of an edit is received.
        Other data are learned by another network, which has none."""
        before, now = self._fitted_to, self._session.document.experiment
        if before is not now:
            self._fitted_to = now
            try:
                is_other = self._session.document.has_other_data
                fitted = NO_GAINS if is_other else gains_that_fit(before, now, self._gains)
            except KeyError:  # an unknown part, which `check` reports
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
        """Number of muted or scaled neurons."""
        return changed_neurons(self.gains)

    def gain(self, column: int, neuron: int) -> float:
        """Returns a neuron's gain, 1 by default."""
        gains = self.gains.get(column)
        return 1.0 if gains is None or neuron >= len(gains) else float(gains[neuron])

    @property
    def drawn_gains(self) -> Gains:
        """All gains, with columns counted from the input, as they are drawn."""
        first = int(is_encoded(self._session.document.experiment))
        return {column + first: gains for column, gains in self.gains.items()}

    def drawn_gain(self, column: int, neuron: int) -> float:
        """Returns a neuron's gain, with columns counted from the input, as they are drawn."""
        return self.gain(column - int(is_encoded(self._session.document.experiment)), neuron)

    def is_solo(self, column: int, neuron: int) -> bool:
        """Whether all other neurons of the column are muted, and this one isn't."""
        gains = self.gains.get(column)
        return gains is not None and bool(gains[neuron] != 0) and int((gains != 0).sum()) == 1

    def set_gain(self, column: int, neuron: int | None, gain: float) -> None:
        """Sets the gain of one neuron, or of a whole column for None; 0 mutes, 1 is neutral."""
        self._set(with_gain(self._session.document.experiment, self.gains, column, neuron, gain))

    def solo(self, column: int, neuron: int) -> None:
        """Mutes all other neurons of the column."""
        self._set(soloed(self._session.document.experiment, self.gains, column, neuron))

    def reset(self) -> None:
        """Sets every gain to 1."""
        self._set(NO_GAINS)

    def keep(self) -> None:
        """Multiplies the gains into the weights, as one undoable step; a running training continues."""
        gains = self.gains

        def edited_weights(experiment: Experiment, state: RunState) -> tuple[Sequence[Floats], str] | None:
            if changed_neurons(without_folded(self.gains, gains)) == self.count:
                return None  # requested twice, and kept already
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
            beside = CallbackCommand(
                lambda: self._set(without_folded(self.gains, gains)), lambda: self._set(gains)
            )
            edit_weights(self._session, "Keep muted and scaled neurons", edited_weights, beside)

    def _set(self, gains: Gains) -> None:
        self._gains = self._announced = gains
        if not gains:
            self._show(None)
        else:
            self.changed.emit()
        self._throttle.hurry()

    def _show(self, rendered: RenderedNetwork | None) -> None:
        self.rendered = rendered
        self.neurons.show_with_gains(rendered.probed if rendered else None)
        self.changed.emit()

    @Slot()
    def _fit(self) -> None:
        if self.gains is not self._announced:
            self._set(self.gains)
        else:
            self._throttle.look()

    @Slot()
    def _on_probed(self) -> None:
        if self.neurons.plain is None and self.rendered is not None:
            self._show(None)  # of another network
        self._throttle.look()

    def _next_request(self) -> ThrottledRequest | None:
        """Requests the output of the newest weights with the gains."""
        newest, gains = self.neurons.plain, self.gains
        if not gains or newest is None:
            return None
        known = self._requested_for
        if known is not None and known[0] is newest and known[1] is gains:
            return None
        self._requested_for = newest, gains
        session = self._session
        arguments = session.document.experiment, newest.weights, newest.step, gains
        ask = partial(session.ask, render_network, arguments)
        rest = REST if session.status is Status.TRAINING else 0.0
        return ThrottledRequest(ask, partial(self._take, gains), rest)

    def _take(self, gains: Gains, rendered: RenderedNetwork) -> None:
        if gains is self.gains and self.neurons.plain is not None:
            self._show(rendered)
