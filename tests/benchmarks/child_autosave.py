"""A child that trains in the window with copies for recovery or without: its speed, and what they take."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cadl_desktop.project.recovery_folders import RecoveryFolder
from cadl_desktop.session.autosave import Autosave
from cadl_desktop.session.training.result import Status
from tests.benchmarks.showing import Heart, let_pass, open_window, wait, wait_for_tensorflow

WARM_UP_MS = 2000


class _Clocked(RecoveryFolder):
    """Recovery folder that counts the bytes written and the processor time spent on them."""

    written = 0
    copies = 0
    seconds = 0.0
    longest = 0.0

    def write(self, *what: Any, **how: Any) -> int:
        began, began_wall = time.thread_time(), time.perf_counter()
        written = super().write(*what, **how)
        self.seconds += time.thread_time() - began
        self.longest = max(self.longest, time.perf_counter() - began_wall)
        self.written, self.copies = self.written + written, self.copies + 1
        return written


class _ClockedAutosave(Autosave):
    """How long the processor worked at most on what the event loop does for a copy."""

    longest_look = 0.0

    def look(self) -> None:
        began = time.thread_time()
        super().look()
        self.longest_look = max(self.longest_look, time.thread_time() - began)


def autosave(name: str, seconds: str, kept: str) -> dict[str, float]:
    """Trains for `seconds` in the window; `kept` is 1 with copies, 0 without."""
    window = open_window(name)
    wait_for_tensorflow(window)
    session, duration = window.session, float(seconds)
    with TemporaryDirectory() as root:
        folder = _Clocked(Path(root))
        copying = None
        if kept == "1":
            copying = _ClockedAutosave(session, Path(root))
            copying._own = folder
        session.train()
        wait(session.status_changed, lambda: session.status is Status.TRAINING)
        let_pass(WARM_UP_MS)
        heart = Heart()
        heart.phase("training")
        began, first = time.perf_counter(), _step(window)
        let_pass(round(1000 * duration))
        elapsed, last = time.perf_counter() - began, _step(window)
        gaps = heart.gaps()["training"]
        if copying:
            copying.end(keep=False)
        session.close()
    return {
        "steps_per_second": (last - first) / elapsed,
        "longest_gap": gaps["longest"],
        "share": 100 * folder.seconds / (elapsed + WARM_UP_MS / 1000),
        "longest_copy": folder.longest,
        "longest_look": 1000 * copying.longest_look if copying else 0.0,
        "megabytes_a_minute": folder.written / 1e6 * 60 / (elapsed + WARM_UP_MS / 1000),
        "copies": folder.copies,
    }


def _step(window: Any) -> int:
    progress = window.session.result.progress
    return progress.step if progress else 0
