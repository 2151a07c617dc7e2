"""Computing process: commands of a run, its end with the window, and objects kept for the window."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.computing.compute_messages import Train
from cadl_desktop.computing.compute_process import ComputeProcessPool
from cadl_desktop.computing.compute_server import RequestedRun
from cadl_desktop.engine import Control
from cadl_desktop.engine.training.control import Command
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.session.session import Session
from tests.benchmarks.processes import ROOT
from tests.computing import killed_program
from tests.computing.trouble import closing_threads, noting_its_close, run_in_worker
from tests.engine.runs import small_painting
from tests.process_groups import kill_survivors

EXPERIMENT = small_painting()
OWN = LiveSettings.of(EXPERIMENT)


def commands(control: Control) -> list[Command]:
    return list(iter(lambda: control.next_command(wait=False), None))


def test_early_commands_are_kept_in_order() -> None:
    run, control = RequestedRun(Train(1, EXPERIMENT, None, None)), Control()
    run.control("pause")
    run.control("step")
    run.attach(control)
    assert commands(control) == ["pause", "step"]
    assert not run.cancelled
    run.control("stop")
    assert (control.stopping, run.cancelled) == (True, True)


def test_invalid_settings_are_ignored() -> None:
    run, control = RequestedRun(Train(1, EXPERIMENT, None, None)), Control()
    run.attach(control)
    run.control("change", (replace(OWN, batch_size=0),))
    run.control("change", (OWN,))
    assert commands(control) == [OWN]


REAP_SECONDS = 60.0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no process groups")
@pytest.mark.parametrize("moment", killed_program.MOMENTS)
def test_the_process_ends_with_a_killed_window(moment: str) -> None:
    command = [sys.executable, "-m", killed_program.__name__, moment]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, process_group=0) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == b"now\n"
        window.send_signal(signal.SIGKILL)
    assert kill_survivors(window.pid) == []


def test_temporary_files_are_removed_with_the_process(isolated_home: Path) -> None:
    before = {*os.listdir(isolated_home / "tmpdir")}
    processes = ComputeProcessPool()
    process = processes.take()
    assert process.channel.receive()  # it has started
    assert {*os.listdir(isolated_home / "tmpdir")} != before
    processes.close()
    assert {*os.listdir(isolated_home / "tmpdir")} == before
    process.reap(REAP_SECONDS)  # on a busy machine it ends later than `close` waits for
    process.channel.close()


def test_a_dropped_generator_ends_on_the_computing_thread(qtbot: QtBot, session: Session) -> None:
    session.load_tensorflow()
    reference = run_in_worker(qtbot, session, noting_its_close)
    assert run_in_worker(qtbot, session, partial(next, reference)) == 1
    del reference
    # The drop is commands with later requests, and the last request is kept until the next one is sent.
    found = [run_in_worker(qtbot, session, closing_threads) for _ in range(3)]
    assert found[-1] == ["MainThread"]
