"""Summary of a plot for a screen reader."""

from collections.abc import Callable
from weakref import WeakMethod

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QToolTip, QWidget

from cadl_desktop.ui.controls.looks import wrapped
from cadl_desktop.ui.controls.speech import announce

_EVERY_MS = 4000
"""Least time between two changes of a description, each of which a screen reader is told."""


class SpokenSummary(QObject):
    """Keeps a widget's accessible description up to date: a summary in `words`, a method that is held weakly,
    and its `usage`."""

    def __init__(self, widget: QWidget, words: Callable[[], str]) -> None:
        super().__init__(widget)
        self.usage = ""
        self._widget, self._words = widget, WeakMethod(words)
        self._timer = QTimer(self, singleShot=True, interval=_EVERY_MS)
        self._timer.timeout.connect(self.renew)

    def change(self) -> None:
        """Notes that other data are shown; the description follows within seconds."""
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def renew(self) -> None:
        """Brings the description up to date now."""
        self._timer.stop()
        text = " ".join(part for part in (self._summary(), self.usage) if part)
        if text != self._widget.accessibleDescription():
            self._widget.setAccessibleDescription(text)

    @Slot()
    def tell(self) -> None:
        """Shows the summary beside the widget, and has a screen reader say it."""
        words = self._summary() or "There is nothing to tell yet."
        middle = self._widget.mapToGlobal(self._widget.rect().center())
        QToolTip.showText(middle, wrapped(words), self._widget)
        announce(self._widget, words)

    def _summary(self) -> str:
        words = self._words()
        return words() if words is not None else ""
