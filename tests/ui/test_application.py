"""The program as a process of its own: it opens, and it ends."""

import os
import signal
import subprocess
import sys
import time

import pytest


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to a process")
def test_the_window_opens_and_an_interrupt_closes_it() -> None:
    command = [sys.executable, "-m", "cadl_desktop", "lecture-tanh"]
    program = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(4)
        assert program.poll() is None
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 0
    finally:
        program.kill()
        program.communicate()
