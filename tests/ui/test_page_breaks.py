"""Page breaks of printed texts, on the pages of the manual."""

from PySide6.QtCore import QObject, QSizeF
from PySide6.QtGui import QTextBlock, QTextDocument
from pytestqt.qtbot import QtBot

from cadl_desktop.manual.pages import manual
from cadl_desktop.ui.texts.page_breaks import break_pages, page_of
from cadl_desktop.ui.texts.pictures import PICTURE_OBJECT, draw_pictures
from cadl_desktop.ui.texts.writer import Writer, draw_formulas

PAGE = QSizeF(640, 900)


def test_headings_and_pictures_stay_with_what_follows_them(qtbot: QtBot) -> None:
    parent = QObject()
    document = QTextDocument(parent)
    draw_formulas(document, parent)
    draw_pictures(document, parent)
    document.setDocumentMargin(0)
    made = manual()
    writer = Writer(document, folder=made.folder)
    for page in made.pages[:6]:
        writer.text(page.text)
    writer.end()
    break_pages(document, PAGE)
    titles, leading, parted = [], 0, []
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel() == 1:
            titles.append(page_of(block, PAGE.height()))
        elif leads(block):
            following = block.next()
            while not following.text():
                following = following.next()
            leading += 1
            if page_of(block, PAGE.height()) != page_of(following, PAGE.height()):
                parted.append(block.text())
        block = block.next()
    assert titles == sorted(set(titles))  # each on a page of its own
    assert len(titles) == 6
    assert leading > 20
    assert parted == []


def leads(block: QTextBlock) -> bool:
    beginning = block.begin().fragment().charFormat()
    return block.blockFormat().headingLevel() > 1 or beginning.objectType() == PICTURE_OBJECT
