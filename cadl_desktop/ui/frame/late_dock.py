"""A dock whose content is made when it is first shown."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QScrollArea, QWidget

from cadl_desktop.ui.controls.layouts import scroll_area


class LateDock(QDockWidget):
    """Makes its content late, so that the program starts sooner. `make` is given the content's parent; with
    `scrolls` the content is scrolled where the dock is too small for it, as Qt would lay it over the window's
    other parts."""

    opened = Signal(QDockWidget)  # with content that has just been made
    closed = Signal()

    def __init__(
        self, title: str, make: Callable[[QWidget], QWidget], parent: QWidget, *, scrolls: bool = False
    ) -> None:
        super().__init__(title, parent)
        self._make, self._scrolls = make, scrolls

    def make(self) -> bool:
        """Makes its content before it is shown, where it has none yet; whether it had none."""
        if self.widget() is not None:
            return False
        self.setWidget(self._scrolled() if self._scrolls else self._make(self))
        return True

    def _scrolled(self) -> QScrollArea:
        scroll = scroll_area(self)
        scroll.setWidget(self._make(scroll.viewport()))
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        return scroll

    def showEvent(self, event: QShowEvent) -> None:
        is_new = self.make()
        super().showEvent(event)
        if is_new:
            self.opened.emit(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()


def whole_width(content: QWidget) -> int:
    """The width that a dock's content needs, with its scroll bar."""
    needed = content.minimumSizeHint().width()
    if isinstance(content, QScrollArea) and (inner := content.widget()) is not None:
        bar = content.verticalScrollBar().sizeHint().width()
        return max(needed, inner.minimumWidth() + bar, inner.minimumSizeHint().width() + bar)
    return needed
