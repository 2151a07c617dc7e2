"""View of a page of the manual: its text in the middle, places that stay where they are, and marked words."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QColor, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QTextEdit

from cadl_desktop.manual.pages import ManualPage
from cadl_desktop.manual.search import places_of
from cadl_desktop.ui.texts.text_view import TextView
from cadl_desktop.ui.theme.theme import GRID, blend, theme

_WIDEST = 820
"""Widest text in pixels; longer lines are hard to read."""


class ManualText(TextView):
    """Text of one page of the manual, with words marked that were searched for."""

    def __init__(self, folder: Path) -> None:
        super().__init__("Manual", "A page of the manual.", folder)
        self._anchor, self._scrolled_to = "", 0
        self._marked: Sequence[str] = ()
        self.written.connect(self._finish)

    def show_page(self, page: ManualPage, anchor: str, marked: Sequence[str]) -> None:
        """Shows a page from a heading on, or from its beginning, and marks words that begin with `marked`."""
        self._marked = marked
        self.show_text(page.text)
        self._go_to(anchor)

    @Slot()
    def _finish(self) -> None:
        self._centre()
        self.setExtraSelections(list(self._marks()))

    def scroll_to(self, place: int) -> None:
        """Scrolls to where a page was left, in pixels."""
        self.document().documentLayout().documentSize()  # lays out all of it; Qt would stop at what is seen
        self.verticalScrollBar().setValue(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps the heading in view from which the page is shown, until somebody scrolls."""
        is_unmoved = self.verticalScrollBar().value() == self._scrolled_to
        super().resizeEvent(event)
        self._centre()
        if is_unmoved and self._anchor:
            self._go_to(self._anchor)

    def _go_to(self, anchor: str) -> None:
        if anchor:
            self.scrollToAnchor(anchor)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - GRID)  # Qt leaves no room above
            # From here Tab goes on to the next link, and a screen reader reads on.
            self.setTextCursor(self._heading(anchor))
        self._anchor, self._scrolled_to = anchor, self.verticalScrollBar().value()

    def _heading(self, anchor: str) -> QTextCursor:
        """Cursor at a heading; at the beginning if none has this anchor."""
        cursor = QTextCursor(self.document())
        while anchor not in cursor.charFormat().anchorNames():
            if not cursor.movePosition(QTextCursor.MoveOperation.NextBlock):
                return QTextCursor(self.document())
        return cursor

    def _centre(self) -> None:
        """Gives the text margins that keep its lines short enough."""
        root = self.document().rootFrame()
        shape, margin = root.frameFormat(), max(2 * GRID, (self.viewport().width() - _WIDEST) // 2)
        if shape.leftMargin() != margin:
            shape.setLeftMargin(margin)
            shape.setRightMargin(margin)
            root.setFrameFormat(shape)

    def _marks(self) -> Iterator[QTextEdit.ExtraSelection]:
        # Not as plain text, in which tables and pictures have other lengths.
        text = self.document().toRawText()
        for start, length in places_of(list(self._marked), text):
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document())
            mark.cursor.setPosition(start)
            mark.cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            background = QColor(blend(theme().plot_background, theme().amber, 0.35))
            mark.format.setBackground(background)
            yield mark
