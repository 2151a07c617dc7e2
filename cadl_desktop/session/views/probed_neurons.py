"""Probed neurons: what every neuron computes and every layer knows, during training and without."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import differ_only_in_hiding, structure_of
from cadl_desktop.runs.evaluations import Readouts
from cadl_desktop.runs.events import Floats, Probed
from cadl_desktop.runs.probed_columns import Column, columns_of, matches_network
from cadl_desktop.session.background import RequestThrottle, ThrottledRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Source, Status

ASK_MS = 250
"""Debounce of edits before the neurons of the new network are probed."""
REST = 80.0
"""Rest between two answers while training, as a multiple of an answer's duration: answers then take 1.2 % of
the time; with all overhead training loses 3 % at most."""


class Neurons(QObject):
    """Newest probe of the document's network: `probed`, None until there is one, and its `columns`.

    A running training sends probes. Otherwise the weights of the result are probed, or the initial ones. A
    selected earlier moment replaces both, and an answer with neuron gains replaces all of them; `plain` is
    the probe without gains.
    """

    changed = Signal()
    heard = Signal()  # `plain` has changed

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._plain: Probed | None = None
        self._moment: Probed | None = None
        self._plain_for: Experiment | None = None
        self.probed: Probed | None = None
        self.columns: tuple[Column, ...] = ()
        self.session = session
        self.follow_training = True
        """Whether probes are shown while training runs; otherwise only when it pauses or ends."""
        self._with_gains: Probed | None = None
        self._requested_key: object = None
        self._timer = QTimer(self, singleShot=True, interval=ASK_MS)
        self._timer.timeout.connect(self._ask)
        session.updated.connect(self._take)
        session.device_changed.connect(self._update)
        session.samples_changed.connect(self._update)
        session.status_changed.connect(self._take)
        session.document.changed.connect(self._update)

    def ask_importance(self, column: int, done: Callable[[Floats], None]) -> bool:
        """Calls `done` with the rise of the cost when each neuron of a layer is muted, shape (neurons,).

        Not called if the network changes meanwhile. Returns whether `column`, an index into `columns`, is a
        layer.
        """
        probed, experiment = self.probed, self.session.document.experiment
        layer = column - (len(self.columns) - len(experiment.layers) - 1)
        if probed is None or not 0 <= layer < len(experiment.layers):
            return False
        structure = structure_of(experiment)

        def deliver(rises: Floats) -> None:
            if structure_of(self.session.document.experiment) == structure:
                done(rises)

        self.session.ask("cadl_desktop.engine:importance", (experiment, probed.weights, layer), deliver)
        return True

    @property
    def plain(self) -> Probed | None:
        probed, experiment = self._moment or self._plain, self.session.document.experiment
        if probed is None or self._plain_for is None:
            return None
        # A probe that arrives while another document is opened may be of the previous one.
        fits = structure_of(self._plain_for) == structure_of(experiment) and matches_network(
            experiment, probed
        )
        return probed if fits else None

    def show_moment(self, probed: Probed | None) -> None:
        """Shows the probe of an earlier moment of the document's network; None returns to the current one."""
        if probed is self._moment:
            return
        self._moment = probed
        if probed is not None:
            self._plain_for = self.session.document.experiment
        if self._with_gains is None:
            self._show(self.plain)
        self.heard.emit()

    def show_with_gains(self, probed: Probed | None) -> None:
        """Shows a probe with gains in place of `plain`; None returns to that."""
        if probed is not self._with_gains:
            self._with_gains = probed
            self._show(probed or self._moment or self._plain)

    @Slot()
    def _take(self) -> None:
        probed = self.session.result.probed
        is_shown = self.follow_training or self.session.status is not Status.TRAINING
        # While weights are carried over, the probe may be of the network before the edit.
        of_another = self.session.shown_weights.source is Source.COMING
        if is_shown and not of_another and probed is not None and probed is not self._plain:
            self._set_plain(probed)
        self._update()

    def _set_plain(self, probed: Probed | None) -> None:
        self._plain, self._plain_for = probed, self.session.document.experiment
        if probed is None:
            self._with_gains = None
        if self._moment is not None:
            return  # the shown moment stays
        if self._with_gains is None:
            self._show(probed)
        self.heard.emit()

    def _show(self, probed: Probed | None) -> None:
        self.probed = probed
        self.columns = columns_of(self.session.document.experiment, probed) if probed else ()
        self.changed.emit()

    @Slot()
    def _update(self) -> None:
        """Schedules a probe of changed weights, except during a training, which sends probes."""
        key = structure_of(self.session.document.experiment), self.session.shown_weights
        if key == self._requested_key:
            return
        self._requested_key = key
        is_unknown = self.session.result.probed is None and self.plain is None
        if is_unknown and self._plain is not None and not self._same_but_for_hiding():
            self._set_plain(None)
        # New weights of the same network are probed at once; the old pictures stay until then.
        self._timer.start(ASK_MS if self.plain is None else 0)

    def _same_but_for_hiding(self) -> bool:
        """Whether the pictures are of this network, only with other pixels hidden.

        They stay until there are newer ones, so that nothing blinks at every mask stroke.
        """
        document, before = self.session.document, self._plain_for
        same = before is not None and differ_only_in_hiding(before, document.experiment)
        return same and not document.problems

    @Slot()
    def _ask(self) -> None:
        session, experiment = self.session, self.session.document.experiment
        ready = session.device and session.samples is not None and not session.document.problems
        key, shown = self._requested_key, session.shown_weights
        has_probe = (
            session.result.probed is not None or shown.source is Source.COMING
        )  # or will have one soon
        if session.status.live or has_probe or not ready:
            self._requested_key = None
            return

        def done(probed: Probed) -> None:
            # A probe of a training that began meanwhile is newer.
            if key == self._requested_key and session.result.probed is None:
                self._set_plain(probed)

        weights, step = (shown.state.weights, shown.state.step) if shown.state else (None, 0)
        session.ask("cadl_desktop.engine:probe", (experiment, weights, step), done)


