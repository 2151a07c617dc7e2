"""What a test that fails, or a program that was started as a process group of its own, has left running."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil

PATIENCE = 30.0
"""For how many seconds what a program has started may outlive it: one that imports TensorFlow on a busy
machine takes long to hear of its end."""


@contextmanager
def killed_in_the_end(process: "subprocess.Popen[Any]") -> Iterator[None]:
    """Kills a process that still runs, as where a test fails: a later test would fail for it."""
    try:
        yield
    finally:
        process.kill()
        process.wait()


def outlived(group: int) -> list[str]:
    """What of the group goes on when its program has ended and some time has passed; it is then killed."""
    end = time.monotonic() + PATIENCE
    while (left := [*_members(group)]) and time.monotonic() < end:
        time.sleep(0.02)
    for each in left:
        with suppress(psutil.Error):
            each.kill()
    return [f"process {each.pid}" for each in left]


def _members(group: int) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            # One that has ended may wait for whoever has to take note of it.
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                yield process
