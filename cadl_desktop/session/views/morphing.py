"""Morphing: the output of a network of many pictures between two of them."""

from collections.abc import Sequence
from functools import partial
from operator import is_

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.computing.view_rendering import render_picture
from cadl_desktop.experiment.model import has_many_pictures, picture_count
from cadl_desktop.runs.events import Floats
from cadl_desktop.session.background import RequestThrottle, ThrottledRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Source, Status
from cadl_desktop.session.views.neuron_gains import NeuronGains

REST = 4.0
"""Rest between two answers while training, as a multiple of an answer's duration."""
SCALE, MOST_SIDE = 4, 256
"""Resolution as a multiple of the pictures', and the longest side in pixels."""


class Morphing(QObject):
    """The network's image at `number`, counted from 0; 2.5 is halfway between the third and fourth picture.

    `image` has shape (side, side, 3), 0 to 255 and not clipped; None while there is nothing to show.
    """

    changed = Signal()

    def __init__(self, session: Session, neuron_gains: NeuronGains) -> None:
        super().__init__(session)
        self._session, self._neuron_gains = session, neuron_gains
        self.number = 0.0
        self.image: Floats | None = None
        self._requested_for: tuple[object, ...] | None = None
        self._announced_last = self.last
        self._throttle = RequestThrottle(self._next_request, session.report_error, self)
        session.status_changed.connect(self._throttle.hurry)
        neuron_gains.neurons.heard.connect(self._on_probed)
        neuron_gains.changed.connect(self._on_probed)
        session.document.changed.connect(self._follow_edit)

    @property
    def last(self) -> float:
        """Number of the last picture; 0 for a single picture."""
        data = self._session.document.experiment.data
        return float(picture_count(data) - 1) if has_many_pictures(data) else 0.0

    def choose(self, number: float) -> None:
        """Selects a picture, or a place between two."""
        self.number = min(max(number, 0.0), self.last)
        self._throttle.hurry()

    @Slot()
    def _follow_edit(self) -> None:
        last = self.last
        self.number = min(self.number, last)
        gone = self.image is not None and self._weights() is None
        if gone:
            self.image, self._requested_for = None, None
        if gone or last != self._announced_last:
            self._announced_last = last
            self.changed.emit()

    def _weights(self) -> Sequence[Floats] | None:
        """Returns the weights that the drawing shows; None if they are untrained or don't fit."""
        probed, is_first = self._neuron_gains.neurons.plain, self._session.shown_weights.source is Source.SEED
        return probed.weights if probed and not is_first else None

    @Slot()
    def _on_probed(self) -> None:
        if self._weights() is None:
            self._follow_edit()
        self._throttle.look()

    def _next_request(self) -> ThrottledRequest | None:
        """Requests the image of the selected picture for the newest weights."""
        session, weights, gains = self._session, self._weights(), self._neuron_gains.gains
        experiment, wanted = session.document.experiment, (weights, gains, self.number)
        if weights is None or not has_many_pictures(experiment.data) or _same(wanted, self._requested_for):
            return None
        self._requested_for = wanted
        side = min(MOST_SIDE, SCALE * int(experiment.data["longest"]))
        arguments = experiment, weights, self.number, side, gains
        ask = partial(session.ask, render_picture, arguments)
        return ThrottledRequest(ask, self._take, REST if session.status is Status.TRAINING else 0.0)

    def _take(self, image: Floats) -> None:
        if self._weights() is not None:
            self.image = image
            self.changed.emit()


def _same(one: tuple[object, ...], other: tuple[object, ...] | None) -> bool:
    """Compares weights and gains by identity, numbers by value."""
    return other is not None and all(map(is_, one[:2], other)) and one[2] == other[2]
