"""What a command does when it is asked to end, before anything else of the program is loaded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cadl_desktop.cli.endings import said_once
from tests.process_groups import killed_in_the_end

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from threading import Event
from cadl_desktop.system.signals import interrupted_by

asked = Event()
with interrupted_by(asked.set):
    print("ready", flush=True)
    asked.wait()
    print("written", file=sys.stderr, flush=True)
    print("written", flush=True)
open("end", "w").close()
"""


def test_a_terminal_that_is_closed_is_no_error(tmp_path: Path) -> None:
    terminal, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # which becomes the session's own
    )
    os.close(theirs)
    with killed_in_the_end(process):
        assert os.read(terminal, 100).startswith(b"ready")
        os.close(terminal)
        assert process.wait(30) == 0
    assert (tmp_path / "end").exists()


def test_what_is_said_once_is_not_said_again_amid_the_saying(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []

    def write(_: int, words: bytes) -> int:
        written.append(words)
        tell()  # as by a second Ctrl-C
        return len(words)

    tell = said_once("Stopping.")
    monkeypatch.setattr(os, "write", write)
    tell()
    tell()
    assert written == [b"\nStopping.\n"]


WARNING = """
import sys, warnings
from cadl_desktop import __main__

__main__.main = lambda: warnings.warn("for a developer") or 0
sys.exit(__main__.program())
"""


@pytest.mark.parametrize(("asked", "told"), [((), False), (("-W", "always"), True)])
def test_what_python_warns_of_is_told_to_whoever_asks(asked: tuple[str, ...], told: bool) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONWARNINGS", None)
    command = [sys.executable, *asked, "-c", WARNING]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert ("for a developer" in done.stderr) == told
    assert told or done.stderr == ""
