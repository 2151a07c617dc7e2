"""The example that is learned before one's eyes on the start page, and what becomes of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from cadl_desktop.experiment import preset
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.project import Project, save_project
from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.intake.examples import example
from cadl_desktop.ui.settings.recent_paths import add_recent_file
from cadl_desktop.ui.start.live_tile import LiveTile
from cadl_desktop.ui.start.page import BACK, LESSONS, SHOWN
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import epochs, small_painting
from tests.helpers.visible_controls import visible_controls, visible_words
from tests.settling import process_events, until
from tests.ui.test_start_page import LEFT, own_picture


def shown_first(qtbot: QtBot, session: Session) -> MainWindow:
    window = MainWindow(session)
    window.features.start.show_first()
    with qtbot.waitExposed(window):
        window.show()
    return window


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A first start, on whose page the example is being learned. Whatever is asked fails the test."""
    monkeypatch.setattr(QMessageBox, "exec", lambda _: pytest.fail("nothing was to be asked"))
    window = shown_first(qtbot, Session(Document(example(SHOWN))))
    until(
        qtbot, lambda: window.session.result.step > 0 and window.features.start.page.tile(SHOWN).has_picture
    )
    assert window.features.start.is_shown
    yield window
    if not window._closing:
        window.close_without_asking()
    window.deleteLater()


def test_it_shows_what_the_network_makes_and_goes_on_where_one_looks_at_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    tile = window.features.start.page.tile(SHOWN)
    assert isinstance(tile, LiveTile)
    count = parameter_count(window.document.experiment)
    until(qtbot, lambda: tile.size_words() == f"{count:,} numbers paint this")
    page = window.features.start.page
    # A tile with pointer or focus says a sentence.
    page.open_button.setFocus()
    tile.pointed.emit(False)
    process_events(qtbot)
    assert 0 < len(visible_controls(page)) <= 22
    assert 0 < len(visible_words(page)) <= 90
    made = window.session.result.prediction
    until(qtbot, lambda: window.session.result.prediction is not made)
    assert not window.document.modified
    history = window.session.result.history
    qtbot.mouseClick(tile, LEFT)
    assert not window.features.start.is_shown
    assert window.document.modified
    assert window.session.status is Status.TRAINING
    assert window.session.result.history is history
    window.features.start.show()
    back = window.features.start.page.tile(BACK)
    until(qtbot, lambda: back.has_picture)
    assert window.session.status is Status.TRAINING
    window.session.pause()
    until(qtbot, lambda: back.note == "Paused")


def pick_preset(window: MainWindow, _: Path) -> None:
    window.features.start.page.tile("lecture-tanh").click()


def pick_project(window: MainWindow, folder: Path) -> None:
    path = folder / "mine.cadl"
    save_project(path, Project(preset("lecture-tanh")))
    add_recent_file(path)
    window.features.start.page.recent_chosen.emit(path)


def pick_lessons(window: MainWindow, _: Path) -> None:
    window.features.start.page.tile(LESSONS).click()


def bring_picture(window: MainWindow, _: Path) -> None:
    window.document.edit_own("Picture", own_picture())


@pytest.mark.parametrize("pick", [pick_preset, pick_project, pick_lessons, bring_picture])
def test_another_beginning_leaves_nothing_of_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, pick: Callable[[MainWindow, Path], None]
) -> None:
    modified: list[bool] = []
    window.document.modified_changed.connect(modified.append)
    pick(window, tmp_path)
    until(qtbot, lambda: not window.features.start.is_shown)
    until(qtbot, lambda: window.session.status is Status.EMPTY)
    session = window.session
    assert (session.result.step, session.runs.records, window.document.is_shown_only) == (0, (), False)
    is_edit = pick is bring_picture
    assert modified == ([True] if is_edit else [])
    if is_edit:
        window.document.undo_stack.undo()
    assert not window.document.modified
    window.close()
    assert window._closing


def test_there_is_nothing_to_save_of_it(window: MainWindow) -> None:
    window.close()
    assert window._closing


def test_it_comes_to_an_end_without_a_word(qtbot: QtBot) -> None:
    window = shown_first(qtbot, Session(Document(epochs(small_painting(), 3))))
    until(qtbot, lambda: window.session.status is Status.RESULT)
    assert window.features.start.is_shown
    assert window.frame.messages.bar.isHidden()
    assert not window.document.modified
    qtbot.keyClick(window.features.start.page, Qt.Key.Key_Escape)
    assert window.document.modified
    window.close_without_asking()
    window.deleteLater()


def test_it_waits_for_no_one_who_has_gone_on(qtbot: QtBot) -> None:
    """TensorFlow is loaded after another beginning was picked."""
    window = shown_first(qtbot, Session(Document(small_painting())))
    assert not window.session.device
    edited = replace(window.document.experiment, seed=9)
    window.document.edit("Seed", edited)
    until(qtbot, lambda: window.session.device)
    assert window.session.status is Status.EMPTY
    window.close_without_asking()
    window.deleteLater()
