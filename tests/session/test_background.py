"""Background: work in other threads."""

import logging
import time
from functools import partial
from threading import Thread

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from cadl_desktop.export.job import CancelledError
from cadl_desktop.project.recovery_copy import GivenUpError
from cadl_desktop.session.background import AnswerQueue, Background
from cadl_desktop.storage.atomic import FileError


def test_answers_and_errors_come_back(qtbot: QtBot) -> None:
    background, answers, errors = Background(), [], []
    background.do(lambda: 6 * 7, answers.append, errors.append)
    background.do(lambda: 1 / 0, answers.append, errors.append)
    qtbot.waitUntil(lambda: bool(answers and errors))
    assert answers == [42]
    assert isinstance(errors[0], ZeroDivisionError)
    background.close()


def test_a_refusal_is_logged_in_one_line_without_file_names(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    """Unexpected errors are logged with a traceback, refusals without, and cancellations not at all."""
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
    """An action created at the address of a runnable deleted by QThreadPool appeared as that runnable."""
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


def test_an_exception_that_is_no_error_is_logged(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    background, answers = Background(), []

    def leave() -> None:
        raise SystemExit("out of the thread")

    background.do(leave, answers.append, answers.append)
    background.close()
    assert "out of the thread" in caplog.text


def test_answers_are_delivered_in_order_one_per_event_loop_iteration(qapp: QApplication) -> None:
    answers, told, turns = AnswerQueue(qapp), list[int](), list[int]()
    thread = Thread(target=lambda: [answers.put(partial(told.append, number)) for number in range(3)])
    thread.start()
    thread.join()
    end = time.monotonic() + 10
    while len(told) < 3 and time.monotonic() < end:
        before = len(told)
        qapp.processEvents()
        turns.append(len(told) - before)
        time.sleep(0.005)  # so that the timer is due
    answers.deleteLater()
    assert told == [0, 1, 2]
    assert max(turns) == 1


def test_an_answer_that_queues_another_or_raises_delays_no_other(qtbot: QtBot, qapp: QApplication) -> None:
    answers, told = AnswerQueue(qapp), list[str]()

    def fail() -> None:
        answers.put(partial(told.append, "more"))
        raise ValueError("in an answer")

    with qtbot.capture_exceptions() as escaped:
        answers.put(fail)
        answers.put(partial(told.append, "next"))
        qtbot.waitUntil(lambda: len(told) == 2)
    answers.deleteLater()
    assert told == ["next", "more"]
    assert [str(error) for _, error, _ in escaped] == ["in an answer"]


def test_nothing_is_delivered_after_close(qtbot: QtBot, qapp: QApplication) -> None:
    answers, told = AnswerQueue(qapp), list[str]()
    answers.put(partial(told.append, "before"))
    answers.close()
    answers.put(partial(told.append, "after"))
    qtbot.wait(50)
    answers.deleteLater()
    assert told == []
