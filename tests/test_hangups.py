"""Hangups reach child processes of the tests, even if the tests were started by `nohup`."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = "import signal; print(signal.getsignal(signal.SIGHUP) == signal.SIG_DFL)"
IGNORING = f"""
import signal, subprocess, sys
from tests.process_groups import restore_hangups

signal.signal(signal.SIGHUP, signal.SIG_IGN)
restore_hangups()
signal.raise_signal(signal.SIGHUP)
sys.exit(subprocess.call([sys.executable, "-c", {CHILD!r}]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there are no hangups")
def test_children_receive_hangups_that_were_ignored() -> None:
    command = [sys.executable, "-c", IGNORING]
    told = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True)
    assert told.stdout == "True\n"
