"""Projects open in two programs: the other is named, and its changes are never lost."""

import os
from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.computing.failure import Failure
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.project.recovery_folders import RecoveryFolder
from cadl_desktop.session import project_file
from cadl_desktop.session.background import Background
from cadl_desktop.storage.shared_files import lock_file_of, release, stamp_of
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.settings.settings_table import KEEP_PREVIOUS
from cadl_desktop.ui.start.recovering import Recovering
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import WAIT, process_events, until, wait_for_background
from tests.test_locks import write_lock

LATER = 4e9
"""Seconds since 1970, in the year 2096."""
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def path(tmp_path: Path, window: MainWindow) -> Path:
    """Project file with seed 1."""
    folder = tmp_path / "projects"
    folder.mkdir()
    write(window, folder / "painting.cadl", seed=1)
    return folder / "painting.cadl"


def write(window: MainWindow, path: Path, seed: int) -> None:
    """Writes a project as another program does."""
    save_project(path, Project(replace(window.document.experiment, seed=seed)))
    # The file system's timestamps may be too coarse for two writes in a row.
    os.utime(path, ns=(0, seed))


def open_it(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.features.intake.take([path])
    until(qtbot, lambda: window.document.path == path)
    wait_for_background(qtbot, window.session.background)
    wait_for_lock_check(qtbot, window)


def wait_for_lock_check(qtbot: QtBot, window: MainWindow) -> None:
    wait_for_thread(qtbot, window.session.file._background)


def wait_for_thread(qtbot: QtBot, background: Background) -> None:
    results: list[object] = []
    background.do(lambda: None, results.append, results.append)
    until(qtbot, lambda: bool(results))


def edit(window: MainWindow, seed: int) -> None:
    window.document.edit("seed", replace(window.document.experiment, seed=seed))


def save(qtbot: QtBot, window: MainWindow, *keys: Qt.Key) -> list[str]:
    """Saves, answers questions with Alt and these letters, and returns the questions."""
    asked: list[str] = []
    left = list(keys)

    def press() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox) and box.isActiveWindow():
            asked.append(box.text())
            qtbot.keyClick(box, left.pop(0), ALT)
        if left:
            QTimer.singleShot(10, press)

    if left:
        QTimer.singleShot(0, press)
    window.features.intake.saving.save()
    wait_for_background(qtbot, window.session.background)
    until(qtbot, lambda: not left)
    wait_for_background(qtbot, window.session.background)
    wait_for_thread(qtbot, window.session.file._writing)
    process_events(qtbot)
    return asked


def seed_in(path: Path) -> int:
    return open_project(path).experiment.seed


