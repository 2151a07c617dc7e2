"""Manual as a feature of the window: a page in its middle, opened at its contents or at a panel's topic.

Its widgets are imported on first use.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from cadl_desktop.manual.pages import CONTENTS, manual
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.topics import topic_of
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.pages import Page

if TYPE_CHECKING:
    from cadl_desktop.ui.manual.reader import Reader


class ManualHelp(QObject):
    """Manual of a window."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._frame = frame
        self.reader: Reader | None = None
        self._wanted = CONTENTS
        self._page_before: Page | None = None
        self._focused_before: QWidget | None = None
        self.page = Page(self._make_page, self._load, manual=CONTENTS)
        text = "Everything that the program does, page by page, with a search."
        switch = add_action(frame.window, Action("Manual", self._toggle, tip=text, checked=False))
        self.page.shown.connect(switch.setChecked)
        text = "Opens the manual where it tells of the panel in which the keyboard is (Ctrl+F1)."
        here = Action("Manual on this panel", self.open_here, "Ctrl+F1", text)
        self.door = Door(
            entries=(
                MenuEntry("manual", switch, "help", anywhere=True),
                MenuEntry("manual_here", here, "help", anywhere=True),
            ),
            pages=(self.page,),
        )

    def open(self, place: str) -> None:
        """Opens the manual at a page, or a section of one."""
        self._wanted = place
        if self.reader is not None:
            self.reader.search.clear()  # what an earlier search found has nothing to do with this place
            self.reader.open(place)
        self._show()

    @Slot()
    def open_here(self) -> None:
        """Opens the manual at the topic of what has the focus, or of the page that is shown."""
        focused = QApplication.focusWidget()
        self.open(topic_of(focused) or topic_of(self._frame.pages.shown) or CONTENTS)

    @Slot(bool)
    def _toggle(self, on: bool) -> None:
        if on:
            self._show()
        else:
            self.leave()

    def _show(self) -> None:
        if not self.page.is_shown:
            self._page_before, self._focused_before = self._frame.pages.page, QApplication.focusWidget()
            self.page.show()

    @Slot()
    def leave(self) -> None:
        """Goes back to what was shown before, and to the control that had the focus there."""
        if self._page_before is not None:
            self._page_before.show()
        else:
            self.page.leave()
        focused = self._focused_before
        if focused is not None and isValid(focused) and focused.isVisible():
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def _load(self, then: Callable[[], None]) -> None:
        """Calls `then` unless the manual can't be read. Threads would be busy for seconds after the start;
        reading takes 0.06 s, and mostly has been done by then."""
        try:
            manual()
        except OSError:
            text = "The manual's files can't be read; installing the program again brings them back."
            self._frame.messages.say("error", text)
            self.page.shown.emit(False)
        else:
            then()

    def _make_page(self, parent: QWidget) -> QWidget:
        from cadl_desktop.ui.manual.reader import Reader

        self.reader = Reader(manual(), parent)
        self.reader.left.connect(self.leave)
        self.reader.control_wanted.connect(self._show_control)
        self.reader.open(self._wanted)
        return self.reader

    @Slot(str)
    def _show_control(self, name: str) -> None:
        """Shows the control of the window that a link points to."""
        self.page.leave()
        if self._frame.show_control(name) is None:
            self._frame.messages.say("info", "This experiment has no such setting.")
