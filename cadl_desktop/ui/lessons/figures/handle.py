"""A dot on a figure that a hand or the arrow keys move."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cadl_desktop.lessons.figure import Handle
from cadl_desktop.ui.controls.edits.numbers import plain_number
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.lessons.words import without_formulas
from cadl_desktop.ui.theme.theme import theme

SIZE = 22
_DOT, _RING = 6, 9
_FAR = 10
"""Steps of an arrow key with Shift."""
_KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}

Back = Callable[[QPointF], tuple[float, float]]


class HandleDot(QWidget):
    """Tells where it wants to go in the figure's numbers; it stands where it is put."""

    wanted = Signal(str, float, float)  # name, x, y
    held = Signal(bool)  # by the mouse

    def __init__(self, back: Back, parent: QWidget) -> None:
        """`back` gives the numbers of a place in the parent."""
        super().__init__(parent)
        self._back = back
        self._handle: Handle | None = None
        self._apart = QPointF()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def name(self) -> str:
        return self._handle.name if self._handle else ""

    def show_handle(self, handle: Handle, place: QPointF) -> None:
        """Stands with its middle on a place of the parent."""
        half = SIZE / 2
        self.setGeometry(round(place.x() - half), round(place.y() - half), SIZE, SIZE)
        if handle != self._handle:
            self._handle = handle
            keys = "Drag it, or move it by the arrow keys; with Shift ten times as far."
            describe(self, without_formulas(handle.label), keys)
            x, y = (plain_number(float(f"{number:.4g}")) for number in (handle.x, handle.y))
            self.setAccessibleDescription(f"{x}, {y}. {keys}")

    def sizeHint(self) -> QSize:
        return QSize(SIZE, SIZE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = _KEYS.get(Qt.Key(event.key()))
        if way is None or self._handle is None:
            event.ignore()
            return
        times = _FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        step = self._handle.step * times
        self._want(self._handle.x + way[0] * step, self._handle.y + way[1] * step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        half = SIZE / 2
        self._apart = event.position() - QPointF(half, half)
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.held.emit(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._handle:
            place = self.mapToParent(event.position() - self._apart)
            self._want(*self._back(place))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.held.emit(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(self.width() / 2, self.height() / 2)
        painter.setPen(QPen(QColor(theme().plot_background), 2))
        painter.setBrush(QColor(theme().accent_hover if self.underMouse() else theme().accent))
        painter.drawEllipse(middle, _DOT, _DOT)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, _RING, _RING)
        painter.end()

    def _want(self, x: float, y: float) -> None:
        handle = self._handle
        if handle is None:
            return
        x, y = (handle.x if handle.along == "y" else x), (handle.y if handle.along == "x" else y)
        if (x, y) != (handle.x, handle.y):
            self.wanted.emit(handle.name, x, y)
