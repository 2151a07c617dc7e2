"""How many steps a call makes and how often a picture comes, from the time that both have taken."""

import math
import time

from cadl_desktop.engine.training.control import Control

CHUNK_SECONDS = 0.025
"""How long one call of the compiled steps should take: long enough to cost nothing, short enough to stop."""
QUICK_SECONDS = 0.03
"""What a stop or a pause may spend on measuring the whole set."""
PICTURE_SHARE = 0.1
"""How much of the time pictures in the middle of a long epoch may take."""
GLANCE_SECONDS = 0.5
"""From one picture of a large one to the next."""
SNAPSHOT_SHARE = 0.007
"""How much of the steps' time snapshots may take, by the processor's clock: others' turns are no cost."""


class Pace:
    """How old a picture may become is read of the control each time, since it may change during the run;
    `measure_seconds` is how long measuring the whole set took when training had to wait for it, or what is
    known of that before."""

    def __init__(self, control: Control, measure_seconds: float = 0.0) -> None:
        self.measure_seconds = measure_seconds
        self._control = control
        self._step_seconds = 0.0
        self._last_picture = self._last_glance = -math.inf
        self._trained_seconds = self._snapshot_seconds = 0.0

    def chunk(self, left: int) -> int:
        """How many of the `left` steps the next call should make."""
        if not self._step_seconds:
            return 1
        return max(1, min(left, int(CHUNK_SECONDS / self._step_seconds)))

    def note_steps(self, count: int, seconds: float) -> None:
        each = seconds / count
        self._trained_seconds += seconds
        self._step_seconds = 0.7 * self._step_seconds + 0.3 * each if self._step_seconds else each

    def forget_steps(self) -> None:
        """Steps take another time from now on."""
        self._step_seconds = 0.0

    def picture_due(self, milestone: bool) -> bool:
        """Whether one is due at the end of an epoch; a milestone needs one, where any are wanted at all."""
        seconds = self._control.picture_seconds
        return seconds is not None and (milestone or self._is_older_than(seconds))

    def picture_due_amid(self) -> bool:
        """Whether one is due in the middle of an epoch, where nothing else needs measuring."""
        seconds = self._control.picture_seconds
        if seconds is None:
            return False
        return self._is_older_than(max(seconds, self.measure_seconds / PICTURE_SHARE))

    def glance_due(self) -> bool:
        """Whether another one of a large picture is to be begun beside the training."""
        seconds, now = self._control.picture_seconds, time.perf_counter()
        if seconds is None or now - self._last_glance < max(seconds, GLANCE_SECONDS):
            return False
        self._last_glance = now
        return True

    def snapshot_due(self) -> bool:
        """Whether all snapshots so far have taken less than their share of the time."""
        return self._control.snapshots and self._snapshot_seconds <= SNAPSHOT_SHARE * self._trained_seconds

    def note_snapshot(self, seconds: float) -> None:
        self._snapshot_seconds += seconds

    def note_picture(self) -> None:
        self._last_picture = time.perf_counter()

    def forget_picture(self) -> None:
        self._last_picture = -math.inf

    def measures_quickly(self) -> bool:
        """Measuring a large set takes seconds; a person who pressed Stop or Pause waits for none of them."""
        return self.measure_seconds < QUICK_SECONDS

    def _is_older_than(self, seconds: float) -> bool:
        return time.perf_counter() - self._last_picture >= seconds
