"""What is asked before anything is lost is answered by keys alone."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.intake.saving import Saving
from cadl_desktop.ui.window.main_window import MainWindow

ALT = Qt.KeyboardModifier.AltModifier


def answered(qtbot: QtBot, saving: Saving, key: Qt.Key, then: Callable[[], None]) -> list[str]:
    """Asks, presses Alt and a letter, and gives the titles that stood there."""
    titles: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox) or not box.isActiveWindow():
            QTimer.singleShot(10, press)
            return
        titles.extend(button.text() for button in box.buttons())
        qtbot.keyClick(box, key, ALT)

    QTimer.singleShot(0, press)
    saving.ask_to_save(then)
    return titles


@pytest.mark.parametrize(("key", "lost"), [(Qt.Key.Key_D, True), (Qt.Key.Key_C, False)])
def test_the_question_before_a_loss_hears_its_letters(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, lost: bool
) -> None:
    window.document.edit("seed", replace(window.document.experiment, seed=9))
    went_on: list[bool] = []
    titles = answered(qtbot, window.intake.saving, key, lambda: went_on.append(True))
    assert sorted(titles) == ["&Cancel", "&Don’t save", "&Save"]
    assert bool(went_on) is lost


def test_a_warning_goes_when_it_is_so_no_longer(window: MainWindow) -> None:
    window.say("warning", "Training has told nothing.")
    window.session.settled.emit("Another has.")
    assert window.message_bar.text == "Training has told nothing."
    window.session.settled.emit("Training has told nothing.")
    assert window.message_bar.text == ""


def test_what_looks_like_html_is_said_as_it_is(window: MainWindow) -> None:
    words = "'<h1>mine</h1>.png' is empty; choose another file."
    window.say("error", words)
    (shown,) = [each for each in window.message_bar.findChildren(QLabel) if each.text() == words]
    assert shown.textFormat() is Qt.TextFormat.PlainText
