"""The program as a process of its own: it opens, and it ends."""

import os
import signal
import subprocess
import sys
import time

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.application import make_window
from cadl_desktop.ui.theme import set_theme


def test_a_change_of_theme_moves_nothing(qtbot: QtBot, qapp: QApplication) -> None:
    qapp.setStyleSheet("")
    qapp.setFont(QFont("Sans Serif", 9))  # as before the first window
    window = make_window("lecture-tanh")
    qtbot.addWidget(window, before_close_func=lambda window: window.close_without_asking())
    set_theme("light")
    window.show()
    qtbot.waitExposed(window)
    parts = (window.menuBar(), window.statusBar(), window.centralWidget(), window.designer, window.side)
    qtbot.wait(50)
    before = [part.geometry() for part in parts]
    set_theme("dark")
    qtbot.wait(50)
    assert [part.geometry() for part in parts] == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to a process")
def test_the_window_opens_and_an_interrupt_closes_it() -> None:
    command = [sys.executable, "-m", "cadl_desktop", "lecture-tanh"]
    program = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(4)
        assert program.poll() is None
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 0
    finally:
        program.kill()
        program.communicate()
