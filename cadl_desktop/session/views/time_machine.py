"""The run as it was at an earlier moment, to be looked at and replayed while training goes on or rests."""

from bisect import bisect_left
from functools import partial
from math import ceil

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from cadl_desktop.computing.view_rendering import RenderedNetwork, render_network
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.gains import NO_GAINS
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.session.asking import OneAtATime, Question
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.neurons import Neurons

LARGE = 16_384
"""A painting of more pixels is shown coarsely first."""
REST = 1.0
"""Between two answers, a training has so many times as long as one of them took."""
FINE_SECONDS = 0.5
"""How long a large painting stays coarse: whoever is still scrubbing wants another one."""
TICK_MS = 50
REPLAY_SECONDS = 10.0
"""How long the replay of a whole run takes at speed 1."""


class TimeMachine(QObject):
    """`moment` is the earlier state that is looked at; None is now.

    `shown` is what its network made, None until the answer has come. Looking back neither stops a training
    nor changes anything; another run, another network and an edit of the weights lead back to now.
    `changed` says: look at both again; `recorded`, that there are other moments to choose from.
    """

    changed = Signal()
    recorded = Signal()

    def __init__(self, neurons: Neurons) -> None:
        super().__init__(neurons)
        self.moment: RunState | None = None
        self.shown: RenderedNetwork | None = None
        self.speed = 1.0
        self._neurons = neurons
        self._none = Snapshots()
        self.snapshots = self.session.result.snapshots
        """What can be gone to."""
        self._recorded: tuple[int, RunState | None] = (0, None)
        self._answered: tuple[RunState | None, bool] = (None, False)
        """The state that is shown, and whether coarsely."""
        self._asking = OneAtATime(self._question, self._fail, self)
        self.session.status_changed.connect(self._asking.hurry)
        self._ticks = QTimer(self, interval=TICK_MS)
        self._ticks.timeout.connect(self._tick)
        self._replayed, self._ticked_at = 0.0, QElapsedTimer()
        self.session.updated.connect(self._look)
        self.session.document.changed.connect(self._look)

    @property
    def session(self) -> Session:
        return self._neurons.session

    @property
    def cost(self) -> float | None:
        """Of the moment, as the cost plot's curve has it; None before the first epoch's end."""
        if self.moment is None:
            return self.session.result.cost
        history = self.session.result.history
        steps, costs = history.column("step"), history.column("cost")
        if not len(steps) or self.moment.step < steps[0]:
            return None
        return float(np.interp(self.moment.step, steps, costs))

    @property
    def has_moments(self) -> bool:
        """Whether there is something to go to; the start of a run alone is not."""
        return len(self.snapshots.states) > 1

    @property
    def replaying(self) -> bool:
        return self._ticks.isActive()

    @Slot(int)
    def go_to_step(self, step: int) -> None:
        """Looks at the moment that is nearest to a step; the newest is now."""
        if self.snapshots.states:
            self._ticks.stop()
            self._go_to(self._moment_of(self.snapshots.nearest(step)))

    @Slot()
    def go_to_earlier(self) -> None:
        """Looks at the moment before."""
        self.go_by(-1)

    @Slot()
    def go_to_later(self) -> None:
        """Looks at the moment after, which at last is now."""
        self.go_by(1)

    @Slot(int)
    def go_by(self, count: int) -> None:
        """Looks at the moment so many after the one that is shown, or before it."""
        self._ticks.stop()
        steps = [state.step for state in self.snapshots.states]
        if steps:
            # The moment itself may have been thinned out since.
            here = bisect_left(steps, self.moment.step) if self.moment else len(steps) - 1
            self._go_to(self._moment_of(self.snapshots.states[min(max(0, here + count), len(steps) - 1)]))

    @Slot()
    def go_to_now(self) -> None:
        self._ticks.stop()
        self._go_to(None)

    def replay(self) -> None:
        """Goes through the moments from the one that is looked at, or from the first, until now."""
        states = self.snapshots.states
        if len(states) > 1:
            start = self.moment or states[0]
            self._replayed = float(start.step)
            self._ticked_at.start()
            self._go_to(start, told=False)
            self._ticks.start()
            self.changed.emit()

    def stop_replay(self) -> None:
        self._ticks.stop()
        self._asking.look()  # what was shown coarsely stays in sight now
        self.changed.emit()

    def _moment_of(self, state: RunState) -> RunState | None:
        return None if state is self.snapshots.states[-1] else state

    def _go_to(self, state: RunState | None, told: bool = True) -> None:
        self.moment = state
        if state is None:
            self._asking.drop()
            self._answered, self.shown = (None, False), None
            self._neurons.show_moment(None)
        elif self._is_training():
            self._asking.look()
        else:
            self._asking.hurry()
        if told:
            self.changed.emit()

    @Slot()
    def _tick(self) -> None:
        """One step of a replay; a moment that is still being painted is waited for."""
        states = self.snapshots.states
        seconds = self._ticked_at.restart() / 1000
        if self._asking.busy:
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
    def _snapshots_now(self) -> Snapshots:
        """Those of the document's network."""
        return self._none if self.session.carrying_over else self.session.result.snapshots

    @Slot()
    def _look(self) -> None:
        """Leaves the moment when the run that it belongs to has made way."""
        snapshots = self._snapshots_now
        if snapshots is not self.snapshots:
            self.snapshots = snapshots
            self.go_to_now()
        states = snapshots.states
        recorded = len(states), states[-1] if states else None
        if recorded != self._recorded:
            self._recorded = recorded
            self.recorded.emit()

    def _question(self) -> Question | None:
        """What the moment showed."""
        state, (answered, coarsely), training = self.moment, self._answered, self._is_training()
        known = state is answered
        if state is None or (known and (not coarsely or training or self.replaying)):
            return None
        if self.snapshots is not self._snapshots_now:
            return None  # of the network that an edit is just leaving
        coarse = not known and self._is_large()
        arguments = self.session.document.experiment, state.weights, state.step, NO_GAINS, coarse
        return Question(
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
        self.session.tell_error(error)

    def _is_training(self) -> bool:
        return self.session.status is Status.TRAINING

    def _is_large(self) -> bool:
        samples = self.session.samples
        shape = samples.picture_shape if samples else None
        return shape is not None and shape[0] * shape[1] > LARGE
