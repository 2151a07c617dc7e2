"""Fixture that runs a command in the process of the tests."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from unittest.mock import patch

import pytest
from tqdm import tqdm

from cadl_desktop.cli import export_process, run_command
from cadl_desktop.session import simple_studio
from tests.cli.commands import Result


@pytest.fixture
def here(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Result]:
    """Function that runs a command here, which saves a child process's seconds to load TensorFlow. An export
    runs as in the child process that `export` starts."""
    monkeypatch.setattr(simple_studio, "_Start", type("Start", (simple_studio._Start,), {}))  # by --simple
    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # no monitor thread
    marks = tmp_path / "marks"
    marks.mkdir()

    def run(*arguments: str | Path) -> Result:
        words = [*map(str, arguments)]
        if words[:1] == ["export"]:
            monkeypatch.setenv(export_process._STATUS_VARIABLE, str(marks))
            # The process of the tests must not end with the one that waits for an export.
            monkeypatch.setattr(export_process, "on_parent_exit", lambda end: None)
            monkeypatch.setattr(export_process, "_ending", Lock())  # acquired at the end, once per export
        with patch.dict(os.environ):  # --safe sets a variable, for all of its process
            code = run_command(words, lambda file: 0)
        output, errors = capfd.readouterr()
        return subprocess.CompletedProcess(words, code, output, errors)

    return run
