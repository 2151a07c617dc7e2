"""Small popup with a title and controls, opened beside a rectangle of the screen."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QWidget

from cadl_desktop.ui.controls.layouts import in_column
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.theme.theme import GRID


class SmallPopup(QFrame):
    """Popup that is deleted when a click elsewhere or Escape closes it."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("panel", True)
        self.title = label("", "heading")
        self.rows = in_column(self.title, on=self, margins=(GRID + 4, GRID, GRID + 4, GRID + 4))

    def open_at(self, place: QRect, title: str) -> None:
        """Opens below `place`, in screen coordinates, or above it where there is no room."""
        self.title.setText(title)
        self.setAccessibleName(title)
        self.adjustSize()
        screen = QGuiApplication.screenAt(place.center()) or QGuiApplication.primaryScreen()
        inside, size = screen.availableGeometry(), self.size()
        left = place.center().x() - size.width() // 2
        below, above = place.bottom() + GRID, place.top() - GRID - size.height()
        top = below if below + size.height() <= inside.bottom() else above
        self.move(
            min(max(left, inside.left()), inside.right() - size.width()),
            min(max(top, inside.top()), inside.bottom() - size.height()),
        )
        self.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
