"""What each page of the window shows of the studio, and which actions it leaves."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.message_bar import MOST_MESSAGES
from cadl_desktop.ui.frame.pages import Page
from cadl_desktop.ui.preferences.command_palette import commands_of
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import epochs, small_painting
from tests.settling import process_events, until, wait_for_timers
from tests.ui.driving import unnamed_controls

ANYWHERE = {
    *("new", "new_curve", "new_painting", "open", "recover", "close", "paste", "preferences", "palette"),
    *(
        "start_page",
        "presentation",
        "lessons",
        "tour",
        "whats_this",
        "shortcuts",
        "report",
        "about",
        "all_controls",
    ),
    *("manual", "manual_here", "next_panel", "previous_panel", "all_controls"),
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
    page.show()
    until(qtbot, lambda: page.is_shown)
    bar.say("info", "One line of a message.")
    until(qtbot, lambda: pages.y() > bar.geometry().bottom() > 0)
    bar.say("info", "A message of several lines. " * 20)
    until(qtbot, lambda: pages.y() > bar.geometry().bottom() > 3 * bar.fontMetrics().height())
    bar.clear()
    until(qtbot, lambda: pages.y() == where.y())


@pytest.mark.parametrize("name", ["start", "lessons"])
def test_a_message_stays_with_the_page_on_which_it_was_said(
    qtbot: QtBot, window: MainWindow, name: str
) -> None:
    bar, page = window.frame.messages.bar, page_of(window, name)
    bar.say("error", "Said in the studio.")
    page.show()
    until(qtbot, lambda: page.is_shown)
    assert (bar.text, bar.isHidden()) == ("", True)
    bar.say("error", "Said on the page.")
    page.leave()
    assert bar.text == "Said in the studio."
    page.show()
    assert bar.text == "Said on the page."


@pytest.mark.parametrize("size", [(1100, 700), (1440, 900)])
def test_messages_of_the_studio_cover_neither_headers_nor_switches_nor_heads(
    qtbot: QtBot, window: MainWindow, size: tuple[int, int]
) -> None:
    window.resize(*size)
    bar, designer = window.frame.messages.bar, window.features.designer
    for number in range(5):
        bar.say("warning", f"Message number {number}, " + "which is long. " * 9)
    process_events(qtbot)
    shown = [message.words.text() for message in bar.messages]
    assert len(shown) == MOST_MESSAGES
    assert "number 4" in shown[-1]
    assert all(message.isVisible() for message in bar.messages)
    here = QRect(bar.mapTo(window, QPoint()), bar.size())
    painting = window.features.views.output.painting
    controls = (designer.bar, designer.keep, *designer.canvas.heads(), *designer.canvas.gaps, painting.head)
    for control in controls:
        assert not here.intersects(QRect(control.mapTo(window, QPoint()), control.size()))
    keeps = designer.keep.isChecked()
    close = bar.messages[-1].close_button
    where = close.mapTo(window, close.rect().center())
    for _ in range(2):  # the second click meets what is there then
        target = window.childAt(where)
        assert target is not None
        qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.mapFrom(window, where))
        process_events(qtbot)
    assert designer.keep.isChecked() == keeps
    assert [message.words.text() for message in bar.messages] == shown[:-2]


def test_two_messages_have_their_own_buttons(window: MainWindow) -> None:
    bar, pressed = window.frame.messages.bar, list[str]()
    for name in ("one", "other"):
        bar.say("info", f"The {name}.")
        bar.offer([Action(name, lambda _=False, name=name: pressed.append(name), tip="Says its name.")])
    assert unnamed_controls(bar) == []
    bar.messages[0].buttons[0].click()
    assert pressed == ["one"]
    assert bar.text == "The other."
    bar.settle("The other.")
    assert bar.isHidden()


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
