"""`train --resume`: after a crash, the rest of a training gives the same numbers as an uninterrupted one."""

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from math import inf
from pathlib import Path
from typing import Any

import pytest
from tqdm import tqdm

from cadl_desktop.cli import checkpoints
from cadl_desktop.cli import train_command as command
from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.checkpoints import LOG, Checkpoints
from cadl_desktop.cli.output import Exit
from cadl_desktop.cli.results_folder import PROJECT
from cadl_desktop.engine.tracing import SingleTraceFunction
from cadl_desktop.experiment import open_project, preset
from cadl_desktop.project import Project, save_project
from cadl_desktop.project.recovery_copy import LIST, RecoveryWriter, open_recovery
from cadl_desktop.runs.events import RunState
from cadl_desktop.storage import atomic
from cadl_desktop.storage.folder_mark import FolderMark, is_mark
from tests.engine.runs import same_bits
from tests.small_files import limited_file_size

WORDS = ["lecture-painting", "--set", "data.longest=16", "--epochs", "12"]


class CrashError(BaseException):
    """Stands for a crash: no handler catches it."""


@pytest.fixture(autouse=True)
def at_every_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_SECONDS", 0.0)
    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # no monitor thread


def train(out: Path, *words: str) -> int:
    return command.run_training([*WORDS, *words, "--out", str(out)])


def crash(out: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Trains until a checkpoint is written, crashes, and returns the number of steps in it."""
    noted: list[int] = []

    def note(self: Checkpoints, state: RunState, known: Any = Checkpoints.note) -> None:
        known(self, state)
        assert self._writing is not None
        self._writing.result()
        noted.append(state.step)
        if state.step > noted[0]:
            raise CrashError

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "note", note)
        with pytest.raises(CrashError):
            train(out, *words)
    state = open_recovery(out / checkpoints.CHECKPOINT).state
    assert state is not None
    assert state.step == noted[-1]
    return noted[-1]


def test_a_crashed_training_resumes_to_the_same_bits(tmp_path, monkeypatch, capsys):
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    train(whole)
    at = crash(halves, monkeypatch)
    again = crash(halves, monkeypatch, "--resume")
    with pytest.raises(UsageError, match="of another experiment or of other settings"):
        train(halves, "--resume", "--seed", "5")
    with pytest.raises(UsageError, match=r"^--out: there is a run in .* by --resume, or .*--overwrite"):
        train(halves)
    train(halves, "--resume")
    one, other = (open_project(folder / "experiment.cadl") for folder in (whole, halves))
    assert one.state.step > again > at > 0
    assert same_bits(one.state, other.state)
    costs = [{row[0]: tuple(row[[1, 3, 5]]) for row in project.history.rows} for project in (one, other)]
    # Only the measurement that was running during the crash is missing.
    assert len(costs[0]) - 2 <= len(costs[1])
    assert costs[1].items() <= costs[0].items()
    assert {file.name for file in halves.iterdir()} == {file.name for file in whole.iterdir()}
    capsys.readouterr()
    assert train(halves, "--resume") == Exit.DONE
    assert f"This run has ended, with its results in '{halves}'" in capsys.readouterr().err
    with pytest.raises(UsageError, match="has ended; train"):
        train(halves, "--resume", "--seed", "5")


def test_a_training_that_was_ended_early_is_not_called_finished(tmp_path):
    out = tmp_path / "out"
    assert train(out) == Exit.DONE
    project = open_project(out / PROJECT)
    assert project.state is not None
    save_project(out / PROJECT, replace(project, state=replace(project.state, epoch=5)))
    with pytest.raises(UsageError, match="has ended; train"):
        train(out, "--resume")


def test_moments_are_left_out_and_the_run_goes_on_to_the_same_bits(tmp_path, monkeypatch):
    whole, bare, further = tmp_path / "whole", tmp_path / "bare", tmp_path / "further"
    crash(bare, monkeypatch, "--no-moments")
    assert train(bare, "--no-moments", "--resume") == train(whole) == Exit.DONE
    one, other = (open_project(folder / PROJECT) for folder in (whole, bare))
    assert one.snapshots
    assert other.snapshots is None
    assert same_bits(one.state, other.state)
    sizes = [(folder / PROJECT).stat().st_size for folder in (whole, bare)]
    assert sizes[1] < sizes[0] / 2
    words = [str(bare / PROJECT), "--epochs", "2", "--out", str(further)]
    assert command.run_training(words) == Exit.DONE
    project = open_project(further / PROJECT)
    assert project.snapshots
    assert min(state.step for state in project.snapshots.states) == other.state.step


def test_resume_without_a_checkpoint_starts_over(tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    crash(out, monkeypatch, "--resume")
    assert capsys.readouterr().err == (
        f"--resume: there is nothing to resume in '{out}'; training begins anew.\n"
    )
    first = open_recovery(out / checkpoints.CHECKPOINT).experiment
    crash(out, monkeypatch, "--overwrite", "--seed", "5")
    assert open_recovery(out / checkpoints.CHECKPOINT).experiment != first
    capsys.readouterr()


def test_another_training_in_the_same_folder_is_refused(tmp_path, monkeypatch, capsys):
    """A second training would remove the first one's checkpoint, and overwrite its results."""
    out, refused = tmp_path / "out", []

    def meanwhile(*_: object) -> None:
        for words in ([], ["--overwrite"], ["--resume"]):
            with pytest.raises(UsageError, match=r"another run is under way in '.*out'; choose"):
                train(out, *words)
            refused.append(words)

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "note", meanwhile)
        assert train(out) == Exit.DONE
    assert refused
    assert train(out, "--overwrite") == Exit.DONE
    capsys.readouterr()


