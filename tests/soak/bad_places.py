"""Every writer of the program into places that refuse: a full disk, a read-only or a vanishing folder."""

import json
import subprocess
import sys
from pathlib import Path

from tests.soak.soak import Attempt, Row, Soak

SECONDS = 900
"""Timeout of an attempt, which writes some seventy files."""


def attempt(seed: int, folder: Path) -> Attempt:
    """All writers in a process of their own: one that crashes takes it along."""
    command = [sys.executable, "-m", "tests.soak.bad_places_child", str(seed), str(folder)]
    child = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    told = [json.loads(line) for line in child.stdout.splitlines() if line.startswith("{")]
    failures = [
        f"{each['writer']}, {each['harm']}: {each['failure']}" for each in told if each.get("failure")
    ]
    if child.returncode:
        last = told[-1] if told else {"writer": "before the first writer"}
        failures.append(f"ended with {child.returncode} at {last}: {child.stderr[-2000:]}")
    elif "Traceback" in child.stderr:
        failures.append(f"a traceback in the terminal: {child.stderr[-2000:]}")
    ended = [each for each in told if "refused" in each]
    refused = sum(each["refused"] for each in ended)
    return Attempt({"files": len(ended), "files that were refused": refused}, "; ".join(failures))


SOAK = Soak(
    "every writer into a full disk, a read-only folder, and a folder that vanishes",
    40,
    attempt,
    (Row("files", ""), Row("files that were refused", "")),
)
