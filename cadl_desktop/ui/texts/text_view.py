"""View of a page's text."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QTextBrowser

from cadl_desktop.markdown import Text
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.texts.pictures import draw_pictures
from cadl_desktop.ui.texts.writer import Writer, draw_formulas
from cadl_desktop.ui.theme.theme import GRID, notifier

CONTROL = "control:"
"""Scheme of links that point at a control of the window."""


class TextView(QTextBrowser):
    """Browser for a page's text, which is written again when the theme changes.

    title, what: accessible name while there is no text, and the help.
    folder: where the text's pictures are; without it only their words are shown.
    """

    followed = Signal(str)  # target of a link
    written = Signal()  # emitted when the text has been written, also again

    def __init__(
        self, title: str = "Lesson", what: str = "The lesson's words.", folder: Path | None = None
    ) -> None:
        super().__init__()
        self._text: Text | None = None
        self._folder = folder
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("lesson", True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2 * GRID)
        draw_formulas(self.document(), self)
        draw_pictures(self.document(), self)
        self.anchorClicked.connect(self._follow)
        describe(self, title, f"{what} Tab goes from link to link, Enter follows one.")
        self.setToolTip("")  # it would cover the text
        notifier().changed.connect(self._write)

    def show_text(self, text: Text) -> None:
        """Shows a text from its beginning."""
        self._text = text
        self._write()
        self.moveCursor(QTextCursor.MoveOperation.Start)  # it was at the end of what was written
        self.verticalScrollBar().setValue(0)
        self.setAccessibleName(text.title)

    @Slot()
    def _write(self) -> None:
        if self._text is None:
            return
        place = self.verticalScrollBar().value()
        writer = Writer(self.document(), folder=self._folder)
        writer.text(self._text)
        writer.end()
        self.written.emit()
        self.verticalScrollBar().setValue(place)

    @Slot(QUrl)
    def _follow(self, link: QUrl) -> None:
        self.followed.emit(link.toString())
