"""Autosave: the recovery copy is up to date, and removed when no longer needed."""

from collections.abc import Iterator
from errno import ENOSPC
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.project import Project, recovery_copy
from cadl_desktop.project.recovery_copy import open_recovery, read_recovery_list
from cadl_desktop.project.recovery_folders import offers
from cadl_desktop.session import autosave as autosaving
from cadl_desktop.session.autosave import Autosave
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.storage import atomic
from tests.settling import WAIT, process_events, until, wait_for_background


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "copies"


@pytest.fixture
def autosave(session: Session, root: Path) -> Iterator[Autosave]:
    autosave = Autosave(session, root)
    yield autosave
    autosave.end(keep=False)


def copies(root: Path) -> list[Path]:
    return [folder for folder in root.iterdir() if read_recovery_list(folder)] if root.exists() else []


def copied(root: Path) -> Project:
    (folder,) = copies(root)
    return open_recovery(folder)


def look(qtbot: QtBot, autosave: Autosave) -> int:
    """Writes a copy and returns its size in bytes."""
    with qtbot.waitSignal(autosave.written, timeout=WAIT) as told:
        autosave.look()
    assert told.args is not None
    return int(told.args[0])


def edit(session: Session, seed: int) -> None:
    session.document.edit("seed", replace(session.document.experiment, seed=seed))


def given_up(qtbot: QtBot, autosave: Autosave) -> None:
    """Waits until a discarded copy is removed."""
    done: list[object] = []
    autosave._writing.do(lambda: None, done.append, done.append)
    until(qtbot, lambda: done)


def test_unsaved_edits_are_copied_until_saved_or_discarded(
    qtbot: QtBot, session: Session, autosave: Autosave, root: Path, tmp_path: Path
) -> None:
    autosave.look()
    assert not autosave._busy
    edit(session, 7)
    look(qtbot, autosave)
    assert copied(root).experiment.seed == 7
    autosave.look()  # nothing new
    assert not autosave._busy
    edit(session, 8)
    look(qtbot, autosave)
    assert copied(root).experiment.seed == 8
    assert offers(root) == []  # this process still runs
    session.document.mark_saved(tmp_path / "mine.cadl")
    given_up(qtbot, autosave)
    assert list(root.iterdir()) == []
    edit(session, 9)
    look(qtbot, autosave)
    assert read_recovery_list(copies(root)[0]).path == tmp_path / "mine.cadl"
    session.document.open(session.document.experiment, None)
    given_up(qtbot, autosave)
    assert list(root.iterdir()) == []


def test_a_running_training_is_copied_as_it_goes_on(
    qtbot: QtBot, session: Session, autosave: Autosave, root: Path
) -> None:
    session.train()
    until(qtbot, lambda: session.result.progress and session.result.progress.step > 20)
    look(qtbot, autosave)
    assert session.status is Status.TRAINING
    one = copied(root)
    assert one.state is not None
    until(qtbot, lambda: session.result.progress.step > one.state.step + 20)
    look(qtbot, autosave)
    two = copied(root)
    assert two.state is not None
    assert two.state.step > one.state.step
    assert two.snapshots is not None
    assert two.snapshots.states[-1].step == two.state.step
    assert two.history is not None
    assert all(row[1] <= two.state.step for row in two.history.rows)
    assert read_recovery_list(copies(root)[0]).picture
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    look(qtbot, autosave)
    end, state = copied(root), session.result.state
    assert end.state is not None
    assert state is not None
    assert end.state.step == state.step
    # Trained weights stay in the copy when another network replaces them in the window.
    session.document.edit(
        "units", replace(session.document.experiment, layers=session.document.experiment.layers[:1])
    )
    process_events(qtbot)
    look(qtbot, autosave)
    (run,) = copied(root).runs
    assert run.state is not None
    assert run.state.step == state.step
    autosave.end(keep=True)
    (offer,) = offers(root)
    assert open_recovery(offer.folder).experiment == session.document.experiment


