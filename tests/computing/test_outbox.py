"""What runs tell a window that reads nothing doesn't pile up: they wait for it, and nothing is lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Thread

import numpy as np
import pytest

from cadl_desktop.computing import computer as module
from cadl_desktop.computing.computer import Outbox
from cadl_desktop.computing.messages import Answered, Left, Told
from cadl_desktop.runs.events import Progressed
from cadl_desktop.system.channel import Channel, PickleCodec

WINDOW = """
import sys
from cadl_desktop.computing.messages import Told
from cadl_desktop.system.channel import Channel, PickleCodec
channel, found = Channel(sys.stdin.buffer, sys.stdout.buffer, PickleCodec()), []
while "the last" not in found:
    found += [each.event.step if isinstance(each, Told) else each.result for each in channel.receive()]
print(*found, sep="\\n")
"""
PICTURE = np.zeros((64, 64, 3), np.float32)
MOST, COUNT = 20 * PICTURE.nbytes, 100
CALM = 0.5
"""For so many seconds nothing is told by whoever waits."""


@pytest.fixture
def window() -> Iterator["subprocess.Popen[bytes]"]:
    """What reads and says in the end what it was told."""
    command = [sys.executable, "-c", WINDOW]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as window:
        yield window


@pytest.fixture
def outbox(window: "subprocess.Popen[bytes]") -> Iterator[Outbox]:
    assert window.stdin is not None
    with open(os.devnull, "rb") as nothing:
        channel = Channel(nothing, window.stdin, PickleCodec())
        outbox = Outbox(channel)
        outbox.begin()
        yield outbox
        window.kill()
        channel.close()
        outbox.put(Left())  # can't be sent, by which it ends


@pytest.mark.skipif(sys.platform == "win32", reason="there no process can be stopped")
def test_a_run_waits_for_a_window_that_has_been_stopped(
    outbox: Outbox, window: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_TOLD_BYTES", MOST)
    told: list[str] = []

    def tell() -> None:
        for step in range(COUNT):
            outbox.put(Told(1, Progressed(0, step, 0.0, 0.0, PICTURE.copy())))
            told.append(str(step))

    os.kill(window.pid, signal.SIGSTOP)
    telling = Thread(target=tell, daemon=True)
    telling.start()
    before = -1
    while before != len(told):
        before = len(told)
        time.sleep(CALM)
    assert telling.is_alive()
    assert (before - 2) * PICTURE.nbytes <= MOST  # one more, and one that the pipe holds
    outbox.put(Answered(2, "an answer"))  # which waits for nobody
    os.kill(window.pid, signal.SIGCONT)
    telling.join()
    outbox.put(Answered(3, "the last"))
    assert window.stdout is not None
    found = window.stdout.read().decode().split("\n")
    assert [each for each in found if each.isdigit()] == told
    assert "an answer" in found