def test_an_abandoned_checkpoint_stays_until_the_next_is_written(tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    at = crash(out, monkeypatch)

    def begins(*_: object) -> None:
        raise CrashError

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "note", begins)
        with pytest.raises(CrashError):
            train(out, "--overwrite")
    assert open_recovery(out / checkpoints.CHECKPOINT).state.step == at
    assert train(out, "--overwrite") == Exit.DONE
    assert not (out / checkpoints.CHECKPOINT).exists()
    capsys.readouterr()


NO_TEXT = b'{"format": 1, "moment": 1, "name": "\xe9", "file": null, "steps": 0, "parts": [], "moments": []}'


@pytest.mark.parametrize("listed", [b"damaged", b'{"format": 2}', NO_TEXT, None])
def test_an_unreadable_checkpoint_is_reported_and_stays(tmp_path, listed):
    """Cases: a checkpoint of a newer program, one that isn't text, one with a missing part."""
    folder = tmp_path / checkpoints.CHECKPOINT
    RecoveryWriter(folder).write(Project(preset("lecture-tanh")))
    if listed is None:
        next(folder.glob("*.part")).write_bytes(b"damaged")
    else:
        (folder / LIST).write_bytes(listed)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(UsageError, match=r"^--resume: the checkpoint in '.*' is damaged, or of"):
        train(tmp_path, "--resume")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_the_rest_of_a_half_removed_checkpoint_is_ignored(tmp_path, monkeypatch):
    out, remove = tmp_path / "out", shutil.rmtree

    def remove_others(path: Path, **named: Any) -> None:
        if path != out / checkpoints.CHECKPOINT:
            remove(path, **named)

    monkeypatch.setattr(shutil, "rmtree", remove_others)
    assert train(out) == Exit.DONE
    assert any((out / checkpoints.CHECKPOINT).iterdir())
    assert train(out, "--resume") == Exit.DONE


def test_an_unwritable_checkpoint_is_reported_once_and_training_goes_on(tmp_path, monkeypatch, capsys):
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints.RecoveryWriter, "write", full)
    train(tmp_path / "out")
    assert capsys.readouterr().err.count("No checkpoint: ") == 1
    assert open_project(tmp_path / "out" / "experiment.cadl").state.epoch == 12


