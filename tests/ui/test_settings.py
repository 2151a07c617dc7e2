"""What is remembered is kept while nobody waits for the disk, and beside what other windows keep."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from threading import Event, Timer
from time import monotonic
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QLockFile, QPoint
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.settings.preference import (
    Preference,
    finish_settings,
    forget_settings,
    keep,
    keep_qt_settings_here,
    renew_settings,
    settings_file,
)
from cadl_desktop.ui.settings.recent_paths import add_recent_file, last_folder, recent_files, remember_folder
from cadl_desktop.ui.settings.remembered import (
    CLOSED_CAPTIONS,
    INTERFACE_SIZE,
    KEEP_LEARNED,
    PREFERENCES,
    REACHED_LESSONS,
    RECENT,
    SWEEP_FOLDERS,
    THEME,
    THREADS,
    remember_layout,
)
from cadl_desktop.ui.settings.still_there import folders_still_there
from tests.settling import until

BUSY_SECONDS, SOON_SECONDS = 2.0, 1.0

ANOTHER_PROGRAM = """
import os, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QFileDialog
from cadl_desktop.ui.settings.preference import finish_settings, keep_qt_settings_here
from cadl_desktop.ui.settings.recent_paths import add_recent_file, recent_files
from cadl_desktop.ui.settings.remembered import KEEP_LEARNED, THREADS

app = QApplication([])
keep_qt_settings_here()
print(THREADS.get(), KEEP_LEARNED.get(), QFileDialog().viewMode().name)
print(*(path.name for path in recent_files()), flush=True)
threads, recent = sys.argv[1:]
if threads:
    THREADS.set(int(threads))
    add_recent_file(Path(recent))
finish_settings(30)
os._exit(0)
"""

ENDS_AT_ONCE = """
from cadl_desktop.ui.settings import settings_store
from cadl_desktop.ui.settings.remembered import THREADS

def take_long():
    import time
    time.sleep(0.5)

settings_store.give_way = take_long
THREADS.set(3)
"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("first.png", "second.png", "third.png")]
    for path in paths:
        path.touch()
    return paths


def another_program(threads: str = "", recent: Path | None = None) -> list[str]:
    """What it found when it began, in lines; then it keeps these."""
    return run(ANOTHER_PROGRAM, threads, str(recent)).splitlines()


def run(program: str, *words: str) -> str:
    """What a program says that has the same settings."""
    command = [sys.executable, "-c", program, *words]
    environment = os.environ | {"XDG_CONFIG_HOME": str(Path(settings_file()).parent.parent)}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


