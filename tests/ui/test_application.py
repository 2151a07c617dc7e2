"""The program as a process of its own: it opens, and it ends."""

import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.project import Project, save_project
from cadl_desktop.storage.temporary_files import remove_abandoned_folders, temporary_folder
from cadl_desktop.system.child_process import module_environment
from cadl_desktop.ui.intake.examples import example
from cadl_desktop.ui.theme.choosing import set_theme
from cadl_desktop.ui.window import garbage
from cadl_desktop.ui.window.application import make_window
from cadl_desktop.ui.window.ending import LEAST_PATIENCE, PATIENCE, patience_left
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import process_events, until, wait_for_timers


def places_at_rest(qtbot: QtBot, window: MainWindow) -> list[QRect]:
    """Where the window's parts stand once nothing moves any more."""
    parts = (
        window.menuBar(),
        window.statusBar(),
        window.centralWidget(),
        window.features.designer,
        window.features.side,
    )
    found: list[QRect] = []
    while (places := [part.geometry() for part in parts]) != found:
        found = places
        wait_for_timers(qtbot, window, window.session)
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


def test_a_preset_that_is_named_opens_as_its_card_does(qtbot: QtBot) -> None:
    window = make_window("inpainting")
    qtbot.addWidget(window, before_close_func=lambda window: window.close_without_asking())
    assert window.document.experiment == example("inpainting")
    assert window.features.masking.tool.kind == "brush"
    window.session.load_samples()
    until(qtbot, lambda: window.features.views.output.is_painting)
    painting = window.features.views.output.painting
    assert painting.stage.main is painting.target  # with the hole in it


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


OPEN = """
from cadl_desktop.ui.window import application

def open_and_close(name=None, make=application.make_window):
    window = make(name)
    window.document.path_changed.connect(lambda path: (print(path), window.close()))
    return window

application.make_window = open_and_close
application.run("mine.cadl")
"""


def test_a_file_of_the_command_line_is_known_wherever_the_program_starts_next(tmp_path: Path) -> None:
    save_project(tmp_path / "mine.cadl", Project(preset("lecture-tanh")))
    command = [sys.executable, "-P", "-c", OPEN]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=tmp_path,
        env=module_environment(),
    )
    assert done.stdout == f"{tmp_path / 'mine.cadl'}\n"


def test_no_garbage_is_looked_for_until_libraries_have_settled(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "SETTLED_MS", 1)
    monkeypatch.setattr(garbage, "EVERY_MS", 1)
    owner, seen = QObject(), list[int]()
    monkeypatch.setattr(garbage.GarbageCollector, "collect", lambda _: seen.append(gc.get_freeze_count()))
    collector = garbage.GarbageCollector(owner)
    process_events(qtbot)
    assert seen == []
    try:
        collector.keep()
        until(qtbot, lambda: seen)
    finally:
        gc.unfreeze()
        del collector, owner
    assert seen[0] > 10_000  # what there was by then is left alone


def test_what_closing_has_waited_for_is_not_waited_for_again(window: MainWindow) -> None:
    assert patience_left(window.closing_since) == PATIENCE
    window.close_without_asking()
    assert patience_left(window.closing_since - PATIENCE) == LEAST_PATIENCE


def test_a_killed_window_s_temporary_files_go_with_the_next_start(
    isolated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = isolated_home / "tmpdir"
    gone = subprocess.Popen(["true"])
    gone.wait()
    made = []
    for process in (gone.pid, os.getpid()):
        with monkeypatch.context() as there:
            there.setattr(tempfile, "tempdir", str(root))
            there.setattr(os, "getpid", lambda process=process: process)
            made.append(temporary_folder.__wrapped__())
        # The time at which a window that is still there has last written is long ago, too.
        os.utime(made[-1].name, (time.time() - 301, time.time() - 301))
    left, own = (Path(each.name) for each in made)
    monkeypatch.setattr("cadl_desktop.storage.temporary_files._MARGIN", 1e6)  # this process may be younger
    newest = temporary_folder.__wrapped__()
    remove_abandoned_folders(Path(newest.name))
    assert (left.exists(), own.exists()) == (False, True)
    assert Path(newest.name).parent == root
    for each in (*made, newest):
        each.cleanup()


BADLY_ENDED = """
import logging, math, sys
from threading import Event, Thread
from cadl_desktop.decoding.decoder import decoder
from cadl_desktop.ui.window.ending import end_process

def fail():
    raise OSError("no such process")

logging.basicConfig(filename=sys.argv[1])
decoder.close = fail
Thread(target=Event().wait).start()
end_process(0, math.inf)
"""


def test_a_process_ends_whatever_goes_wrong_with_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    subprocess.run([sys.executable, "-c", BADLY_ENDED, str(log)], check=True, timeout=60)
    assert "OSError: no such process" in log.read_text()
