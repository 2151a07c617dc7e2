"""One point of the input, followed through the network: what every neuron gives there, now."""

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.data.samples import Samples
from cadl_desktop.runs.events import Floats, Probed
from cadl_desktop.runs.gains import Gains
from cadl_desktop.session.asking import OneAtATime, Question
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains

REST = 4.0
"""Between two answers, training has so many times as long as one of them took."""

Place = tuple[float, ...]
"""In the units of the data: a pixel's row and column, and of many pictures its picture's number; or x."""


class Point(QObject):
    """`place` is the point that is looked at, None where none is. `values` are what each column gives there,
    (neurons,), as the columns of a `Probed`; None until that is known. A point that is `held` stays
    when nobody looks at it any more, while training goes on."""

    changed = Signal()

    def __init__(self, neuron_gains: NeuronGains) -> None:
        super().__init__(neuron_gains)
        self._gains, self._neurons = neuron_gains, neuron_gains.neurons
        self._session = self._neurons.session
        self.place: Place | None = None
        self.values: tuple[Floats, ...] | None = None
        self.held = False
        self._asked_of: tuple[Probed, Gains, Place] | None = None
        self._asking = OneAtATime(self._question, self._session.tell_error, self)
        self._neurons.heard.connect(self._listen)
        neuron_gains.changed.connect(self._listen)
        self._session.samples_changed.connect(self.drop)

    @Slot(int, int)
    def look_at_pixel(self, row: int, column: int) -> None:
        """Of the picture as a window shows it."""
        samples = self._session.samples
        self.look_at(None if samples is None else place_of(samples, row, column))

    def look_at(self, place: Place | None) -> None:
        """Follows this point, unless another one is held; None follows none."""
        if not self.held and place != self.place:
            self.place = place
            if place is None:
                self._show(None)
            self._asking.hurry()

    @Slot()
    def leave(self) -> None:
        self.look_at(None)

    @Slot()
    def hold(self) -> None:
        """Holds the point that is looked at, at first the middle of the data; or lets it go."""
        samples = self._session.samples
        if self.held:
            self.drop()
        elif samples is not None:
            self.look_at(self.place or _middle(samples))
            self.held = True
            self.changed.emit()

    @Slot()
    def drop(self) -> None:
        """Nothing is held or followed any more."""
        self.held, self.place = False, None
        self._show(None)

    @Slot()
    def _listen(self) -> None:
        if self._neurons.plain is None and self.values is not None:
            self._show(None)  # another network
        self._asking.look()

    def _show(self, values: tuple[Floats, ...] | None) -> None:
        self.values = values
        self.changed.emit()

    def _question(self) -> Question | None:
        newest, gains, place = self._neurons.plain, self._gains.gains, self.place
        session = self._session
        if newest is None or place is None or _same(self._asked_of, (newest, gains, place)):
            return None
        if session.samples_of(session.document.experiment) is None:
            return None  # the place is one of the data before
        self._asked_of = newest, gains, place
        arguments = session.document.experiment, newest.weights, place, gains
        ask = partial(session.ask, "cadl_desktop.engine:at_point", arguments)
        rest = REST if session.status is Status.TRAINING else 0.0
        return Question(ask, partial(self._take, place), rest)

    def _take(self, place: Place, values: tuple[Floats, ...]) -> None:
        if place == self.place and self._neurons.plain is not None:
            self._show(values)


def place_of(samples: Samples, row: int, column: int) -> Place | None:
    """Which point a pixel of the shown picture stands for; None in a montage's empty places. Beyond the edges
    of one picture the same rows and columns go on."""
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
