"""Probing of every neuron at one point of the input."""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.data.samples import Samples
from cadl_desktop.runs.events import Floats, Probed
from cadl_desktop.runs.gains import Gains
from cadl_desktop.session.background import RequestThrottle, ThrottledRequest
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains

REST = 4.0
"""Rest between two answers while training, as a multiple of an answer's duration."""

Place = tuple[float, ...]
"""Coordinates in units of the data: x, or row, column and, with many pictures, the number of the picture."""


class PointProbe(QObject):
    """Evaluates every neuron at `place`, which may be None.

    `values` are the outputs of each column, (neurons,), in the columns of a `Probed`; None until computed. A
    `held` point stays when the mouse leaves it, and is re-evaluated while training runs.
    """

    changed = Signal()

    def __init__(self, neuron_gains: NeuronGains) -> None:
        super().__init__(neuron_gains)
        self._gains, self._neurons = neuron_gains, neuron_gains.neurons
        self._session = self._neurons.session
        self.place: Place | None = None
        self.values: tuple[Floats, ...] | None = None
        self.held = False
        self._requested_for: tuple[Probed, Gains, Place] | None = None
        self._throttle = RequestThrottle(self._next_request, self._session.report_error, self)
        self._neurons.heard.connect(self._on_probed)
        neuron_gains.changed.connect(self._on_probed)
        self._session.samples_changed.connect(self.drop)

    @Slot(int, int)
    def look_at_pixel(self, row: int, column: int) -> None:
        """Follows a pixel of the displayed picture."""
        samples = self._session.samples
        self.look_at(None if samples is None else place_of(samples, row, column))

    def look_at(self, place: Place | None) -> None:
        """Follows this point unless another one is held; None for no point."""
        if not self.held and place != self.place:
            self.place = place
            if place is None:
                self._show(None)
            self._throttle.hurry()

    @Slot()
    def leave(self) -> None:
        self.look_at(None)

    @Slot()
    def hold(self) -> None:
        """Holds the followed point, or the middle of the data; drops a held point."""
        samples = self._session.samples
        if self.held:
            self.drop()
        elif samples is not None:
            self.look_at(self.place or _middle(samples))
            self.held = True
            self.changed.emit()

    @Slot()
    def drop(self) -> None:
        """Stops following and holding."""
        self.held, self.place = False, None
        self._show(None)

    @Slot()
    def _on_probed(self) -> None:
        if self._neurons.plain is None and self.values is not None:
            self._show(None)  # of another network
        self._throttle.look()

    def _show(self, values: tuple[Floats, ...] | None) -> None:
        self.values = values
        self.changed.emit()

    def _next_request(self) -> ThrottledRequest | None:
        newest, gains, place = self._neurons.plain, self._gains.gains, self.place
        session = self._session
        if newest is None or place is None or _same(self._requested_for, (newest, gains, place)):
            return None
        if session.samples_of(session.document.experiment) is None:
            return None  # the place is in the previous data
        self._requested_for = newest, gains, place
        arguments = session.document.experiment, newest.weights, place, gains
        ask = partial(session.ask, "cadl_desktop.engine:at_point", arguments)
        rest = REST if session.status is Status.TRAINING else 0.0
        return ThrottledRequest(ask, partial(self._take, place), rest)

    def _take(self, place: Place, values: tuple[Floats, ...]) -> None:
        if place == self.place and self._neurons.plain is not None:
            self._show(values)


def place_of(samples: Samples, row: int, column: int) -> Place | None:
    """Returns the input coordinates of a pixel of the shown picture; None in empty places of a montage.

    Coordinates extend beyond the edges of a single picture.
    """
    height, width = samples.picture_shape or (0, 0)
    inside = 0 <= row < height and 0 <= column < width
    if samples.places is None and height:
        high = samples.high
        return (row + 0.5) * high[0] / height - 0.5, (column + 0.5) * high[1] / width - 0.5
    if not inside or samples.places is None:
        return None
    found = np.nonzero(samples.places == row * width + column)[0]
    return tuple(map(float, samples.inputs[found[0]])) if len(found) else None


def _middle(samples: Samples) -> Place:
    middle = (samples.low + samples.high) / 2
    return tuple(map(float, np.floor(middle) if samples.picture_shape else middle))


def _same(before: tuple[Probed, Gains, Place] | None, now: tuple[Probed, Gains, Place]) -> bool:
    return before is not None and before[0] is now[0] and before[1] is now[1] and before[2] == now[2]
