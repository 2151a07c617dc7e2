"""Presentation mode for projectors: network, output, cost and Train, or a page, alone in full screen."""

import sys
from dataclasses import dataclass, replace

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolBar, QWidget
from shiboken6 import isValid

from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.frame.actions import TrainButton
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.pages import Page
from cadl_desktop.ui.lessons.lessons_door import Lessons
from cadl_desktop.ui.plots.output_view import OutputView
from cadl_desktop.ui.settings.settings_table import LAYOUT_VERSION

_KEYS = "Ctrl+Meta+F" if sys.platform == "darwin" else "F11"
"""Those of full screen; F11 clears macOS' desktop."""
COST_SHARE = 0.3
"""Share of the window's width."""


@dataclass(frozen=True)
class _SavedState:
    """State of the window before the presentation."""

    docks: QByteArray
    middle: QByteArray
    states: Qt.WindowState
    focus: QWidget | None
    page: Page | None = None
    """The page that is presented."""
    hidden_page: Page | None = None
    """The page that makes room for the network."""

    @property
    def leaves_full_screen(self) -> bool:
        """Whether the window leaves full screen when the presentation ends."""
        return not self.states & Qt.WindowState.WindowFullScreen


class Presentation(QObject):
    """Begins and ends the presentation with the action `switch`; Escape ends it unless another widget handles
    it. The window is then as before."""

    def __init__(self, frame: Frame, lessons: Lessons, designer: Designer, output: OutputView) -> None:
        window = frame.window
        super().__init__(window)
        self._frame, self._window, self._lessons = frame, window, lessons
        self._designer, self._output = designer, output
        self._before: _SavedState | None = None
        self._bar: QToolBar | None = None
        self._to_restore: _SavedState | None = None
        """State to restore again once the window has left full screen."""
        window.installEventFilter(self)
        text = "Shows network, output, cost and Train alone, on all of the screen; Escape leads back."
        self.switch = add_action(window, Action("Presentation", self._switch, _KEYS, text, checked=False))
        self.door = Door(entries=(MenuEntry("presentation", self.switch, "view", 2, anywhere=True),))
        frame.about_to_close.connect(self.leave)
        frame.docks.expanded_middle.ending.connect(self._follow_docks)
        # Before the docks are hidden for the page, with the layout that they will have again.
        frame.pages.docks_hidden.connect(self._end_for_page)

    @property
    def on(self) -> bool:
        return self._before is not None

    @Slot()
    def leave(self) -> None:
        self.switch.setChecked(False)
        self._switch(False)

    @Slot(QByteArray)
    def _follow_docks(self, docks: QByteArray) -> None:
        """Ends the presentation when its lesson is left; the docks are restored as they were before the
        lesson."""
        if self._before is not None:
            self._before = replace(self._before, docks=docks)
            self.leave()

    @Slot(bool)
    def _end_for_page(self, shown: bool) -> None:
        """Ends a presentation of the network."""
        if shown:
            self.leave()

    @Slot(bool)
    def _switch(self, on: bool) -> None:
        if on and not self.on:
            self._begin()
        elif not on and self.on:
            self._end()

    def _begin(self) -> None:
        window, docks, lessons = self._window, self._frame.docks, self._lessons.page
        page = self._frame.pages.page
        hidden = None if page is None or page.of_studio or page is lessons else page
        if hidden is not None:
            hidden.leave()  # first, as it hides the docks, too
        before, self._to_restore = self._to_restore or self._state(), None
        presented = self._frame.pages.page
        self._before = replace(before, page=presented, hidden_page=hidden)
        docks.visibility.hold(True)
        docks.column.hold(True)
        self._show_rest(False)
        bars = window.findChildren(QToolBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        for panel in (*docks, *bars):
            panel.setVisible(panel is docks["cost"] and presented is None)
        self._bar = _Bar(window, self._frame.actions["train"], trains=presented is None)
        window.addToolBar(self._bar)
        self._bar.show()
        (self._frame.pages.shown or self._bar).setFocus(Qt.FocusReason.OtherFocusReason)
        window.showFullScreen()
        width = round(COST_SHARE * window.width())
        window.resizeDocks([docks["cost"]], [width], Qt.Orientation.Horizontal)

    def _state(self) -> _SavedState:
        window = self._window
        return _SavedState(
            window.saveState(LAYOUT_VERSION),
            self._frame.work.saveState(),
            window.windowState(),
            QApplication.focusWidget(),
        )

    def _end(self) -> None:
        before, self._before = self._before, None
        window, bar = self._window, self._bar
        if before is None or bar is None:
            return
        window.removeToolBar(bar)
        bar.deleteLater()
        self._bar = None
        self._show_rest(True)
        window.setWindowState(before.states)
        self._restore(before)
        self._to_restore = before if before.leaves_full_screen else None
        if before.hidden_page is not None:
            before.hidden_page.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Restores the layout again after the resize: the window leaves full screen a moment later."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self.on:
            if event.key() == Qt.Key.Key_Escape:
                self.switch.trigger()
                return True
        elif event.type() == QEvent.Type.Resize and self._to_restore is not None:
            before, self._to_restore = self._to_restore, None
            QTimer.singleShot(0, self, lambda: self._restore(before))
        return False

    def _restore(self, before: _SavedState) -> None:
        if not self.on:
            is_left = self._frame.pages.page not in (None, before.page)  # for a page, which has the focus
            if not is_left:
                self._window.restoreState(before.docks, LAYOUT_VERSION)
            self._frame.work.restoreState(before.middle)
            self._frame.docks.visibility.hold(self._frame.docks.expanded_middle.on)
            self._frame.docks.column.hold(self._frame.docks.expanded_middle.on)
            if not is_left and before.focus is not None and isValid(before.focus):
                before.focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_rest(self, on: bool) -> None:
        """Shows or hides everything that isn't a panel."""
        window = self._window
        window.menuBar().setVisible(on)
        window.statusBar().setVisible(on)
        self._designer.show_tools(on)
        self._output.show_tools(on)
        self._lessons.show_contents(on)


class _Bar(QToolBar):
    """Toolbar of the presentation: Train, unless a page is shown, and a hint how to leave."""

    def __init__(self, window: QWidget, train: QAction, *, trains: bool) -> None:
        super().__init__(window)
        self.setWindowTitle("Presentation")
        self.setObjectName("presentation")
        self.setMovable(False)
        button, space = TrainButton(train), QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(button).setVisible(trains)
        self.addWidget(space)
        self.addWidget(label("Escape leads back.", "muted"))
        self.setFocusProxy(button)
