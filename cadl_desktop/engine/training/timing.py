"""Timing of a run: its clock, the steps of each call, and when pictures and snapshots are due."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from cadl_desktop.engine.training.control import Control
from cadl_desktop.runs.events import RunState, Snapshot

MEMORY_SECONDS = 0.5
"""Time constant of the averaged speed, so that the displayed number can be read."""
SLEEP_SECONDS = 5.0
"""Length of a gap from which on it is checked whether the process was active; steps and measurements are
shorter."""
SLEEPING_SHARE = 0.02
"""Share of processor time below which a process was asleep, with the machine or alone."""


class Clock:
    """Training seconds, without compilation, pauses and the machine's sleep, added to those of an earlier
    run. Stopped until `start`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running = False
        self._read_at = self._processor_time = 0.0
        self._speed = 0.0
        self._counted_at = seconds

    def start(self) -> None:
        if not self._running:
            self._running = True
            self._read_at, self._processor_time = time.perf_counter(), time.process_time()

    def stop(self) -> None:
        self.seconds()
        self._running = False

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stops a running clock during the block."""
        was_running = self._running
        self.stop()
        yield
        if was_running:
            self.start()

    def seconds(self) -> float:
        if self._running:
            now, processor_time = time.perf_counter(), time.process_time()
            passed = now - self._read_at
            if passed < SLEEP_SECONDS or processor_time - self._processor_time > SLEEPING_SHARE * passed:
                self._seconds += passed
            self._read_at, self._processor_time = now, processor_time
        return self._seconds

    def count_steps(self, steps: int, waited: float = 0.0) -> None:
        """Counts steps just made, for the speed, and the seconds for which the run waits after them."""
        now = self.seconds()
        elapsed = max(now - self._counted_at + waited, 1e-9)
        kept = math.exp(-elapsed / MEMORY_SECONDS) if self._speed else 0.0
        self._speed = kept * self._speed + (1 - kept) * steps / elapsed
        self._counted_at = now

    def steps_per_second(self) -> float:
        return self._speed


class ProcessorTime:
    """Processor seconds of the steps alone, added to those of an earlier run; NaN where that has none.

    What goes on beside the steps isn't counted: measurements, pictures and other trainings, which have
    threads or turns of their own. Only where batches are split, TensorFlow's threads make the steps, and the
    whole process counts meanwhile: the end of an epoch is then measured after the steps, but neurons that a
    window draws count.
    """

    def __init__(self, seconds: float) -> None:
        self._before, self._counted = seconds, 0.0

    @property
    def seconds(self) -> float:
        return self._before + self._counted

    @property
    def limited(self) -> float:
        """Seconds that a limit counts: where those of an earlier run are unknown, only those since then."""
        return self._counted if math.isnan(self._before) else self.seconds

    @contextmanager
    def counted(self, *, is_split: bool) -> Iterator[None]:
        """Counts the steps that are made during the block, on this thread unless batches are split."""
        read = time.process_time if is_split else time.thread_time
        began = read()
        yield
        self._counted += read() - began


CHUNK_SECONDS = 0.025
"""Target duration of one call of the compiled steps: long enough to cost nothing, short enough to stop."""
QUICK_SECONDS = 0.03
"""Time that a stop or a pause may spend on measuring the whole set."""
PICTURE_SHARE = 0.1
"""Share of the time that pictures in the middle of a long epoch may take."""
PREVIEW_SECONDS = 0.5
"""Least time between two previews of a large picture."""
SNAPSHOT_SHARE = 0.007
"""Share of the steps' time that snapshots may take, in thread time: time given to other threads is no
cost."""
WAITED_SHARE = 0.3
"""Share of the time in which a slowed run would wait that snapshots may take."""


class Pace:
    """Decides how many steps a call makes and when pictures are due, from the time that both have taken.

    The greatest age of a picture is read from `control` each time, as it may change during the run.
    `measure_seconds` is the time that measuring the whole set took when training had to wait for it, or a
    value assumed before that. `step_seconds` is that of a step; 0 where it is unknown.
    """

    def __init__(self, control: Control, measure_seconds: float = 0.0) -> None:
        self.measure_seconds = measure_seconds
        self._control = control
        self.step_seconds = 0.0
        self._last_picture = self._last_preview = -math.inf
        self._trained_seconds = self._waited_seconds = self._snapshot_seconds = 0.0

    def chunk(self, left: int) -> int:
        """Number of steps of the next call, at most `left`."""
        if not self.step_seconds:
            return 1
        return max(1, min(left, int(CHUNK_SECONDS / self.step_seconds)))

    def note_steps(self, count: int, seconds: float) -> None:
        each = seconds / count
        self._trained_seconds += seconds
        self.step_seconds = 0.7 * self.step_seconds + 0.3 * each if self.step_seconds else each

    def note_wait(self, seconds: float) -> None:
        self._waited_seconds += seconds

    def forget_steps(self) -> None:
        """Forgets the duration of a step, after a change that affects it."""
        self.step_seconds = 0.0

    def picture_due(self, milestone: bool) -> bool:
        """Whether a picture is due at the end of an epoch. A milestone needs one, where any are wanted at
        all."""
        seconds = self._control.picture_seconds
        return seconds is not None and (milestone or self._is_older_than(seconds))

    def picture_due_amid(self) -> bool:
        """Whether a picture is due in the middle of an epoch, where nothing else needs measuring."""
        seconds = self._control.picture_seconds
        if seconds is None:
            return False
        return self._is_older_than(max(seconds, self.measure_seconds / PICTURE_SHARE))

    def preview_due(self) -> bool:
        """Whether another preview of a large picture is due."""
        seconds, now = self._control.picture_seconds, time.perf_counter()
        if seconds is None or now - self._last_preview < max(seconds, PREVIEW_SECONDS):
            return False
        self._last_preview = now
        return True

    def snapshot_due(self) -> bool:
        """Whether all snapshots so far have taken less than their share of the time."""
        allowed = SNAPSHOT_SHARE * self._trained_seconds + WAITED_SHARE * self._waited_seconds
        return self._control.snapshots and self._snapshot_seconds <= allowed

    def note_snapshot(self, seconds: float) -> None:
        self._snapshot_seconds += seconds

    def note_picture(self) -> None:
        self._last_picture = time.perf_counter()

    def forget_picture(self) -> None:
        self._last_picture = -math.inf

    def measures_quickly(self) -> bool:
        """Whether Stop and Pause may measure the whole set. A large set takes seconds, which nobody should
        wait."""
        return self.measure_seconds < QUICK_SECONDS

    def _is_older_than(self, seconds: float) -> bool:
        return time.perf_counter() - self._last_picture >= seconds


class SnapshotSchedule:
    """Yields snapshots where they are requested, in a small share of the steps' time."""

    def __init__(self, control: Control, pace: Pace) -> None:
        self._control, self._pace = control, pace

    def snapshot(self, state: RunState) -> Iterator[Snapshot]:
        """Yields a snapshot of a state with finite weights. A batch cost may still be finite when its step
        breaks the weights; such a state is not kept."""
        if self._control.snapshots and all(np.isfinite(weights).all() for weights in state.weights):
            yield Snapshot(state)

    def if_due(self, state: Callable[[], RunState]) -> Iterator[Snapshot]:
        """Yields a snapshot of the present state if one is due."""
        if not self._pace.snapshot_due():
            return
        began = time.thread_time()
        snapshots = list(self.snapshot(state()))
        self._pace.note_snapshot(time.thread_time() - began)
        yield from snapshots
