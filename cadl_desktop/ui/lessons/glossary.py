"""What a word means, in a small window beside it."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from cadl_desktop.lessons.texts import GLOSSARY, Text, TextError, plain, shipped_text
from cadl_desktop.ui.controls.dialogs.small_popup import SmallPopup
from cadl_desktop.ui.lessons.text_view import BlocksView
from cadl_desktop.ui.theme.theme import GRID

_WIDTH = 40 * GRID


class GlossaryPopup(SmallPopup):
    """Its words lead from one entry to the next; Escape, or a click elsewhere, closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._glossary = _glossary()
        self._view: BlocksView | None = None
        self._place = QRect()

    def show_word(self, anchor: str, place: QRect) -> None:
        """Opens beside a place on the screen; where the glossary doesn't have the word, not at all."""
        blocks = self._glossary.section(anchor) if self._glossary else ()
        if not blocks:
            self.close()
            return
        self._place = place
        if self._view is not None:
            self.rows.removeWidget(self._view)
            self._view.deleteLater()
        view = self._view = BlocksView(blocks[1:], _WIDTH)
        view.followed.connect(self._follow)
        self.rows.addWidget(view)
        self.setFocusProxy(view)
        self.open_at(place, plain(blocks[0].spans))
        view.setFocus(Qt.FocusReason.PopupFocusReason)

    def _follow(self, link: str) -> None:
        if anchor := glossary_word(link):
            self.show_word(anchor, self._place)


def glossary_word(link: str) -> str:
    """The word that a link asks for; empty where it leads elsewhere."""
    page, _, anchor = link.partition("#")
    return anchor if page == f"{GLOSSARY}.md" else ""


def _glossary() -> Text | None:
    try:
        return shipped_text(GLOSSARY)
    except TextError:
        return None
