"""A command in the process of the tests."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tqdm import tqdm

from cadl_desktop.cli import apart, run_command
from tests.cli.commands import Result


@pytest.fixture
def here(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Result]:
    """Runs one without the seconds that a process of its own takes to load TensorFlow; an export as in the
    process that the command has it made in."""
    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # no thread that watches bars
    marks = tmp_path / "marks"
    marks.mkdir()

    def run(*arguments: str | Path) -> Result:
        words = [*map(str, arguments)]
        if words[0] == "export":
            monkeypatch.setenv(apart._MARKS, str(marks))
            # Nor does this one end with the process that waits for it.
            monkeypatch.setattr(apart, "on_parent_exit", lambda end: None)
        code = run_command(words, lambda file, diagnostics: 0)
        output, errors = capfd.readouterr()
        return subprocess.CompletedProcess(words, code, output, errors)

    return run
