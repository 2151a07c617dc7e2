"""Help > About: the program and its libraries, with their licences."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from cadl_desktop import __version__
from cadl_desktop.requirements import installed_libraries
from cadl_desktop.ui.controls.fields import tab_stops
from cadl_desktop.ui.manual.reader import Reader
from cadl_desktop.ui.window.about_dialog import AboutDialog


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[AboutDialog]:
    parent = QWidget()
    parent.resize(1100, 700)
    qtbot.addWidget(parent)
    dialog = AboutDialog(installed_libraries(), parent)
    with qtbot.waitExposed(dialog):
        dialog.open()
    yield dialog
    dialog.close()


def chosen(dialog: AboutDialog) -> str:
    return dialog.list.currentItem().text(0)


def shown_rows(dialog: AboutDialog) -> list[str]:
    rows = [dialog.list.topLevelItem(index) for index in range(dialog.list.topLevelItemCount())]
    return [row.text(0) for row in rows if not row.isHidden()]


def test_about_begins_with_the_program(dialog: AboutDialog) -> None:
    assert chosen(dialog) == f"cadl-desktop {__version__}"
    assert dialog.text.toPlainText().startswith("MIT License")
    assert dialog.text.isReadOnly()
    labels = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "Qt is used under the LGPL" in labels
    assert "PySide6" in labels


def test_typing_finds_a_library_and_shows_its_licence(qtbot: QtBot, dialog: AboutDialog) -> None:
    qtbot.keyClicks(dialog.search, "qt 6")
    assert [row.split()[0] for row in shown_rows(dialog)] == ["Qt"]
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in dialog.text.toPlainText()
    dialog.search.setText("mpl-2.0")
    assert "tqdm" in " ".join(shown_rows(dialog))
    dialog.search.setText("no such library")
    assert shown_rows(dialog) == []
    assert dialog.text.toPlainText() == "No library is called that."
    dialog.search.clear()
    assert len(shown_rows(dialog)) == len(installed_libraries())


def test_arrows_walk_the_list_from_the_search(qtbot: QtBot, dialog: AboutDialog) -> None:
    assert dialog.search.hasFocus()
    before = dialog.text.toPlainText()
    qtbot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert chosen(dialog).startswith("Python 3.")
    assert dialog.text.toPlainText() != before
    qtbot.keyClick(dialog.search, Qt.Key.Key_Up)
    assert dialog.text.toPlainText() == before


def test_every_control_is_reached_by_tab_and_has_a_name(dialog: AboutDialog) -> None:
    stops = tab_stops(dialog)
    names = [each.accessibleName() for each in stops]
    assert names == ["Search", "Libraries", "Licence", "Copy", "Close", "Help"]
    assert all(each.accessibleDescription() for each in stops)


def test_help_opens_the_manual_where_it_tells_of_qt(qtbot: QtBot, dialog: AboutDialog) -> None:
    dialog.helps.click()
    (reader,) = dialog.findChildren(Reader)
    assert "To put in another release of PySide6" in reader.text.toPlainText()


def test_copy_takes_the_versions_of_all(qtbot: QtBot, dialog: AboutDialog) -> None:
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert text.startswith(f"cadl_desktop {__version__}\nPython 3.")
    assert all(f"{each.name} {each.version}" in text for each in installed_libraries()[1:])
    assert dialog.copy.text() == "Copied"
