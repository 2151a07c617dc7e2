"""For a projector: canvas, cost and Train alone, or a lesson, on all of the screen."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolBar, QWidget
from shiboken6 import isValid

from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.settings.remembered import LAYOUT_VERSION
from cadl_desktop.ui.theme.turns import paint_later
from cadl_desktop.ui.window.bars.train_button import TrainButton

if TYPE_CHECKING:
    from cadl_desktop.ui.window.main_window import MainWindow

COST_SHARE = 0.3
"""Of the window's width."""


@dataclass(frozen=True)
class _Before:
    """What has to be put back."""

    docks: QByteArray
    middle: QByteArray
    states: Qt.WindowState
    start_page: bool
    focus: QWidget | None

    @property
    def screen_left(self) -> bool:
        """Whether the window is to be as large again as it was."""
        return not self.states & Qt.WindowState.WindowFullScreen


class Presentation(QObject):
    """`switch` begins and ends it; so does Escape, where nobody else wants it. All is then as before."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._before: _Before | None = None
        self._bar: QToolBar | None = None
        self._awaited: _Before | None = None
        """What is put back once more when the window has left the screen."""
        window.installEventFilter(self)
        text = "Shows canvas, cost and Train alone, on all of the screen; Escape leads back."
        self.switch = add_action(window, Action("Presentation", self._switch, "F11", text, checked=False))

    @property
    def on(self) -> bool:
        return self._before is not None

    @Slot()
    def leave(self) -> None:
        """Puts everything back at once."""
        self.switch.setChecked(False)
        self._switch(False)

    def leave_with(self, docks: QByteArray) -> None:
        """Puts everything back, with the docks as they were at another time."""
        if self._before is not None:
            self._before = replace(self._before, docks=docks)
        self.leave()

    @Slot(bool)
    def _switch(self, on: bool) -> None:
        if on and not self.on:
            self._begin()
        elif not on and self.on:
            self._end()

    def _begin(self) -> None:
        window = self._window
        paint_later(window)
        self._before, self._awaited = self._awaited or self._now(), None
        window.room.hold(True)
        window.docks.column.hold(True)
        window.pages.leave_start_page()
        self._show_rest(False)
        on_lessons = window.pages.on_lessons
        for panel in (*window.docks, window.toolbar, window.timeline):
            panel.setVisible(panel is window.docks.cost and not on_lessons)
        self._bar = self._make_bar(trains=not on_lessons)
        window.addToolBar(self._bar)
        self._bar.show()
        focused = window.pages.lessons if on_lessons else None
        (focused or self._bar).setFocus(Qt.FocusReason.OtherFocusReason)
        window.showFullScreen()
        width = round(COST_SHARE * window.width())
        window.resizeDocks([window.docks.cost], [width], Qt.Orientation.Horizontal)

    def _now(self) -> _Before:
        window = self._window
        return _Before(
            window.saveState(LAYOUT_VERSION),
            window.splitter.saveState(),
            window.windowState(),
            window.pages.on_start_page,
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
        self._put_back(before)
        self._awaited = before if before.screen_left else None
        if before.start_page:
            self._window.pages.show_start_page()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The screen is left a moment later; what was put back before that fitted to another size."""
        if event.type() == QEvent.Type.Resize and self._awaited is not None:
            before, self._awaited = self._awaited, None
            QTimer.singleShot(0, self, lambda: self._put_back(before))
        return False

    def _put_back(self, before: _Before) -> None:
        if not self.on:
            paint_later(self._window)
            self._window.restoreState(before.docks, LAYOUT_VERSION)
            self._window.splitter.restoreState(before.middle)
            self._window.room.hold(self._window.pages.on_lessons)
            self._window.docks.column.hold(False)
            if before.focus is not None and isValid(before.focus):
                before.focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_rest(self, on: bool) -> None:
        """What is no panel."""
        window = self._window
        window.menuBar().setVisible(on)
        window.statusBar().setVisible(on)
        window.designer.setVisible(on)
        window.views.output.show_tools(on)
        window.lessons.show_contents(on)

    def _make_bar(self, *, trains: bool) -> QToolBar:
        bar = QToolBar("Presentation", self._window)
        bar.setObjectName("presentation")
        bar.setMovable(False)
        train, space = TrainButton(self._window.actions_.train), QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(train).setVisible(trains)
        bar.addWidget(space)
        bar.addWidget(label("Escape leads back.", "muted"))
        bar.setFocusProxy(train)
        return bar
