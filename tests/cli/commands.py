"""Runs the command line in a child process, and checks what it prints."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "cadl_desktop"]
KEYS = [
    "name",
    "parameters",
    "steps",
    "epochs",
    "seconds",
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
    "between",
    "stopped_because",
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
