"""Commands that the set-up runs, one set-up at a time, and what it says meanwhile.

All messages go to standard error: standard output belongs to the program that is started.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn


class SetupError(Exception):
    """Failure of the set-up: a sentence for the person who waits, and the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def say(message: str) -> None:
    print(f"cadl_desktop: {message}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def only_one_setup(path: Path) -> Iterator[int]:
    """Hold the lock that is a file, once no other command does. The system frees it on any death."""
    with open(path, "a", encoding="utf-8") as file:
        if not try_lock(file.fileno()):
            say("Another command is setting up this checkout; waiting for it.")
            while not try_lock(file.fileno()):
                time.sleep(0.5)
        yield file.fileno()


def try_lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def run(command: Sequence[str], lock: int, **variables: str) -> None:
    """Run one step of the set-up. It inherits the lock, to keep others out even if this process dies."""
    step = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        env={**os.environ, **variables},
        pass_fds=() if sys.platform == "win32" else (lock,),
        check=False,
    )
    if step.returncode:
        raise SetupError("The set-up failed for the reason above; the same command starts it again.")


def succeeds(command: Sequence[str], *, quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else sys.stderr
    return subprocess.run(command, stdout=output, stderr=output, check=False).returncode == 0


def become(command: list[str]) -> NoReturn:
    """Replace this process, so that signals and the exit code are the program's own."""
    if sys.platform != "win32":
        os.execv(command[0], command)
    # Windows' exec returns to the shell at once: stay instead, and leave Ctrl-C to the program.
    with subprocess.Popen(command) as program:
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                sys.exit(program.wait())
