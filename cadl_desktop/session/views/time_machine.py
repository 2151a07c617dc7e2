"""Time machine: earlier moments of the run, shown and replayed while training runs or rests."""

from bisect import bisect_left
from functools import partial
from math import ceil

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from cadl_desktop.computing.view_rendering import RenderedNetwork, render_network
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.gains import NO_GAINS
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.session.background import RequestThrottle, ThrottledRequest
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Source, Status
from cadl_desktop.session.views.probed_neurons import Neurons

LARGE = 16_384
"""Pixels above which a painting is shown coarsely first."""
REST = 1.0
"""Rest between two answers while training, as a multiple of an answer's duration."""
FINE_SECONDS = 0.5
"""How long a large painting stays coarse, in case the person goes on scrubbing."""
TICK_MS = 50
REPLAY_SECONDS = 10.0
"""Duration of a whole replay at speed 1."""


class TimeMachine(QObject):
    """Selects an earlier state of the run: `moment`, or None for the current one.

    `shown` is the network's output there, None until computed. Looking back neither stops a training nor
    changes anything; another run, another network or an edit of the weights returns to the current state.
    `changed` is emitted when either changes, `recorded` when the available moments change.
    """

    changed = Signal()
    recorded = Signal()

    def __init__(self, neurons: Neurons) -> None:
        super().__init__(neurons)
        self.moment: RunState | None = None
        self.shown: RenderedNetwork | None = None
        self.speed = 1.0
        self._neurons = neurons
        self._no_snapshots = Snapshots()
        self.snapshots = self.session.result.snapshots
        """The available moments."""
        self._recorded: tuple[int, RunState | None] = (0, None)
        self._answered: tuple[RunState | None, bool] = (None, False)
        """The shown state, and whether it is shown coarsely."""
        self._throttle = RequestThrottle(self._next_request, self._fail, self)
        self.session.status_changed.connect(self._throttle.hurry)
        self._ticks = QTimer(self, interval=TICK_MS)
        self._ticks.timeout.connect(self._tick)
        self._replayed, self._ticked_at = 0.0, QElapsedTimer()
        self.session.updated.connect(self._follow_run)
        self.session.document.changed.connect(self._follow_run)

    @property
    def session(self) -> Session:
        return self._neurons.session

    @property
    def cost(self) -> float | None:
        """Cost at the moment, interpolated from the history; None before the first row."""
        if self.moment is None:
            return self.session.result.cost
        history = self.session.result.history
        steps, costs = history.column("step"), history.column("cost")
        if not len(steps) or self.moment.step < steps[0]:
            return None
        return float(np.interp(self.moment.step, steps, costs))

    @property
    def final(self) -> RunState | None:
        """Newest state of a run that rests at its best epoch, from which training goes on; else None."""
        state = self.session.result.state
        return None if state is None or self.session.status.live else state.newest

    @property
    def has_moments(self) -> bool:
        """Whether there is more than the start of the run."""
        return len(self.snapshots.states) > 1

    @property
    def replaying(self) -> bool:
        return self._ticks.isActive()

    @Slot(int)
    def go_to_step(self, step: int) -> None:
        """Selects the moment nearest to a step; the newest one means the current state, unless the run rests
        at its best epoch."""
        if self.snapshots.states:
            self._ticks.stop()
            self._go_to(self._moment_at(self.snapshots.nearest(step)))

    @Slot()
    def go_to_earlier(self) -> None:
        """Selects the previous moment."""
        self.go_by(-1)

    @Slot()
    def go_to_later(self) -> None:
        """Selects the next moment, or the current state after the last."""
        self.go_by(1)

    @Slot(int)
    def go_by(self, count: int) -> None:
        """Selects the moment `count` after the shown one; before it, if negative."""
        self._ticks.stop()
        steps = [state.step for state in self.snapshots.states]
        if steps:
            # The moment may have been removed from the snapshots since.
            shown = self.moment or (self.final and self.session.result.state)
            here = bisect_left(steps, shown.step) if shown else len(steps) - 1
            self._go_to(self._moment_at(self.snapshots.states[min(max(0, here + count), len(steps) - 1)]))

    @Slot()
    def go_to_final(self) -> None:
        """Selects the newest state of a run that rests at its best epoch."""
        if self.final is not None:
            self._ticks.stop()
            self._go_to(self.final)

    @Slot()
    def go_to_now(self) -> None:
        self._ticks.stop()
        self._go_to(None)

    def replay(self) -> None:
        """Shows the moments one after another, from the selected or the first one to the current state."""
        states = self.snapshots.states
        if len(states) > 1:
            start = self.moment or states[0]
            self._replayed = float(start.step)
            self._ticked_at.start()
            self._go_to(start, emits=False)
            self._ticks.start()
            self.changed.emit()

    def stop_replay(self) -> None:
        self._ticks.stop()
        self._throttle.look()  # a coarse picture is now refined
        self.changed.emit()

    def _moment_at(self, state: RunState) -> RunState | None:
        return self.final if state is self.snapshots.states[-1] else state

    def _go_to(self, state: RunState | None, emits: bool = True) -> None:
        self.moment = state
        if state is None:
            self._throttle.drop()
            self._answered, self.shown = (None, False), None
            self._neurons.show_moment(None)
        elif self._is_training():
            self._throttle.look()
        else:
            self._throttle.hurry()
        if emits:
            self.changed.emit()

    @Slot()
    def _tick(self) -> None:
        """Makes one step of the replay, unless the previous moment is still being computed."""
        states = self.snapshots.states
        seconds = self._ticked_at.restart() / 1000
        if self._throttle.busy:
            return
        span = max(1, states[-1].step - states[0].step)
        self._replayed += span * seconds * self.speed / REPLAY_SECONDS
        if self._replayed >= states[-1].step:
            self.go_to_now()
            return
        state = self.snapshots.nearest(ceil(self._replayed))
        if state is not self.moment:
            self._go_to(state)

    @property
    def _current_snapshots(self) -> Snapshots:
        """Snapshots of the document's network; none while weights are carried over."""
        is_coming = self.session.shown_weights.source is Source.COMING
        return self._no_snapshots if is_coming else self.session.result.snapshots

    @Slot()
    def _follow_run(self) -> None:
        """Returns to the current state when the moment's run is no longer shown."""
        snapshots = self._current_snapshots
        if snapshots is not self.snapshots:
            self.snapshots = snapshots
            self.go_to_now()
        states = snapshots.states
        recorded = len(states), states[-1] if states else None
        if recorded != self._recorded:
            self._recorded = recorded
            self.recorded.emit()

    def _next_request(self) -> ThrottledRequest | None:
        """Requests the output at the moment."""
        state, (answered, coarsely), training = self.moment, self._answered, self._is_training()
        known = state is answered
        if state is None or (known and (not coarsely or training or self.replaying)):
            return None
        if self.snapshots is not self._current_snapshots:
            return None  # of the network before an edit
        coarse = not known and self._is_large()
        arguments = self.session.document.experiment, state.weights, state.step, NO_GAINS, coarse
        return ThrottledRequest(
            partial(self.session.ask, render_network, arguments),
            partial(self._take, state, coarse),
            rest=REST if training else 0.0,
            least=FINE_SECONDS if coarse and not training else 0.0,
        )

    def _take(self, state: RunState, coarse: bool, rendered: RenderedNetwork) -> None:
        self._answered, self.shown = (state, coarse), rendered
        self._neurons.show_moment(rendered.probed)
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self.go_to_now()
        self.session.report_error(error)

    def _is_training(self) -> bool:
        return self.session.status is Status.TRAINING

    def _is_large(self) -> bool:
        samples = self.session.samples
        shape = samples.picture_shape if samples else None
        return shape is not None and shape[0] * shape[1] > LARGE
