"""A child whose window trains, alone and beside a sweep that it has begun, until that is stopped."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cadl_desktop.session.training.result import Status
from tests.benchmarks.child_sweeps import sweep_of
from tests.benchmarks.showing import Heart, let_pass, open_window, wait, wait_for_tensorflow

TRIALS = 100
SETTLE_MS = 1000
POLL_MS = 20


def beside(seconds: str) -> dict[str, Any]:
    """Gaps between heartbeats by what goes on, and seconds from Stop until the window says so and until the
    sweep's owner has ended."""
    window = open_window("lecture")
    session, duration = window.session, int(float(seconds) * 1000)
    wait_for_tensorflow(window)
    window.frame.actions["train"].trigger()
    wait(session.status_changed, lambda: session.status is Status.TRAINING)
    let_pass(SETTLE_MS)
    heart, sweeping = Heart(), window.features.sweeps.comparison
    heart.phase("alone")
    let_pass(duration)
    with TemporaryDirectory(prefix="benchmarks-", ignore_cleanup_errors=True) as place:
        heart.phase("starting")
        sweeping.begin(sweep_of("painting", TRIALS), Path(place) / "sweep")
        wait(sweeping.changed, lambda: sweeping.standing.is_under_way)
        heart.phase("beside")
        let_pass(duration)
        heart.phase("opening")
        let_pass(POLL_MS)  # a gap that begins before belongs to both
        window.features.sweeps.show()
        let_pass(SETTLE_MS)
        heart.phase("page")
        let_pass(duration)
        gaps, began = heart.gaps(), time.perf_counter()
        sweeping.stop()
        wait(sweeping.changed, lambda: not sweeping.is_running)
        stopped = time.perf_counter() - began
        assert sweeping.folder is not None
        while sweeping.folder.has_owner:
            let_pass(POLL_MS)
        gone = time.perf_counter() - began
        session.close()
    return {"gaps": gaps, "stopped": stopped, "gone": gone}
