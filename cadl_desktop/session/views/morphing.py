"""What a network of many pictures paints between them: one picture turns into another."""

from collections.abc import Sequence
from functools import partial
from operator import is_

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.computing.view_rendering import render_picture
from cadl_desktop.experiment.model import has_many_pictures, picture_count
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.asking import OneAtATime, Question
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains

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

    def __init__(self, session: Session, neuron_gains: NeuronGains) -> None:
        super().__init__(session)
        self._session, self._neuron_gains = session, neuron_gains
        self.number = 0.0
        self.image: Floats | None = None
        self._asked_of: tuple[object, ...] | None = None
        self._told_last = self.last
        self._asking = OneAtATime(self._question, session.tell_error, self)
        session.status_changed.connect(self._asking.hurry)
        neuron_gains.neurons.heard.connect(self._look)
        neuron_gains.changed.connect(self._look)
        session.document.changed.connect(self._forget)

    @property
    def last(self) -> float:
        """The number of the last picture; 0 where there are not many."""
        data = self._session.document.experiment.data
        return float(picture_count(data) - 1) if has_many_pictures(data) else 0.0

    def choose(self, number: float) -> None:
        """Shows another picture, or what lies between two."""
        self.number = min(max(number, 0.0), self.last)
        self._asking.hurry()

    @Slot()
    def _forget(self) -> None:
        last = self.last
        self.number = min(self.number, last)
        gone = self.image is not None and self._weights() is None
        if gone:
            self.image, self._asked_of = None, None
        if gone or last != self._told_last:
            self._told_last = last
            self.changed.emit()

    def _weights(self) -> Sequence[Floats] | None:
        """Those that the drawing shows; None where another network is wanted by now, or none has learned."""
        result, probed = self._session.result, self._neuron_gains.neurons.plain
        begun = result.state or result.progress
        return probed.weights if probed and begun else None

    @Slot()
    def _look(self) -> None:
        if self._weights() is None:
            self._forget()
        self._asking.look()

    def _question(self) -> Question | None:
        """What the newest weights paint of the picture that is wanted."""
        session, weights, gains = self._session, self._weights(), self._neuron_gains.gains
        experiment, asked_of = session.document.experiment, (weights, gains, self.number)
        if weights is None or not has_many_pictures(experiment.data) or _same(asked_of, self._asked_of):
            return None
        self._asked_of = asked_of
        side = min(MOST_SIDE, SCALE * int(experiment.data["longest"]))
        arguments = experiment, weights, self.number, side, gains
        ask = partial(session.ask, render_picture, arguments)
        return Question(ask, self._take, REST if session.status is Status.TRAINING else 0.0)

    def _take(self, image: Floats) -> None:
        if self._weights() is not None:
            self.image = image
            self.changed.emit()


def _same(one: tuple[object, ...], other: tuple[object, ...] | None) -> bool:
    """Weights and gains are compared by identity."""
    return other is not None and all(map(is_, one[:2], other)) and one[2] == other[2]
