"""Which docks and bars are shown: empty ones are hidden, all of them for a large page, and tabs in a narrow
window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolBar, QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.ui.settings.settings_table import LAYOUT_VERSION
from cadl_desktop.ui.theme.theme import GRID

Panel = QDockWidget | QToolBar
REVEAL_DELAY_MS = 40
"""Delay from an update, which plots and neurons draw first, to the panels that appear."""

LEAST_WIDTH = 115 * GRID
"""Pixels; a narrower window has no room for settings, network and cost side by side."""


@dataclass
class _ManagedPanel:
    panel: Panel
    has_content: Callable[[], bool]
    wanted: bool = True
    """Whether the user wants to see the panel once it has content."""
    filled: bool = False
    is_allowed: bool = True
    """Whether the studio has it: Simple leaves some out."""

    @property
    def is_due(self) -> bool:
        return self.wanted and self.filled and self.is_allowed


class PanelVisibility(QObject):
    """Hides docks and bars that have no content. One that has appeared stays until another document is
    opened, so that nothing jumps while somebody works."""

    appeared = Signal(object)  # Panel

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._document = session.document
        self._opened = self._document.opened
        self._managed: list[_ManagedPanel] = []
        self._held = False
        # The results of a document come a moment after it is opened.
        self._timer = QTimer(self, singleShot=True, interval=REVEAL_DELAY_MS)
        self._timer.timeout.connect(self.update)
        for news in (session.status_changed, session.updated, session.runs.changed, session.document.changed):
            news.connect(self._schedule)

    def manage(self, panel: Panel, has_content: Callable[[], bool]) -> None:
        """Manages the visibility of a panel from now on."""
        managed = _ManagedPanel(panel, has_content)
        self._managed.append(managed)
        panel.installEventFilter(self)
        panel.toggleViewAction().triggered.connect(lambda on: self._set_wanted(managed, on))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            for managed in self._managed:
                if managed.panel is watched:
                    managed.wanted = False
        return False

    def hold(self, on: bool) -> None:
        """Suspends or resumes all changes of visibility."""
        self._held = on
        self.update()

    @Slot()
    def _schedule(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def update(self) -> None:
        """Hides empty panels, and shows those with content, all at once."""
        if self._held:
            return
        if self._document.opened != self._opened:
            self._opened = self._document.opened
            for managed in self._managed:
                managed.filled = False
        for managed in self._managed:
            managed.filled = managed.filled or managed.has_content()
            if not managed.is_due:
                self._set_visible(managed, False)
        for managed in self._managed:
            if managed.is_due and managed.panel.isHidden():
                self._set_visible(managed, True)

    def take_over(self) -> None:
        """Called after a layout was restored: a panel hidden in it isn't wanted."""
        for managed in self._managed:
            managed.wanted = not managed.panel.isHidden()
        self.update()

    def allow(self, allowed: Callable[[Panel], bool]) -> None:
        """Hides panels that aren't allowed, whoever wants them, and shows the others again."""
        for managed in self._managed:
            managed.is_allowed = allowed(managed.panel)
        self.update()

    def want_all(self) -> None:
        """Forgets which panels the user has closed."""
        for managed in self._managed:
            managed.wanted = True
        self.update()

    def show_wanted(self) -> None:
        """Called before a layout is saved: shows wanted panels even if they are empty now."""
        for managed in self._managed:
            managed.panel.setVisible(managed.wanted)

    def _set_wanted(self, managed: _ManagedPanel, on: bool) -> None:
        managed.wanted = managed.filled = on
        self._set_visible(managed, on)

    def _set_visible(self, managed: _ManagedPanel, on: bool) -> None:
        if managed.panel.isHidden() != (not on):
            managed.panel.setVisible(on)
            if on:
                self.appeared.emit(managed.panel)


class ExpandedMiddle(QObject):
    """Hides all `panels` while a page that needs the whole window is shown, and restores them afterwards."""

    ending = Signal(QByteArray)
    """Emitted with the layout that is about to be restored."""

    def __init__(
        self, window: QMainWindow, visibility: PanelVisibility, panels: Callable[[], Sequence[QWidget]]
    ) -> None:
        super().__init__(window)
        self._window, self._visibility, self._panels = window, visibility, panels
        self._before: QByteArray | None = None

    @property
    def on(self) -> bool:
        return self._before is not None

    def hide_panels(self, on: bool) -> None:
        if on:
            self._before = self._window.saveState(LAYOUT_VERSION)
            self._visibility.hold(True)
            for panel in self._panels():
                panel.hide()
        elif self._before is not None:
            before, self._before = self._before, None
            self.ending.emit(before)
            self._window.restoreState(before, LAYOUT_VERSION)
            self._visibility.hold(False)


class OneColumn(QObject):
    """Makes the docks on the right tabs behind the settings while the window is narrow."""

    changed = Signal()

    def __init__(self, window: QMainWindow, settings: QDockWidget, others: Sequence[QDockWidget]) -> None:
        super().__init__(window)
        self._window, self._settings, self._others = window, settings, others
        self._before: QByteArray | None = None
        self._held = False
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self.fit)
        window.installEventFilter(self)

    @property
    def on(self) -> bool:
        return self._before is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._timer.start()
        return False

    def hold(self, on: bool) -> None:
        """Suspends or resumes changes."""
        self._held = on
        self._timer.start()

    @Slot()
    def fit(self) -> None:
        """Adapts to the window's width, unless the window is hidden: its size isn't final then."""
        narrow = self._window.width() < LEAST_WIDTH
        if self._held or not self._window.isVisible() or narrow == self.on:
            return
        focus = self._window.focusWidget()
        if narrow:
            self._begin()
        else:
            self.end()
        self.changed.emit()
        if focus is not None and focus.isVisible():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin(self) -> None:
        self._before = self._window.saveState(LAYOUT_VERSION)
        for dock in self._others:
            at_right = self._window.dockWidgetArea(dock) == Qt.DockWidgetArea.RightDockWidgetArea
            if at_right and not dock.isFloating():
                self._window.tabifyDockWidget(self._settings, dock)
        self._settings.raise_()

    def end(self) -> None:
        """Moves the docks back; what is shown or hidden stays so."""
        if self._before is None:
            return
        before, self._before = self._before, None
        hidden = [dock.isHidden() for dock in self._others]
        self._window.restoreState(before, LAYOUT_VERSION)
        for dock, is_hidden in zip(self._others, hidden, strict=True):
            dock.setHidden(is_hidden)
