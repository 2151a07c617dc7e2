"""How long a run has been training, and how fast, without compilation and pauses."""

import time
from math import exp

MEMORY_SECONDS = 0.5
"""Over how long the speed is averaged, so that the figure can be read."""


class Clock:
    """Training seconds, counted on from those of an earlier run. Stands still until `start`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running_since: float | None = None
        self._speed = 0.0
        self._counted_at = seconds

    def start(self) -> None:
        if self._running_since is None:
            self._running_since = time.perf_counter()

    def stop(self) -> None:
        self._seconds, self._running_since = self.seconds(), None

    def seconds(self) -> float:
        if self._running_since is None:
            return self._seconds
        return self._seconds + time.perf_counter() - self._running_since

    def count(self, steps: int) -> None:
        """Tells of steps just made."""
        now = self.seconds()
        elapsed = max(now - self._counted_at, 1e-9)
        kept = exp(-elapsed / MEMORY_SECONDS) if self._speed else 0.0
        self._speed = kept * self._speed + (1 - kept) * steps / elapsed
        self._counted_at = now

    def steps_per_second(self) -> float:
        return self._speed