def test_a_file_in_the_checkpoint_folders_place_is_reported(tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    (out / checkpoints.CHECKPOINT).write_bytes(b"somebody's")
    assert train(out, "--overwrite") == Exit.DONE
    assert capsys.readouterr().err == (
        f"No checkpoint: {out / checkpoints.CHECKPOINT} was not written: there is a file of this name; "
        "choose another name.\n"
    )
    assert (out / checkpoints.CHECKPOINT).read_bytes() == b"somebody's"


def when_noted(monkeypatch: pytest.MonkeyPatch, then: Callable[[int], None]) -> None:
    """Has `then` called with a number after each checkpoint that was tried."""
    tried = count(1)

    def note(self: Checkpoints, state: RunState, known: Any = Checkpoints.note) -> None:
        known(self, state)
        assert self._writing is not None
        self._writing.result()
        then(next(tried))

    monkeypatch.setattr(Checkpoints, "note", note)


def test_a_folder_that_was_replaced_is_left_alone(tmp_path, monkeypatch, capsys):
    """A drive that is removed leaves an empty folder, or something else that is mounted there."""
    out, away = tmp_path / "out", tmp_path / "away"

    def replace_folder(tried: int) -> None:
        if tried == 1:
            out.rename(away)
            out.mkdir()
            (out / "painting.png").write_bytes(b"somebody's")

    with monkeypatch.context() as patched:
        when_noted(patched, replace_folder)
        assert train(out) == Exit.FAILED
    steps = open_recovery(away / checkpoints.CHECKPOINT).state.step
    output, errors = capsys.readouterr()
    gone = f"The folder '{out}' is gone, perhaps with its drive."
    assert errors == (
        f"{gone} Nothing was written elsewhere. Its checkpoint has step {steps:,}: once it is back, the same "
        "command with --resume continues from there.\n"
    )
    assert "Written to" not in output
    assert [file.read_bytes() for file in out.iterdir()] == [b"somebody's"]
    shutil.rmtree(out)
    away.rename(out)
    assert train(out, "--resume") == Exit.DONE
    assert capsys.readouterr().err == ""


def test_a_folder_that_vanishes_amid_a_checkpoint_is_named_once(tmp_path, monkeypatch, capsys):
    out, away = tmp_path / "out", tmp_path / "away"

    def write(self: RecoveryWriter, project: Project, known: Any = RecoveryWriter.write) -> None:
        if not away.exists():
            out.rename(away)
        known(self, project)

    monkeypatch.setattr(RecoveryWriter, "write", write)
    when_noted(monkeypatch, lambda tried: None)
    assert train(out) == Exit.FAILED
    assert capsys.readouterr().err == (
        f"The folder '{out}' is gone, perhaps with its drive. Nothing was written elsewhere: what was "
        "learned is lost.\n"
    )
    assert not out.exists()


def test_a_folder_whose_mark_was_tidied_away_has_everything(tmp_path, monkeypatch):
    whole, out = tmp_path / "whole", tmp_path / "out"
    train(whole)

    def tidy(tried: int) -> None:
        if tried == 1:
            (mark,) = filter(lambda file: is_mark(file.name), out.iterdir())
            mark.unlink()

    when_noted(monkeypatch, tidy)
    assert train(out) == Exit.DONE
    assert {file.name for file in out.iterdir()} == {file.name for file in whole.iterdir()}


def test_a_folder_that_another_training_has_taken_is_left_to_it(tmp_path, monkeypatch, capsys):
    """On a drive that was away, locks are lost."""
    out = tmp_path / "out"
    taken: list[FolderMark] = []
    when_noted(monkeypatch, lambda tried: taken.append(FolderMark(out)) if not taken else None)
    assert train(out) == Exit.FAILED
    assert "Nothing was written elsewhere" in capsys.readouterr().err
    assert not (out / "experiment.cadl").exists()


def test_an_error_of_tensorflow_is_a_sentence_and_the_last_snapshot_is_kept(tmp_path, monkeypatch, capsys):
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    train(whole)
    call, calls = SingleTraceFunction.__call__, count()

    def breaks(compiled: SingleTraceFunction, *arguments: object) -> object:
        if next(calls) == 20:
            raise RuntimeError("broken")
        return call(compiled, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(SingleTraceFunction, "__call__", breaks)
        assert train(halves) == Exit.FAILED
    errors = capsys.readouterr().err
    assert errors.startswith("Training ended with an error (RuntimeError);")
    assert "Traceback" not in errors
    assert "RuntimeError: broken" in (halves / LOG).read_text()
    reached = open_project(halves / "experiment.cadl").state
    assert reached.step > 0
    assert (halves / "painting.png").exists()
    assert train(halves, "--resume") == Exit.DONE
    one, other = (open_project(folder / "experiment.cadl") for folder in (whole, halves))
    assert same_bits(one.state, other.state)
    assert not (halves / LOG).exists()
    capsys.readouterr()


@pytest.fixture
def never_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_SECONDS", inf)


def test_results_without_room_leave_a_checkpoint_of_the_end(tmp_path, never_before, capsys):
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    train(whole)
    project = whole / "experiment.cadl"
    reached = open_project(project).state
    capsys.readouterr()
    with limited_file_size(project.stat().st_size // 2):
        assert train(halves) == Exit.FAILED
    output, errors = capsys.readouterr()
    assert "Not everything was written to" in output
    assert errors == (
        f"{halves / 'experiment.cadl'} was not written: it would be larger than files may be there; choose "
        f"another place. 6 other files are missing as well. Step {reached.step:,} is kept: once that is "
        "mended, the same command with --resume continues from there.\n"
    )
    assert os.listdir(halves) == [checkpoints.CHECKPOINT]
    assert same_bits(open_recovery(halves / checkpoints.CHECKPOINT).state, reached)
    assert train(halves, "--resume") == Exit.DONE
    assert same_bits(open_project(halves / "experiment.cadl").state, reached)
    rows = [open_project(folder / "experiment.cadl").history.rows for folder in (whole, halves)]
    assert [len(each) for each in rows] == [len(rows[0])] * 2
    assert {file.name for file in halves.iterdir()} == {file.name for file in whole.iterdir()}
    capsys.readouterr()


def test_a_full_disk_is_reported_and_nothing_stays(tmp_path, never_before, capsys):
    out = tmp_path / "out"
    with limited_file_size(0):
        assert train(out) == Exit.FAILED
    assert capsys.readouterr().err.endswith(" as well. What was learned could not be kept either.\n")
    assert os.listdir(out) == []


def test_no_file_of_an_earlier_run_stays_beside_the_project_of_this_one(
    tmp_path, never_before, capsys, monkeypatch
):
    out = tmp_path / "out"
    train(out)
    earlier = {file.name for file in out.iterdir()}
    RecoveryWriter(out / checkpoints.CHECKPOINT).write(Project(preset("lecture-tanh")))
    flush = atomic._flush

    def full(path: Path) -> None:
        if path.suffix in (".png", ".part"):
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(path)

    monkeypatch.setattr(atomic, "_flush", full)
    assert train(out, "--overwrite", "--seed", "5") == Exit.FAILED
    assert capsys.readouterr().err.endswith(
        f"painting.png was not written: the disk is full; make room or choose another place. Another file is "
        f"missing as well. All that was learned is in '{out / 'experiment.cadl'}': once that is mended, "
        "'cadl-desktop export' writes the rest.\n"
    )
    assert {file.name for file in out.iterdir()} == earlier - {"painting.png", "target.png"}
    assert open_project(out / "experiment.cadl").experiment.seed == 5


def test_a_link_of_an_earlier_run_stays_one(tmp_path, never_before, capsys):
    out, linked = tmp_path / "out", tmp_path / "linked.png"
    train(out)
    (out / "painting.png").rename(linked)
    (out / "painting.png").symlink_to(linked)
    linked.write_bytes(b"earlier")
    assert train(out, "--overwrite") == Exit.DONE
    assert (out / "painting.png").is_symlink()
    assert linked.read_bytes() != b"earlier"
    capsys.readouterr()
