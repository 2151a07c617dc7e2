"""What each page of the window shows of the studio, and which actions it leaves."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.frame.pages import Page
from cadl_desktop.ui.preferences.command_palette import commands_of
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import epochs, small_painting
from tests.settling import process_events, until, wait_for_timers

ANYWHERE = {
    *("new", "new_curve", "new_painting", "open", "recover", "close", "paste", "preferences", "palette"),
    *("start_page", "presentation", "lessons", "tour", "whats_this", "shortcuts", "report", "about"),
    *("manual", "manual_here", "next_panel", "previous_panel"),
}
"""Actions with which something begins, or that are of the window."""


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window with a training that goes on."""
    window = MainWindow(Session(Document(epochs(small_painting(), 1_000_000))))
    window.resize(1440, 900)
    window.show()
    window.session.train()
    until(qtbot, lambda: window.session.status is Status.TRAINING)
    until(qtbot, lambda: window.features.timeline.isVisible() and window.frame.docks["cost"].isVisible())
    wait_for_timers(qtbot, window.frame.docks.visibility)
    yield window
    window.close_without_asking()
    window.deleteLater()


def page_of(window: MainWindow, name: str) -> Page:
    return window.features.start if name == "start" else window.features.lessons.page


def enabled(window: MainWindow) -> set[str]:
    return {name for name, action in window.frame.actions._made.items() if action.isEnabled()}


def seen(window: MainWindow) -> list[bool]:
    return [part.isVisible() for part in (window.toolbar, *window.frame.docks.panels())]


@pytest.mark.parametrize("name", ["start", "lessons"])
def test_nothing_of_the_studio_is_seen_or_reached(qtbot: QtBot, window: MainWindow, name: str) -> None:
    before, could = seen(window), enabled(window)
    widths = [dock.width() for dock in window.frame.docks if dock.isVisible()]
    page = page_of(window, name)
    page.show()
    until(qtbot, lambda: page.is_shown)
    assert not any(seen(window))
    assert enabled(window) == ANYWHERE
    titles = {command.title for command in commands_of(window) if command.action.isEnabled()}
    assert not [title for title in titles if title.startswith("Export")]
    for key in (Qt.Key.Key_F5, Qt.Key.Key_F10, Qt.Key.Key_Space, Qt.Key.Key_F7):
        qtbot.keyClick(page.widget, key)
    qtbot.keyClick(page.widget, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    process_events(qtbot)
    assert page.is_shown
    assert window.session.status is Status.TRAINING
    assert window.frame.messages.line.words.text() == "Training"
    window.frame.actions.refresh()
    assert enabled(window) == ANYWHERE
    page.leave()
    until(qtbot, lambda: seen(window) == before)
    assert enabled(window) >= could  # training goes on, and moments to look back to may have come
    assert [dock.width() for dock in window.frame.docks if dock.isVisible()] == widths


@pytest.mark.parametrize("name", ["start", "lessons"])
def test_a_message_covers_nothing_of_a_page(qtbot: QtBot, window: MainWindow, name: str) -> None:
    bar, pages, page = window.frame.messages.bar, window.frame.pages, page_of(window, name)
    where = pages.geometry()
    bar.say("info", "One line of a message.")
    page.show()
    until(qtbot, lambda: page.is_shown and pages.y() > bar.geometry().bottom() > 0)
    bar.say("info", "A message of several lines. " * 20)
    until(qtbot, lambda: pages.y() > bar.geometry().bottom() > 3 * bar.fontMetrics().height())
    bar.hide()
    until(qtbot, lambda: pages.y() == where.y())
    bar.say("info", "One line of a message.")
    page.leave()
    until(qtbot, lambda: pages.geometry() == where and bar.geometry().topLeft() == where.topLeft())
    assert bar.isVisible()
    assert bar.width() == pages.width()


def test_from_page_to_page_the_studio_stays_away(qtbot: QtBot, window: MainWindow) -> None:
    before = seen(window)
    start, lessons = window.features.start, window.features.lessons.page
    showings: list[bool] = []
    window.toolbar.visibilityChanged.connect(showings.append)
    start.show()
    start.page.tile("lessons").click()
    until(qtbot, lambda: lessons.is_shown)
    assert not start.is_shown
    start.show()
    assert not lessons.is_shown
    start.leave()
    assert showings == [False, True]
    until(qtbot, lambda: seen(window) == before)


def test_a_page_of_the_studio_keeps_its_toolbar(qtbot: QtBot, window: MainWindow) -> None:
    trials = window.features.comparing.page
    window.features.start.show()
    trials.show()
    until(qtbot, lambda: trials.is_shown)
    assert window.toolbar.isVisible()
    assert not any(panel.isVisible() for panel in window.frame.docks.panels())
    assert "train" in enabled(window)


def test_a_lesson_beside_the_studio_keeps_it(qtbot: QtBot, window: MainWindow) -> None:
    lessons = window.features.lessons
    lessons.page.show()
    until(qtbot, lambda: lessons.page.is_shown)
    lessons.show_beside()
    assert window.toolbar.isVisible()
    assert window.frame.docks["settings"].isVisible()
    assert "train" in enabled(window)


def test_a_first_page_leaves_the_layout_of_a_first_start(qtbot: QtBot) -> None:
    widths = []
    for first in (True, False):
        window = MainWindow(Session(Document(small_painting())))
        window.resize(1440, 900)
        if first:
            window.features.start.show()
        with qtbot.waitExposed(window):
            window.show()
        window.features.start.leave()
        process_events(qtbot)
        widths.append(window.frame.docks["settings"].width())
        window.close_without_asking()
        window.deleteLater()
    assert widths[0] == widths[1]


def test_a_presentation_ends_with_a_page_and_returns_to_one(qtbot: QtBot, window: MainWindow) -> None:
    before = seen(window)
    start, presents = window.features.start, window.frame.actions["presentation"]
    presents.trigger()
    start.show()
    assert not presents.isChecked()
    process_events(qtbot)
    assert not any(seen(window))
    presents.trigger()
    assert not start.is_shown
    assert window.frame.docks["cost"].isVisible()
    presents.trigger()
    until(qtbot, lambda: start.is_shown and not any(seen(window)))
    start.leave()
    until(qtbot, lambda: seen(window) == before)


def test_the_manual_makes_room_for_a_presentation_and_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    manual, presents = window.features.manual.page, window.frame.actions["presentation"]
    manual.show()
    until(qtbot, lambda: manual.is_shown)
    presents.trigger()
    assert window.frame.pages.page is None
    presents.trigger()
    until(qtbot, lambda: manual.is_shown and not any(seen(window)))


def test_a_page_that_ends_a_presentation_has_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    start, width = window.features.start, window.width()
    window.features.side.training.rate.setFocus()
    window.frame.actions["presentation"].trigger()
    until(qtbot, lambda: window.width() != width)
    start.show()
    until(qtbot, lambda: window.width() == width)
    process_events(qtbot)
    focused = window.focusWidget()
    assert focused is not None
    assert start.page.isAncestorOf(focused)


def test_menus_of_the_studio_are_off_as_a_whole(window: MainWindow) -> None:
    (menu,) = [action.menu() for action in window.menuBar().actions() if action.text() == "&File"]
    assert isinstance(menu, QMenu)
    (export,) = [action for action in menu.actions() if action.menu() and "Export" in action.text()]
    window.features.start.show()
    assert not export.isEnabled()
    window.features.start.leave()
    assert export.isEnabled()
