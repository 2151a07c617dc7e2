"""A sweep in a window's session: begun as a process of its own, followed, found again, a trial adopted."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.project import Project, save_project
from cadl_desktop.session.background import Background
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.sweeps import following, owner_process
from cadl_desktop.session.sweeps.adoption import adopt, read_trial
from cadl_desktop.session.sweeps.selection import SweepSelection
from cadl_desktop.session.sweeps.setup import SweepSetup
from cadl_desktop.session.sweeps.sweeping import Sweeping
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


def comes(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=START_OF_WORKERS)


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


@pytest.fixture
def sweeping(background: Background, qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sweeping]:
    for name in ("LOOK_SECONDS", "REST_SECONDS"):
        monkeypatch.setattr(f"cadl_desktop.session.sweeps.sweeping.{name}", 0.05)
    made = Sweeping(background)
    yield made
    made.close()


@pytest.fixture
def said(sweeping: Sweeping) -> list[str]:
    heard: list[str] = []
    sweeping.message.connect(lambda kind, sentence: heard.append(str(sentence)))
    return heard


def test_a_selection_tells_only_of_another_trial(qtbot: QtBot) -> None:
    selection = SweepSelection()
    with qtbot.waitSignal(selection.changed):
        selection.select(3)
    with qtbot.assertNotEmitted(selection.changed):
        selection.select(3)
    assert selection.number == 3


def test_a_folder_is_followed_as_it_grows(qtbot: QtBot, sweeping: Sweeping, tmp_path: Path) -> None:
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


def test_an_owner_on_another_machine_is_seen_and_left_alone(
    qtbot: QtBot, sweeping: Sweeping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_folder(tmp_path / "sweep", a_sweep(trials=9), 5, training=1, owner="basement-2")
    sweeping.open(folder.path)
    until(qtbot, lambda: sweeping.sweep is not None)
    assert not sweeping.elsewhere  # which was long ago
    assert sweeping.can_resume
    log = LogWriter(folder.log)
    log.add(Notice(0.0, "A worker came."))  # by a clock that nobody has set
    until(qtbot, lambda: sweeping.elsewhere)
    assert sweeping.elsewhere == "basement-2"
    assert sweeping.is_running
    assert sweeping.standing.goes_on
    assert not sweeping.can_resume
    sweeping.stop()
    assert folder.heard() == set()
    monkeypatch.setattr(following, "SILENT_SECONDS", 0.0)
    until(qtbot, lambda: not sweeping.elsewhere)
    assert sweeping.can_resume
    assert not sweeping.standing.goes_on
    log.close()


def test_a_folder_that_goes_amid_it_or_was_never_one_is_said(
    qtbot: QtBot, sweeping: Sweeping, said: list[str], tmp_path: Path
) -> None:
    sweeping.open(tmp_path)
    until(qtbot, lambda: said)
    assert said.pop().startswith("There is no sweep in ")
    assert sweeping.sweep is None
    folder = a_folder(tmp_path / "sweep", a_sweep(), 2)
    sweeping.open(folder.path)
    until(qtbot, lambda: sweeping.sweep is not None)
    shutil.rmtree(folder.path)
    until(qtbot, lambda: said)
    assert str(folder.path) in said[0]
    assert "is gone" in said[0]
    assert not sweeping.can_resume
    assert not folder.path.exists()


def test_a_folder_that_goes_while_its_process_trains_runs_no_longer(
    qtbot: QtBot, sweeping: Sweeping, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
    until(qtbot, lambda: said)
    assert "is gone" in said[0]
    assert not sweeping.is_running


def test_an_owner_that_has_said_that_it_leaves_keeps_nobody_waiting(
    qtbot: QtBot, sweeping: Sweeping, tmp_path: Path
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


def test_a_process_that_is_let_go_of_leaves_nothing_in_the_systems_table(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_soon = [sys.executable, "-S", "-c", "import time; time.sleep(0.2)"]
    monkeypatch.setattr(child_process, "program_command", lambda *words: ends_soon)
    before = set(psutil.Process().children())
    owner_process.OwnerProcess(tmp_path, 1).close()
    (process,) = set(psutil.Process().children()) - before
    assert sys.platform == "win32" or process.nice() >= 10, "the window's own work goes first"
    until(qtbot, lambda: process.pid not in psutil.pids())


def test_a_new_sweep_is_put_into_no_folder_that_has_something(
    qtbot: QtBot, sweeping: Sweeping, said: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    sweeping.begin(a_sweep(), folder)
    until(qtbot, lambda: said)
    assert "put the sweep into another folder" in said.pop()
    sweeping.begin(a_sweep(), tmp_path / ("long" * 100))
    until(qtbot, lambda: said)
    assert "was not written" in said[0]
    assert "Errno" not in said[0]
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_a_sweep_runs_on_its_own_is_found_again_and_its_best_adopted(
    qtbot: QtBot,
    background: Background,
    said: list[str],
    sweeping: Sweeping,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Behind the tests that run beside this one it would take minutes.
    monkeypatch.setattr(machine, "_BACKGROUND", 0)
    base = replace(TANH, stop=replace(TANH.stop, epochs=2))
    varied = (Varied("layers.0.units", Choices(("8", "12"))),)  # another network than the document's
    sweeping.begin(Sweep(base=base, varied=varied, strategy="grid"), tmp_path / "sweep")
    comes(qtbot, lambda: sweeping.standing.owned is not None)
    assert sweeping.is_running
    assert sweeping.standing.owned is not None
    other = Sweeping(background)
    other.open(tmp_path / "sweep")
    until(qtbot, lambda: other.sweep is not None)
    assert other.is_running
    comes(qtbot, lambda: not other.is_running and not sweeping.is_running)
    other.close()
    closed = other.standing.closed
    assert closed is not None
    assert closed.reason == "done"
    assert other.standing.over == 2
    assert said == []
    assert set(other.previews) == {1, 2}
    best = other.standing.best(Sweep(base=base, varied=varied).objective)
    assert best is not None
    assert best.ended is not None
    document = Document(TANH)
    session = Session(document)
    trial = read_trial(SweepFolder(tmp_path / "sweep").project(best.number))
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


def test_a_trial_that_diverged_says_so_as_a_run(qtbot: QtBot, tmp_path: Path) -> None:
    save_project(tmp_path / "trial.cadl", trained(TANH))
    session = Session(Document(TANH))
    ended = TrialEnded(1.0, 1, "diverged", None, measures={"cost": None})
    adopt(session, read_trial(tmp_path / "trial.cadl"), "Trial 1", ended)
    comes(qtbot, lambda: session.result.prediction is not None)
    (run,) = session.runs.records
    assert run.diverged
    session.close()


def test_a_trial_that_has_learned_nothing_yet_is_adopted_as_its_experiment(tmp_path: Path) -> None:
    other = replace(TANH, batch_size=7)
    save_project(tmp_path / "trial.cadl", Project(other))
    document = Document(TANH)
    session = Session(document)
    adopt(session, read_trial(tmp_path / "trial.cadl"), "Trial 1")
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
        # Others are told a moment later; whoever asks or begins before that has what is so now.
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
