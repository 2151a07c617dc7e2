"""The program is closed at random moments, by its cross and by signals: it ends soon, and leaves nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.processes import ROOT, Environment
from tests.process_groups import kill_survivors
from tests.soak import closing_program
from tests.soak.soak import Attempt, Row, Soak

MOST_SECONDS = 2.0
_SECONDS = "seconds to the end"
MOMENTS = ("starting", *closing_program.MOMENTS)
STARTING = """
from cadl_desktop import __main__
from cadl_desktop.system import signals

listen = signals.on_termination
signals.on_termination = lambda handle: (listen(handle), print("now", flush=True))
raise SystemExit(__main__.main(["lecture-painting"]))
"""
"""The program as it starts: nothing of it is imported before, and from 'now' on it can be asked to end."""
PATIENCE = 120.0
LONGEST_MS = {"starting": 1500, "loading": 4000, "compiling": 2000, "training": 1000}
OWN = (".config/cadl_desktop", ".cache/cadl_desktop", ".local/state/cadl_desktop")
"""Folders of a home that the program may write into."""


@dataclass(frozen=True)
class Closed:
    """How long it took from the request to the end of the process, and all that was not as it should be."""

    seconds: float
    wrong: Sequence[str]


def attempt(seed: int, folder: Path) -> Attempt:
    draw = random.Random(seed)
    moment = MOMENTS[seed % len(MOMENTS)]
    way = draw.choice([way for way in closing_program.WAYS if hasattr(signal, way) or "SIG" not in way])
    if moment == "starting" and not hasattr(signal, way):
        way = "SIGTERM"  # there is no window yet
    milliseconds = draw.randrange(LONGEST_MS.get(moment, 2000))
    closed = close_at(moment, milliseconds, way, folder)
    late = [f"took {closed.seconds:.2f} s"] if closed.seconds > MOST_SECONDS else []
    wrong = "; ".join([*closed.wrong, *late])
    numbers = dict.fromkeys((_SECONDS, f"{_SECONDS}, {moment}"), closed.seconds)
    return Attempt(numbers, f"{moment}, {way} after {milliseconds} ms: {wrong}" if wrong else "")


def close_at(moment: str, milliseconds: int, way: str, folder: Path) -> Closed:
    """Closes a session of its own at one moment. Raises subprocess.TimeoutExpired where it doesn't end."""
    home, temporary, out = (folder / name for name in ("home", "temporary", "out"))
    for made in (home, temporary, out):
        made.mkdir()
    words = ["-c", STARTING]
    if moment != "starting":
        words = ["-m", closing_program.__name__, moment, str(milliseconds), way, str(out)]
    program = subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env=_environment(home, temporary),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,  # whoever it leaves behind is found by it
    )
    try:
        assert program.stdout is not None
        program.stdout.readline()
        if moment == "starting":
            time.sleep(milliseconds / 1000)
        began = time.monotonic()
        if hasattr(signal, way):
            program.send_signal(getattr(signal, way))
        _, said = program.communicate(timeout=PATIENCE)
        seconds = time.monotonic() - began
    finally:
        program.kill()
        program.wait()
    wrong = [
        *([f"exit code {program.returncode}"] if program.returncode else []),
        *([f"said {said[-300:]!r}"] if "Traceback" in said or "Fatal" in said else []),
        *(f"left {name}" for name in _left(program.pid, home, temporary, out)),
    ]
    return Closed(seconds, wrong)


def _environment(home: Path, temporary: Path) -> Environment:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    kept |= {"HOME": str(home), "TMPDIR": str(temporary), "TF_CPP_MIN_LOG_LEVEL": "3"}
    return {"QT_QPA_PLATFORM": "offscreen"} | kept


def _left(process: int, home: Path, temporary: Path, out: Path) -> Iterable[str]:
    """Processes, half files, and what isn't the program's own."""
    yield from kill_survivors(process)
    yield from (path.name for path in temporary.iterdir())
    whole = {file for file, _ in closing_program.EXPORTS.values()}
    yield from (path.name for path in out.iterdir() if path.name not in whole)
    found = [path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()]
    yield from (name for name in found if not name.startswith(OWN))


SOAK = Soak(
    "the program closed at random moments",
    300,
    attempt,
    (
        Row(_SECONDS, "s", "each", ("at most", MOST_SECONDS)),
        *(Row(f"{_SECONDS}, {moment}", "s", "each", ("at most", MOST_SECONDS)) for moment in MOMENTS),
    ),
)
