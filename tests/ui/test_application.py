"""The program as a process of its own: it opens, and it ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

START = "from cadl_desktop.__main__ import main; import sys; sys.exit(main(sys.argv[1:]))"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to a process")
def test_the_window_opens_and_an_interrupt_closes_it() -> None:
    program = subprocess.Popen([sys.executable, "-c", START, "lecture-tanh"], stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(4)
        assert program.poll() is None
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 0
    finally:
        program.kill()
        program.communicate()
