"""Window without TensorFlow: a message says so, and everything else works."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.cli.checkpoints import LOG
from cadl_desktop.cli.output import Exit
from cadl_desktop.cli.train_command import run_training
from cadl_desktop.computing.compute_process import processes
from cadl_desktop.computing.failure import Failure, crash_failure
from cadl_desktop.experiment import Experiment
from cadl_desktop.session import worker_thread
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until

SENTENCE = "TensorFlow can't be loaded (ModuleNotFoundError): nothing can be trained until"
MISSING = 'raise ModuleNotFoundError("import of tensorflow halted; there is none")'
ENDS = """
import os
with open({begun!r}, "a", encoding="utf-8") as begun:
    begun.write("1")
os._exit(3)
"""
PROCESS_START_MS = 1500
"""Long enough to start a process."""


@pytest.fixture
def tensorflow_of_windows(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    experiment: Experiment,  # a fixture that imports TensorFlow here first
    new_process: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Module that the computing process of a test's windows finds instead of TensorFlow."""
    package = tmp_path / "instead" / "tensorflow"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(request.param.format(begun=str(tmp_path / "begun")))
    monkeypatch.syspath_prepend(str(package.parent))


@pytest.fixture
def without_tensorflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hides TensorFlow from this process."""

    def take_out() -> dict[str, object]:
        ours = [name for name in sys.modules if name.startswith("cadl_desktop.engine")]
        return {name: sys.modules.pop(name) for name in ours}

    known = take_out()
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    yield
    take_out()
    sys.modules.update(known)


@pytest.mark.parametrize("tensorflow_of_windows", [MISSING], ids=["missing"], indirect=True)
def test_the_window_says_it_once_and_goes_on(
    qtbot: QtBot, tensorflow_of_windows: None, window: MainWindow, session: Session
) -> None:
    bar = window.frame.messages.bar
    session.load_tensorflow()
    until(qtbot, lambda: bar.text.startswith(SENTENCE))
    assert window.frame.messages.line.words.text() == "Without TensorFlow"
    bar.buttons[0].click()
    assert "import of tensorflow halted" in QGuiApplication.clipboard().text()
    assert not bar.text
    results: list[object] = []
    session.ask("cadl_desktop.engine:first_state", (session.document.experiment,), results.append)
    session.ask(time.sleep, (0,), results.append, results.append)
    until(qtbot, lambda: results == [None])
    assert not bar.text
    session.train()
    until(qtbot, lambda: bar.text.startswith(SENTENCE) and session.status is Status.EMPTY)
    assert bar.buttons


@pytest.mark.parametrize("tensorflow_of_windows", [ENDS], ids=["ends"], indirect=True)
def test_a_process_that_ends_while_loading_tensorflow_is_reported_at_each_request(
    qtbot: QtBot, tensorflow_of_windows: None, tmp_path: Path, window: MainWindow, session: Session
) -> None:
    bar, begun, failures = window.frame.messages.bar, tmp_path / "begun", list[Failure]()
    session.failed.connect(failures.append)

    def has_ended(times: int) -> bool:
        return len(failures) == times and bar.text == crash_failure(3, loaded=False).message

    session.load_tensorflow()
    until(qtbot, lambda: has_ended(1))
    assert "has ended (3)" in bar.text
    assert window.frame.messages.line.words.text() == "Without TensorFlow"
    for times in (2, 3):
        bar.clear()
        session.train()
        until(qtbot, lambda times=times: has_ended(times) and session.status is Status.EMPTY)
    qtbot.wait(PROCESS_START_MS)
    assert has_ended(3)
    assert begun.read_text() == "111"


@pytest.mark.parametrize("tensorflow_of_windows", [MISSING, ENDS], ids=["missing", "ends"], indirect=True)
def test_a_training_waiting_for_tensorflow_is_reported_once(
    qtbot: QtBot, tensorflow_of_windows: None, session: Session
) -> None:
    failures: list[Failure] = []
    session.failed.connect(failures.append)
    session.train()
    until(qtbot, lambda: failures and session.status is Status.EMPTY)
    qtbot.wait(PROCESS_START_MS)
    assert len(failures) == 1
    assert session.lacks_tensorflow


@pytest.mark.parametrize("tensorflow_of_windows", [ENDS], ids=["ends"], indirect=True)
def test_a_request_right_after_the_end_goes_to_a_new_process(
    qtbot: QtBot, tensorflow_of_windows: None, tmp_path: Path, session: Session
) -> None:
    results: list[object] = []
    ends: list[Failure] = []

    def ask(failed: Failure) -> None:
        ends.append(failed)
        if len(ends) == 1:
            session.ask(time.sleep, (0,), results.append, results.append)

    session._worker.unready.connect(ask, Qt.ConnectionType.DirectConnection)
    session.load_tensorflow()
    until(qtbot, lambda: results)
    assert (tmp_path / "begun").read_text() == "11"


@pytest.mark.parametrize("tensorflow_of_windows", [ENDS], ids=["ends"], indirect=True)
def test_a_later_process_can_load_tensorflow(
    qtbot: QtBot, tensorflow_of_windows: None, tmp_path: Path, window: MainWindow, session: Session
) -> None:
    bar = window.frame.messages.bar
    session.load_tensorflow()
    until(qtbot, lambda: session.lacks_tensorflow)
    session.train()
    until(qtbot, lambda: session.status is Status.EMPTY)
    assert bar.text == crash_failure(3, loaded=False).message
    rmtree(tmp_path / "instead")
    session.train()
    until(qtbot, lambda: session.result.step > 50)
    assert not bar.text
    session.pause()
    until(qtbot, lambda: session.status is Status.PAUSED)
    assert window.frame.messages.line.words.text() == "Paused"


@pytest.mark.parametrize("tensorflow_of_windows", [ENDS], ids=["ends"], indirect=True)
def test_a_newer_message_stays_when_tensorflow_is_loaded(
    qtbot: QtBot,
    tensorflow_of_windows: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    window: MainWindow,
    session: Session,
) -> None:
    session.train()
    until(qtbot, lambda: session.lacks_tensorflow and session.status is Status.EMPTY)
    window.frame.messages.say("error", "The disk is full.")
    rmtree(tmp_path / "instead")
    monkeypatch.setattr(
        worker_thread, "processes", processes
    )  # the process in which other tests have loaded it
    session.train()
    until(qtbot, lambda: session.result.step > 50)
    assert window.frame.messages.bar.text == "The disk is full."


@pytest.mark.usefixtures("without_tensorflow")
def test_train_says_it_in_a_sentence(tmp_path, capsys):
    out = tmp_path / "out"
    assert run_training(["lecture-line", "--out", str(out)]) == Exit.FAILED
    output = capsys.readouterr().err
    assert output.startswith(SENTENCE)
    assert "Traceback" not in output
    assert "import of tensorflow halted" in (out / LOG).read_text()
