"""Child processes are started with the right command, and ended with all their descendants."""

import signal
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace

import psutil
import pytest

from cadl_desktop.__main__ import main
from cadl_desktop.system import child_process
from cadl_desktop.system.child_process import ChildProcess, program_command

IGNORES_REQUESTS = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
"""
STARTS_ANOTHER = f"""{IGNORES_REQUESTS}
other = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
print(other.pid, flush=True)
time.sleep(60)
"""
ENDS_BY_ITSELF = f"""{IGNORES_REQUESTS}
print(flush=True)
time.sleep(0.3)
os._exit(4)
"""
WITH_SIGNALS = pytest.mark.skipif(sys.platform == "win32", reason="there are no signals")
Start = Callable[[str], ChildProcess]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Starts a given program instead of ours."""

    def start(program: str) -> ChildProcess:
        monkeypatch.setattr(
            child_process, "program_command", lambda *_: [sys.executable, "-S", "-c", program]
        )
        return ChildProcess(environment={"OWN": "3"}, stdout=subprocess.PIPE)

    return start


def first_line(process: ChildProcess) -> bytes:
    assert process._process.stdout is not None
    return process._process.stdout.readline()


def test_a_program_packed_into_one_file_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert program_command("export", "it") == [sys.executable, "export", "it"]


def test_only_functions_of_the_program_run_for_a_parent() -> None:
    with pytest.raises(ValueError, match="none of the program's"):
        main([child_process.RUN, "os:abort"])


def test_exit_code_and_environment_are_passed(start: Start) -> None:
    with start("import os; os._exit(int(os.environ['OWN']))") as process:
        assert process.wait() == 3
    assert not process.lives
    assert process.reap(1) == 3


@WITH_SIGNALS
def test_a_running_process_is_killed_when_reaped(start: Start) -> None:
    with start("import time; time.sleep(60)") as process:
        assert process.wait_for(0) is None
        assert process.reap(0.05) == -signal.SIGKILL


@WITH_SIGNALS
def test_ending_kills_descendants(start: Start) -> None:
    with start(STARTS_ANOTHER) as process:
        other = psutil.Process(int(first_line(process)))
        assert process.end(0.05, may_finish=lambda: False) == -signal.SIGKILL
    psutil.wait_procs([other], timeout=20)
    assert not other.is_running() or other.status() == psutil.STATUS_ZOMBIE


@WITH_SIGNALS
def test_a_process_that_may_finish_is_not_killed(start: Start) -> None:
    with start(ENDS_BY_ITSELF) as process:
        first_line(process)
        assert process.end(0.01, may_finish=lambda: True) == 4


def test_on_windows_a_detached_process_opens_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    flags = {
        "CREATE_NO_WINDOW": 0x08000000,
        "CREATE_NEW_PROCESS_GROUP": 0x200,
        "BELOW_NORMAL_PRIORITY_CLASS": 0x4000,
    }
    for name, value in flags.items():
        monkeypatch.setattr(subprocess, name, value, raising=False)
    monkeypatch.setattr(child_process, "NO_WINDOW", flags["CREATE_NO_WINDOW"])
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(child_process, "lower_process_priority", lambda _: None)
    started = list[dict[str, object]]()

    def start(_: object, **how: object) -> SimpleNamespace:
        started.append(how)
        return SimpleNamespace(pid=1)

    monkeypatch.setattr(subprocess, "Popen", start)
    ChildProcess("sweep", environment={}, detached=True)
    ChildProcess("export", environment={})
    assert [how["creationflags"] for how in started] == [sum(flags.values()), 0]
