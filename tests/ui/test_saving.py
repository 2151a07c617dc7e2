"""Questions before anything is lost are answered by keys alone."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.project.file import open_thumbnail
from cadl_desktop.runs.history import History
from cadl_desktop.runs.record import record_of, thumbnail_of
from cadl_desktop.session.run_commands import annotate
from cadl_desktop.storage.shared_files import LockHolder, acquire
from cadl_desktop.ui.controls import file_dialogs
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import epochs, small_painting
from tests.settling import WAIT, process_events, until, wait_for_background

AMPLE_MS = 300
ALT = Qt.KeyboardModifier.AltModifier


def nothing_follows(qtbot: QtBot, window: MainWindow) -> None:
    """Waits until no question stands, and all that was to be read or written has been."""
    until(qtbot, lambda: QApplication.activeModalWidget() is None)
    wait_for_background(qtbot, window.session.background)
    window.session.file.close()
    process_events(qtbot)


def pressed_when_asked(qtbot: QtBot, key: Qt.Key, typed: str = "") -> list[str]:
    """Types, and presses Alt and a letter, as soon as there is a question; gives the titles that will stand
    there."""
    titles: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox) or not box.isActiveWindow():
            QTimer.singleShot(10, press)
            return
        titles.extend(button.text() for button in box.buttons())
        qtbot.keyClicks(box, typed)
        assert box.isVisible()
        qtbot.keyClick(box, key, ALT)

    QTimer.singleShot(0, press)
    return titles


@pytest.mark.parametrize(("key", "lost"), [(Qt.Key.Key_D, True), (Qt.Key.Key_C, False)])
def test_the_question_before_a_loss_hears_its_letters(
    qtbot: QtBot, window: MainWindow, key: Qt.Key, lost: bool
) -> None:
    window.document.edit("seed", replace(window.document.experiment, seed=9))
    went_on: list[bool] = []
    titles = pressed_when_asked(qtbot, key)
    window.features.intake.saving.ask_to_save(lambda: went_on.append(True))
    assert sorted(titles) == ["&Cancel", "&Don’t save", "&Save"]
    assert bool(went_on) is lost


def test_the_question_before_a_loss_hears_nothing_of_what_somebody_types(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.document.edit("seed", replace(window.document.experiment, seed=9))
    went_on: list[bool] = []
    pressed_when_asked(qtbot, Qt.Key.Key_C, typed="discards")
    window.features.intake.saving.ask_to_save(lambda: went_on.append(True))
    assert not went_on
    assert window.document.modified


def test_a_project_is_saved_with_the_picture_of_its_run(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.cadl"
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *about: str(path))
    window.document.edit("painting", epochs(small_painting(), 3))
    window.session.train()
    until(qtbot, lambda: window.session.result.finished is not None)
    window.features.intake.saving.save_as()
    until(qtbot, lambda: window.document.path == path)
    painted = window.session.result.prediction
    assert painted is not None
    np.testing.assert_array_equal(open_thumbnail(path), thumbnail_of(painted))


@pytest.fixture
def changed(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Path:
    """A project's file, whose window has something else."""
    path = tmp_path / "mine.cadl"
    save_project(path, Project(preset("lecture-tanh")))
    window.features.intake.projects.read(path)
    until(qtbot, lambda: window.document.path == path)
    window.document.edit("seed", replace(window.document.experiment, seed=9))
    return path


def test_that_a_place_refused_to_be_written_to_is_said_until_it_is_saved_elsewhere(
    qtbot: QtBot, window: MainWindow, changed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full").touch()
    places = [tmp_path / "full" / "mine.cadl", tmp_path / "other.cadl"]
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *about: str(places.pop(0)))
    window.features.intake.saving.save_as()
    until(qtbot, lambda: "mine.cadl was not written" in window.frame.messages.bar.text)
    window.features.intake.saving.save_as()
    until(qtbot, lambda: not window.document.modified)
    assert not window.frame.messages.bar.text


