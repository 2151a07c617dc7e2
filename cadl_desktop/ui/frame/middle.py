"""The middle of the window: messages, and below them the network and what it makes, or a page."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.layouts import in_column, wide
from cadl_desktop.ui.frame.message_bar import MessageBar
from cadl_desktop.ui.frame.pages import Pages
from cadl_desktop.ui.theme.theme import GRID

HEIGHTS = (250, 520)
"""How network and canvas share the height."""


class Middle(QWidget):
    """Holds the messages, and below them `work` or a page. Made empty, from outside in: when a part gets a
    parent, Qt looks the style sheet up for everything in it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.message_bar = MessageBar(self)
        self.work = QSplitter(Qt.Orientation.Vertical)
        self.work.setChildrenCollapsible(False)
        self.pages = Pages(self.work, session, self)
        self._column = in_column(self.message_bar, wide(self.pages), on=self, apart=GRID // 2)

    def fill(self, parts: Sequence[QWidget]) -> None:
        """Puts these below one another."""
        for part in parts:
            self.work.addWidget(part)
        for place, share in enumerate(HEIGHTS):
            self.work.setStretchFactor(place, share)
        self.share_height()

    @Slot()
    def share_height(self) -> None:
        self.work.setSizes(list(HEIGHTS))

    def add_above(self, card: QWidget) -> None:
        """Puts something between messages and the drawing."""
        self._column.insertWidget(1, card)
