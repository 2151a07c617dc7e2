"""Reader of the manual alone, with three small pages: search, links, the way back, themes."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from cadl_desktop.markdown import text_of
from cadl_desktop.ui.controls.fields import tab_stops
from cadl_desktop.ui.manual.reader import Reader
from cadl_desktop.ui.texts.text_view import TextView
from cadl_desktop.ui.theme.theme_switch import set_theme
from tests.manual.small import small_manual
from tests.settling import process_events
from tests.ui.driving import show

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def reader(qtbot: QtBot, tmp_path: Path, light: None) -> Reader:
    made = Reader(small_manual(tmp_path))
    made.resize(900, 500)
    show(qtbot, made)
    made.open()
    made.setFocus()
    return made


def title(reader: Reader) -> str:
    return reader.text.document().firstBlock().text()


def heading_on_top(reader: Reader) -> str:
    """Text of the block at the upper edge."""
    return reader.text.cursorForPosition(QPoint(reader.text.width() // 2, 16)).block().text()


def colour_of_picture(reader: Reader) -> str:
    """Colour in the middle of the picture, which is below the first lines."""
    document = reader.text.document()
    block = document.begin()
    while block.text() != "\ufffc":
        block = block.next()
    room = document.documentLayout().blockBoundingRect(block)
    assert room.width() <= reader.text.viewport().width()
    point = room.center().toPoint() - QPoint(0, reader.text.verticalScrollBar().value())
    return reader.text.viewport().grab().toImage().pixelColor(point).name()


def test_words_are_searched_for_and_marked_by_keys(qtbot: QtBot, reader: Reader) -> None:
    qtbot.keyClick(reader.text, Qt.Key.Key_F, CONTROL)
    assert reader.search.hasFocus()
    qtbot.keyClicks(reader.search, "foam")
    assert [reader.hits.item(row).text().partition(":")[0] for row in range(reader.hits.count())] == [
        "Waves › Crests",
        "Waves › Storms",
        "Tides › Storms",
    ]
    qtbot.keyClick(reader.search, Qt.Key.Key_Down)
    qtbot.keyClick(reader.search, Qt.Key.Key_Down)
    qtbot.keyClick(reader.search, Qt.Key.Key_Return)
    assert (title(reader), heading_on_top(reader)) == ("Tides", "Tides")  # all of the page is seen
    marked = [selection.cursor.selectedText() for selection in reader.text.extraSelections()]
    assert marked == ["foam"]
    assert reader.text.hasFocus()
    qtbot.keyClick(reader.text, Qt.Key.Key_F, CONTROL)
    qtbot.keyClicks(reader.search, "nowhere")
    assert reader.hits.item(0).text() == "No section has all of these words."
    qtbot.keyClick(reader.search, Qt.Key.Key_Return)
    assert title(reader) == "Tides"
    qtbot.keyClick(reader.search, Qt.Key.Key_Escape)
    assert (reader.search.text(), reader.lists.currentWidget()) == ("", reader.contents)
    with qtbot.waitSignal(reader.left):
        qtbot.keyClick(reader.search, Qt.Key.Key_Escape)


def test_back_and_forward_lead_to_where_one_was(qtbot: QtBot, reader: Reader) -> None:
    assert not reader.back.isEnabled()
    qtbot.keyClick(reader.contents, Qt.Key.Key_Down)  # over the heading
    assert title(reader) == "Waves"
    place = reader.text.verticalScrollBar().maximum() // 2
    reader.text.verticalScrollBar().setValue(place)
    reader.text.followed.emit("tides.md#spring")
    assert (title(reader), reader.contents.currentItem().text()) == ("Tides", "Tides")
    qtbot.keyClick(reader.text, Qt.Key.Key_Left, ALT)
    assert (title(reader), reader.text.verticalScrollBar().value()) == ("Waves", place)
    qtbot.keyClick(reader.text, Qt.Key.Key_Right, ALT)
    assert title(reader) == "Tides"
    assert not reader.forward.isEnabled()
    reader.back.click()
    reader.back.click()
    assert title(reader) == "Manual"
    reader.open("tides.md")  # what lay ahead is forgotten
    assert not reader.forward.isEnabled()


def test_a_click_on_the_shown_page_leads_to_its_beginning(qtbot: QtBot, reader: Reader) -> None:
    reader.open("waves.md#crests")
    row = reader.contents.visualItemRect(reader.contents.currentItem())
    qtbot.mouseClick(reader.contents.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert heading_on_top(reader) == "Waves"
    reader.back.click()
    assert heading_on_top(reader) == "Crests"


def test_a_heading_stays_on_top_when_the_window_gets_its_size(qtbot: QtBot, reader: Reader) -> None:
    reader.open("waves.md#crests")
    assert heading_on_top(reader) == "Crests"
    for width in (500, 1400, 900):
        reader.resize(width, 400)
        process_events(qtbot)
        assert heading_on_top(reader) == "Crests"
    assert reader.text.textCursor().block().text() == "Crests"  # where Tab goes on


def test_tab_goes_on_from_a_heading_that_cannot_be_on_top(reader: Reader) -> None:
    reader.open("tides.md#storms")
    assert heading_on_top(reader) == "Tides"  # all of the page is seen
    assert reader.text.textCursor().block().text() == "Storms"


def test_links_open_pages_show_controls_and_open_no_connection(qtbot: QtBot, reader: Reader) -> None:
    reader.open("waves.md")
    with qtbot.waitSignal(reader.control_wanted) as wanted:
        reader.text.followed.emit("control:train")
    assert wanted.args == ["train"]
    reader.text.followed.emit("https://example.org/coast")
    assert QGuiApplication.clipboard().text() == "https://example.org/coast"
    assert "https://example.org/coast" in reader.notice.text()
    reader.text.followed.emit("gone.md")
    assert (title(reader), reader.notice.text()) == ("Waves", "The manual has no page “gone.md”.")
    reader.text.followed.emit("#storms")
    assert (title(reader), reader.notice.text()) == ("Waves", "")


def test_pictures_and_words_follow_the_theme(qtbot: QtBot, reader: Reader) -> None:
    reader.open("waves.md", ["swell"])
    assert colour_of_picture(reader) == "#ffffff"
    place = reader.text.verticalScrollBar().value()
    set_theme("dark")
    assert colour_of_picture(reader) == "#000000"
    assert reader.text.verticalScrollBar().value() == place
    assert [mark.cursor.selectedText() for mark in reader.text.extraSelections()] == ["swell"]


def test_code_is_copied_as_it_is_written(reader: Reader) -> None:
    reader.open("waves.md")
    assert reader.text.find("foam = 1")
    reader.text.copy()
    assert QGuiApplication.clipboard().text() == "foam = 1"


def test_texts_without_a_folder_have_only_the_words_of_pictures(qtbot: QtBot) -> None:
    text = text_of("# A lesson\n\n![A *wave*](/tmp/wave.png)\n\n```\nfoam = 1\n```\n")
    assert text is not None
    view = TextView()
    qtbot.addWidget(view)
    view.show_text(text)
    assert view.toPlainText().split() == ["A", "lesson", "A", "wave", "foam", "=", "1"]


def test_every_control_has_a_name_and_can_be_reached(reader: Reader) -> None:
    reader.open("waves.md")
    assert [control.accessibleName() for control in tab_stops(reader.window())] == [
        "Search the manual",
        "Contents",
        "Close",
        "Waves",
        "Back",
    ]
    assert all(control.accessibleDescription() for control in tab_stops(reader.window()))
