"""Ends of commands by signals and closed terminals, without loading the rest of the program."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cadl_desktop.cli.output import write_once
from tests.process_groups import killed_in_the_end

ROOT = Path(__file__).parents[2]
# An Event would wait for ever where the signal comes while it is being waited for: its lock is held then.
PROGRAM = """
import sys
import time
from cadl_desktop.system.signals import interrupted_by

asked = []
with interrupted_by(lambda: asked.append(True)):
    print("ready", flush=True)
    while not asked:
        time.sleep(0.01)
    print("written", file=sys.stderr, flush=True)
    print("written", flush=True)
open("end", "w").close()
"""


def test_a_closed_terminal_is_no_error(tmp_path: Path) -> None:
    terminal, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),  # its controlling terminal
    )
    os.close(theirs)
    with killed_in_the_end(process):
        assert os.read(terminal, 100).startswith(b"ready")
        os.close(terminal)
        assert process.wait(30) == 0
    assert (tmp_path / "end").exists()


def test_a_sentence_is_written_once_even_if_a_signal_interrupts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []

    def write(_: int, words: bytes) -> int:
        written.append(words)
        say()  # as by a second Ctrl-C
        return len(words)

    say = write_once("Stopping.")
    monkeypatch.setattr(os, "write", write)
    say()
    say()
    assert written == [b"\nStopping.\n"]


WARNING = """
import sys, warnings
from cadl_desktop import __main__

__main__.main = lambda: warnings.warn("for a developer") or 0
sys.exit(__main__.program())
"""


@pytest.mark.parametrize(("options", "shown"), [((), False), (("-W", "always"), True)])
def test_python_warnings_are_shown_only_on_request(options: tuple[str, ...], shown: bool) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONWARNINGS", None)
    command = [sys.executable, *options, "-c", WARNING]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert ("for a developer" in done.stderr) == shown
    assert shown or done.stderr == ""
