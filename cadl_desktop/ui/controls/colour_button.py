"""Button that shows a colour and opens a dialog to choose another."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QColorDialog, QPushButton

from cadl_desktop.ui.theme.theme import GRID, RADIUS, theme

SIDE = 2 * GRID


class ColourButton(QPushButton):
    """Shows a colour; emits `colour_edited('#rrggbb')` for each colour that is tried in the dialog."""

    colour_edited = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._colour = QColor("white")
        self.setAutoDefault(False)
        self.clicked.connect(self.ask)

    def set_colour(self, colour: str) -> None:
        self._colour = QColor(colour)
        self.setText(colour)
        self.update()

    @Slot()
    def ask(self) -> None:
        """Opens the colour dialog; cancelling it restores the previous colour."""
        dialog = QColorDialog(self._colour, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Background")
        before = self._colour
        dialog.currentColorChanged.connect(self._edit)
        dialog.rejected.connect(lambda: self._edit(before))
        dialog.open()

    @Slot(QColor)
    def _edit(self, colour: QColor) -> None:
        if colour != self._colour:
            self.set_colour(colour.name())
            self.colour_edited.emit(colour.name())

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(SIDE + GRID, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme().border))
        painter.setBrush(self._colour)
        top = (self.height() - SIDE) / 2
        painter.drawRoundedRect(QRectF(GRID + 0.5, top + 0.5, SIDE - 1, SIDE - 1), RADIUS - 1, RADIUS - 1)
        painter.end()
