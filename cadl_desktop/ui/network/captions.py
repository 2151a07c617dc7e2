"""Short captions for who sees the network for the first time; closed once, they are gone for good."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import SPRING, in_row
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.settings.remembered import CLOSED_CAPTIONS
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID


class Caption(QWidget):
    """One sentence and the button that closes it."""

    closed = Signal()

    def __init__(self, name: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.text: QLabel = label(text, "muted", "small")
        self.close_button = QToolButton()
        set_icon(self.close_button, "close", "muted")
        self.close_button.setFixedSize(2 * GRID + 4, 2 * GRID + 4)
        describe(self.close_button, "Close this caption", "It doesn't come back.")
        self.close_button.clicked.connect(self._close)
        in_row(self.text, self.close_button, on=self, apart=GRID // 2)

    def _close(self) -> None:
        name = self.name  # another thread writes it, and isn't to hold a widget
        CLOSED_CAPTIONS.change(lambda closed: [*closed, name])
        self.closed.emit()


class Captions(QWidget):
    """Those that nobody has closed, side by side; where there is room for one only, the second comes when the
    first is closed. Takes no room when both are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.captions: list[Caption] = []
        self._row = in_row(SPRING, on=self, apart=3 * GRID, margins=(GRID, 0, GRID, 0))
        self._allowed, self._fitting = True, False
        self._fit()

    def add(self, texts: Mapping[str, str]) -> None:
        """Adds captions by their names, but for those that have been closed."""
        closed = CLOSED_CAPTIONS.get()
        for name, text in texts.items():
            if name not in closed:
                caption = Caption(name, text, self)
                caption.closed.connect(self._fit)
                self._row.insertWidget(len(self.captions), caption)
                self.captions.append(caption)
        self._fit()

    def allow(self, on: bool) -> None:
        """Whether the drawing has room to give away."""
        if on != self._allowed:
            self._allowed = on
            self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """What is shown or hidden may have this laid out anew at once, and so another room."""
        if self._fitting:
            return
        self._fitting = True
        closed = CLOSED_CAPTIONS.get()
        room, left = self.width() - 2 * GRID, False
        for caption in self.captions:
            if caption.name not in closed:
                left = True
                room -= caption.sizeHint().width() + 3 * GRID
            caption.setVisible(caption.name not in closed and room >= 0)
        self.setVisible(self._allowed and left)
        self._fitting = False
