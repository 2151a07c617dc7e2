"""`cadl-desktop sweep`: its summary, its progress bar, and sweeps of seeds only."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace
from tqdm import tqdm

from cadl_desktop.cli.sweeping.requested_sweep import sweep_of
from cadl_desktop.cli.sweeping.sweep_command import SweepProgress, as_text, summary
from cadl_desktop.cli.sweeping.sweep_options import sweep_parser
from cadl_desktop.experiment import preset
from cadl_desktop.sweeps import Limit, Objective, Sweep, varied_of
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import (
    LogReader,
    Notice,
    OwnerStopped,
    Record,
    TrialEnded,
    TrialStarted,
)
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from tests.cli.commands import COMMAND, environment
from tests.sweeps.sweep_folders import Outcome, write_trials

CURVE = preset("lecture-tanh")
VARIED = ("optimizer.rate=0.001..0.1,log", "layers=8|8,8")
SWEEP = Sweep(base=CURVE, varied=tuple(varied_of(text, CURVE) for text in VARIED), limit=Limit(trials=3))
NETWORK = SWEEP.varied[1].among.values[1]
RECORDS: tuple[Record, ...] = (
    *(TrialStarted(0.0, number, 7, (("optimizer.rate", 0.02), ("layers", NETWORK))) for number in (1, 2, 3)),
    TrialEnded(1.0, 1, "epochs", 0.5, seconds=1.5, measures={"cost": 0.5}),
    TrialEnded(2.0, 2, "epochs", 0.25, seconds=1.0, measures={"cost": 0.25}),
    Notice(3.0, "A worker was lost."),
    TrialEnded(4.0, 3, "diverged", None),
)
STANDING = SweepStatus().with_news(RECORDS)
FOLDER = SweepFolder(Path("out"))


def text(standing: SweepStatus, closed: OwnerStopped, sweep: Sweep = SWEEP) -> list[str]:
    return as_text(sweep, standing, closed, summary(sweep, standing, closed, FOLDER)).splitlines()


def test_the_summary_has_the_best_trial_and_the_reasons_of_ends(tmp_path: Path) -> None:
    folder = SweepFolder(tmp_path)
    folder.make(SWEEP)
    folder.project(2).touch()
    result = json.loads(json.dumps(summary(SWEEP, STANDING, OwnerStopped(5.0, "done"), folder)))
    assert result == {
        "name": CURVE.name,
        "trials": 3,
        "reasons": {"epochs": 2, "diverged": 1},
        "seconds": 2.5,
        "best": {
            "number": 2,
            "value": 0.25,
            "point": {"optimizer.rate": 0.02, "layers": "8,8"},
            "seed": 7,
            "measures": {"cost": 0.25},
            "project": str(tmp_path / "trials" / "00002.cadl"),
        },
        "stopped_because": "done",
        "out": str(tmp_path),
    }


def test_the_text_says_the_same() -> None:
    assert text(STANDING, OwnerStopped(5.0, "done")) == [
        f"{CURVE.name}: All trials are over.",
        "3 trials in 2.50 s of training (epochs: 2, diverged: 1)",
        "Best: trial 2, cost 0.25, with optimizer.rate=0.02, layers=8,8",
        "Written to out",
    ]
    quick = replace(SWEEP, objective=Objective(reaches=0.3))
    assert (
        "Best: trial 2, 0.25 s to a cost of 0.3, with" in text(STANDING, OwnerStopped(5.0, "done"), quick)[2]
    )


def test_a_sweep_without_results_has_no_best() -> None:
    assert text(SweepStatus().with_news(RECORDS[:1]), OwnerStopped(5.0, "stopped")) == [
        f"{CURVE.name}: Stopped; --resume continues it.",
        "0 trials in 0.00 s of training",
        "Written to out",
    ]
    assert text(SweepStatus(), OwnerStopped(5.0, "failed", "The disk is full."))[0].endswith(
        "Ended too early; --resume continues it."
    )


def test_the_bar_shows_the_best_so_far_and_each_message_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # no monitor thread
    for name, size in (("COLUMNS", "100"), ("LINES", "24")):
        monkeypatch.setenv(name, size)
    with SweepProgress(SWEEP, SweepStatus().with_news([Notice(0.0, "Of earlier.")])) as shown:
        earlier = Notice(0.0, "Of earlier.")
        for count in (4, 6, 7):
            shown.follow(SweepStatus().with_news([earlier, *RECORDS[:count]]))
    errors = capsys.readouterr().err
    assert errors.count("A worker was lost.\n") == 1
    assert "Of earlier." not in errors
    assert "1/3" in errors
    assert "best trial 1, cost 0.5" in errors
    assert "3/3" in errors.splitlines()[-1]
    assert "best trial 2, cost 0.25" in errors.splitlines()[-1]


def wanted(*words: str) -> Sweep:
    return sweep_of(sweep_parser().parse_args(["lecture-tanh", "--out", "there", *words]))


def test_the_strategy_is_a_grid_if_only_seeds_vary() -> None:
    assert wanted("--seeds", "3").strategy == "grid"
    assert wanted("--seeds", "3", "--trials", "6", "--vary", "l1=0.0..1.0").strategy == "random"


def test_the_spread_over_seeds_is_reported(tmp_path: Path) -> None:
    folder, sweep = SweepFolder(tmp_path), wanted("--seeds", "3", "--objective", "cost")
    write_trials(folder, sweep, [Outcome(0.5), Outcome(0.25), Outcome(None)])
    standing = SweepStatus().with_news(LogReader(folder.log).news())
    closed = OwnerStopped(3.0, "done")
    text = as_text(sweep, standing, closed, summary(sweep, standing, closed, folder))
    assert text.split("\n")[2:5] == [
        "Result: cost 0.375 ± 0.18, the mean of 2 seeds, best of them trial 2, with seed 2",
        "Cost of “10 tanh neurons” over 3 seeds: 0.5000 in the median, 0.2500 to 0.5000. "
        "1 of them came to nothing, which counts as the worst.",
        "With its own seed it is number 2 of 3, counted from the best.",
    ]


def test_points_are_ranked_by_the_mean_of_their_seeds(tmp_path: Path) -> None:
    words = ["--seeds", "2", "--strategy", "grid", "--vary", "batch_size=10|20|30", "--objective", "cost"]
    folder, sweep = SweepFolder(tmp_path), wanted(*words)
    # The single best cost is that of a point with a bad seed, and another point has a seed that diverged.
    costs = (0.1, 0.9, 0.3, 0.4, 0.2, None)
    write_trials(folder, sweep, [Outcome(cost) for cost in costs])
    standing = SweepStatus().with_news(LogReader(folder.log).news())
    closed = OwnerStopped(3.0, "done")
    result = summary(sweep, standing, closed, folder)
    assert result["best"]["number"] == 3
    assert result["best"]["point"] == {"batch_size": "20"}
    assert result["best"]["mean"] == pytest.approx(0.35)
    assert result["best"]["deviation"] == pytest.approx(0.0707, abs=1e-4)
    text = as_text(sweep, standing, closed, result)
    best = "Best: cost 0.35 ± 0.071, the mean of 2 seeds, best of them trial 3, with batch_size=20"
    assert best in text.split("\n")


def test_a_sweep_runs_from_a_removed_working_directory(tmp_path: Path) -> None:
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
