"""Fixtures around every test of the user interface."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from cadl_desktop.computing.compute_process import ComputeProcessPool
from cadl_desktop.session import worker_thread
from cadl_desktop.ui.settings.preference import clear_settings
from cadl_desktop.ui.settings.settings_table import STUDIO, TRAINING_SPEED
from cadl_desktop.ui.window import speeds
from cadl_desktop.ui.window.main_window import MainWindow
from tests.ui.question_closer import QuestionCloser


@pytest.fixture(scope="session", autouse=True)
def empty_clipboard(qapp: QApplication) -> Iterator[None]:
    """Clears the clipboard at the end: Qt would delete data created by Python after Python has ended, and
    crash."""
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def default_settings() -> None:
    """Clears the settings: Qt determines their path once per process, so tests share it."""
    clear_settings()


@pytest.fixture(autouse=True)
def all_controls() -> Iterator[None]:
    """Begins with all controls, as long as a test chooses Simple."""
    at_first = STUDIO.default
    object.__setattr__(STUDIO, "default", "all")  # the same preference, which everything refers to
    yield
    object.__setattr__(STUDIO, "default", at_first)


@pytest.fixture(autouse=True)
def full_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trains at full speed, as long as a test chooses no other."""
    monkeypatch.setattr(speeds, "TRAINING_SPEED", replace(TRAINING_SPEED, default="full"))


@pytest.fixture(autouse=True)
def no_open_questions(request: pytest.FixtureRequest, nothing_left: None) -> Iterator[None]:
    """Fails a test that leaves a question open, which would wait forever, and closes windows that a failed
    test has left open, as each would ask to save."""
    request.getfixturevalue("qapp")
    closer = QuestionCloser()
    yield
    closer.stop()
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow) and not window.isHidden():
            window.close_without_asking()
    if closer.unanswered:
        pytest.fail(f"nobody answered: {closer.unanswered}")


@pytest.fixture
def new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Gives windows created after it a computing process of their own."""
    own = ComputeProcessPool()
    monkeypatch.setattr(worker_thread, "processes", own)
    yield
    own.close()
