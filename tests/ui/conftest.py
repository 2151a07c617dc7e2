"""What every test of the window has around it."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from cadl_desktop.computing.compute_process import ComputeProcessPool
from cadl_desktop.session import worker_thread
from cadl_desktop.ui.settings.preference import forget_settings
from cadl_desktop.ui.theme.choosing import finish_dressing
from cadl_desktop.ui.window.main_window import MainWindow
from tests.ui.answering import Answers


@pytest.fixture(scope="session", autouse=True)
def nothing_copied(qapp: QApplication) -> Iterator[None]:
    """Qt would delete data that Python has made, as only tests do, when Python is gone: a crash."""
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Qt looks only once in a process where settings are kept: a test would find those of the one before."""
    forget_settings()


@pytest.fixture(autouse=True)
def answered(request: pytest.FixtureRequest, nothing_left: None) -> Iterator[None]:
    """Fails a test that leaves a question open and would wait for its answer for ever. Closes windows that a
    failed test has left open: Qt would ask of each whether to save."""
    request.getfixturevalue("qapp")
    answers = Answers()
    yield
    answers.end()
    finish_dressing()
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow) and not window.isHidden():
            window.close_without_asking()
    if answers.unanswered:
        pytest.fail(f"nobody answered: {answers.unanswered}")


@pytest.fixture
def new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What windows that are made after it have computed isn't computed where other tests had theirs."""
    own = ComputeProcessPool()
    monkeypatch.setattr(worker_thread, "processes", own)
    yield
    own.close()
