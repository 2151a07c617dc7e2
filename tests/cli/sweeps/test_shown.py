"""What a person and a script are told of a sweep."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from tqdm import tqdm

from cadl_desktop.cli.sweeps.shown import Shown, as_text, summary
from cadl_desktop.experiment import preset
from cadl_desktop.sweeps import Limit, Objective, Sweep, varied_of
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import Notice, OwnerStopped, Record, TrialEnded, TrialStarted
from cadl_desktop.sweeps.records.sweep_status import SweepStatus

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


def test_a_script_gets_the_best_trial_and_why_all_have_ended() -> None:
    told = json.loads(json.dumps(summary(SWEEP, STANDING, OwnerStopped(5.0, "done"), FOLDER)))
    assert told == {
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
            "project": str(Path("out", "trials", "00002.cadl")),
        },
        "stopped_because": "done",
        "out": "out",
    }


def test_a_person_reads_the_same() -> None:
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


def test_a_sweep_that_came_to_nothing_has_no_best() -> None:
    assert text(SweepStatus().with_news(RECORDS[:1]), OwnerStopped(5.0, "stopped")) == [
        f"{CURVE.name}: Stopped; --resume goes on.",
        "0 trials in 0.00 s of training",
        "Written to out",
    ]
    assert text(SweepStatus(), OwnerStopped(5.0, "failed", "The disk is full."))[0].endswith(
        "Ended too early; --resume goes on."
    )


def test_the_bar_has_the_best_so_far_and_each_sentence_comes_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # no thread that watches bars
    for name, size in (("COLUMNS", "100"), ("LINES", "24")):
        monkeypatch.setenv(name, size)
    with Shown(SWEEP, SweepStatus().with_news([Notice(0.0, "Of earlier.")])) as shown:
        earlier = Notice(0.0, "Of earlier.")
        for count in (4, 6, 7):
            shown.follow(SweepStatus().with_news([earlier, *RECORDS[:count]]))
    told = capsys.readouterr().err
    assert told.count("A worker was lost.\n") == 1
    assert "Of earlier." not in told
    assert "1/3" in told
    assert "best trial 1, cost 0.5" in told
    assert "3/3" in told.splitlines()[-1]
    assert "best trial 2, cost 0.25" in told.splitlines()[-1]
