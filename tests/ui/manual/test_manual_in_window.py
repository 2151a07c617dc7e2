"""Manual in the window: where Ctrl+F1 opens it, the way back, and beside dialogs."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import cadl_desktop.ui
from cadl_desktop.manual.pages import Manual, manual
from cadl_desktop.markdown import anchor_of
from cadl_desktop.ui.controls.topics import topic_of
from cadl_desktop.ui.manual import manual_door
from cadl_desktop.ui.manual.dialog_help import help_button
from cadl_desktop.ui.manual.reader import Reader
from cadl_desktop.ui.texts.text_view import CONTROL
from cadl_desktop.ui.window.guide.parts import CONTROLS_BY_NAME
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until
from tests.ui.driving import show

PLACE = re.compile(r'"([a-z-]+\.md(?:#[\w-]+)?)"')
PRESSED = Qt.KeyboardModifier.ControlModifier


def title(reader: Reader) -> str:
    return reader.text.document().firstBlock().text()


def read_by_key(qtbot: QtBot, window: MainWindow, focused: QWidget) -> Reader:
    """Presses Ctrl+F1 in a control, and waits for the manual."""
    focused.setFocus()
    until(qtbot, lambda: QApplication.focusWidget() is focused)
    qtbot.keyClick(focused, Qt.Key.Key_F1, PRESSED)
    until(qtbot, lambda: window.features.manual.page.is_shown)
    assert window.features.manual.reader is not None
    return window.features.manual.reader


def test_every_place_that_the_window_names_is_in_the_manual() -> None:
    sources = Path(cadl_desktop.ui.__file__).parent.rglob("*.py")
    places = {place for path in sources for place in PLACE.findall(path.read_text(encoding="utf-8"))}
    assert len(places) > 15
    for place in places:
        name, _, anchor = place.partition("#")
        page = manual().page(name)
        assert page is not None, place
        headings = [anchor_of(block) for block in page.text.blocks if block.kind == "heading"]
        assert not anchor or anchor in headings, place


def test_every_control_that_the_manual_links_to_is_there() -> None:
    links = [link for page in manual().pages for link in page.text.links() if link.startswith(CONTROL)]
    assert set(links) <= {f"{CONTROL}{name}" for name in CONTROLS_BY_NAME}


def test_ctrl_f1_opens_the_manual_at_each_panel_and_escape_leads_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.activateWindow()
    until(qtbot, window.isActiveWindow)
    assert all(topic_of(dock) for dock in window.frame.docks)
    side, views = window.features.side, window.features.views
    panels = {
        side.training.rate: "Training",
        side.data.method.chooser: "Data",
        window.features.designer.canvas.layers[0]: "The network",
    }
    for focused, expected in panels.items():
        reader = read_by_key(qtbot, window, focused)
        assert title(reader) == expected
        assert reader.text.hasFocus()
        qtbot.keyClick(reader.text, Qt.Key.Key_Escape)
        assert window.frame.pages.page is None
        assert QApplication.focusWidget() is focused
    assert topic_of(views.output) == "output.md"
    window.features.start.show()
    reader = read_by_key(qtbot, window, window.features.start.page)
    assert title(reader) == "First steps"
    qtbot.keyClick(reader.text, Qt.Key.Key_Escape)
    assert window.features.start.is_shown


def unreadable() -> Manual:
    raise FileNotFoundError


def test_the_menu_opens_the_contents_and_a_link_shows_a_control(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = window.frame.actions["manual"]
    with monkeypatch.context() as broken:
        broken.setattr(manual_door, "manual", unreadable)
        action.trigger()
    assert window.frame.messages.bar.text.startswith("The manual's files can't be read;")
    assert not action.isChecked()
    action.trigger()
    until(qtbot, lambda: window.features.manual.page.is_shown)
    assert action.isChecked()
    reader = window.features.manual.reader
    assert reader is not None
    assert title(reader) == "Manual"
    reader.open("training.md")
    action.trigger()
    assert window.frame.pages.page is None
    action.trigger()
    assert title(reader) == "Training"  # where one was
    reader.text.followed.emit("control:train")
    assert window.frame.pages.page is None
    window.features.lessons.page.show()
    until(qtbot, lambda: window.features.lessons.page.is_shown)
    reader.search.setText("loss")
    assert reader.lists.currentWidget() is reader.hits
    window.features.manual.open_here()
    assert title(reader) == "Lessons"
    assert reader.lists.currentWidget() is reader.contents
    reader.close_button.click()
    assert window.features.lessons.page.is_shown


@pytest.mark.parametrize("modality", [Qt.WindowModality.WindowModal, Qt.WindowModality.ApplicationModal])
def test_beside_a_modal_dialog_the_manual_has_a_window_that_closes_with_it(
    qtbot: QtBot, modality: Qt.WindowModality
) -> None:
    parent = QWidget()
    dialog = QDialog(parent)
    dialog.setWindowModality(modality)
    button: QPushButton = help_button(dialog, "data.md#bring-a-table")
    show(qtbot, parent)
    dialog.open()
    until(qtbot, dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_F1, PRESSED)
    reader = dialog.findChild(Reader)
    assert reader is not None
    window = reader.window()
    until(qtbot, window.isActiveWindow)
    assert window is not dialog
    assert (title(reader), QApplication.focusWidget()) == ("Data", reader.text)
    reader.text.followed.emit("control:train")
    assert "dialog" in reader.notice.text()
    button.click()
    assert dialog.findChildren(Reader) == [reader]
    with qtbot.waitSignal(window.destroyed):
        dialog.reject()
