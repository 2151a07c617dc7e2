"""Outbox: a run waits for a window that doesn't read, and nothing is lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Thread

import numpy as np
import pytest

from cadl_desktop.computing import outbox as module
from cadl_desktop.computing.compute_messages import CallResult, Idle, RunEvent
from cadl_desktop.computing.outbox import Outbox
from cadl_desktop.runs.events import Progressed
from cadl_desktop.system.channel import Channel, PickleCodec

WINDOW = """
import sys
from cadl_desktop.computing.compute_messages import RunEvent
from cadl_desktop.system.channel import Channel, PickleCodec
channel, found = Channel(sys.stdin.buffer, sys.stdout.buffer, PickleCodec()), []
while "the last" not in found:
    found += [each.event.step if isinstance(each, RunEvent) else each.result for each in channel.receive()]
print(*found, sep="\\n")
"""
PICTURE = np.zeros((64, 64, 3), np.float32)
LIMIT, COUNT = 20 * PICTURE.nbytes, 100
CALM_SECONDS = 0.5
"""Seconds without an event after which the run counts as blocked."""


@pytest.fixture
def window() -> Iterator["subprocess.Popen[bytes]"]:
    """Process that reads messages, and prints them at the end."""
    command = [sys.executable, "-c", WINDOW]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as window:
        yield window


@pytest.fixture
def outbox(window: "subprocess.Popen[bytes]") -> Iterator[Outbox]:
    assert window.stdin is not None
    with open(os.devnull, "rb") as nothing:
        channel = Channel(nothing, window.stdin, PickleCodec())
        outbox = Outbox(channel)
        outbox.start()
        yield outbox
        window.kill()
        channel.close()
        outbox.put(Idle())  # fails, which ends the thread


@pytest.mark.skipif(sys.platform == "win32", reason="there no process can be stopped")
def test_a_run_waits_for_a_stopped_window(
    outbox: Outbox, window: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_UNSENT_BYTES", LIMIT)
    sent: list[str] = []

    def send_events() -> None:
        for step in range(COUNT):
            outbox.put(RunEvent(1, Progressed(0, step, 0.0, 0.0, PICTURE.copy())))
            sent.append(str(step))

    os.kill(window.pid, signal.SIGSTOP)
    sending = Thread(target=send_events, daemon=True)
    sending.start()
    before = -1
    while before != len(sent):
        before = len(sent)
        time.sleep(CALM_SECONDS)
    assert sending.is_alive()
    assert (before - 2) * PICTURE.nbytes <= LIMIT  # one beyond the limit, and one in the pipe
    outbox.put(CallResult(2, "an answer"))  # never blocks
    os.kill(window.pid, signal.SIGCONT)
    sending.join()
    outbox.put(CallResult(3, "the last"))
    assert window.stdout is not None
    found = window.stdout.read().decode().split("\n")
    assert [each for each in found if each.isdigit()] == sent
    assert "an answer" in found
