"""Training speeds: how many steps a run makes before it shows them, and how long it waits then."""

import math
import time

import numpy as np

from cadl_desktop.engine.training.control import Control
from cadl_desktop.engine.training.stopping import HorizonEstimator
from cadl_desktop.engine.training.timing import PICTURE_SHARE, Pace
from cadl_desktop.runs.events import Prediction

SLOW_SECONDS = 0.4
"""Seconds of a step in slow motion."""
FRAME_SECONDS = 0.1
"""Least seconds between two frames of a watchable run."""
MOST_FRAME_SECONDS = 0.3
"""Seconds for which a frame is shown that differs much from the one before, although only a step lies between
them."""
FRAMES = 50
"""Frames in which a watchable run would change its picture by as much as the colours of the target spread."""
EVEN_SECONDS = 6.0
"""Seconds in which the change from frame to frame is to be even; it may grow afterwards."""
DOUBLING_SECONDS = 1.2
"""Seconds in which that change doubles then, so that a run of any length comes to full speed."""
GROWTH = 1.4
"""Most by which the steps of a frame grow from one frame to the next."""


class Pacing:
    """Slows a run down to the speed of its `control`: after the steps of a frame it waits.

    In slow motion each step is a frame. A watchable run makes as many steps a frame as keep the change of its
    picture or curve, the root of the mean square, near a share of `spread`, the standard deviation of the
    targets. Once these steps take so long that full speed would show no fewer pictures, it isn't slowed any
    more. A run without `spread` isn't slowed to be watched.

    `frame_due`: the newest piece has completed a frame, which is shown for `wait` seconds more; `slowed`:
    the run isn't at full speed.
    """

    def __init__(self, control: Control, pace: Pace, horizons: HorizonEstimator, spread: float) -> None:
        self._control, self._pace, self._horizons, self._spread = control, pace, horizons, spread
        self._speed = control.speed
        self._picture: Prediction | None = None
        self._began = self._piece_began = 0.0
        self.wait = 0.0
        self.slowed = self.frame_due = False
        self._watch_anew()

    def _watch_anew(self) -> None:
        self._is_over = not self._spread
        self._watched_seconds = self._busy_seconds = 0.0
        self._steps, self._lasts = 1.0, FRAME_SECONDS
        self._left = 0

    def piece(self, left: int) -> int:
        """Number of steps to make before the next frame is shown or full speed has its own turn, at most
        `left`."""
        before, self._speed = self._speed, self._control.speed  # which another thread may change meanwhile
        if self._speed == "watchable" and before != self._speed:
            self._watch_anew()
        self._piece_began = time.perf_counter()
        if self._left <= 0 or self._speed == "slow":
            self._began, self._left = self._piece_began, int(self._steps)
        if self._speed == "slow":
            return 1
        return min(left, self._left) if self._is_watched else left

    def note_piece(self, steps: int) -> float:
        """Notes that steps were made; returns the seconds to wait now."""
        now = time.perf_counter()
        self._busy_seconds += now - self._piece_began
        self._left -= steps
        self.slowed = self._speed == "slow" or self._is_watched
        self.frame_due = self.slowed and (self._speed == "slow" or self._left <= 0)
        self.wait = max(0.0, self._due_at - now) if self.frame_due else 0.0
        return self.wait

    def note_picture(self, picture: Prediction | None) -> None:
        """Notes the picture or curve of a frame, from whose change the steps of the next one follow."""
        before, self._picture = self._picture, picture
        busy, self._busy_seconds = self._busy_seconds, 0.0
        if before is None or picture is None or before.shape != picture.shape or not self._is_watched:
            return
        change = float(np.sqrt(np.mean(np.square(_shown(picture) - _shown(before)))))
        if not math.isfinite(change):
            return
        self._watched_seconds += max(self._lasts, time.perf_counter() - self._began)
        later = max(0.0, self._watched_seconds - EVEN_SECONDS)
        wanted = self._spread / FRAMES * 2 ** (later / DOUBLING_SECONDS)
        faster = GROWTH if change * GROWTH <= wanted else wanted / change
        longer = max(1.0, 1.0 / faster) if self._steps < 2 else 1.0
        self._lasts = min(FRAME_SECONDS * longer, MOST_FRAME_SECONDS)
        self._steps = max(1.0, self._steps * max(faster, 0.5))
        self._is_over = busy >= max(FRAME_SECONDS, self._pace.measure_seconds / PICTURE_SHARE)

    def rest(self) -> None:
        """Waits until the next frame is due, or a command comes."""
        self._control.await_command(self._due_at - time.perf_counter())

    def seconds_left(self) -> float | None:
        """Seconds until a slowed run ends, about, its waits included; None where that is unknown."""
        each = max(SLOW_SECONDS, self._pace.step_seconds) if self._speed == "slow" else None
        left = self._horizons.seconds_left(self._pace.step_seconds, each)
        return left and left + (max(0.0, EVEN_SECONDS - self._watched_seconds) if each is None else 0.0)

    @property
    def _is_watched(self) -> bool:
        return self._speed == "watchable" and not self._is_over

    @property
    def _due_at(self) -> float:
        return self._began + (SLOW_SECONDS if self._speed == "slow" else self._lasts)


def _shown(picture: Prediction) -> Prediction:
    """Colours as they are seen; values of a curve as they are."""
    return np.clip(picture, 0.0, 255.0) if picture.ndim == 3 else picture
