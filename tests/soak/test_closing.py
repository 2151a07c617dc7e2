"""The soak of closing in short: moments at which nothing may be waited for, and one to clear up after."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.processes import ROOT
from tests.soak.closing import close_at

LATER = "cross" if sys.platform == "darwin" else "log-out"
MOMENTS = [("starting", 100, "SIGHUP"), ("loading", 700, LATER), ("training", 300, "SIGTERM")]
ENDED_WHILE_SHOWN = """
import os, signal

from PySide6.QtWidgets import QMainWindow

from cadl_desktop import __main__

QMainWindow.show = lambda window: os.kill(os.getpid(), signal.SIGTERM)
raise SystemExit(__main__.main(["lecture-painting"]))
"""


@pytest.mark.parametrize(("moment", "milliseconds", "way"), MOMENTS)
def test_a_window_that_is_closed_ends_well_and_leaves_nothing(
    moment: str, milliseconds: int, way: str, tmp_path: Path
) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    assert close_at(moment, milliseconds, way, folder).wrong == []


@pytest.mark.skipif(os.name != "posix", reason="nothing is ended by a signal there")
def test_a_request_to_end_before_the_window_is_there_leaves_nothing(tmp_path: Path) -> None:
    home, temporary = tmp_path / "own", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    own = {"HOME": str(home), "TMPDIR": str(temporary), "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [sys.executable, "-c", ENDED_WHILE_SHOWN], cwd=ROOT, env=os.environ | own, timeout=120
    )
    assert ended.returncode == 0
    assert [*temporary.iterdir()] == []
