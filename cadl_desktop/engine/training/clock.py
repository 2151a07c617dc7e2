"""How long a run has been training, and how fast, without compilation, pauses, and the machine's sleep."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import exp

MEMORY_SECONDS = 0.5
"""Over how long the speed is averaged, so that the figure can be read."""
SLEEP_SECONDS = 5.0
"""Steps and measurements are short: from so long on it matters whether anything was done meanwhile."""
SLEEPING_SHARE = 0.02
"""Of a processor's time: a process that was given less did not train but slept, with the machine or alone."""


class Clock:
    """Training seconds, counted on from those of an earlier run. Stands still until `start`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running = False
        self._asked_at = self._worked = 0.0
        self._speed = 0.0
        self._counted_at = seconds

    def start(self) -> None:
        if not self._running:
            self._running = True
            self._asked_at, self._worked = time.perf_counter(), time.process_time()

    def stop(self) -> None:
        self.seconds()
        self._running = False

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Stands still for a while, if it goes."""
        going = self._running
        self.stop()
        yield
        if going:
            self.start()

    def seconds(self) -> float:
        if self._running:
            now, worked = time.perf_counter(), time.process_time()
            passed = now - self._asked_at
            if passed < SLEEP_SECONDS or worked - self._worked > SLEEPING_SHARE * passed:
                self._seconds += passed
            self._asked_at, self._worked = now, worked
        return self._seconds

    def count(self, steps: int) -> None:
        """Tells of steps just made."""
        now = self.seconds()
        elapsed = max(now - self._counted_at, 1e-9)
        kept = exp(-elapsed / MEMORY_SECONDS) if self._speed else 0.0
        self._speed = kept * self._speed + (1 - kept) * steps / elapsed
        self._counted_at = now

    def steps_per_second(self) -> float:
        return self._speed
