"""A feature's door is all that a window needs to know of it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.door import Dock, Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.pages import Page
from cadl_desktop.ui.window import main_window
from cadl_desktop.ui.window.features import Features
from cadl_desktop.ui.window.main_window import MainWindow
from tests.engine.runs import small_painting
from tests.settling import until


class WithNotes(Features):
    """The window's features and one more, as a line in features.py would add it."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.notes: list[QLabel] = []
        self.some, self.written = False, 0
        self.page = Page(lambda within: QLabel("A page of notes", within))
        write = Action("Write", self._write, "Ctrl+Alt+W", possible=lambda: self.some)
        notes = Dock("notes", "Notes", self._make)
        sketch = Dock("sketch", "Sketch", self._make, has_content=lambda: self.some)
        door = Door(docks=(notes, sketch), pages=(self.page,), entries=(MenuEntry("write", write, "run", 1),))
        self.doors = (*self.doors, door)

    def _make(self, within: QWidget) -> QWidget:
        self.notes.append(QLabel("Nothing yet", within))
        return self.notes[-1]

    def _write(self) -> None:
        self.written += 1


@pytest.fixture(autouse=True)
def with_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main_window, "Features", WithNotes)


def titles(window: MainWindow, heading: str) -> list[str]:
    (menu,) = [action.menu() for action in window.menuBar().actions() if action.text() == heading]
    assert isinstance(menu, QMenu)
    return [action.text() for action in menu.actions()]


def test_a_dock_has_a_switch_and_a_tab_and_gets_its_content_when_opened(
    qtbot: QtBot, window: MainWindow
) -> None:
    dock, features = window.frame.docks["notes"], window.features
    view = titles(window, "&View")
    assert view.index("Landscape") < view.index("Notes") < view.index("Timeline")
    assert dock.isHidden()
    assert not features.notes
    dock.toggleViewAction().trigger()
    until(qtbot, dock.isVisible)
    assert len(features.notes) == 1
    window.frame.actions["reset_layout"].trigger()
    assert dock.isHidden()


def test_a_dock_appears_once_it_has_content(qtbot: QtBot, window: MainWindow) -> None:
    window.features.start.leave()
    sketch = window.frame.docks["sketch"]
    assert sketch.isHidden()
    window.features.some = True
    window.frame.docks.visibility.update()
    until(qtbot, sketch.isVisible)
    assert len(window.features.notes) == 1


def test_where_a_dock_was_put_is_remembered(qtbot: QtBot, window: MainWindow) -> None:
    window.frame.docks["notes"].toggleViewAction().trigger()
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.frame.docks["notes"])
    window.close_without_asking()
    other = MainWindow(Session(Document(small_painting())))
    qtbot.addWidget(other)
    assert other.dockWidgetArea(other.frame.docks["notes"]) == Qt.DockWidgetArea.LeftDockWidgetArea
    other.close_without_asking()


def test_an_action_is_in_its_menu_and_enabled_when_possible(qtbot: QtBot, window: MainWindow) -> None:
    run = titles(window, "&Run")
    assert run[run.index("Again with other seeds…") + 1] == "Write"
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(window, Qt.Key.Key_W, both)
    assert not window.features.written
    window.features.some = True
    window.frame.actions.refresh()
    qtbot.keyClick(window, Qt.Key.Key_W, both)
    assert window.features.written == 1
    assert_roles(window)


def assert_roles(window: MainWindow) -> None:
    """Three entries go to the program's own menu on macOS. Others would by how their titles begin."""
    menus = [action.menu() for action in window.menuBar().actions()]
    entries = [each for menu in menus if isinstance(menu, QMenu) for each in menu.actions() if each.text()]
    roles = QAction.MenuRole
    assert {each.text(): each.menuRole() for each in entries if each.menuRole() != roles.NoRole} == {
        "About": roles.AboutRole,
        "Preferences…": roles.PreferencesRole,
        "Quit": roles.QuitRole,
    }


def test_the_program_s_own_menu_on_a_mac_gets_three_entries(qtbot: QtBot, window: MainWindow) -> None:
    """Others would be taken for them by how their titles begin, as the settings' switch."""
    menus = [action.menu() for action in window.menuBar().actions()]
    entries = [each for menu in menus if isinstance(menu, QMenu) for each in menu.actions()]
    own = {each.text(): each.menuRole() for each in entries if each.menuRole() != QAction.MenuRole.NoRole}
    roles = QAction.MenuRole
    assert {text: role for text, role in own.items() if text} == {
        "About": roles.AboutRole,
        "Preferences…": roles.PreferencesRole,
        "Quit": roles.QuitRole,
    }


def test_a_page_fills_the_middle_until_an_edit(qtbot: QtBot, window: MainWindow) -> None:
    page, docks = window.features.page, window.frame.docks
    page.show()
    until(qtbot, lambda: page.is_shown)
    assert all(dock.isHidden() for dock in docks)
    window.session.train()
    assert not page.is_shown
    assert docks["settings"].isVisible()
