"""Runs the command line, in a child process or in that of the tests, and checks what it prints."""

import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from tqdm import tqdm

from cadl_desktop.cli import run_command

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "cadl_desktop"]
KEYS = [
    "name",
    "parameters",
    "steps",
    "epochs",
    "seconds",
    "processor_seconds",
    "steps_per_second",
    "cost",
    "validation_cost",
    "psnr",
    "seen_psnr",
    "hidden_psnr",
    "seen_ssim",
    "hidden_ssim",
    "held_out_psnr",
    "held_out_ssim",
    "r2",
    "rms",
    "stopped_because",
    "best_epoch",
    "out",
]

Result = subprocess.CompletedProcess[str]


def environment(**changes: str) -> dict[str, str]:
    """Environment of a user, without the variables that the tests set for TensorFlow."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    return theirs | {"PYTHONPATH": str(ROOT)} | changes


def cadl(*arguments: str | Path, **changes: str) -> Result:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(**changes),
        check=False,
    )


def run_here(*arguments: str | Path) -> Result:
    """Runs a command like `here`, for fixtures that several tests share."""
    words = [*map(str, arguments)]
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(StringIO()) as output:
        patched.setattr(tqdm, "monitor_interval", 0)  # no monitor thread
        code = run_command(words, lambda file: 0)
    return Result(words, code, output.getvalue(), "")


def result_of(completed: Result, code: int = 0) -> dict[str, Any]:
    """JSON object on standard output, the only output."""
    assert completed.returncode == code, completed.stderr
    assert completed.stdout.count("\n") == 1
    result: dict[str, Any] = json.loads(completed.stdout)
    assert list(result) == KEYS
    return result


def assert_refused(completed: Result, message: str) -> None:
    assert completed.returncode == 2
    assert completed.stdout == ""
    assert completed.stderr.count("\n") == 1
    assert message in completed.stderr
