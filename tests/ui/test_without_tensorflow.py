"""Where TensorFlow can't be loaded, that is said, and all that needs none of it goes on working."""

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.cli.after_error import LOG
from cadl_desktop.cli.endings import Exit
from cadl_desktop.cli.train import run_training
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until

SENTENCE = "TensorFlow can't be loaded (ModuleNotFoundError): nothing can be trained until"


@pytest.fixture(autouse=True)
def without_tensorflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def take_out() -> dict[str, object]:
        ours = [name for name in sys.modules if name.startswith("cadl_desktop.engine")]
        return {name: sys.modules.pop(name) for name in ours}

    known = take_out()
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    yield
    take_out()
    sys.modules.update(known)


def test_the_window_says_it_once_and_goes_on(qtbot: QtBot, window: MainWindow, session: Session) -> None:
    bar = window.message_bar
    session.load_tensorflow()
    until(qtbot, lambda: bar.text.startswith(SENTENCE))
    assert window.status_line.words.text() == "Without TensorFlow"
    bar.buttons[0].click()
    assert "import of tensorflow halted" in QGuiApplication.clipboard().text()
    assert not bar.text
    told: list[object] = []
    session.ask.first_state(session.document.experiment, told.append)
    session.do(lambda: None, told.append, told.append)
    until(qtbot, lambda: told == [None])
    assert not bar.text
    session.train()
    until(qtbot, lambda: bar.text.startswith(SENTENCE) and session.status is Status.EMPTY)
    assert bar.buttons


def test_train_says_it_in_a_sentence(tmp_path, capsys):
    out = tmp_path / "out"
    assert run_training(["lecture-line", "--out", str(out)]) == Exit.FAILED
    said = capsys.readouterr().err
    assert said.startswith(SENTENCE)
    assert "Traceback" not in said
    assert "import of tensorflow halted" in (out / LOG).read_text()
