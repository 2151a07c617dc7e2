"""Questions that nobody answers don't block the tests."""

from pathlib import Path

from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.window.main_window import MainWindow
from tests.ui.question_closer import QuestionCloser


def test_an_unanswered_question_to_save_is_closed_and_listed(window: MainWindow) -> None:
    window.document.mark_results_changed()
    closer = QuestionCloser(timeout=30)
    window.close()
    closer.stop()
    assert [text.startswith("Save the changes") for text in closer.unanswered] == [True]
    assert window.isVisible()


def test_an_unanswered_file_dialog_is_closed_and_listed(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    closer = QuestionCloser(timeout=30)
    assert file_dialogs.file_to_open(window, "Open a picture", str(tmp_path), "") == ""
    closer.stop()
    assert closer.unanswered == ["Open a picture"]


def test_a_question_answered_in_time_is_left_alone(qtbot: QtBot) -> None:
    closer, box = QuestionCloser(timeout=10_000), QMessageBox()
    qtbot.addWidget(box)
    with qtbot.waitExposed(box):
        box.open()
    box.accept()
    closer.stop()
    assert closer.unanswered == []