def test_snapshots_missing_in_a_copy_follow_when_nothing_changes(
    qtbot: QtBot, session: Session, autosave: Autosave, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    autosave._timer.stop()  # copies made during this training aren't counted
    monkeypatch.setattr(autosave, "_copy", partial(autosave._copy, catch_up_bytes=1))
    session.train()
    until(qtbot, lambda: len(session.result.snapshots.states) > 3)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    counts: list[int] = []
    autosave.written.connect(lambda _: counts.append(len(read_recovery_list(copies(root)[0]).moments)))
    autosave.look()
    until(qtbot, lambda: counts and not autosave._busy)
    assert counts[0] < counts[-1] == len(session.result.snapshots.states)
    assert len(copied(root).snapshots.states) == counts[-1]


def test_snapshots_without_room_are_not_retried_in_every_copy(
    qtbot: QtBot, session: Session, autosave: Autosave, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    autosave._timer.stop()
    session.train()
    until(qtbot, lambda: len(session.result.snapshots.states) > 3)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
    write = recovery_copy.RecoveryWriter._moments

    def full(writer: recovery_copy.RecoveryWriter, project: Project, left: int) -> list[str]:
        if left > 0:
            raise OSError(ENOSPC, "No space left on device")
        return write(writer, project, left)

    monkeypatch.setattr(recovery_copy.RecoveryWriter, "_moments", full)
    written: list[int] = []
    autosave.written.connect(written.append)
    autosave.look()
    until(qtbot, lambda: written and not autosave._busy)
    process_events(qtbot)
    assert len(written) == 1
    assert not autosave._busy


def test_the_last_copy_is_written_before_the_end(session: Session, autosave: Autosave, root: Path) -> None:
    edit(session, 7)
    autosave.keep_now()
    assert copied(root).experiment.seed == 7
    edit(session, 8)
    autosave.end(keep=True)
    (offer,) = offers(root)
    assert open_recovery(offer.folder).experiment.seed == 8
    autosave.end(keep=False)  # the run has ended by now
    assert offers(root) == [offer]


def test_an_unwritable_folder_is_reported_once(
    qtbot: QtBot, session: Session, autosave: Autosave, root: Path
) -> None:
    told: list[str] = []
    autosave.message.connect(lambda kind, text: told.append(f"{kind}: {text}"))
    root.write_bytes(b"a file where the folder would be")
    for seed in (7, 8):
        edit(session, seed)
        autosave.look()
        until(qtbot, lambda: not autosave._busy)
    assert len(told) == 1
    reason = f"{root} can't be used (not a directory); let the program write there, or save often."
    assert told[0] == f"error: Your work isn’t kept for a recovery now: {reason}"
    root.unlink()
    edit(session, 9)
    look(qtbot, autosave)
    assert copied(root).experiment.seed == 9
    wait_for_background(qtbot, session.background)


def test_logging_out_waits_for_a_slow_disk_only_briefly(
    qtbot: QtBot, session: Session, autosave: Autosave, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(session, 7)
    look(qtbot, autosave)
    flush, goes_on, waited = atomic._flush, Event(), list[bool]()

    def slow(path: Path) -> None:
        waited.append(goes_on.wait(WAIT / 10_000))
        flush(path)

    monkeypatch.setattr(atomic, "_flush", slow)
    monkeypatch.setattr(autosaving, "LOG_OUT_SECONDS", 0.01)
    edit(session, 8)
    autosave.keep_now()
    assert copied(root).experiment.seed == 7
    goes_on.set()
    until(qtbot, lambda: copied(root).experiment.seed == 8)
    assert all(waited)


@pytest.mark.parametrize("keep", [True, False])
def test_closing_waits_for_a_slow_disk_only_briefly(
    qtbot: QtBot,
    session: Session,
    autosave: Autosave,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    keep: bool,
) -> None:
    edit(session, 7)
    look(qtbot, autosave)
    flush, reaches, goes_on = atomic._flush, Event(), Event()

    def slow(path: Path) -> None:
        reaches.set()
        assert goes_on.wait(WAIT / 1000)
        flush(path)

    monkeypatch.setattr(atomic, "_flush", slow)
    monkeypatch.setattr(autosaving, "FINAL_COPY_SECONDS", 0.01)
    edit(session, 8)
    autosave.look()
    assert reaches.wait(WAIT / 1000)
    edit(session, 9)
    autosave.end(keep=keep)
    assert copied(root).experiment.seed == 7  # seconds old, and complete
    goes_on.set()
    if keep:  # written all the same by a process that lives on
        until(qtbot, lambda: offers(root))
        assert copied(root).experiment.seed == 9
    else:
        until(qtbot, lambda: not list(root.iterdir()))
