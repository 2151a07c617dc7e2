"""Two short captions for who sees the network for the first time; closed once, they are gone for good."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import SPRING, in_row
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.controls.settings import closed_captions, remember_closed_caption
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
        remember_closed_caption(self.name)
        self.closed.emit()


class Captions(QWidget):
    """Those that nobody has closed, side by side; where there is room for one only, the second comes when the
    first is closed. Takes no room when both are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        closed = closed_captions()
        texts = {
            "tiles": "Each tile is one neuron: what it gives all over the input. Rest on it.",
            "lines": "Lines are the strongest influences: wider carries more.",
        }
        self.captions = [Caption(name, text) for name, text in texts.items() if name not in closed]
        in_row(*self.captions, SPRING, on=self, apart=3 * GRID, margins=(GRID, 0, GRID, 0))
        for caption in self.captions:
            caption.closed.connect(self._fit)
        self._allowed, self._fitting = True, False
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
        closed = closed_captions()
        room, left = self.width() - 2 * GRID, False
        for caption in self.captions:
            if caption.name not in closed:
                left = True
                room -= caption.sizeHint().width() + 3 * GRID
            caption.setVisible(caption.name not in closed and room >= 0)
        self.setVisible(self._allowed and left)
        self._fitting = False
