"""Where the interface is too large for docks at both sides, all of them stand in one column, as tabs."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QDockWidget, QMainWindow

from cadl_desktop.ui.settings.remembered import LAYOUT_VERSION
from cadl_desktop.ui.theme.theme import GRID

LEAST_WIDTH = 115 * GRID
"""A narrower window has no room for settings, network and cost side by side."""


class OneColumn(QObject):
    """Puts what stands at the right behind the settings, and back where it was when there is room again."""

    changed = Signal()

    def __init__(self, window: QMainWindow, settings: QDockWidget, others: Sequence[QDockWidget]) -> None:
        super().__init__(window)
        self._window, self._settings, self._others = window, settings, others
        self._before: QByteArray | None = None
        self._held = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.fit)
        window.installEventFilter(self)

    @property
    def on(self) -> bool:
        return self._before is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._soon.start()
        return False

    def hold(self, on: bool) -> None:
        """Leaves everything as it is for a while."""
        self._held = on
        self._soon.start()

    @Slot()
    def fit(self) -> None:
        """Decides anew. A window that is hidden has no size yet that counts."""
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
        """Puts everything back; what is shown or hidden stays so."""
        if self._before is None:
            return
        before, self._before = self._before, None
        hidden = [dock.isHidden() for dock in self._others]
        self._window.restoreState(before, LAYOUT_VERSION)
        for dock, is_hidden in zip(self._others, hidden, strict=True):
            dock.setHidden(is_hidden)
