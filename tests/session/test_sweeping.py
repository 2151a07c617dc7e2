"""A sweep in a session: started as its own process, followed, found again, and a trial adopted."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.project import Project
from cadl_desktop.session.comparing import sweep_comparison
from cadl_desktop.session.comparing.sweep_comparison import SweepComparison
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps import owner_process
from cadl_desktop.session.sweeps.chosen_trial import adopt, read_trial
from cadl_desktop.session.sweeps.setup import SweepSetup
from cadl_desktop.sweeps import Choices, Limit, Sweep, Varied
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogWriter, Notice, OwnerStopped, TrialEnded
from cadl_desktop.system import child_process, machine
from tests.project.test_project import trained
from tests.settling import until
from tests.sweeps.sweep_folders import a_folder, a_sweep

TANH = preset("lecture-tanh")
START_OF_WORKERS = 180_000
"""Milliseconds: on a busy machine it takes some."""


def wait_until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=START_OF_WORKERS)


Follow = Callable[[], SweepComparison]


@pytest.fixture
def follow(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Follow]:
    """Makes comparisons that read their folders often."""
    for name in ("LOOK_SECONDS", "REST_SECONDS"):
        monkeypatch.setattr(sweep_comparison, name, 0.05)
    made: list[SweepComparison] = []

    def make() -> SweepComparison:
        made.append(SweepComparison(session, session))
        return made[-1]

    yield make
    for each in made:
        each.end()


@pytest.fixture
def sweeping(follow: Follow) -> SweepComparison:
    return follow()


@pytest.fixture
def messages(sweeping: SweepComparison) -> list[str]:
    heard: list[str] = []
    sweeping.message.connect(lambda kind, sentence: heard.append(str(sentence)))
    return heard


def test_a_folder_is_followed_as_it_grows(qtbot: QtBot, sweeping: SweepComparison, tmp_path: Path) -> None:
    sweep = a_sweep(trials=9)
    folder = a_folder(tmp_path / "sweep", sweep, 5, training=1)
    sweeping.open(folder.path)
    until(qtbot, lambda: sweeping.sweep == sweep)
    assert (len(sweeping.standing.trials), sweeping.standing.over) == (5, 4)
    assert not sweeping.is_running
    assert sweeping.can_resume
    hold = folder.own()
    assert hold is not None
    until(qtbot, lambda: sweeping.is_running)
    sweeping.stop()
    assert sweeping.is_stopping
    assert folder.heard() == {"stop"}
    log = LogWriter(folder.log)
    log.add(Notice(9.0, "A worker was lost."))
    log.add(OwnerStopped(10.0, "done"))
    log.close()
    hold.unlock()
    until(qtbot, lambda: sweeping.standing.closed is not None and not sweeping.is_running)
    assert sweeping.standing.told[-1].sentence == "A worker was lost."
    assert not sweeping.can_resume
    assert not sweeping.is_stopping


def test_an_owner_on_another_machine_is_shown_and_not_stopped(
    qtbot: QtBot, sweeping: SweepComparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_folder(tmp_path / "sweep", a_sweep(trials=9), 5, training=1, owner="basement-2")
    sweeping.open(folder.path)
    until(qtbot, lambda: sweeping.sweep is not None)
    assert not sweeping.elsewhere  # which was long ago
    assert sweeping.can_resume
    log = LogWriter(folder.log)
    log.add(Notice(0.0, "A worker came."))  # by a clock that is wrong
    until(qtbot, lambda: sweeping.elsewhere)
    assert sweeping.elsewhere == "basement-2"
    assert sweeping.is_running
    assert sweeping.standing.goes_on
    assert not sweeping.can_resume
    sweeping.stop()
    assert folder.heard() == set()
    monkeypatch.setattr(owner_process, "SILENT_SECONDS", 0.0)
    until(qtbot, lambda: not sweeping.elsewhere)
    assert sweeping.can_resume
    assert not sweeping.standing.goes_on
    log.close()


def test_a_folder_that_vanishes_or_is_no_sweep_is_reported(
    qtbot: QtBot, sweeping: SweepComparison, messages: list[str], tmp_path: Path
) -> None:
    sweeping.open(tmp_path)
    until(qtbot, lambda: messages)
    assert messages.pop().startswith("There is no sweep in ")
    assert sweeping.sweep is None
    folder = a_folder(tmp_path / "sweep", a_sweep(), 2)
    sweeping.open(folder.path)
    until(qtbot, lambda: sweeping.sweep is not None)
    shutil.rmtree(folder.path)
    until(qtbot, lambda: messages)
    assert str(folder.path) in messages[0]
    assert "is gone" in messages[0]
    assert not sweeping.can_resume
    assert not folder.path.exists()


def test_a_folder_that_has_vanished_is_named_by_what_needs_it(
    qtbot: QtBot,
    sweeping: SweepComparison,
    messages: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep_comparison, "REST_SECONDS", 600.0)
    folder = a_folder(tmp_path / "sweep", a_sweep(trials=9), 5, training=1)
    sweeping.open(folder.path)
    until(qtbot, lambda: sweeping.can_resume)
    away = folder.path.rename(tmp_path / "away")
    for act in (lambda: sweeping.adopt(1), sweeping.resume):
        act()
        until(qtbot, lambda: messages)
        assert "is gone" in messages.pop()
    away.rename(folder.path)
    sweeping.adopt(1)
    until(qtbot, lambda: messages)
    assert "nothing to adopt" in messages[0]


def test_a_folder_that_is_back_is_followed_again(
    qtbot: QtBot, session: Session, sweeping: SweepComparison, messages: list[str], tmp_path: Path
) -> None:
    settled: list[object] = []
    session.settled.connect(settled.append)
    folder, away = a_folder(tmp_path / "sweep", a_sweep(trials=9), 5, training=1), tmp_path / "away"
    sweeping.open(folder.path)
    until(qtbot, lambda: sweeping.can_resume)
    folder.path.rename(away)
    until(qtbot, lambda: not sweeping.can_resume)
    log = LogWriter(away / "log.jsonl")
    log.add(OwnerStopped(10.0, "stopped"))
    log.close()
    settled.clear()
    away.rename(folder.path)
    until(qtbot, lambda: sweeping.standing.closed is not None)
    assert sweeping.can_resume
    assert settled == messages
    assert len(sweeping.standing.trials) == 5


def test_an_owner_that_waits_for_its_folder_can_be_stopped(
    qtbot: QtBot,
    sweeping: SweepComparison,
    messages: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]
    monkeypatch.setattr(child_process, "program_command", lambda *words: waits)
    folder = a_folder(tmp_path / "sweep", a_sweep(), 2)
    sweeping.open(folder.path)
    until(qtbot, lambda: sweeping.can_resume)
    sweeping.resume()
    shutil.rmtree(folder.path)
    until(qtbot, lambda: messages)
    assert sweeping.is_running
    sweeping.stop()
    assert sweeping.is_stopping
    until(qtbot, lambda: not sweeping.is_running)
    assert not sweeping.is_stopping
    assert len(messages) == 1


def test_a_sweep_whose_folder_vanishes_is_no_longer_running(
    qtbot: QtBot,
    sweeping: SweepComparison,
    messages: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = a_folder(tmp_path / "sweep", a_sweep(), 2)
    until_gone = f"import os, time\nwhile os.path.exists({str(folder.path)!r}): time.sleep(0.05)"
    monkeypatch.setattr(
        child_process, "program_command", lambda *words: [sys.executable, "-S", "-c", until_gone]
    )
    sweeping.open(folder.path)
    until(qtbot, lambda: sweeping.can_resume)
    sweeping.resume()
    assert sweeping.is_running
    shutil.rmtree(folder.path)
    until(qtbot, lambda: messages)
    assert "is gone" in messages[0]
    until(qtbot, lambda: not sweeping.is_running)


def test_an_owner_that_has_logged_its_end_is_not_awaited(
    qtbot: QtBot, sweeping: SweepComparison, tmp_path: Path
) -> None:
    folder = a_folder(tmp_path / "sweep", a_sweep(), 3, training=1)
    hold = folder.own()
    assert hold is not None
    sweeping.open(folder.path)
    until(qtbot, lambda: sweeping.is_running)
    sweeping.stop()
    log = LogWriter(folder.log)
    log.add(OwnerStopped(9.0, "stopped"))
    log.close()
    until(qtbot, lambda: sweeping.can_resume)
    assert folder.has_owner
    assert not sweeping.is_stopping
    hold.unlock()


def test_a_released_process_leaves_no_zombie(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_soon = [sys.executable, "-S", "-c", "import time; time.sleep(0.2)"]
    monkeypatch.setattr(child_process, "program_command", lambda *words: ends_soon)
    before = set(psutil.Process().children())
    owner_process.OwnerProcess(tmp_path, 1).close()
    (process,) = set(psutil.Process().children()) - before
    assert sys.platform == "win32" or process.nice() >= 10, "the window's own work goes first"
    until(qtbot, lambda: process.pid not in psutil.pids())


@pytest.mark.skipif(sys.platform == "win32", reason="there exit codes name no signal")
def test_a_killed_owner_is_not_said_to_have_ended_by_its_last_news(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tells = "import sys, time; print('All is well.', file=sys.stderr, flush=True); time.sleep(600)"
    monkeypatch.setattr(child_process, "program_command", lambda *words: [sys.executable, "-S", "-c", tells])
    before = set(psutil.Process().children())
    owner = owner_process.OwnerProcess(tmp_path, 1)
    (process,) = set(psutil.Process().children()) - before
    until(qtbot, lambda: owner.last_words() == "All is well.")
    process.kill()
    until(qtbot, lambda: not owner.lives)
    assert owner.last_words() == ""
    owner.close()


def test_a_new_sweep_needs_an_empty_folder(
    qtbot: QtBot, sweeping: SweepComparison, messages: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    sweeping.begin(a_sweep(), folder)
    until(qtbot, lambda: messages)
    assert "put the sweep into another folder" in messages.pop()
    sweeping.begin(a_sweep(), tmp_path / ("long" * 100))
    until(qtbot, lambda: messages)
    assert "was not written" in messages[0]
    assert "Errno" not in messages[0]
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_a_sweep_runs_on_its_own_is_found_again_and_its_best_adopted(
    qtbot: QtBot,
    follow: Follow,
    messages: list[str],
    sweeping: SweepComparison,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # With low priority it would take minutes beside other tests.
    monkeypatch.setattr(machine, "_BACKGROUND", 0)
    base = replace(TANH, stop=replace(TANH.stop, epochs=2))
    varied = (Varied("layers.0.units", Choices(("8", "12"))),)  # another network than the document's
    sweeping.begin(Sweep(base=base, varied=varied, strategy="grid"), tmp_path / "sweep")
    wait_until(qtbot, lambda: sweeping.standing.owned is not None)
    assert sweeping.is_running
    assert sweeping.standing.owned is not None
    other = follow()
    other.open(tmp_path / "sweep")
    until(qtbot, lambda: other.sweep is not None)
    assert other.is_running
    wait_until(qtbot, lambda: not other.is_running and not sweeping.is_running)
    closed = other.standing.closed
    assert closed is not None
    assert closed.reason == "done"
    assert other.standing.over == 2
    assert messages == []
    assert set(other.previews) == {1, 2}
    best = other.standing.best(Sweep(base=base, varied=varied).objective)
    assert best is not None
    assert best.ended is not None
    document = Document(TANH)
    session = Session(document)
    trial = read_trial(SweepFolder(tmp_path / "sweep"), best.number)
    assert trial is not None
    adopt(session, trial, "Trial of sweep", best.ended)
    assert document.experiment == trial.experiment
    assert session.result.step == best.ended.step
    assert session.result.cost == best.ended.measures["cost"]
    assert session.result.snapshots.states
    assert [run.note for run in session.runs.records] == ["Trial of sweep"]
    document.undo_stack.undo()
    assert document.experiment == TANH
    assert session.result.state is None
    assert not session.runs.records
    document.undo_stack.redo()
    assert document.experiment == trial.experiment
    assert session.result.step == best.ended.step
    assert [run.note for run in session.runs.records] == ["Trial of sweep"]
    session.close()


def test_an_adopted_trial_that_diverged_is_marked(qtbot: QtBot) -> None:
    session = Session(Document(TANH))
    ended = TrialEnded(1.0, 1, "diverged", None, measures={"cost": None})
    adopt(session, trained(TANH), "Trial 1", ended)
    wait_until(qtbot, lambda: session.result.prediction is not None)
    (run,) = session.runs.records
    assert run.diverged
    session.close()


def test_an_untrained_trial_is_adopted_as_its_experiment() -> None:
    other = replace(TANH, batch_size=7)
    document = Document(TANH)
    session = Session(document)
    adopt(session, Project(other), "Trial 1")
    assert document.experiment == other
    assert session.result.state is None
    document.undo_stack.undo()
    assert document.experiment == TANH
    session.close()


def test_a_sweep_is_set_up_and_checked_when_it_is_wanted(qtbot: QtBot) -> None:
    session = Session(Document(TANH))
    setup = SweepSetup(session)
    setup.want(True)
    with qtbot.waitSignal(setup.checked):
        setup.vary("optimizer.rate", True)
    assert setup.can_begin
    assert setup.varies("optimizer.rate")
    with qtbot.waitSignal(setup.checked):
        setup.change(strategy="cmaes", limit=Limit(trials=5))
    assert [problem.field for problem in setup.problems or ()] == ["strategy"]
    with qtbot.waitSignal(setup.checked):
        session.document.edit("Seed", replace(TANH, seed=5))
    assert setup.sweep.base.seed == 5
    assert not setup.can_begin
    with qtbot.waitSignal(setup.checked):
        setup.change(strategy="grid", limit=Limit())
    assert setup.can_begin
    told: list[int] = []
    setup.changed.connect(lambda: told.append(setup.sweep.base.seed))
    for seed in (6, 7):
        session.document.edit("Seed", replace(TANH, seed=seed))
        # `changed` is delayed, but reading or starting the sweep before that uses the current experiment.
        assert setup.sweep.base.seed == seed
        assert not setup.can_begin
    assert told == []
    qtbot.waitSignal(setup.checked).wait()
    assert told == [7]
    assert setup.can_begin
    with qtbot.waitSignal(setup.checked):
        setup.vary("optimizer.rate", False)
    assert next(problem.field for problem in setup.problems or ()) == "varied"
    session.close()
