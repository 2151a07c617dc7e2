"""Reader of the manual: search and contents on the left, a page on the right."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QSplitter, QStackedWidget, QWidget

from cadl_desktop.manual.pages import CONTENTS, Manual, ManualPage
from cadl_desktop.manual.search import Hit, search, words_of
from cadl_desktop.ui.controls.action import Action, Within, add_action, button_for
from cadl_desktop.ui.controls.fields import describe, order_tabs
from cadl_desktop.ui.controls.layouts import in_column, in_row, wide
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.speech import announce
from cadl_desktop.ui.manual.manual_text import ManualText
from cadl_desktop.ui.manual.search_list import HitList, SearchField
from cadl_desktop.ui.texts.text_view import CONTROL
from cadl_desktop.ui.theme.theme import GRID, SMALL, text_font

_SIDE = 33 * GRID
_PAGE = Qt.ItemDataRole.UserRole


class Contents(QListWidget):
    """List of all pages, under the headings of their groups."""

    wanted = Signal(str)  # the name of a page

    def __init__(self, manual: Manual, parent: QWidget) -> None:
        super().__init__(parent)
        describe(self, "Contents", "All pages of the manual.")
        self.setToolTip("")
        self.setProperty("headings", True)
        group = ""
        for page in (manual.contents, *manual.pages):
            if page.group != group:
                group = page.group
                heading = QListWidgetItem(group, self)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                heading.setFont(text_font(SMALL))
            QListWidgetItem(page.title, self).setData(_PAGE, page.name)
        self.currentItemChanged.connect(self._open_current)
        self.itemClicked.connect(self._open_current)  # also of the shown page, which was scrolled since

    def select(self, page: ManualPage) -> None:
        with QSignalBlocker(self):
            for row in range(self.count()):
                if self.item(row).data(_PAGE) == page.name:
                    self.setCurrentRow(row)

    @Slot()
    def _open_current(self) -> None:
        if (item := self.currentItem()) is not None:
            self.wanted.emit(item.data(_PAGE))


@dataclass
class _Stop:
    """Entry of the history: a place in the manual, the words marked there, and the scroll position."""

    place: str
    words: Sequence[str] = ()
    scrolled: int | None = None


class Reader(QWidget):
    """Manual with contents, search, and the way back. Escape leaves it."""

    left = Signal()
    control_wanted = Signal(str)

    def __init__(self, manual: Manual, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._manual = manual
        self._page = manual.contents
        self._stops: list[_Stop] = []
        self._at = -1
        self.setAccessibleName("Manual")
        # Created from the outside in, because reparenting a widget restyles it with all its children.
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        in_column(wide(splitter), on=self)
        side, body = QWidget(splitter), QWidget(splitter)
        self._fill_side(side)
        self._fill_body(body)
        lists = self.contents, self.hits
        order_tabs([self.search, *lists, self.close_button, self.text, self.back, self.forward])
        splitter.setSizes([_SIDE, 3 * _SIDE])
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        self.setFocusProxy(self.text)
        add_action(
            self,
            Action("Search the manual", self._focus_search, "Ctrl+F"),
            Within.WidgetWithChildrenShortcut,
        )

    def _fill_side(self, side: QWidget) -> None:
        self.lists = QStackedWidget(side)
        self.contents, self.hits = Contents(self._manual, self.lists), HitList(self.lists)
        self.lists.addWidget(self.contents)
        self.lists.addWidget(self.hits)
        self.search = SearchField(self.hits)
        self.close_button = QPushButton("Close")
        self.close_button.setProperty("small", True)
        describe(self.close_button, "Close", "Leaves the manual (Esc).")
        parts = label("Manual", "heading"), self.search, wide(self.lists), self.close_button
        in_column(*parts, on=side, margins=GRID, apart=GRID)
        self.search.textChanged.connect(self._find)
        self.contents.wanted.connect(self.open)
        self.hits.chosen.connect(self._open_hit)
        self.close_button.clicked.connect(self.left)

    def _fill_body(self, body: QWidget) -> None:
        self.text = ManualText(self._manual.folder)
        text = "Goes back to what was read before (Alt+Left)."
        back = Action("Back", self._go_back, "Alt+Left", text, "left")
        text = "Goes forward again (Alt+Right)."
        forward = Action("Forward", self._go_forward, "Alt+Right", text, "right")
        self.back, self.forward = button_for(back), button_for(forward)
        for action in (back, forward):
            add_action(self, action, Within.WidgetWithChildrenShortcut)
        self.notice = label("", "muted")
        parts = self.back, wide(self.notice), self.forward
        buttons = in_row(*parts, margins=(GRID, 0, GRID, GRID), apart=GRID)
        in_column(wide(self.text), buttons, on=body, apart=GRID)
        self.text.followed.connect(self._follow)

    def sizeHint(self) -> QSize:
        return QSize(120 * GRID, 90 * GRID)

    @Slot(str)
    def open(self, place: str = CONTENTS, words: Sequence[str] = ()) -> None:
        """Opens a page, at an anchor of it if `place` has one: `output.md#zoom`; `words` are marked there."""
        name = place.partition("#")[0]
        if self._manual.page(name) is None:
            self._say(f"The manual has no page “{name}”.")
            return
        self._remember_scrolled()
        del self._stops[self._at + 1 :]
        if self._stops and self._stops[-1].place == place:
            self._stops.pop()
        self._stops.append(_Stop(place, words))
        self._go_to(len(self._stops) - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _go_back(self) -> None:
        self._move_to(self._at - 1)

    @Slot()
    def _go_forward(self) -> None:
        self._move_to(self._at + 1)

    def _move_to(self, at: int) -> None:
        if 0 <= at < len(self._stops):
            self._remember_scrolled()
            self._go_to(at)

    def _remember_scrolled(self) -> None:
        if self._at >= 0:
            self._stops[self._at].scrolled = self.text.verticalScrollBar().value()

    def _go_to(self, at: int) -> None:
        self._at, stop = at, self._stops[at]
        name, _, anchor = stop.place.partition("#")
        page = self._manual.page(name)
        assert page is not None, "only pages that exist are listed"
        self._page = page
        self.text.show_page(page, anchor, stop.words)
        if stop.scrolled is not None:
            self.text.scroll_to(stop.scrolled)
        self.contents.select(page)
        self._say("")
        for button, possible in ((self.back, at > 0), (self.forward, at < len(self._stops) - 1)):
            if button.hasFocus() and not possible:
                self.text.setFocus()  # Qt would pass the focus to the next control
            button.setEnabled(possible)

    @Slot()
    def _focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot(str)
    def _find(self, typed: str) -> None:
        words = words_of(typed)
        self.lists.setCurrentWidget(self.hits if words else self.contents)
        self.hits.show_hits(search(self._manual, typed), words)

    @Slot(object)
    def _open_hit(self, hit: Hit) -> None:
        self.open(hit.place, self.hits.words)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _follow(self, link: str) -> None:
        if link.startswith(CONTROL):
            self.control_wanted.emit(link.removeprefix(CONTROL))
        elif ":" in link:
            # The program opens no network connection, and no browser either.
            QGuiApplication.clipboard().setText(link)
            self._say(f"Copied, for a browser: {link}")
        else:
            self.open(self._page.name + link if link.startswith("#") else link)

    def say_covered(self) -> None:
        """Says why a control isn't shown while a dialog is open."""
        self._say("Close the dialog first; then this link shows the control.")

    def _say(self, text: str) -> None:
        self.notice.setText(text)
        if text:
            announce(self.notice, text)
