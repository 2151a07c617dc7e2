"""Work in other threads."""

import logging

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from cadl_desktop.export.job import CancelledError
from cadl_desktop.project.recovery import GivenUpError
from cadl_desktop.session.background import Background
from cadl_desktop.storage.atomic import FileError


def test_answers_and_errors_come_back(qtbot: QtBot) -> None:
    background, answers, errors = Background(), [], []
    background.do(lambda: 6 * 7, answers.append, errors.append)
    background.do(lambda: 1 / 0, answers.append, errors.append)
    qtbot.waitUntil(lambda: bool(answers and errors))
    assert answers == [42]
    assert isinstance(errors[0], ZeroDivisionError)
    background.close()


def test_a_refusal_is_a_line_of_the_log_that_names_no_file(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    """Only what nobody has foreseen leaves a traceback, and what was ended on purpose nothing."""
    background, errors = Background(), []

    def refuse() -> None:
        raise FileError("{name} is empty; choose another file.", name="letter to Anna.png")

    def end(kind: type[Exception]) -> None:
        raise kind

    caplog.set_level(logging.INFO)
    for work in (refuse, lambda: end(CancelledError), lambda: end(GivenUpError), lambda: 1 / 0):
        background.do(work, errors.append, errors.append)
    qtbot.waitUntil(lambda: len(errors) == 4)
    background.close()
    refused, unexpected = sorted(caplog.records, key=lambda record: bool(record.exc_info))
    assert refused.getMessage() == "background work was refused: {name} is empty; choose another file."
    assert not refused.exc_info
    assert unexpected.exc_info


def test_new_qt_objects_keep_their_types(qtbot: QtBot) -> None:
    """A runnable that Qt had deleted once lent its Python face to an action that Qt made at its address."""
    background, menu, answers = Background(), QMenu(), []
    qtbot.addWidget(menu)
    for _ in range(300):
        background.do(lambda: None, answers.append, answers.append)
    qtbot.waitUntil(lambda: len(answers) == 300)
    assert {type(menu.addAction("")) for _ in range(2000)} == {QAction}
    background.close()


def test_an_answer_that_comes_after_the_end_is_dropped(qtbot: QtBot) -> None:
    background, answers = Background(), []
    background.do(lambda: 6 * 7, answers.append, answers.append)
    background.close()
    background.do(lambda: "more", answers.append, answers.append)
    qtbot.wait(50)
    assert answers == []


def test_what_is_no_ordinary_error_is_logged(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    background, answers = Background(), []

    def leave() -> None:
        raise SystemExit("out of the thread")

    background.do(leave, answers.append, answers.append)
    background.close()
    assert "out of the thread" in caplog.text
