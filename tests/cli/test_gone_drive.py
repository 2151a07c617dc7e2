"""Drives that are unmounted while a command writes to them: a real mount, in a namespace of its own."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cadl_desktop.cli.output import Exit
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogReader, TrialEnded
from tests.cli.commands import COMMAND, Result, environment


def can_mount() -> bool:
    if sys.platform != "linux":
        return False
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return tried.returncode == 0


pytestmark = pytest.mark.skipif(not can_mount(), reason="needs the right to mount")


def with_drive(tmp_path: Path, command: list[str], script: str) -> Result:
    """Runs a command with a folder on a drive, and a script that has the command as `$command`, its errors
    in `errors`, and `plug` and `unplug`. The drive's content is in `drive`, its place is `place`."""
    for name in ("drive", "place"):
        (tmp_path / name).mkdir()
    begin = f"""
        set -e
        plug() {{ mount --bind drive place; }}
        unplug() {{ umount -l place; }}
        begin() {{ {shlex.join([*COMMAND, *command])} --out place/run 2> errors & process=$!; }}
        finish() {{ status=0; wait $process || status=$?; }}
        until_it() {{ until "$@"; do kill -0 $process || {{ cat errors >&2; exit 1; }}; sleep 0.05; done; }}
        plug
    """
    return run_in(tmp_path, ["unshare", "-m", "sh", "-c", begin + script])


def run_in(tmp_path: Path, words: list[str]) -> Result:
    return subprocess.run(
        words, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=180, check=False
    )


def test_a_training_writes_nowhere_else_and_says_when_it_begins_anew(tmp_path: Path) -> None:
    words = ["train", "lecture-tanh", "--epochs", "2"]
    done = with_drive(
        tmp_path,
        words,
        """
        begin; until_it sh -c 'ls place/run/.cadl-run-* 2>&-'; unplug; finish
        test -z "$(ls -A place)"
        cat errors >&2
        exit $status
        """,
    )
    assert done.returncode == Exit.FAILED
    assert done.stderr.endswith(
        "The folder 'place/run' is gone, perhaps with its drive. Nothing was written elsewhere: what was "
        "learned is lost.\n"
    )
    assert "Written to" not in done.stdout
    again = run_in(tmp_path, [*COMMAND, *words, "--out", "drive/run", "--resume"])
    assert again.returncode == Exit.DONE
    assert again.stderr == "--resume: there is nothing to resume in 'drive/run'; training begins anew.\n"


def test_a_sweep_ends_and_goes_on_with_resume(tmp_path: Path) -> None:
    done = with_drive(
        tmp_path,
        shlex.split("sweep lecture-tanh --seeds 2 --seconds 3 --workers 1 --json"),
        """
        begin; until_it grep -qs '"ended"' place/run/log.jsonl; unplug; finish
        test -z "$(ls -A place)"
        cat errors >&2
        exit $status
        """,
    )
    assert done.returncode == Exit.FAILED, done.stderr
    assert done.stderr.endswith(
        "Its folder 'place/run' is gone: moved, removed, or with its drive. 'cadl-desktop sweep --resume "
        "--out FOLDER' goes on once it is back, or from where it is now.\n"
    )
    assert json.loads(done.stdout)["best"]["project"] is None
    again = run_in(tmp_path, [*COMMAND, "sweep", "--resume", "--out", "drive/run"])
    assert again.returncode == Exit.DONE, again.stderr
    folder = SweepFolder(tmp_path / "drive" / "run")
    ends = [record.number for record in LogReader(folder.log).news() if isinstance(record, TrialEnded)]
    assert ends == [1, 2]
    assert all(folder.project(number).exists() for number in ends)
