"""Child processes of the benchmark: each side of a comparison runs in one and prints its results."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 300.0
LONGEST_TRAINING = 1800.0
SCREEN = "1600x1000x24"

Environment = dict[str, str]


class ChildError(RuntimeError):
    """A child ended without a result; the message holds the end of what it said."""


def ask(environment: Environment, name: str, *arguments: object) -> dict[str, Any]:
    """Runs a child program and returns the object that it printed."""
    ended = subprocess.run(
        _command(name, *arguments),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )
    # TensorFlow prints whatever it likes before and after.
    lines = [line for line in ended.stdout.splitlines() if line.startswith("{")]
    if ended.returncode or not lines:
        raise ChildError(f"{name} {arguments} ended with {ended.returncode}:\n{ended.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(lines[-1])
    return answer


def train(environment: Environment, *words: object) -> tuple[dict[str, Any], float]:
    """Runs `cadl-desktop train` with these words and `--json`. Returns what it prints, and the seconds from
    the last of its results until then."""
    with TemporaryDirectory(prefix="benchmarks-") as folder:
        out = Path(folder, "out")
        command = [
            sys.executable,
            "-m",
            "cadl_desktop",
            "train",
            *map(str, words),
            "--json",
            "--out",
            str(out),
        ]
        ended = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONGEST_TRAINING
        )
        now = time.time()
        if ended.returncode:
            raise ChildError(f"train {words} ended with {ended.returncode}:\n{ended.stderr[-2000:]}")
        summary: dict[str, Any] = json.loads(ended.stdout)
        return summary, now - max(path.stat().st_mtime for path in out.iterdir())


def seconds_to_first_line(environment: Environment, name: str) -> float:
    """From the start of a child's process until it prints its first object; the child then ends."""
    began = time.perf_counter()
    with subprocess.Popen(
        _command(name),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith("{"):
                return time.perf_counter() - began
    raise ChildError(f"{name} ended with {child.returncode} before it had shown a window")


def _command(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.child", name, *map(str, arguments)]


@contextmanager
def surroundings() -> Iterator[tuple[Environment, str]]:
    """An environment with a home of its own and a screen, and what that screen is, in words."""
    with TemporaryDirectory(prefix="benchmarks-") as home:
        # An installed program keeps its compiled modules, whatever this process was told.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment = kept | {
            "PYTHONPYCACHEPREFIX": str(Path(home, "compiled")),
            "HOME": home,
            "XDG_CONFIG_HOME": home,
            "XDG_CACHE_HOME": home,
            "XDG_DATA_HOME": home,
            "XDG_STATE_HOME": home,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "OPENBLAS_NUM_THREADS": "1",  # as the program has it
        }
        if sys.platform in ("win32", "darwin"):
            yield environment, "the system's own screen"
        elif os.environ.get("DISPLAY"):
            yield environment | {"QT_QPA_PLATFORM": "xcb"}, "an X server"
        elif program := shutil.which("Xvfb"):
            with virtual_screen(program) as display:
                changes = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display}
                yield environment | changes, "a virtual X server (Xvfb)"
        else:
            yield environment | {"QT_QPA_PLATFORM": "offscreen"}, "none (offscreen)"


@contextmanager
def virtual_screen(program: str) -> Iterator[str]:
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise ChildError("the virtual X server did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()
