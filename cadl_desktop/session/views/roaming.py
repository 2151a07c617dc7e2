"""Roaming: the network's output on any part of the plane, or of the number line, that a person looks at."""

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
from cadl_desktop.session.background import RequestThrottle, ThrottledRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.system.channel import RemoteRef

REST = 33.0
"""Rest after updates while training, as a multiple of their duration: 3 % of the time of training."""
LIVE_ARITHMETIC = 2e10
"""Floating-point operations of an update while training: some 0.2 s, or five seconds with rests. They are
enough for the lecture's network to paint every pixel of a pane."""
MOST_LAYERS = 3
MOST_AGE = 4.0
"""Ratio of the steps of two networks above which a layer of one does not cover the painting of the other: a
layer rests for seconds, in which the first steps turn black into a picture."""


class Roaming(QObject):
    """Computes the network's output for the view set by `look`, coarse first, then fine.

    `layers`, drawn in their order, and `curve` are the results so far; `changed` is emitted with them. A new
    `look` replaces the pending one; while training runs, the view is recomputed with newer weights.
    """

    changed = Signal()

    def __init__(self, session: Session, neuron_gains: NeuronGains) -> None:
        super().__init__(session)
        self.layers: tuple[PaintedLayer, ...] = ()
        self._steps: tuple[int, ...] = ()
        """Step of the network of each layer."""
        self.curve: Curve | None = None
        self._session, self._neuron_gains = session, neuron_gains
        self._wanted: Wanted | None = None
        self._gains: Gains = NO_GAINS
        self._rendering: ViewRendering | None = None
        """The rendering in progress, or the last one."""
        self._step = 0
        """Training step of the network that is rendered."""
        self._remote: RemoteRef | None = None
        """Reference to the rendering in the worker process, once it has begun."""
        self._is_done = True
        self._is_urgent = False
        self._same_network = False
        """Whether the layers and the rendering in progress differ only by training."""
        self._throttle = RequestThrottle(self._next_request, self._fail, self)
        session.status_changed.connect(self._throttle.hurry)
        neuron_gains.neurons.heard.connect(self._on_news)
        neuron_gains.changed.connect(self._on_news)
        session.document.changed.connect(self._on_news)

    def look(self, wanted: Wanted | None) -> None:
        """Sets the visible view; None if the predictions that training sends are enough."""
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if wanted is None:
            self._clear()
        else:
            self._request_now()

    @property
    def weights(self) -> Sequence[Floats] | None:
        """Weights that all views show, current or of an earlier moment; None while unknown."""
        probed = self._neuron_gains.neurons.plain
        return probed.weights if probed else None

    def _clear(self) -> None:
        self._rendering, self._is_done, self._same_network = None, True, False
        self._throttle.drop()
        self._throttle.hurry()
        if self.layers or self.curve:
            self.layers, self._steps, self.curve = (), (), None
            self.changed.emit()

    @Slot()
    def _on_news(self) -> None:
        if self._wanted is None:
            return
        if self.weights is None:
            self._clear()
        elif self._neuron_gains.gains is not self._gains:
            self._same_network = False
            self._request_now()
        else:
            self._drop_outdated_layers()
            self._drop_whole_layer()
            self._throttle.look()

    def _drop_outdated_layers(self) -> None:
        """Drops layers of an outdated network, and requests others at once."""
        if any(map(self._is_outdated, self._steps)):
            self.layers, self._steps = (), ()
            self.changed.emit()
            self._request_now()

    def _is_outdated(self, step: int) -> bool:
        """Whether the network has changed too much since, or before, this step for a layer of it to be
        shown."""
        probed = self._neuron_gains.neurons.plain
        now = probed.step if probed else step
        return max(step, now) > MOST_AGE * min(step, now)

    def _drop_whole_layer(self) -> None:
        """Drops a layer that covers the whole painting, and one in progress, when the painting changes.

        Without a running training, the next painting is there before the next layer.
        """
        rests = self._session.status is not Status.TRAINING
        covers = isinstance(self._wanted, PictureRequest) and self._wanted.frame == WHOLE
        if not (rests and covers) or self._is_newest():
            return
        self._is_done = True
        self._throttle.drop()
        if self.layers:
            self.layers, self._steps = (), ()
            self.changed.emit()

    def _request_now(self) -> None:
        """Requests the wanted view at once, dropping a pending answer."""
        if self._wanted is not None and self._begin(self._wanted, urgent=True):
            self._throttle.drop()
            self._throttle.hurry()

    def _begin(self, wanted: Wanted, urgent: bool) -> bool:
        experiment, probed = self._session.document.experiment, self._neuron_gains.neurons.plain
        if probed is None or not _fits(experiment, wanted) or self._session.document.problems:
            return False
        wanted = self._affordable(wanted)
        self._gains, self._step = self._neuron_gains.gains, probed.step
        self._rendering = ViewRendering(experiment, probed.weights, self._gains, wanted, coarse_first=urgent)
        self._remote, self._is_done, self._is_urgent = None, False, urgent
        return True

    def _next_request(self) -> ThrottledRequest | None:
        """Requests the next piece of the rendering."""
        if self._wanted is None:
            return None
        if self._is_done and (self._is_newest() or not self._begin(self._wanted, urgent=False)):
            return None
        assert self._rendering is not None
        has_changed = self._rendering.wanted != self._affordable(self._wanted)  # training started or paused
        is_outdated = self._is_outdated(self._step)
        if not self._is_done and (has_changed or is_outdated):
            self._begin(self._wanted, urgent=self._is_urgent or is_outdated)
        waits = not self._is_urgent and self._session.status is Status.TRAINING
        ask = partial(self._session.ask, render_piece, (self._remote or self._rendering,))
        return ThrottledRequest(
            ask, self._take, REST if waits else 0.0, took=lambda answer: answer[0].seconds
        )

    def _affordable(self, wanted: Wanted) -> Wanted:
        """Reduces the pixels while a heavy network trains; otherwise an update would take a minute."""
        if self._session.status is not Status.TRAINING or isinstance(wanted, CurveRequest):
            return wanted
        return limit_resolution(self._session.document.experiment, wanted, LIVE_ARITHMETIC)

    def _is_newest(self) -> bool:
        rendering, wanted = self._rendering, self._wanted
        return (
            rendering is not None
            and wanted is not None
            and rendering.weights is self.weights
            and rendering.wanted in (wanted, self._affordable(wanted))
            and rendering.gains is self._neuron_gains.gains
        )

    def _take(self, answer: tuple[RenderedPiece, RemoteRef]) -> None:
        piece, self._remote = answer
        if isinstance(piece.made, Curve):
            self.curve = piece.made
        elif piece.made and not self._is_outdated(self._step):
            self._add_layer(piece.made)
        self._is_done = piece.done
        self._is_urgent = self._is_urgent and not piece.done
        if piece.made:
            self.changed.emit()

    def _add_layer(self, made: PaintedLayer) -> None:
        """Adds a layer; finer ones of the same network stay on top until the view is complete."""
        known = list(zip(self.layers, self._steps, strict=True)) if self._same_network else []
        finer = [(layer, step) for layer, step in known if layer.density > made.density and not made.last]
        self._same_network = True
        self.layers, self._steps = zip((made, self._step), *finer[: MOST_LAYERS - 1], strict=True)

    def _fail(self, error: Exception) -> None:
        self._is_done = True
        self._session.report_error(error)


def _fits(experiment: Experiment, wanted: Wanted) -> bool:
    """Whether the current network can produce the view; a montage of many pictures is no part of a plane."""
    if isinstance(wanted, CurveRequest):
        return not is_painting(experiment)
    return is_painting(experiment) and not has_many_pictures(experiment.data)