@contextmanager
def busy(file: Path) -> Iterator[None]:
    """Whoever writes this file has to wait for a while, as for a disk that has other things to do."""
    lock = QLockFile(f"{file}.lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    assert lock.tryLock(0)
    over = Timer(BUSY_SECONDS, lock.unlock)
    over.start()
    yield
    over.join()


def test_the_window_never_waits_for_what_is_kept(files: list[Path]) -> None:
    kept = Path(settings_file())
    kept.unlink(missing_ok=True)
    with busy(kept):
        began = monotonic()
        THREADS.set(3)
        add_recent_file(files[0])
        remember_folder(files[0])
        assert THREADS.get() == 3
        assert recent_files() == files[:1]
        assert last_folder() == str(files[0].parent)
        finish_settings(0.01)
        assert monotonic() - began < SOON_SECONDS
        assert not kept.exists()
    finish_settings(30)
    text = kept.read_text()
    assert "threads=3" in text
    assert "first.png" in text


def test_the_window_never_waits_when_a_file_dialog_closes(qtbot: QtBot) -> None:
    keep_qt_settings_here()
    with busy(Path(settings_file()).parent / "QtProject.conf"):
        dialog = QFileDialog()
        dialog.setViewMode(QFileDialog.ViewMode.List)
        began = monotonic()
        dialog.deleteLater()
        qtbot.wait(1)
        assert monotonic() - began < SOON_SECONDS


@pytest.mark.parametrize("mode", [QFileDialog.ViewMode.Detail, QFileDialog.ViewMode.List])
def test_what_is_kept_is_there_at_the_next_start(
    qtbot: QtBot, files: list[Path], mode: QFileDialog.ViewMode
) -> None:
    keep_qt_settings_here()
    THREADS.set(3)
    KEEP_LEARNED.set(True)
    add_recent_file(files[0])
    add_recent_file(files[1])
    add_recent_file(files[0])
    dialog = QFileDialog()
    dialog.setViewMode(mode)
    dialog.deleteLater()
    qtbot.wait(1)
    remember_layout(QByteArray(), QByteArray(), QByteArray(), [])
    finish_settings(30)
    assert another_program() == [f"3 True {mode.name}", "first.png second.png"]


def test_a_python_that_ends_by_itself_waits_for_what_is_being_kept() -> None:
    run(ENDS_AT_ONCE)
    assert another_program()[0].startswith("3 ")


def test_windows_keep_what_others_have_kept(qtbot: QtBot, files: list[Path]) -> None:
    THREADS.set(3)
    add_recent_file(files[0])
    finish_settings(30)
    another_program("5", files[1])
    KEEP_LEARNED.set(True)
    add_recent_file(files[2])
    finish_settings(30)
    assert THREADS.get() == 5
    assert recent_files() == [files[2], files[1], files[0]]
    first, recent = another_program("6", files[0])
    assert (first.split()[:2], recent) == (["5", "True"], "third.png second.png first.png")
    renew_settings()
    until(qtbot, lambda: THREADS.get() == 6)
    assert recent_files() == [files[0], files[2], files[1]]


def test_files_that_are_gone_are_no_recent_ones(files: list[Path]) -> None:
    for path in files:
        add_recent_file(path)
    files[1].unlink()
    assert recent_files() == [files[2], files[0]]
    RECENT.set([])
    assert recent_files() == []


def test_what_somebody_has_misspelled_in_the_file_is_as_if_it_were_not_there() -> None:
    forget_settings()
    for name in ("threads", "interface_size", "theme"):
        keep({name: "neither"})
    assert (THREADS.get(), INTERFACE_SIZE.get(), THEME.get()) == (0, 100, "system")


@pytest.mark.parametrize("preference", [*chain(*PREFERENCES.values())], ids=lambda preference: preference.key)
def test_what_a_file_or_a_menu_spells_is_read_as_the_value(preference: Preference[Any]) -> None:
    for value in (preference.default, *preference.choices):
        assert preference.read(str(value)) == value


@pytest.mark.parametrize(
    "nonsense", [QPoint(3, 4), [7, QPoint()], b"\0\xff", ["x" * 300], ["a\0b"], "/a" * 5000]
)
def test_nonsense_in_the_file_is_no_file_folder_or_lesson(nonsense: object) -> None:
    for name in ("recent", "sweep_folders", "default_folder", "folder", "closed_captions", "reached_lessons"):
        keep({name: nonsense})
    assert recent_files() == []
    assert folders_still_there(SWEEP_FOLDERS.get()) == []
    assert isinstance(last_folder(), str)
    assert all(isinstance(name, str) for name in [*CLOSED_CAPTIONS.get(), *REACHED_LESSONS.get()])
    forget_settings()


def test_a_disk_that_does_not_answer_hides_no_file_of_another(
    qtbot: QtBot, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ends, stat = Event(), os.stat

    def stat_or_wait(path: str, **options: Any) -> object:
        if str(path) == str(files[1]):
            ends.wait(BUSY_SECONDS)
        return stat(path, **options)

    for path in files:
        add_recent_file(path)
    finish_settings(BUSY_SECONDS)
    with monkeypatch.context() as dead:
        dead.setattr(os, "stat", stat_or_wait)
        began = monotonic()
        assert [recent_files() for _ in range(2)] == [[files[2], files[0]]] * 2
        assert monotonic() - began < SOON_SECONDS
        ends.set()
    until(qtbot, lambda: recent_files() == files[::-1])
    RECENT.set([])
