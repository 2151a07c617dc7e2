"""The process that computes ends with its window, however that ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cadl_desktop.computing.process import Processes
from tests.benchmarks.processes import ROOT
from tests.computing import killed_program
from tests.process_groups import outlived

WAIT_S = 60.0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no process groups")
@pytest.mark.parametrize("moment", killed_program.MOMENTS)
def test_it_ends_with_a_window_that_is_killed(moment: str) -> None:
    command = [sys.executable, "-m", killed_program.__name__, moment]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, process_group=0) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == b"now\n"
        window.send_signal(signal.SIGKILL)
    assert outlived(window.pid) == []


def test_its_temporary_files_go_with_it(isolated_home: Path) -> None:
    before = {*os.listdir(isolated_home / "tmpdir")}
    processes = Processes()
    process = processes.take()
    assert process.channel.receive()  # it has begun
    assert {*os.listdir(isolated_home / "tmpdir")} != before
    processes.close()
    assert {*os.listdir(isolated_home / "tmpdir")} == before
    process.reap(WAIT_S)  # a busy machine takes longer than it is waited for there
    process.channel.close()
