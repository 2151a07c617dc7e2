"""A sweep's folder says the same to whoever reads it as the owner has written, whole lines only."""

import os
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import preset
from cadl_desktop.project import ProjectError
from cadl_desktop.sweeps import Limit, Objective, Sweep, varied_of
from cadl_desktop.sweeps.plan.proposals import proposed
from cadl_desktop.sweeps.records.folder import SweepFolder
from cadl_desktop.sweeps.records.log import (
    Begun,
    Closed,
    Ended,
    LogReader,
    LogWriter,
    Measured,
    Owned,
    Record,
    Told,
)
from cadl_desktop.sweeps.records.standing import Standing, of_sweep, trials_wanted

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


def test_a_sweep_comes_back_and_a_damaged_one_is_said(folder: SweepFolder) -> None:
    assert folder.sweep() == SWEEP
    content = bytearray(folder.sweep_file.read_bytes())
    content[len(content) // 2] ^= 255
    folder.sweep_file.write_bytes(content)
    with pytest.raises(ProjectError, match=r"sweep\.zip"):
        folder.sweep()


def test_the_log_is_read_as_it_grows_and_cut_lines_count_for_nothing(folder: SweepFolder) -> None:
    trial = proposed(SWEEP, 1)
    assert trial
    records: list[Record] = [
        Owned(1.0, "here", 7, "0.1", "local"),
        Begun(2.0, 1, trial.seed, trial.point),
        Measured(3.0, 1, 5, 500, 0.5, 0.2, 0.2, "here", 5),
        Ended(4.0, 1, "epochs", 0.1, 9, 900, 1.0, "here", {"cost": 0.1}),
        Told(5.0, "A worker was lost."),
        Closed(6.0, "done"),
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
    assert list(reader.news()) == [Told(7.0, "Hi.")]


def test_a_trial_ends_once_and_the_best_is_found() -> None:
    standing = Standing().with_news(
        [
            *(Begun(0.0, number, 1, ()) for number in (1, 2, 3, 4)),
            Measured(1.0, 1, 3, 30, 0.1, 0.5, 0.5, "a", 3),
            Ended(2.0, 2, "epochs", 0.2),
            Ended(2.5, 2, "failed", None),
            Ended(3.0, 3, "diverged", None),
            Ended(4.0, 4, "epochs", 0.2),
        ]
    )
    assert standing.order == (2, 3, 4)
    assert standing.trials[1].rungs == {3: 0.5}
    assert [standing.trials[number].value for number in (1, 2, 3)] == [0.5, 0.2, None]
    best = standing.best(Objective())
    assert best
    assert best.number == 2
    assert Standing().best(Objective()) is None


def test_who_goes_on_with_a_sweep_has_workers_to_start_first() -> None:
    """What trials told of themselves before was to another owner."""
    begun, measured = Begun(2.0, 1, 5, ()), Measured(3.0, 1, 2, 20, 0.5)
    first = Standing().with_news([Owned(1.0, "here", 7, "0.1", "local"), begun, measured])
    assert first.is_under_way
    resumed = first.with_news([Closed(4.0, "stopped"), Owned(5.0, "here", 8, "0.1", "local")])
    assert not resumed.is_under_way
    assert resumed.with_news([Measured(6.0, 1, 3, 30, 0.8)]).is_under_way


def test_how_many_trials_there_will_be() -> None:
    grid = replace(SWEEP, strategy="grid", seeds=2, limit=Limit())
    assert [trials_wanted(each) for each in (SWEEP, grid, replace(SWEEP, limit=Limit()))] == [3, 20, None]


def test_lines_of_what_can_not_be_and_lines_without_end_count_for_nothing(folder: SweepFolder) -> None:
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
    assert list(reader.news()) == [Told(8.0, "Hi.")]
    LogWriter(folder.log).close()
    assert folder.log.read_bytes().endswith(b'"Hi."}\n')


def test_beginnings_of_trials_of_another_sweep_are_left_out() -> None:
    trial = proposed(SWEEP, 1)
    assert trial
    (rate, _), layers = trial.point
    own = [Begun(0.0, 1, 1, trial.point), Told(1.0, "Hi."), Begun(0.0, 3, 1, ((rate, 7), layers))]
    points = ((), (layers,), (layers, (rate, 0.1)), ((rate, "relu"), layers), ((rate, 0.1), ("layers", "8")))
    others = [Begun(0.0, 4, 1, trial.point), *(Begun(0.0, 2, 1, point) for point in points)]
    assert list(of_sweep(SWEEP, [*others, *own, *others])) == own


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file system with pipes")
def test_a_pipe_is_no_log(folder: SweepFolder) -> None:
    os.mkfifo(folder.log)
    with pytest.raises(OSError, match="Not an ordinary file"):
        list(LogReader(folder.log).news())
    with pytest.raises(OSError, match="Not an ordinary file"):
        LogWriter(folder.log)


def test_only_commands_are_heard_and_nothing_else_is_removed(folder: SweepFolder, tmp_path: Path) -> None:
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
    """To open one would wait for ever."""
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
    hold = folder.own()
    assert hold
    assert folder.has_owner
    assert folder.own() is None
    hold.let_go()
    assert not folder.has_owner
