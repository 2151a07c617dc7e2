"""What a network of many pictures paints between them: one picture turns into another."""

from collections.abc import Sequence
from operator import is_

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from cadl_desktop.experiment.identity import is_many, picture_count
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.neuron_gains import Instruments

REST = 4.0
"""Between two answers, training has so many times as long as one of them took."""
SCALE, MOST_SIDE = 4, 256
"""How much finer than the pictures it is painted, and how large at most."""


class Morphing(QObject):
    """`number` is the picture that is wanted, counted from 0; 2.5 is halfway from the third to the fourth.

    `image` is what the network paints for it now, (side, side, 3), 0 to 255 and not clipped; None as long as
    there is nothing to show. `changed` says: look again.
    """

    changed = Signal()

    def __init__(self, session: Session, instruments: Instruments) -> None:
        super().__init__(session)
        self._session, self._instruments = session, instruments
        self.number = 0.0
        self.image: Floats | None = None
        self._shown: tuple[object, ...] | None = None
        self._told_last = self.last
        self._waiting = False
        self._asked_at = QElapsedTimer()
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._look)
        instruments.neurons.heard.connect(self._look_soon)
        instruments.changed.connect(self._look_soon)
        session.document.changed.connect(self._forget)

    @property
    def last(self) -> float:
        """The number of the last picture; 0 where there are not many."""
        data = self._session.document.experiment.data
        return float(picture_count(data) - 1) if is_many(data) else 0.0

    def choose(self, number: float) -> None:
        """Shows another picture, or what lies between two."""
        self.number = min(max(number, 0.0), self.last)
        self._look()

    @Slot()
    def _forget(self) -> None:
        last = self.last
        self.number = min(self.number, last)
        gone = self.image is not None and self._weights() is None
        if gone:
            self.image, self._shown = None, None
        if gone or last != self._told_last:
            self._told_last = last
            self.changed.emit()

    def _weights(self) -> Sequence[Floats] | None:
        """Those that the drawing shows; None where another network is wanted by now, or none has learned."""
        result, probed = self._session.result, self._instruments.neurons.plain
        begun = result.state or result.progress
        return probed.weights if probed and begun else None

    @Slot()
    def _look_soon(self) -> None:
        if not self._rest.isActive():
            self._look()

    @Slot()
    def _look(self) -> None:
        """Asks for what is wanted, unless it is shown; one question is under way at most."""
        weights, gains = self._weights(), self._instruments.gains
        wanted = (weights, gains, self.number)
        experiment = self._session.document.experiment
        if weights is None:
            self._forget()
            return
        if self._waiting or not is_many(experiment.data) or _same(wanted, self._shown):
            return
        self._waiting, self._shown = True, wanted
        self._asked_at.start()

        def done(image: Floats) -> None:
            self._waiting = False
            if self._weights() is not None:
                self.image = image
                self.changed.emit()
            if self.number == wanted[2]:
                self._rest.start(round(REST * self._asked_at.elapsed()))
            else:
                self._look()

        def failed(error: Exception) -> None:
            self._waiting = False
            self._session.message.emit("error", str(error))

        side = min(MOST_SIDE, SCALE * int(experiment.data["longest"]))
        self._session.ask.picture(experiment, weights, self.number, side, gains, done, failed)


def _same(wanted: tuple[object, ...], shown: tuple[object, ...] | None) -> bool:
    """Weights and gains are compared by identity."""
    return shown is not None and all(map(is_, wanted[:2], shown)) and wanted[2] == shown[2]
