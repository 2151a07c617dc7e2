"""TensorFlow runs in its own process, and the window survives the end of that. That the window itself never
imports it: `test_own_files`."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cadl_desktop.computing.failure import Failure, crash_failure
from cadl_desktop.sentences import SentenceError
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.checkup import checkup_of
from cadl_desktop.system.channel import crash_error
from cadl_desktop.system.pieces import pieces
from cadl_desktop.ui.controls.number_text import NO_VALUE
from cadl_desktop.ui.diagnosis.doctor_chip import DoctorChip
from cadl_desktop.ui.window.main_window import MainWindow
from tests.computing.trouble import counting, imported, run_in_worker
from tests.settling import until


@pytest.mark.skipif(os.name != "posix", reason="nothing is killed by a signal there")
def test_a_killed_process_is_reported_once_loses_only_steps_after_the_last_snapshot_and_is_replaced(
    qtbot: QtBot, window: MainWindow
) -> None:
    session, bar, failures, messages = window.session, window.frame.messages.bar, list[Failure](), list[str]()
    session.failed.connect(failures.append)
    session.message.connect(lambda kind, text: messages.append(text))
    session.train()
    until(qtbot, lambda: len(session.result.snapshots.states) > 2 and len(session.result.history.rows) > 0)
    refused: list[Exception] = []
    with ThreadPoolExecutor(1) as pool:
        counted = pieces(session.compute, counting)
        assert pool.submit(next, counted).result() == 1
        session.ask(signal.raise_signal, (signal.SIGKILL,), lambda _: None, refused.append)
        until(qtbot, lambda: bool(failures))
        with pytest.raises(SentenceError, match="its process ended"):
            pool.submit(next, counted).result()
    assert session.status is Status.RESULT
    assert bar.text == crash_failure(-signal.SIGKILL, loaded=True).message
    assert "most likely for want of memory" in bar.text
    assert "The process that trains has ended (-6)" in crash_failure(-signal.SIGABRT, loaded=True).message
    learned = session.result.state
    assert learned is not None
    assert learned.step > 0
    assert len(session.runs.records) == 1
    until(qtbot, lambda: bool(refused))
    assert "please try again" in str(refused[0])
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING and session.result.step > learned.step + 50)
    until(qtbot, lambda: window.features.comparing.runs.trainings.trainings[0].state == "training")
    assert session.result.history.column("step")[0] < learned.step
    assert failures == [crash_failure(-signal.SIGKILL, loaded=True)]
    assert set(messages) <= {str(crash_error())}  # a view may report it, too
    there = run_in_worker(qtbot, session, imported)
    assert "tensorflow" in there
    assert not [name for name in there if name.startswith(("PySide6", "shiboken6", "pyqtgraph"))]


@pytest.mark.skipif(os.name != "posix", reason="there no process can be stopped")
def test_a_stopped_process_is_said_to_stand_still_until_it_is_continued(
    qtbot: QtBot, window: MainWindow
) -> None:
    session, bar, status = window.session, window.frame.messages.bar, window.frame.messages.line.words
    chip, checkup = window.toolbar.findChildren(DoctorChip)[0], checkup_of(session)
    speed = next(each for each in window.toolbar.findChildren(QLabel) if each.accessibleName() == "Steps/s")
    session.train()
    until(qtbot, lambda: session.status is Status.TRAINING and speed.text() != NO_VALUE)
    until(qtbot, lambda: checkup.examined)
    process = run_in_worker(qtbot, session, os.getpid)
    os.kill(process, signal.SIGSTOP)
    try:
        until(qtbot, lambda: session.stands_still)
        assert bar.text.startswith(f"Training stands still: its process ({process}) was stopped from outside")
        assert (status.text(), speed.text()) == ("Stands still", NO_VALUE)
        until(qtbot, lambda: not checkup.examined)
        assert chip.text() != "All well"
    finally:
        os.kill(process, signal.SIGCONT)
    until(qtbot, lambda: not session.stands_still)
    assert not bar.text.startswith("Training stands still")
    until(qtbot, lambda: speed.text() != NO_VALUE and checkup.examined)
    session.stop()
    until(qtbot, lambda: session.status is Status.RESULT)
