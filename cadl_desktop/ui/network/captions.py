"""Short captions below the network for first-time users; a closed caption never returns."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import SPRING, in_row
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.settings.settings_table import CLOSED_CAPTIONS
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, TARGET


class Caption(QWidget):
    """Sentence with a button that closes it."""

    closed = Signal()

    def __init__(self, name: str, texts: tuple[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.texts = name, texts
        text, _ = texts
        self.text: QLabel = label(text, "muted", "small")
        self.close_button = QToolButton()
        set_icon(self.close_button, "close", "muted")
        self.close_button.setFixedSize(TARGET, TARGET)
        describe(self.close_button, "Close this caption", "It doesn't come back.")
        self.close_button.clicked.connect(self._close)
        in_row(self.text, self.close_button, on=self, apart=GRID // 2)

    def _close(self) -> None:
        name = self.name  # written on another thread, which must not keep the widget alive
        CLOSED_CAPTIONS.change(lambda closed: [*closed, name])
        self.closed.emit()


class Captions(QWidget):
    """Row of the captions that nobody has closed yet. Where there is room for only one, the second appears
    once the first is closed. Hidden when all are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.captions: list[Caption] = []
        self._row = in_row(SPRING, on=self, apart=3 * GRID, margins=(GRID, 0, GRID, 0))
        self._allowed, self._fitting = True, False
        self._fit()

    def add(self, texts: Mapping[str, tuple[str, str]]) -> None:
        """Adds captions by name, except those closed earlier, each with its text about values and that about
        gradients."""
        closed = CLOSED_CAPTIONS.get()
        for name, both in texts.items():
            if name not in closed:
                caption = Caption(name, both, self)
                caption.closed.connect(self._fit)
                self._row.insertWidget(len(self.captions), caption)
                self.captions.append(caption)
        self._fit()

    def show_gradients(self, on: bool) -> None:
        """Explains gradients in place of values."""
        for caption in self.captions:
            caption.text.setText(caption.texts[on])
        self._fit()

    def allow(self, on: bool) -> None:
        """Shows captions, or hides them where the drawing needs all of the height."""
        if on != self._allowed:
            self._allowed = on
            self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Shows the captions that fit. Showing and hiding can relayout this widget at once, hence the
        guard."""
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