def test_nobody_is_asked_to_save_for_a_file_that_can_not_be_opened(
    qtbot: QtBot, window: MainWindow, changed: Path, tmp_path: Path
) -> None:
    (tmp_path / "damaged.cadl").write_bytes(b"PK\x03\x04 and nothing more")
    # A question that nobody answers is closed, and fails the test.
    window.features.intake.projects.read(tmp_path / "damaged.cadl")
    until(qtbot, lambda: "damaged.cadl" in window.frame.messages.bar.text)
    assert window.document.modified


def test_whoever_cancels_keeps_what_there_is(
    qtbot: QtBot, window: MainWindow, changed: Path, tmp_path: Path
) -> None:
    save_project(tmp_path / "other.cadl", Project(preset("lecture-line")))
    titles = pressed_when_asked(qtbot, Qt.Key.Key_C)
    window.features.intake.projects.read(tmp_path / "other.cadl")
    until(qtbot, lambda: titles)
    nothing_follows(qtbot, window)
    assert window.document.path == changed
    assert window.document.modified


def test_what_was_saved_while_its_file_was_read_is_what_is_shown(
    qtbot: QtBot, window: MainWindow, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = Event()

    def read_and_wait(path: Path) -> Project:
        found = open_project(path)
        saved.wait(WAIT / 1000)
        return found

    monkeypatch.setattr("cadl_desktop.ui.intake.project_reader.open_project", read_and_wait)
    window.document.modified_changed.connect(lambda modified: modified or saved.set())
    with qtbot.waitSignal(window.features.intake.projects.opened, timeout=WAIT):
        window.features.intake.projects.read(changed)
        window.features.intake.saving.save()
    assert window.document.experiment.seed == 9
    assert not window.document.modified


def held_saving(monkeypatch: pytest.MonkeyPatch) -> tuple[Event, Event]:
    """Saving says that it has begun, and waits until it may go on."""
    begun, goes_on = Event(), Event()

    def wait_and_save(*given: Any, **named: Any) -> None:
        begun.set()
        goes_on.wait(WAIT / 1000)
        save_project(*given, **named)

    monkeypatch.setattr("cadl_desktop.session.project_file.save_project", wait_and_save)
    return begun, goes_on


def test_what_was_edited_while_the_rest_was_saved_is_asked_about_again(
    qtbot: QtBot, window: MainWindow, changed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_project(tmp_path / "other.cadl", Project(preset("lecture-line")))
    is_saving, edited = held_saving(monkeypatch)
    pressed_when_asked(qtbot, Qt.Key.Key_S)
    window.features.intake.projects.read(tmp_path / "other.cadl")
    until(qtbot, is_saving.is_set)
    window.document.edit("seed", replace(window.document.experiment, seed=77))
    titles = pressed_when_asked(qtbot, Qt.Key.Key_C)
    edited.set()
    until(qtbot, lambda: titles)
    nothing_follows(qtbot, window)
    assert window.document.experiment.seed == 77
    assert open_project(changed).experiment.seed == 9


def _edit(window: MainWindow) -> None:
    window.document.edit("seed", replace(window.document.experiment, seed=77))


def _note(window: MainWindow) -> None:
    annotate(window.session, 1, "the best of all")


def _close(window: MainWindow, other: Path) -> None:
    window.close()


def _open(window: MainWindow, other: Path) -> None:
    window.features.intake.projects.read(other)


def _begin(window: MainWindow, other: Path) -> None:
    window.features.intake.projects.begin("lecture-line")


@pytest.mark.parametrize("do", [_edit, _note])
@pytest.mark.parametrize("leave", [_close, _open, _begin])
def test_what_is_done_while_the_rest_is_saved_is_asked_about_before_it_goes(
    qtbot: QtBot,
    window: MainWindow,
    changed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    leave: Callable[[MainWindow, Path], None],
    do: Callable[[MainWindow], None],
) -> None:
    other = tmp_path / "other.cadl"
    save_project(other, Project(preset("lecture-line")))
    window.session.runs.put(record_of(1, window.document.experiment, History(), None))
    is_saving, done = held_saving(monkeypatch)
    pressed_when_asked(qtbot, Qt.Key.Key_S)
    leave(window, other)
    until(qtbot, is_saving.is_set)
    do(window)
    titles = pressed_when_asked(qtbot, Qt.Key.Key_C)
    done.set()
    until(qtbot, lambda: titles)
    nothing_follows(qtbot, window)
    assert window.document.path == changed
    assert window.isWindowModified()


def test_a_save_that_came_after_its_file_was_opened_anew_is_not_written_over_unasked(
    qtbot: QtBot, window: MainWindow, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_saving, is_opened = held_saving(monkeypatch)
    said: list[str] = []
    window.features.intake.saving.message.connect(lambda kind, text: said.append(text))
    window.features.intake.saving.save()
    until(qtbot, is_saving.is_set)
    pressed_when_asked(qtbot, Qt.Key.Key_D)
    with qtbot.waitSignal(window.features.intake.projects.opened, timeout=WAIT):
        window.features.intake.projects.read(changed)
    is_opened.set()
    until(qtbot, lambda: said)
    window.document.edit("seed", replace(window.document.experiment, seed=77))
    titles = pressed_when_asked(qtbot, Qt.Key.Key_C)
    window.features.intake.saving.save()
    until(qtbot, lambda: titles)
    nothing_follows(qtbot, window)
    assert open_project(changed).experiment.seed == 9


def test_nothing_is_written_over_a_changed_project_that_is_shown_no_more(
    qtbot: QtBot, window: MainWindow, changed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_project(tmp_path / "other.cadl", Project(preset("lecture-line")))
    theirs = replace(preset("lecture-tanh"), seed=5)
    save_project(changed, Project(theirs))
    has_opened = Event()

    def wait_and_take(path: Path, **named: Any) -> LockHolder | None:
        if path == changed:
            has_opened.wait(WAIT / 1000)
        return acquire(path, **named)

    monkeypatch.setattr("cadl_desktop.session.project_file.acquire", wait_and_take)
    window.features.intake.saving.save()
    pressed_when_asked(qtbot, Qt.Key.Key_D)
    window.features.intake.projects.read(tmp_path / "other.cadl")
    until(qtbot, lambda: window.document.path == tmp_path / "other.cadl")
    # A question that nobody answers is closed, and fails the test.
    has_opened.set()
    until(qtbot, lambda: "mine.cadl" in window.frame.messages.bar.text)
    assert open_project(changed).experiment == theirs


def test_a_note_that_is_written_while_the_rest_is_saved_is_still_to_be_saved(
    qtbot: QtBot, window: MainWindow, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session.runs.put(record_of(1, window.document.experiment, History(), None))
    is_saving, noted = held_saving(monkeypatch)
    window.features.intake.saving.save()
    until(qtbot, is_saving.is_set)
    annotate(window.session, 1, "the best of all")
    with qtbot.waitSignal(window.features.intake.saving.saved):
        noted.set()
    assert window.isWindowModified()


def test_what_a_run_that_made_way_tells_after_a_save_is_still_to_be_saved(
    qtbot: QtBot, window: MainWindow, changed: Path
) -> None:
    session = window.session
    window.document.edit("epochs", epochs(window.document.experiment, 10**9))
    session.train()
    until(qtbot, lambda: session.result.step > 100)
    session.reset()
    with qtbot.waitSignal(window.features.intake.saving.saved):
        window.features.intake.saving.save()
    until(qtbot, lambda: session.runs.records[0].state)
    assert window.isWindowModified()
    with qtbot.waitSignal(window.features.intake.saving.saved):
        window.features.intake.saving.save()
    (saved,) = open_project(changed).runs
    assert saved.state is not None
    assert not window.isWindowModified()


def test_a_project_that_comes_while_a_name_is_asked_for_is_not_written_under_it(
    qtbot: QtBot, window: MainWindow, changed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_another(*about: object) -> str:
        open_at_once(qtbot, window, tmp_path / "other.cadl")
        return str(changed)

    monkeypatch.setattr(file_dialogs, "file_to_save", open_another)
    window.features.intake.saving.save_as()
    nothing_follows(qtbot, window)
    assert window.frame.messages.bar.text.startswith("Nothing was saved")
    assert open_project(changed).experiment == preset("lecture-tanh")


def test_a_name_that_has_no_room_for_the_ending_is_refused(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_dialogs, "file_to_save", lambda *about: str(tmp_path / ("n" * 253)))
    window.features.intake.saving.save_as()
    until(qtbot, lambda: "its name is too long" in window.frame.messages.bar.text)


def test_a_project_that_comes_while_it_is_asked_about_a_change_is_not_written_over_that(
    qtbot: QtBot, window: MainWindow, changed: Path, tmp_path: Path
) -> None:
    theirs = replace(preset("lecture-tanh"), seed=5)
    save_project(changed, Project(theirs))

    def overwrite_with_another() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, overwrite_with_another)
            return
        open_at_once(qtbot, window, tmp_path / "other.cadl")
        qtbot.keyClick(box, Qt.Key.Key_O, ALT)

    QTimer.singleShot(0, overwrite_with_another)
    window.features.intake.saving.save()
    until(qtbot, lambda: window.frame.messages.bar.text.startswith("Nothing was saved"))
    assert open_project(changed).experiment == theirs


def open_at_once(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """Another project, in place of one that nobody wants to keep."""
    save_project(path, Project(preset("lecture-line")))
    window.features.intake.projects.reload(path)
    until(qtbot, lambda: window.document.path == path)


def test_whoever_saves_again_and_again_is_asked_nothing(
    qtbot: QtBot, window: MainWindow, changed: Path
) -> None:
    said: list[str] = []
    window.features.intake.saving.message.connect(lambda kind, text: said.append(text))
    for _ in range(4):  # as by keys that are held down
        window.features.intake.saving.save()
    # A question that nobody answers is closed, and fails the test.
    until(qtbot, lambda: len(said) == 4)
    assert open_project(changed).experiment.seed == 9


def test_of_two_saves_the_later_one_stays(
    qtbot: QtBot, window: MainWindow, changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_saving, goes_on = Event(), Event()

    def save_slowly_at_first(path: Path, project: Project, **named: Any) -> None:
        if not is_saving.is_set():
            is_saving.set()
            goes_on.wait(WAIT / 1000)
        save_project(path, project, **named)

    monkeypatch.setattr("cadl_desktop.session.project_file.save_project", save_slowly_at_first)
    said: list[str] = []
    window.features.intake.saving.message.connect(lambda kind, text: said.append(text))
    window.features.intake.saving.save()
    until(qtbot, is_saving.is_set)
    window.document.edit("seed", replace(window.document.experiment, seed=77))
    window.features.intake.saving.save()
    QTimer.singleShot(AMPLE_MS, window, goes_on.set)  # by when the second one, if it may, has overtaken it
    until(qtbot, lambda: len(said) == 2)
    assert open_project(changed).experiment.seed == 77
    assert not window.document.modified


@pytest.mark.parametrize(("key", "seed"), [(Qt.Key.Key_S, 9), (Qt.Key.Key_D, 1)])
def test_a_project_opened_anew_shows_what_is_in_its_file_by_then(
    qtbot: QtBot, window: MainWindow, changed: Path, key: Qt.Key, seed: int
) -> None:
    titles = pressed_when_asked(qtbot, key)
    with qtbot.waitSignal(window.features.intake.projects.opened, timeout=WAIT):
        window.features.intake.projects.read(changed)
    assert titles
    assert window.document.experiment.seed == seed
    assert not window.document.modified


def test_a_warning_goes_when_it_is_so_no_longer(window: MainWindow) -> None:
    window.frame.messages.say("warning", "Training has told nothing.")
    window.session.settled.emit("Another has.")
    assert window.frame.messages.bar.text == "Training has told nothing."
    window.session.settled.emit("Training has told nothing.")
    assert window.frame.messages.bar.text == ""


def test_what_looks_like_html_is_said_as_it_is(window: MainWindow) -> None:
    words = "'<h1>mine</h1>.png' is empty; choose another file."
    window.frame.messages.say("error", words)
    (shown,) = [each for each in window.frame.messages.bar.findChildren(QLabel) if each.text() == words]
    assert shown.textFormat() is Qt.TextFormat.PlainText
