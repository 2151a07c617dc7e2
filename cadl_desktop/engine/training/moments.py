"""The moments of a run that are kept while it goes on."""

import time
from collections.abc import Callable, Iterator

import numpy as np

from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.pace import Pace
from cadl_desktop.runs.events import RunState, Snapshot


class Moments:
    """Tells of them where somebody wants them, in a small share of the steps' time."""

    def __init__(self, control: Control, pace: Pace) -> None:
        self._control, self._pace = control, pace

    def of(self, state: RunState) -> Iterator[Snapshot]:
        """A cost may still have been finite when its step broke the weights: such a state is no moment."""
        if self._control.snapshots and all(np.isfinite(weights).all() for weights in state.weights):
            yield Snapshot(state)

    def due(self, state: Callable[[], RunState]) -> Iterator[Snapshot]:
        """One as it is now, if it is time for the next."""
        if not self._pace.snapshot_due():
            return
        began = time.thread_time()
        told = list(self.of(state()))
        self._pace.note_snapshot(time.thread_time() - began)
        yield from told
