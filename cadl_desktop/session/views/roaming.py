"""What the network makes of whatever part of the plane, or of the number line, a person looks at."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.computing.view_rendering import (
    Curve,
    CurveRequest,
    PaintedLayer,
    PictureRequest,
    RenderedPiece,
    ViewRendering,
    Wanted,
    limit_resolution,
    render_piece,
)
from cadl_desktop.data.frames import WHOLE
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import has_many_pictures
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.gains import NO_GAINS, Gains
from cadl_desktop.session.asking import OneAtATime, Question
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.system.channel import RemoteRef

REST = 33.0
"""What nobody is waiting for takes at most 3 % of the time from training."""
LIVE_ARITHMETIC = 2e10
"""Floating-point operations of what follows a training: some 0.2 s, and five with the rests. The lecture's
network paints every pixel of a pane with them."""
MOST_LAYERS = 3


class Roaming(QObject):
    """`look` says what is on screen; `layers`, to be drawn in their order, and `curve` are what there is of
    it. Coarse first, then fine; a newer look takes the place of an older one, and while training goes on it
    is done again with newer weights. `changed` says: look at both again.
    """

    changed = Signal()

    def __init__(self, session: Session, neuron_gains: NeuronGains) -> None:
        super().__init__(session)
        self.layers: tuple[PaintedLayer, ...] = ()
        self.curve: Curve | None = None
        self._session, self._neuron_gains = session, neuron_gains
        self._wanted: Wanted | None = None
        self._gains: Gains = NO_GAINS
        self._rendering: ViewRendering | None = None
        """What is being made, or what was made last."""
        self._there: RemoteRef | None = None
        """For the one that makes it, once it has begun."""
        self._done = True
        self._in_haste = False
        self._same_network = False
        """Whether the layers differ from what is being made by no more than training has changed."""
        self._asking = OneAtATime(self._question, self._fail, self)
        session.status_changed.connect(self._asking.hurry)
        neuron_gains.neurons.heard.connect(self._hear)
        neuron_gains.changed.connect(self._hear)
        session.document.changed.connect(self._hear)

    def look(self, wanted: Wanted | None) -> None:
        """Somebody looks there now; None is where no more is wanted than training tells by itself."""
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if wanted is None:
            self._clear()
        else:
            self._hurry()

    @property
    def weights(self) -> Sequence[Floats] | None:
        """Those that everything shows, of now or of an earlier moment; None as long as nobody knows any of
        this network."""
        probed = self._neuron_gains.neurons.plain
        return probed.weights if probed else None

    def _clear(self) -> None:
        self._rendering, self._done, self._same_network = None, True, False
        self._asking.drop()
        self._asking.hurry()
        if self.layers or self.curve:
            self.layers, self.curve = (), None
            self.changed.emit()

    @Slot()
    def _hear(self) -> None:
        if self._wanted is None:
            return
        if self.weights is None:
            self._clear()
        elif self._neuron_gains.gains is not self._gains:
            self._same_network = False
            self._hurry()
        else:
            self._leave_whole()
            self._asking.look()

    def _leave_whole(self) -> None:
        """A layer that covers all of a painting goes with it, and so does one that is being made: the next
        painting is there before the next layer is."""
        rests = self._session.status is not Status.TRAINING
        covers = isinstance(self._wanted, PictureRequest) and self._wanted.frame == WHOLE
        if not (rests and covers) or self._is_newest():
            return
        self._done = True
        self._asking.drop()
        if self.layers:
            self.layers = ()
            self.changed.emit()

    def _hurry(self) -> None:
        """Somebody waits for what is wanted now."""
        if self._wanted is not None and self._begin(self._wanted, in_haste=True):
            self._asking.drop()
            self._asking.hurry()

    def _begin(self, wanted: Wanted, in_haste: bool) -> bool:
        experiment, weights = self._session.document.experiment, self.weights
        if weights is None or not _fits(experiment, wanted) or self._session.document.problems:
            return False
        wanted = self._as_now(wanted)
        self._gains = self._neuron_gains.gains
        self._rendering = ViewRendering(experiment, weights, self._gains, wanted, coarse_first=in_haste)
        self._there, self._done, self._in_haste = None, False, in_haste
        return True

    def _question(self) -> Question | None:
        """The next piece."""
        if self._wanted is None:
            return None
        if self._done and (self._is_newest() or not self._begin(self._wanted, in_haste=False)):
            return None
        assert self._rendering is not None
        if not self._done and self._rendering.wanted != self._as_now(self._wanted):  # it trains now, or rests
            self._begin(self._wanted, in_haste=self._in_haste)
        waits = not self._in_haste and self._session.status is Status.TRAINING
        ask = partial(self._session.ask, render_piece, (self._there or self._rendering,))
        return Question(ask, self._take, REST if waits else 0.0, took=lambda answer: answer[0].seconds)

    def _as_now(self, wanted: Wanted) -> Wanted:
        """While a heavy network trains, on fewer pixels: what there was before it learned would stand there
        for a minute."""
        if self._session.status is not Status.TRAINING or isinstance(wanted, CurveRequest):
            return wanted
        return limit_resolution(self._session.document.experiment, wanted, LIVE_ARITHMETIC)

    def _is_newest(self) -> bool:
        rendering, wanted = self._rendering, self._wanted
        return (
            rendering is not None
            and wanted is not None
            and rendering.weights is self.weights
            and rendering.wanted in (wanted, self._as_now(wanted))
            and rendering.gains is self._neuron_gains.gains
        )

    def _take(self, answer: tuple[RenderedPiece, RemoteRef]) -> None:
        piece, self._there = answer
        if isinstance(piece.made, Curve):
            self.curve = piece.made
        elif piece.made:
            self.layers = self._with(piece.made)
        self._done = piece.done
        self._in_haste = self._in_haste and not piece.done
        if piece.made:
            self.changed.emit()

    def _with(self, made: PaintedLayer) -> tuple[PaintedLayer, ...]:
        """What is finer than a coarse layer stays on top of it, until all that is wanted is there."""
        kept = [layer for layer in self.layers if layer.density > made.density] if self._same_network else []
        self._same_network = True
        return (made,) if made.last else (made, *kept[: MOST_LAYERS - 1])

    def _fail(self, error: Exception) -> None:
        self._done = True
        self._session.tell_error(error)


def _fits(experiment: Experiment, wanted: Wanted) -> bool:
    """Whether the network makes what is wanted: it may be another one by now. A montage of many pictures is
    no part of any plane."""
    if isinstance(wanted, CurveRequest):
        return not is_painting(experiment)
    return is_painting(experiment) and not has_many_pictures(experiment.data)
