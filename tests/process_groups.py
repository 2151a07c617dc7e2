"""Processes that tests and soaks start: killing the survivors, and signals that they inherit."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil

PATIENCE = 30.0
"""Seconds for which processes of a program may outlive it: one that imports TensorFlow on a busy machine
notices its end late."""


@contextmanager
def killed_in_the_end(process: "subprocess.Popen[Any]") -> Iterator[None]:
    """Kills the process at the end of the context, as it would disturb later tests."""
    try:
        yield
    finally:
        process.kill()
        process.wait()


def kill_survivors(group: int) -> list[str]:
    """Waits for the members of a process group to end after their program; kills and names the rest."""
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
            # A zombie has ended, and only waits to be reaped.
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def restore_hangups() -> None:
    """Replaces an ignored SIGHUP, as after `nohup`, by an empty handler: children inherit an ignored signal,
    but get the default in place of a handler."""
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)
