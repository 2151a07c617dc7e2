"""Starting and ending the window's process."""

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
from cadl_desktop.storage.temporary_files import remove_abandoned, temporary_folder
from cadl_desktop.system.child_process import module_environment
from cadl_desktop.ui.intake.examples import example
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window import pyside_workarounds
from cadl_desktop.ui.window.application import (
    LEAST_SHUTDOWN_SECONDS,
    SHUTDOWN_SECONDS,
    make_window,
    shutdown_seconds_left,
)
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import process_events, until, wait_for_timers


def places_at_rest(qtbot: QtBot, window: MainWindow) -> list[QRect]:
    """Geometry of the window's parts once all deferred layout is done."""
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
    qapp.setFont(QFont("Sans Serif", 9))  # the default before the first window
    window = make_window("lecture-tanh")
    qtbot.addWidget(window, before_close_func=lambda window: window.close_without_asking())
    set_theme("light")
    with qtbot.waitExposed(window):
        window.show()
    before = places_at_rest(qtbot, window)
    set_theme("dark")
    assert places_at_rest(qtbot, window) == before


def test_a_preset_on_the_command_line_opens_like_its_card(qtbot: QtBot) -> None:
    window = make_window("inpainting")
    qtbot.addWidget(window, before_close_func=lambda window: window.close_without_asking())
    assert window.document.experiment == example("inpainting")
    assert window.features.masking.tool.kind == "brush"
    window.session.load_samples()
    until(qtbot, lambda: window.features.views.output.is_painting)
    painting = window.features.views.output.painting
    assert painting.stage.main is painting.target  # with the mask's hole


OPEN = """
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.window import application

def hand_over(*names):
    for name in names:
        QApplication.sendEvent(QApplication.instance(), QFileOpenEvent(name))

def take(intake, paths, take=Intake.take):
    if paths[0].suffix == ".cadl":
        take(intake, paths)
    else:
        print(*paths)

def open_and_close(name=None, make=application.make_window):
    hand_over("one.png", "two.png")
    window = make(name)

    def tell():
        print(window.document.path, window.height(), window.screen().availableSize().height())
        QApplication.instance().files_opened.connect(window.close)
        hand_over("three.png")

    window.document.path_changed.connect(lambda: QTimer.singleShot(300, tell))
    return window

Intake.take = take
application.make_window = open_and_close
application.run("mine.cadl")
"""


def test_the_first_window_fits_on_a_small_screen_and_opens_an_argument_and_files_from_the_finder(
    tmp_path: Path,
) -> None:
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
    before_the_window, opened, while_it_is_open = done.stdout.splitlines()
    assert (before_the_window, while_it_is_open) == ("one.png two.png", "three.png")
    path, height, room = opened.split()
    assert path == str(tmp_path / "mine.cadl"), "relative paths are remembered as absolute ones"
    assert int(height) <= int(room) < 900  # 900 on a large screen


HANDED_OVER = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from cadl_desktop.ui.window import application

def open_files(name=None, make=application.make_window):
    app = QApplication.instance()

    def hand_over(*names):
        for name in names:
            app.sendEvent(app, QFileOpenEvent(str(Path(name).absolute())))

    def more(path):
        print(path)
        app.files_opened.connect(tell)
        hand_over("one.png", "two.png")

    def tell(files):
        print(*files)
        window.close_without_asking()

    hand_over("mine.cadl")
    window = make(name)
    window.document.path_changed.connect(lambda: more(window.document.path))
    return window

application.make_window = open_files
application.run(None)
"""


def test_files_from_the_finder_are_opened_before_the_window_is_there_and_while_it_is(tmp_path: Path) -> None:
    save_project(tmp_path / "mine.cadl", Project(preset("lecture-tanh")))
    done = subprocess.run(
        [sys.executable, "-P", "-c", HANDED_OVER],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=tmp_path,
        env=module_environment(),
    )
    one, several = done.stdout.splitlines()
    assert one == str(tmp_path / "mine.cadl")
    assert several == f"{tmp_path / 'one.png'} {tmp_path / 'two.png'}"


def test_garbage_is_collected_only_after_late_imports(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyside_workarounds, "START_MS", 1)
    monkeypatch.setattr(pyside_workarounds, "INTERVAL_MS", 1)
    owner, seen = QObject(), list[int]()
    monkeypatch.setattr(
        pyside_workarounds.GarbageCollector, "collect", lambda _: seen.append(gc.get_freeze_count())
    )
    collector = pyside_workarounds.GarbageCollector(owner)
    process_events(qtbot)
    assert seen == []
    try:
        collector.keep()
        until(qtbot, lambda: seen)
    finally:
        gc.unfreeze()
        del collector, owner
    assert seen[0] > 10_000  # existing objects are excluded


def test_time_spent_closing_counts_towards_the_shutdown_limit(window: MainWindow) -> None:
    assert shutdown_seconds_left(window.closing_since) == SHUTDOWN_SECONDS
    window.close_without_asking()
    assert shutdown_seconds_left(window.closing_since - SHUTDOWN_SECONDS) == LEAST_SHUTDOWN_SECONDS


def test_temporary_files_of_a_killed_window_are_removed_at_the_next_start(
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
        # A running window may have written its lock long ago, too.
        os.utime(made[-1].name, (time.time() - 301, time.time() - 301))
    left, own = (Path(each.name) for each in made)
    # This process may be younger.
    monkeypatch.setattr("cadl_desktop.storage.temporary_files._CLOCK_MARGIN", 1e6)
    newest = temporary_folder.__wrapped__()
    remove_abandoned(Path(newest.name).parent)
    assert (left.exists(), own.exists()) == (False, True)
    assert Path(newest.name).parent == root
    for each in (*made, newest):
        each.cleanup()


BADLY_ENDED = """
import logging, math, sys
from threading import Event, Thread
from cadl_desktop.decoding.decoder import decoder
from cadl_desktop.ui.window.application import end_process

def fail():
    raise OSError("no such process")

logging.basicConfig(filename=sys.argv[1])
decoder.close = fail
Thread(target=Event().wait).start()
end_process(0, math.inf)
"""


def test_a_process_ends_even_if_cleaning_up_fails(tmp_path: Path) -> None:
    log = tmp_path / "log"
    subprocess.run([sys.executable, "-c", BADLY_ENDED, str(log)], check=True, timeout=60)
    assert "OSError: no such process" in log.read_text()