def test_a_project_is_held_while_it_is_open(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    open_it(qtbot, window, path)
    assert lock_file_of(path).exists()
    assert "read-only" not in window.windowTitle()
    window.close_without_asking()
    assert os.listdir(path.parent) == ["painting.cadl"]


def test_a_file_open_elsewhere_is_read_only_and_save_asks_for_a_name(
    qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lock(path, 1)
    open_it(qtbot, window, path)
    assert "painting.cadl (read-only)" in window.windowTitle()
    assert "ada" in window.frame.messages.bar.text
    copy = path.with_name("copy.cadl")
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *about: str(copy))
    edit(window, 2)
    save(qtbot, window)
    until(qtbot, lambda: window.document.path == copy)
    wait_for_lock_check(qtbot, window)
    assert (seed_in(path), seed_in(copy)) == (1, 2)
    assert "read-only" not in window.windowTitle()
    assert lock_file_of(path).exists()
    assert not window.document.modified


def test_the_read_only_message_stays_until_the_other_has_closed_and_it_is_saved(
    qtbot: QtBot, window: MainWindow, path: Path
) -> None:
    write_lock(path, 1)
    open_it(qtbot, window, path)
    edit(window, 2)
    assert "is read-only here" in window.frame.messages.bar.text
    lock_file_of(path).unlink()  # as when the other program closes it
    save(qtbot, window)
    assert seed_in(path) == 2
    assert "read-only" not in window.windowTitle()
    assert window.frame.messages.bar.text == ""


def test_it_can_be_taken_over(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    write_lock(path, 1)
    open_it(qtbot, window, path)
    (take_over,) = window.frame.messages.bar.buttons
    take_over.click()
    until(qtbot, lambda: window.session.file.holder is None)
    edit(window, 2)
    save(qtbot, window)
    assert seed_in(path) == 2


def test_saving_over_a_file_changed_by_another_program_asks_first(
    qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_it(qtbot, window, path)
    edit(window, 2)
    assert save(qtbot, window) == []
    write(window, path, seed=3)
    edit(window, 4)
    (asked,) = save(qtbot, window, Qt.Key.Key_C)
    assert "was changed on disk" in asked
    assert seed_in(path) == 3
    assert window.document.modified
    copy = path.with_name("copy.cadl")
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *about: "")
    save(qtbot, window, Qt.Key.Key_S)
    assert not copy.exists()
    save(qtbot, window, Qt.Key.Key_O)
    until(qtbot, lambda: not window.document.modified)
    assert (seed_in(path), seed_in(path.with_name("painting.previous.cadl"))) == (4, 3)
    edit(window, 5)
    assert save(qtbot, window) == []


def test_saving_asks_first_where_the_file_is_gone_with_its_drive(
    qtbot: QtBot, window: MainWindow, path: Path
) -> None:
    open_it(qtbot, window, path)
    edit(window, 2)
    path.unlink()
    assert save(qtbot, window) == []
    assert seed_in(path) == 2
    edit(window, 3)
    path.unlink()
    lock_file_of(path).unlink()
    asked, _ = save(qtbot, window, Qt.Key.Key_R, Qt.Key.Key_C)  # nothing is there to reload
    assert "is gone, perhaps with its drive" in asked
    assert not path.exists()
    assert window.document.modified
    assert save(qtbot, window, Qt.Key.Key_M)
    until(qtbot, lambda: not window.document.modified)
    assert seed_in(path) == 3


def test_saving_a_recovered_copy_over_a_newer_file_asks_first(
    qtbot: QtBot, window: MainWindow, path: Path, tmp_path: Path
) -> None:
    folder = RecoveryFolder(tmp_path / "copies")
    project = Project(replace(window.document.experiment, seed=2))
    folder.write(project, path, b"", seen=stamp_of(path))
    folder.unlock()
    write(window, path, seed=3)
    os.utime(path, (LATER, LATER))
    recovering = Recovering(window.frame, window.features.intake, tmp_path / "copies")
    until(qtbot, recovering.card.isVisible)
    assert "The file is newer" in recovering.card.text.text()
    recovering.card.recover.click()
    until(qtbot, lambda: window.document.experiment.seed == 2)
    (asked,) = save(qtbot, window, Qt.Key.Key_C)
    assert "was changed on disk" in asked
    assert seed_in(path) == 3
    assert window.document.modified
    assert save(qtbot, window, Qt.Key.Key_O)
    assert (seed_in(path), seed_in(path.with_name("painting.previous.cadl"))) == (2, 3)


def test_a_file_taken_over_by_another_is_read_only_and_asks_once_for_a_name(
    qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggested: list[str] = []

    def answer(window: QWidget, title: str, path: str, kinds: str) -> str:
        suggested.append(path)
        return answers.pop()

    monkeypatch.setattr(file_dialogs, "file_to_save", answer)
    open_it(qtbot, window, path)
    write_lock(path, 1)  # as when another program takes it over
    edit(window, 2)
    answers = [str(path)]
    save(qtbot, window)
    free = path.with_name("painting 2.cadl")
    assert suggested == [str(free)]
    assert "painting.cadl (read-only)" in window.windowTitle()
    assert [button.text() for button in window.frame.messages.bar.buttons] == ["Take over"]
    free.touch()
    answers = [""]
    save(qtbot, window)
    assert suggested[1:] == [str(path.with_name("painting 3.cadl"))]
    assert (seed_in(path), window.document.modified) == (1, True)
    window.frame.messages.bar.buttons[0].click()
    until(qtbot, lambda: window.session.file.holder is None)
    save(qtbot, window)
    assert seed_in(path) == 2


def test_reload_shows_what_the_other_has_written(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    open_it(qtbot, window, path)
    write(window, path, seed=3)
    edit(window, 4)
    save(qtbot, window, Qt.Key.Key_R)
    until(qtbot, lambda: window.document.experiment.seed == 3)
    wait_for_lock_check(qtbot, window)
    assert not window.document.modified
    edit(window, 5)
    assert save(qtbot, window) == []
    assert seed_in(path) == 5


def test_one_previous_version_is_kept_unless_switched_off(
    qtbot: QtBot, window: MainWindow, path: Path
) -> None:
    open_it(qtbot, window, path)
    for seed in (2, 3):
        edit(window, seed)
        save(qtbot, window)
    previous = path.with_name("painting.previous.cadl")
    assert (seed_in(path), seed_in(previous)) == (3, 2)
    KEEP_PREVIOUS.set(False)
    edit(window, 4)
    save(qtbot, window)
    assert (seed_in(path), seed_in(previous)) == (4, 2)


def test_a_failed_training_is_reported_with_its_details(qtbot: QtBot, window: MainWindow) -> None:
    window.session.failed.emit(Failure("It broke.", "Traceback: at once"))
    assert window.frame.messages.bar.text == "It broke."
    (copy,) = window.frame.messages.bar.buttons
    copy.click()
    assert QGuiApplication.clipboard().text() == "Traceback: at once"
    window.session.failed.emit(Failure("There is no such file."))
    assert window.frame.messages.bar.buttons == []


def test_a_slow_disk_delays_the_end_of_the_process_only_briefly(
    qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, waited = Event(), list[bool]()

    def release_slowly(path: Path) -> None:
        waited.append(released.wait(WAIT / 10_000))
        release(path)

    open_it(qtbot, window, path)
    monkeypatch.setattr(project_file, "release", release_slowly)
    window.session.file.close(0.01)
    assert lock_file_of(path).exists()
    released.set()
    until(qtbot, lambda: not lock_file_of(path).exists())
    assert waited == [True]
