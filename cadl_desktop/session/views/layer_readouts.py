"""What each layer knows, found anew now and then while somebody looks at it."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.runs.evaluations import Readouts
from cadl_desktop.runs.events import Probed
from cadl_desktop.session.asking import OneAtATime, Question
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neurons import Neurons

REST = 80.0
"""Training has so many times as long as an answer takes: the answers are 1.2 % of its time, and with all that
comes with them it is to lose 3 % at most."""


class LayerReadouts(QObject):
    """`readouts` are those of the newest weights that were asked about; None as long as none are wanted or
    known."""

    changed = Signal()

    def __init__(self, neurons: Neurons) -> None:
        super().__init__(neurons)
        self._neurons, self._session = neurons, neurons.session
        self.readouts: Readouts | None = None
        self.wanted = False
        self._asked_of: Probed | None = None
        self._asking = OneAtATime(self._question, self._session.tell_error, self)
        neurons.heard.connect(self._listen)
        self._session.status_changed.connect(self._look)

    @Slot(bool)
    def want(self, on: bool) -> None:
        """Has them found, or forgets them."""
        self.wanted = on
        self._asked_of = None
        if not on:
            self._show(None)
        self._asking.look()

    @Slot()
    def _listen(self) -> None:
        if self._neurons.plain is None and self.readouts is not None:
            self._show(None)  # another network
        self._look()

    @Slot()
    def _look(self) -> None:
        """Training needs a rest from the questions; where nothing trains, the last weights are waited for."""
        if self._session.status is Status.TRAINING:
            self._asking.look()
        else:
            self._asking.hurry()

    def _question(self) -> Question | None:
        newest = self._neurons.plain
        if not self.wanted or newest is None or newest is self._asked_of:
            return None
        self._asked_of = newest
        session = self._session
        arguments = session.document.experiment, newest.weights
        ask = partial(session.ask, "cadl_desktop.engine:readouts", arguments)
        rest = REST if session.status is Status.TRAINING else 0.0
        return Question(ask, self._take, rest, took=_seconds)

    def _take(self, readouts: Readouts) -> None:
        if self.wanted and self._neurons.plain is not None:
            self._show(readouts)

    def _show(self, readouts: Readouts | None) -> None:
        self.readouts = readouts
        self.changed.emit()


def _seconds(readouts: Readouts) -> float:
    return readouts.seconds
