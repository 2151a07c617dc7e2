"""`sweep` where its terminal's folder has been removed."""

import shlex
import subprocess
from pathlib import Path

from tests.cli.commands import COMMAND, environment


def test_a_sweep_trains_though_the_folder_it_was_started_in_is_gone(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    words = ["sweep", "lecture-tanh", "--epochs", "1", "--seeds", "1", "--vary", "optimizer.rate=0.1|0.2"]
    limits = ["--workers", "1", "--trials", "1", "--out", str(tmp_path / "out")]
    done = subprocess.run(
        ["sh", "-c", f"rmdir ../gone && exec {shlex.join([*COMMAND, *words, *limits])}"],
        cwd=tmp_path / "gone",
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Best: trial 1" in done.stdout
