"""Where a run stands, told as often as that costs next to nothing."""

import time
from collections.abc import Callable, Iterator

import numpy as np

from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.pace import Pace
from cadl_desktop.engine.training.stepper import Point
from cadl_desktop.runs.events import RunState, Snapshot


class Moments:
    """Tells `Snapshot`s of a run whose control asks for them."""

    def __init__(self, control: Control, pace: Pace) -> None:
        self._control = control
        self._pace = pace

    def of(self, point: Point, state: RunState) -> Iterator[Snapshot]:
        """A cost may still have been finite when its step broke the weights: such a state is no moment."""
        if self._control.snapshots and np.isfinite(memoryview(point.parameters)).all():
            yield Snapshot(state)

    def beside(self, point: Point, state: Callable[[], RunState]) -> Iterator[Snapshot]:
        """That of a run which goes on, if one is due."""
        if not self._pace.snapshot_due():
            return
        began = time.thread_time()
        told = list(self.of(point, state()))
        self._pace.note_snapshot(time.thread_time() - began)
        yield from told
