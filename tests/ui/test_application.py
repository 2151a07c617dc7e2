"""The program as a process of its own: it opens, and it ends."""

import os
import signal
import subprocess
import sys
import time

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.theme.choosing import set_theme
from cadl_desktop.ui.window.application import make_window
from cadl_desktop.ui.window.main_window import MainWindow


def places_at_rest(qtbot: QtBot, window: MainWindow) -> list[QRect]:
    """Where the window's parts stand once nothing has moved for a while."""
    parts = (window.menuBar(), window.statusBar(), window.centralWidget(), window.designer, window.side)
    found: list[QRect] = []
    while (places := [part.geometry() for part in parts]) != found:
        found = places
        qtbot.wait(100)
    return found


def test_a_change_of_theme_moves_nothing(qtbot: QtBot, qapp: QApplication) -> None:
    qapp.setStyleSheet("")
    qapp.setFont(QFont("Sans Serif", 9))  # as before the first window
    window = make_window("lecture-tanh")
    qtbot.addWidget(window, before_close_func=lambda window: window.close_without_asking())
    set_theme("light")
    with qtbot.waitExposed(window):
        window.show()
    before = places_at_rest(qtbot, window)
    set_theme("dark")
    assert places_at_rest(qtbot, window) == before


SHOW = """
from PySide6.QtCore import QTimer
from cadl_desktop.ui.window import application

def show_and_close(name=None, make=application.make_window):
    window = make(name)
    room = window.screen().availableSize()
    QTimer.singleShot(300, lambda: print(window.height(), room.height()))
    QTimer.singleShot(300, window.close)
    return window

application.make_window = show_and_close
application.run(None)
"""


def test_the_first_window_fits_on_a_small_screen() -> None:
    command = [sys.executable, "-c", SHOW]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    height, room = map(int, told.split())
    assert height <= room < 900  # as high as it would be on a large one


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to a process")
def test_the_window_opens_and_an_interrupt_closes_it() -> None:
    command = [sys.executable, "-m", "cadl_desktop", "lecture-tanh"]
    program = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(8)  # on a busy machine the program takes a while to listen
        assert program.poll() is None
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 0
    finally:
        program.kill()
        program.communicate()
