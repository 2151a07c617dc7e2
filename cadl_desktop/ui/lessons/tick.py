"""A circle that is empty until a goal has been reached."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.ui.theme.icons import icon
from cadl_desktop.ui.theme.theme import theme

_SIZE = 18


class Tick(QWidget):
    """Says nothing itself: the words beside it do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reached = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_reached(self, reached: bool) -> None:
        self.reached = reached
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setPen(QPen(QColor(theme().good if self.reached else theme().muted), 1.5))
        painter.setBrush(QColor(theme().good) if self.reached else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        if self.reached:
            icon("check", "surface").paint(painter, self.rect().adjusted(3, 3, -3, -3))
        painter.end()
