"""How near the painting comes between its pixels, measured when a person asks for it."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.data.pictures.between_sizes import is_too_large, original_longest
from cadl_desktop.experiment import Experiment
from cadl_desktop.session.asking import Newest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.worker.between_pieces import Between, Painted, between


class BetweenPixels(QObject):
    """`measure` compares what is painted with the original, where that is larger than what is learned: a
    training goes on meanwhile. Otherwise a second training of a few seconds leaves every second pixel out,
    for which the first one rests; where it goes on, that is given up.

    `found` is the answer, None as long as there is none; it is forgotten with what it is of, but for weights
    that go on learning. `busy` says whether one is being made. `changed` says: look at all again.
    """

    changed = Signal()

    def __init__(self, session: Session, neuron_gains: NeuronGains) -> None:
        super().__init__(session)
        self.found: Between | None = None
        self.busy = False
        self._session, self._neuron_gains = session, neuron_gains
        self._newest = Newest()
        self._history: object = None
        session.status_changed.connect(self._follow)
        session.updated.connect(self._follow)
        session.document.changed.connect(self._forget)

    @property
    def original(self) -> int | None:
        """Pixels along the longer side of the original that is compared with; None where there is none."""
        experiment = self._session.document.experiment
        return original_longest(experiment.data) if self._is_of_one_picture(experiment) else None

    @property
    def waits_for_pause(self) -> bool:
        """Whether it can be measured as soon as the training rests."""
        return self.original is None and self._trains

    @property
    def offered(self) -> bool:
        """Whether what is learned is one picture."""
        return self._session.document.experiment.data.kind == "picture"

    @property
    def too_large(self) -> bool:
        """Whether a training of a moment would say nothing, and there is no original."""
        experiment = self._session.document.experiment
        return self._is_of_one_picture(experiment) and is_too_large(experiment.data)

    @property
    def possible(self) -> bool:
        experiment = self._session.document.experiment
        if self._painted() is None or not self._is_of_one_picture(experiment):
            return False
        return self.original is not None or not (self._trains or self.too_large)

    @Slot()
    def measure(self) -> None:
        """Begins to, if it is possible and not under way."""
        painted = self._painted()
        if painted is None or self.busy or not self.possible:
            return
        self._history = self._session.result.history
        self.found, self.busy = None, True
        request = self._newest.begin()
        work = partial(between, painted, self._session.compute, lambda: request.wanted)
        self._session.background.do(work, request.only(self._take), request.only(self._fail))
        self.changed.emit()

    @property
    def _trains(self) -> bool:
        return self._session.status in (Status.PREPARING, Status.TRAINING)

    def _is_of_one_picture(self, experiment: Experiment) -> bool:
        return experiment.data.kind == "picture" and not self._session.document.problems

    def _painted(self) -> Painted | None:
        """What is shown, of now or of an earlier moment."""
        probed, result = self._neuron_gains.neurons.plain, self._session.result
        if probed is None or result.prediction is None:
            return None
        experiment = self._session.document.experiment
        return Painted(experiment, probed.weights, probed.step, self._neuron_gains.gains)

    @Slot()
    def _follow(self) -> None:
        is_another = self._session.result.history is not self._history
        disturbs = self.busy and self.original is None and self._trains
        if is_another or disturbs:
            self._forget()

    @Slot()
    def _forget(self) -> None:
        self._newest.drop()
        if self.found is not None or self.busy:
            self.found, self.busy = None, False
            self.changed.emit()

    def _take(self, found: Between | None) -> None:
        self.found, self.busy = found, False
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._forget()
        self._session.tell_error(error)
