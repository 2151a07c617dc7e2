"""A question that nobody answers doesn't keep the tests waiting."""

from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.ui.answering import Answers


def test_an_unsaved_window_that_is_closed_stays_open_and_its_question_is_told(qtbot: QtBot) -> None:
    window = MainWindow(Session(Document(small_painting())))
    with qtbot.waitExposed(window):
        window.show()
    window.document.mark_results_changed()
    answers = Answers(patience=30)
    window.close()
    answers.end()
    assert [text.startswith("Save the changes") for text in answers.unanswered] == [True]
    assert window.isVisible()
    window.close_without_asking()


def test_what_is_answered_in_time_is_left_alone(qtbot: QtBot) -> None:
    answers, box = Answers(patience=10_000), QMessageBox()
    qtbot.addWidget(box)
    box.open()
    qtbot.wait(50)
    box.accept()
    answers.end()
    assert answers.unanswered == []
