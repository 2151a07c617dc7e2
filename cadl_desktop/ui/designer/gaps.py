"""Where layers come: a plus between two columns, and what stands where there is no layer yet."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.layouts import SPRING, at, in_column
from cadl_desktop.ui.controls.looks import label
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID, theme

PLUS = 2 * GRID + 4
_NARROWEST = 10
_ICON = 12


class Plus(QToolButton):
    """Puts a layer where it stands. It is as narrow as the room between two layers."""

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index = index
        self.setMouseTracking(True)
        set_icon(self, "plus", "muted")
        text = "Adds a layer here."
        describe(self, f"Add layer {index + 1}", text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.hasFocus() or self.underMouse()
        if marked:
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.setBrush(QColor(theme().raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        side = min(_ICON, self.width())
        middle = self.rect().center()
        place = self.rect()
        place.setRect(middle.x() - side // 2 + 1, middle.y() - side // 2 + 1, side, side)
        self.icon().paint(painter, place)
        painter.end()


def plus_width(room: float) -> int:
    """How wide a plus can be in a gap."""
    return round(min(max(room, _NARROWEST), PLUS))


class EmptyGap(QWidget):
    """Stands where the layers would be, and says what to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = label(
            "No hidden layer yet: this network can only draw straight lines through its inputs.",
            "muted",
            wraps=True,
        )
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.add = QPushButton("Add a layer")
        set_icon(self.add, "plus")
        describe(self.add, "Add a layer", "Puts a layer between the input and the output.")
        button = at(Qt.AlignmentFlag.AlignHCenter, self.add)
        in_column(self.text, button, SPRING, on=self, margins=(2 * GRID, GRID, 2 * GRID, 0))
