"""The interface's size: Qt's scale factor at the next start, and the restart that applies it at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.project import Project, save_project
from cadl_desktop.session.comparing.comparison import Comparison
from cadl_desktop.session.training.result import Status
from cadl_desktop.system.child_process import module_environment, program_command
from cadl_desktop.ui.preferences.preferences_dialog import PreferencesDialog, SizeRow
from cadl_desktop.ui.settings.settings_table import INTERFACE_SIZE
from cadl_desktop.ui.window.main_window import MainWindow
from tests.comparing.sets import a_set
from tests.engine.runs import small_painting
from tests.settling import until
from tests.ui.driving import choose

pytestmark = pytest.mark.usefixtures("light")

SHOW = """
import os, sys
from PySide6.QtCore import QTimer
from cadl_desktop.ui.settings.settings_table import INTERFACE_SIZE
from cadl_desktop.ui.window import application

INTERFACE_SIZE.set(int(sys.argv[1]))

def show_and_close(name=None, make=application.make_window):
    window = make(name)

    def tell():
        print(window.devicePixelRatioF(), os.environ.get("QT_SCALE_FACTOR"))
        room = window.screen().availableSize()
        print(window.width() <= room.width() and window.height() <= room.height())
        window.close()

    QTimer.singleShot(300, tell)
    return window

application.make_window = show_and_close
application.run(None)
"""

AGAIN = """
import sys
from PySide6.QtCore import QTimer
from cadl_desktop.session.simple_studio import start_simple
from cadl_desktop.ui.preferences import restart
from cadl_desktop.ui.window import application

def say_again(*words):
    return [sys.executable, "-c", "import sys; print('again', sys.argv[1:])", *words]

restart.program_command = say_again

def show_and_restart(name=None, make=application.make_window):
    window = make(name)
    restart = window.features.preferences.restart
    window.document.path_changed.connect(lambda path: QTimer.singleShot(0, restart.begin))
    return window

application.make_window = show_and_restart
start_simple("")
application.run("mine.cadl")
"""


@pytest.mark.parametrize(
    ("size", "asked", "ratio"), [(150, None, 1.5), (200, "1.5", 3.0), (80, "large", 0.8)]
)
def test_child_processes_do_not_inherit_the_scale_factor(size: int, asked: str | None, ratio: float) -> None:
    environment = {name: value for name, value in module_environment().items() if name != "QT_SCALE_FACTOR"}
    if asked is not None:
        environment["QT_SCALE_FACTOR"] = asked
    command = [sys.executable, "-c", SHOW, str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    assert done.stdout.split() == [str(ratio), str(asked), "True"]


def test_the_program_starts_again_with_its_project_and_options(tmp_path: Path) -> None:
    save_project(tmp_path / "mine.cadl", Project(small_painting()))
    command = [sys.executable, "-P", "-c", AGAIN]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=tmp_path,
        env=module_environment(),
    )
    assert done.stdout == f"again {['--simple', str(tmp_path / 'mine.cadl')]}\n"


def size_row(qtbot: QtBot, window: MainWindow) -> SizeRow:
    window.frame.actions["preferences"].trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PreferencesDialog)
    row = dialog.row("Interface size")
    assert isinstance(row, SizeRow)
    return row


def test_another_size_offers_a_restart_if_nothing_is_lost(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.features.start.leave()
    row, restart = size_row(qtbot, window), window.features.preferences.restart
    button = row.restart_now
    assert button.isHidden()
    choose(qtbot, row.control, "150")
    assert INTERFACE_SIZE.get() == 150
    assert button.isVisible()
    assert button.isEnabled()
    assert "undone" in button.toolTip()
    window.session.train()
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    assert "trained" in restart.blocked_reason
    assert not button.isEnabled()
    window.session.pause()
    until(qtbot, lambda: window.session.status is Status.PAUSED)
    assert "saved" in restart.blocked_reason
    assert not button.isEnabled()
    assert "saved" in button.toolTip()
    restart.begin()
    assert window.isVisible()
    choose(qtbot, row.control, "100")
    assert button.isHidden()
    choose(qtbot, row.control, "150")
    path = tmp_path / "mine.cadl"
    window.document.mark_saved(path, False, False)
    until(qtbot, button.isEnabled)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.isHidden()
    assert restart.command == program_command(str(path))


def test_no_restart_while_something_is_trained_besides_the_network(window: MainWindow) -> None:
    restart = window.features.preferences.restart
    assert restart.blocked_reason == ""
    seeds = Comparison(a_set(8, (), kind="seeds", live=3), window)
    window.features.comparing.sets.add(seeds)
    assert "trained" in restart.blocked_reason
    window.features.comparing.sets.remove(seeds)
    assert restart.blocked_reason == ""