class LayerReadouts(QObject):
    """Linear readouts of every layer for the newest weights; `readouts` is None unless wanted and known."""

    changed = Signal()

    def __init__(self, neurons: Neurons) -> None:
        super().__init__(neurons)
        self._neurons, self._session = neurons, neurons.session
        self.readouts: Readouts | None = None
        self.wanted = False
        self._requested_for: Probed | None = None
        self._throttle = RequestThrottle(self._next_request, self._session.report_error, self)
        neurons.heard.connect(self._on_probed)
        self._session.status_changed.connect(self._update)

    @Slot(bool)
    def want(self, on: bool) -> None:
        """Starts or stops computing readouts."""
        self.wanted = on
        self._requested_for = None
        if not on:
            self._show(None)
        self._throttle.look()

    @Slot()
    def _on_probed(self) -> None:
        if self._neurons.plain is None and self.readouts is not None:
            self._show(None)  # of another network
        self._update()

    @Slot()
    def _update(self) -> None:
        """Requests readouts; with rests while training runs, at once otherwise."""
        if self._session.status is Status.TRAINING:
            self._throttle.look()
        else:
            self._throttle.hurry()

    def _next_request(self) -> ThrottledRequest | None:
        newest = self._neurons.plain
        if not self.wanted or newest is None or newest is self._requested_for:
            return None
        self._requested_for = newest
        session = self._session
        arguments = session.document.experiment, newest.weights
        ask = partial(session.ask, "cadl_desktop.engine:readouts", arguments)
        rest = REST if session.status is Status.TRAINING else 0.0
        return ThrottledRequest(ask, self._take, rest, took=lambda readouts: readouts.seconds)

    def _take(self, readouts: Readouts) -> None:
        if self.wanted and self._neurons.plain is not None:
            self._show(readouts)

    def _show(self, readouts: Readouts | None) -> None:
        self.readouts = readouts
        self.changed.emit()
