"""Settings are merged with those of other windows."""

import os
import subprocess
import sys
from itertools import chain
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from cadl_desktop.ui.settings.preference import (
    Preference,
    clear_settings,
    settings_file,
    store_values,
    sync_settings,
)
from cadl_desktop.ui.settings.recent_paths import (
    add_recent_file,
    existing_folders,
    last_folder,
    recent_files,
)
from cadl_desktop.ui.settings.settings_table import (
    CLOSED_CAPTIONS,
    INTERFACE_SIZE,
    KEEP_LEARNED,
    PREFERENCES,
    REACHED_LESSONS,
    RECENT,
    SWEEP_FOLDERS,
    THEME,
    THREADS,
)
from tests.settling import until

BUSY_SECONDS, SOON_SECONDS = 2.0, 1.0

ANOTHER_PROGRAM = """
import os, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from cadl_desktop.ui.settings.preference import sync_settings
from cadl_desktop.ui.settings.recent_paths import add_recent_file, recent_files
from cadl_desktop.ui.settings.settings_table import KEEP_LEARNED, THREADS

app = QApplication([])
print(THREADS.get(), KEEP_LEARNED.get())
print(*(path.name for path in recent_files()), flush=True)
threads, recent = sys.argv[1:]
if threads:
    THREADS.set(int(threads))
    add_recent_file(Path(recent))
sync_settings()
os._exit(0)
"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("first.png", "second.png", "third.png")]
    for path in paths:
        path.touch()
    return paths


def another_program(threads: str = "", recent: Path | None = None) -> list[str]:
    """Runs another process, which stores these settings; returns the lines that it found before."""
    return run(ANOTHER_PROGRAM, threads, str(recent)).splitlines()


def run(program: str, *words: str) -> str:
    """Output of a program with the same settings file."""
    command = [sys.executable, "-c", program, *words]
    environment = os.environ | {"XDG_CONFIG_HOME": str(Path(settings_file()).parent.parent)}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def test_settings_are_found_at_the_next_start(files: list[Path]) -> None:
    THREADS.set(3)
    KEEP_LEARNED.set(False)
    add_recent_file(files[0])
    add_recent_file(files[1])
    add_recent_file(files[0])
    sync_settings()
    assert another_program() == ["3 False", "first.png second.png"]


def test_the_window_writes_settings_by_itself(qtbot: QtBot) -> None:
    THREADS.set(3)
    until(qtbot, lambda: "threads=3" in Path(settings_file()).read_text(encoding="utf-8"))


def test_windows_keep_the_settings_of_others(files: list[Path]) -> None:
    THREADS.set(3)
    add_recent_file(files[0])
    sync_settings()
    another_program("5", files[1])
    KEEP_LEARNED.set(False)
    add_recent_file(files[2])
    sync_settings()
    assert THREADS.get() == 5
    assert recent_files() == [files[2], files[1], files[0]]
    first, recent = another_program("6", files[0])
    assert (first, recent) == ("5 False", "third.png second.png first.png")
    sync_settings()
    assert THREADS.get() == 6
    assert recent_files() == [files[0], files[2], files[1]]


def test_recent_files_exist(files: list[Path]) -> None:
    for path in files:
        add_recent_file(path)
    files[1].unlink()
    assert recent_files() == [files[2], files[0]]
    RECENT.set([])
    assert recent_files() == []


def test_an_invalid_value_in_the_file_is_the_default() -> None:
    clear_settings()
    for name in ("threads", "interface_size", "theme"):
        store_values({name: "neither"})
    assert (THREADS.get(), INTERFACE_SIZE.get(), THEME.get()) == (0, 100, "system")


@pytest.mark.parametrize("preference", [*chain(*PREFERENCES.values())], ids=lambda preference: preference.key)
def test_values_are_read_as_files_and_menus_spell_them(preference: Preference[Any]) -> None:
    for value in (preference.default, *preference.choices):
        assert preference.read(str(value)) == value


@pytest.mark.parametrize(
    "nonsense", [QPoint(3, 4), [7, QPoint()], b"\0\xff", ["x" * 300], ["a\0b"], "/a" * 5000]
)
def test_nonsense_in_the_file_is_ignored(nonsense: object) -> None:
    for name in ("recent", "sweep_folders", "default_folder", "folder", "closed_captions", "reached_lessons"):
        store_values({name: nonsense})
    assert recent_files() == []
    assert existing_folders(SWEEP_FOLDERS.get()) == []
    assert isinstance(last_folder(), str)
    assert all(isinstance(name, str) for name in [*CLOSED_CAPTIONS.get(), *REACHED_LESSONS.get()])
    clear_settings()


def test_an_unresponsive_drive_hides_no_file_of_another(
    qtbot: QtBot, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ends, stat = Event(), os.stat

    def stat_or_wait(path: str, **options: Any) -> object:
        if str(path) == str(files[1]):
            ends.wait(BUSY_SECONDS)
        return stat(path, **options)

    for path in files:
        add_recent_file(path)
    with monkeypatch.context() as dead:
        dead.setattr(os, "stat", stat_or_wait)
        began = monotonic()
        assert [recent_files() for _ in range(2)] == [[files[2], files[0]]] * 2
        assert monotonic() - began < SOON_SECONDS
        ends.set()
    until(qtbot, lambda: recent_files() == files[::-1])
    RECENT.set([])
