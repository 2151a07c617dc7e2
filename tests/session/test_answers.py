"""What other threads have found out, on its way to the window's."""

import time
from functools import partial
from threading import Thread

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.session.answers import Answers


def test_answers_that_come_together_are_handed_out_in_order_one_in_a_turn(qapp: QApplication) -> None:
    answers, told, turns = Answers(qapp), list[int](), list[int]()
    thread = Thread(target=lambda: [answers.put(partial(told.append, number)) for number in range(3)])
    thread.start()
    thread.join()
    end = time.monotonic() + 10
    while len(told) < 3 and time.monotonic() < end:
        before = len(told)
        qapp.processEvents()
        turns.append(len(told) - before)
        time.sleep(0.005)  # what is due has become so
    answers.deleteLater()
    assert told == [0, 1, 2]
    assert max(turns) == 1


def test_what_an_answer_asks_for_and_an_error_in_it_hold_up_no_other(
    qtbot: QtBot, qapp: QApplication
) -> None:
    answers, told = Answers(qapp), list[str]()

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


def test_nothing_is_handed_out_after_the_end(qtbot: QtBot, qapp: QApplication) -> None:
    answers, told = Answers(qapp), list[str]()
    answers.put(partial(told.append, "before"))
    answers.close()
    answers.put(partial(told.append, "after"))
    qtbot.wait(50)
    answers.deleteLater()
    assert told == []
