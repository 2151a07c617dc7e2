"""A question that nobody answers doesn't keep the tests waiting."""

from pathlib import Path

from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.controls.dialogs import file_dialogs
from cadl_desktop.ui.window.main_window import MainWindow
from tests.ui.answering import Answers


def test_an_unsaved_window_that_is_closed_stays_open_and_its_question_is_told(window: MainWindow) -> None:
    window.document.mark_results_changed()
    answers = Answers(patience=30)
    window.close()
    answers.end()
    assert [text.startswith("Save the changes") for text in answers.unanswered] == [True]
    assert window.isVisible()


def test_a_question_for_a_file_is_told_too(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    answers = Answers(patience=30)
    assert file_dialogs.file_to_open(window, "Open a picture", str(tmp_path), "") == ""
    answers.end()
    assert answers.unanswered == ["Open a picture"]


def test_what_is_answered_in_time_is_left_alone(qtbot: QtBot) -> None:
    answers, box = Answers(patience=10_000), QMessageBox()
    qtbot.addWidget(box)
    with qtbot.waitExposed(box):
        box.open()
    box.accept()
    answers.end()
    assert answers.unanswered == []
