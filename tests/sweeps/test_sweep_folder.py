"""Folder of a sweep: readers get what the owner has written, complete lines only; also its table."""

import csv
import io
import os
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import preset
from cadl_desktop.project import ProjectError
from cadl_desktop.sweeps import Choices, Limit, Objective, Sweep, Varied, varied_of
from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import (
    LogReader,
    LogWriter,
    Notice,
    OwnerStarted,
    OwnerStopped,
    Record,
    TrialEnded,
    TrialMeasured,
    TrialStarted,
)
from cadl_desktop.sweeps.records.sweep_status import SweepStatus, trials_wanted, valid_records
from cadl_desktop.sweeps.records.trial_table import table_of

PAINTING = preset("lecture-painting")
SWEEP = Sweep(
    base=PAINTING,
    varied=tuple(varied_of(text, PAINTING) for text in ("optimizer.rate=0.001..0.1,log", "layers=8|8,8")),
    limit=Limit(trials=3),
)


@pytest.fixture
def folder(tmp_path: Path) -> SweepFolder:
    made = SweepFolder(tmp_path / "sweep")
    made.make(SWEEP)
    return made


def test_a_sweep_is_read_back_and_a_damaged_one_refused(folder: SweepFolder) -> None:
    assert folder.sweep() == SWEEP
    content = bytearray(folder.sweep_file.read_bytes())
    content[len(content) // 2] ^= 255
    folder.sweep_file.write_bytes(content)
    with pytest.raises(ProjectError, match=r"sweep\.zip"):
        folder.sweep()


def test_the_log_is_read_as_it_grows_without_cut_lines(folder: SweepFolder) -> None:
    trial = proposed(SWEEP, 1)
    assert trial
    records: list[Record] = [
        OwnerStarted(1.0, "here", 7, "0.1", "local"),
        TrialStarted(2.0, 1, trial.seed, trial.point),
        TrialMeasured(3.0, 1, 5, 500, 0.5, 0.2, 0.2, "here", 5),
        TrialEnded(4.0, 1, "epochs", 0.1, 9, 900, 1.0, "here", {"cost": 0.1}),
        Notice(5.0, "A worker was lost."),
        OwnerStopped(6.0, "done"),
    ]
    reader, writer = LogReader(folder.log), LogWriter(folder.log)
    assert list(reader.news()) == []
    for record in records[:3]:
        writer.add(record)
    assert list(reader.news()) == records[:3]
    writer.close()
    with folder.log.open("ab") as file:
        file.write(b'{"is":"ended","num')
    assert list(reader.news()) == []
    again = LogWriter(folder.log)
    for record in records[3:]:
        again.add(record, flushed=True)
    again.close()
    assert list(reader.news()) == records[3:]
    with folder.log.open("ab") as file:
        file.write(b'{"is":"of a later version","at":1}\n{"is":"told","at":7.0,"sentence":"Hi.","more":1}\n')
    assert list(reader.news()) == [Notice(7.0, "Hi.")]


def test_a_trial_ends_once_and_the_best_is_found() -> None:
    status = SweepStatus().with_news(
        [
            *(TrialStarted(0.0, number, 1, ()) for number in (1, 2, 3, 4)),
            TrialMeasured(1.0, 1, 3, 30, 0.1, 0.5, 0.5, "a", 3),
            TrialEnded(2.0, 2, "epochs", 0.2),
            TrialEnded(2.5, 2, "failed", None),
            TrialEnded(3.0, 3, "diverged", None),
            TrialEnded(4.0, 4, "epochs", 0.2),
        ]
    )
    assert status.order == (2, 3, 4)
    assert status.trials[1].rungs == {3: 0.5}
    assert [status.trials[number].value for number in (1, 2, 3)] == [0.5, 0.2, None]
    best = status.best(Objective())
    assert best
    assert best.number == 2
    assert SweepStatus().best(Objective()) is None


def test_a_resumed_sweep_is_under_way_after_new_progress() -> None:
    """Progress that trials reported to an earlier owner doesn't count."""
    begun, measured = TrialStarted(2.0, 1, 5, ()), TrialMeasured(3.0, 1, 2, 20, 0.5)
    first = SweepStatus().with_news([OwnerStarted(1.0, "here", 7, "0.1", "local"), begun, measured])
    assert first.is_under_way
    resumed = first.with_news([OwnerStopped(4.0, "stopped"), OwnerStarted(5.0, "here", 8, "0.1", "local")])
    assert not resumed.is_under_way
    assert resumed.with_news([TrialMeasured(6.0, 1, 3, 30, 0.8)]).is_under_way


def test_number_of_wanted_trials() -> None:
    grid = replace(SWEEP, strategy="grid", seeds=2, limit=Limit())
    assert [trials_wanted(each) for each in (SWEEP, grid, replace(SWEEP, limit=Limit()))] == [3, 20, None]


def test_invalid_and_endless_lines_are_skipped(folder: SweepFolder) -> None:
    odd = ['"at":1e300,"number":1', '"at":-1,"number":1', *(f'"at":1,"number":{n}' for n in (0, -1, 10**18))]
    odd += [f'"at":1,"number":1,"seed":{10**30}', '"at":NaN,"number":1', '"at":"1","number":1']
    lines = [f'{{"is":"begun","seed":1,"point":[],{each}}}' for each in odd]
    lines += ['{"is":"told","at":7.0,"sentence":"\xe9"}', "[" * 150_000]
    long = "x" * 300_000 + '{"is":"told","at":7.0,"sent'
    folder.log.write_text("\n".join([*lines, long]), encoding="latin-1")
    reader = LogReader(folder.log)
    assert list(reader.news()) == []
    with folder.log.open("ab") as file:
        file.write(b'ence":"Hi."}\n{"is":"told","at":8.0,"sentence":"Hi."}\n' + b"y" * 3_000_000)
    assert list(reader.news()) == [Notice(8.0, "Hi.")]
    LogWriter(folder.log).close()
    assert folder.log.read_bytes().endswith(b'"Hi."}\n')


def test_foreign_trials_are_left_out() -> None:
    trial = proposed(SWEEP, 1)
    assert trial
    (rate, _), layers = trial.point
    own = [
        TrialStarted(0.0, 1, 1, trial.point),
        Notice(1.0, "Hi."),
        TrialStarted(0.0, 3, 1, ((rate, 7), layers)),
    ]
    points = ((), (layers,), (layers, (rate, 0.1)), ((rate, "relu"), layers), ((rate, 0.1), ("layers", "8")))
    others = [TrialStarted(0.0, 4, 1, trial.point), *(TrialStarted(0.0, 2, 1, point) for point in points)]
    assert list(valid_records(SWEEP, [*others, *own, *others])) == own


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file system with pipes")
def test_a_pipe_is_no_log(folder: SweepFolder) -> None:
    os.mkfifo(folder.log)
    with pytest.raises(OSError, match="Not an ordinary file"):
        list(LogReader(folder.log).news())
    with pytest.raises(OSError, match="Not an ordinary file"):
        LogWriter(folder.log)


def test_only_commands_are_taken_and_removed(folder: SweepFolder, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "folder").mkdir(parents=True)
    (mine / "letter.txt").write_text("Dear Anna")
    (folder.path / "commands").rmdir()
    (folder.path / "commands").symlink_to(mine)
    folder.tell("stop")
    assert (folder.heard(), folder.heard()) == ({"stop"}, set())
    assert {each.name for each in mine.iterdir()} == {"folder", "letter.txt"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file system with pipes")
def test_a_pipe_is_no_preview(folder: SweepFolder) -> None:
    """Opening a pipe would block for ever."""
    os.mkfifo(folder.path / "previews" / "00001.npy")
    assert folder.preview(1) is None


def test_previews_commands_and_the_owner(folder: SweepFolder) -> None:
    assert folder.preview(1) is None
    for preview in (np.zeros((4, 5, 3), np.uint8), np.arange(9, dtype=np.float32)):
        folder.write_preview(1, preview)
        found = folder.preview(1)
        assert found is not None
        assert np.array_equal(found, preview)
    for odd in (np.zeros((4, 5), np.uint8), np.zeros(3), np.zeros(0, np.float32)):
        np.save(folder.path / "previews" / "00001.npy", odd)
        assert folder.preview(1) is None
    np.savez(folder.path / "several.npz", np.zeros(3))
    (folder.path / "several.npz").replace(folder.path / "previews" / "00001.npy")
    assert folder.preview(1) is None
    folder.tell("stop")
    assert (folder.heard(), folder.heard()) == ({"stop"}, set())
    lock = folder.own()
    assert lock
    assert folder.has_owner
    assert folder.own() is None
    lock.unlock()
    assert not folder.has_owner


VARIED = ("optimizer.rate=0.001..0.1,log", "layers=8|8,8", "cost=l2|l2-sum")
TABLE_SWEEP = Sweep(
    base=PAINTING,
    varied=tuple(varied_of(text, PAINTING) for text in VARIED),
    limit=Limit(trials=9),
)
NETWORK = TABLE_SWEEP.varied[1].among.values[1]


def rows(*records: Record, sweep: Sweep = TABLE_SWEEP) -> list[dict[str, str]]:
    text = table_of(sweep, SweepStatus().with_news(records)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def begun(number: int) -> TrialStarted:
    return TrialStarted(
        0.0, number, 6 + number, (("optimizer.rate", 0.0123), ("layers", NETWORK), ("cost", "l2-sum"))
    )


def test_columns_of_the_table() -> None:
    measures = {"cost": 0.25, "seen_psnr": 31.5}
    ended = TrialEnded(2.0, 2, "epochs", 0.25, 9, 900, 1.5, "here", measures)
    (row,) = rows(begun(2), ended)
    assert next(iter(row)) == "trial"
    assert {name: value for name, value in row.items() if value} == {
        "trial": "2",
        "seed": "8",
        "optimizer.rate": "0.0123",
        "layers": "8,8",
        "cost": "l2-sum",
        "value": "0.25",
        "final_cost": "0.25",
        "final_seen_psnr": "31.5",
        "epochs": "9",
        "steps": "900",
        "seconds": "1.5",
        "machine": "here",
        "reason": "epochs",
    }


def test_rows_are_sorted_and_unfinished_trials_have_settings_only() -> None:
    news = TrialMeasured(1.0, 1, 5, 500, 0.5, 0.2, 0.2, "here")
    diverged = TrialEnded(1.0, 3, "diverged", None, measures={"cost": float("inf")})
    first, second, third = rows(begun(3), begun(1), begun(2), news, diverged)
    assert [row["trial"] for row in (first, second, third)] == ["1", "2", "3"]
    assert (first["cost"], first["value"], first["seconds"], first["reason"]) == ("l2-sum", "", "", "")
    assert (third["value"], third["final_cost"], third["reason"]) == ("", "", "diverged")
    assert rows() == []


def test_values_are_quoted_as_in_rfc_4180() -> None:
    odd = 'a "b", c\r\nd\ud800'
    sweep = replace(TABLE_SWEEP, varied=(Varied("data.expression", Choices((odd,))),))
    refused = TrialEnded(1.0, 1, "refused", None, message="Zu groß, leider.")
    table = table_of(
        sweep, SweepStatus().with_news([TrialStarted(0.0, 1, 1, (("data.expression", odd),)), refused])
    )
    assert table.splitlines(keepends=True)[0].endswith(b",reason,message\r\n")
    assert '"a ""b"", c\r\nd�"'.encode() in table
    assert table.endswith('refused,"Zu groß, leider."\r\n'.encode())
