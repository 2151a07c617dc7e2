"""A divider over the painting: left of it the painting, right of it what it is compared with."""

from PySide6.QtCore import QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID, SMALL, text_font, theme

_STEP = 0.02
_GRIP = 2 * GRID
_BESIDE = 6
"""Ground beside a name."""


class Swipe(QWidget):
    """Lies over a pane as long as that is large; `show_image` says what with, and nothing ends it. `text` is
    the help of its handle where another comparison is meant than that of a painting with its target."""

    def __init__(self, pane: Pane, view: View, text: str = "") -> None:
        super().__init__(pane)
        self._pane = pane
        self._image, self.name, self._is_painting = QImage(), "", False
        self._share = 0.5
        self.handle = _Handle(pane, text)
        self.handle.moved.connect(self._move_to)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        pane.resized.connect(self._follow)
        view.changed.connect(self._follow)
        self._follow()

    @property
    def shown(self) -> bool:
        return not self._image.isNull()

    @property
    def share(self) -> float:
        """How much of the width shows the painting."""
        return self._share

    def show_image(self, image: QImage, name: str = "", *, is_painting: bool = False) -> None:
        """Compares with an image of the whole picture; a null one ends it. A painting is as smooth as the one
        beside it."""
        self._image, self.name, self._is_painting = image, name, is_painting
        self._follow()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        line = self._line()
        right = QRect(line, 0, self.width() - line, self.height())
        painter.setClipRect(right)
        painter.fillRect(right, QColor(theme().plot_background))
        self._pane.draw_image(painter, self._image, smooth=self._is_painting and self._pane.smooth)
        painter.setClipping(False)
        self._draw_names(painter, line)

    def _draw_names(self, painter: QPainter, line: int) -> None:
        painter.setFont(text_font(SMALL))
        for name, at_right in ((self._pane.accessibleName(), False), (self.name, True)):
            across = (self.width() - line if at_right else line) - 2 * (GRID + _BESIDE)
            words = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, max(across, 0))
            if not words:
                continue
            room = painter.fontMetrics().boundingRect(words).adjusted(-_BESIDE, -2, _BESIDE, 2)
            room.moveTop(GRID)
            room.moveLeft(line + GRID) if at_right else room.moveRight(line - GRID)
            painter.setPen(Qt.PenStyle.NoPen)
            ground = QColor(theme().plot_background)
            ground.setAlphaF(0.85)
            painter.setBrush(ground)
            painter.drawRoundedRect(room, 3, 3)
            painter.setPen(QColor(theme().text))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)

    def _line(self) -> int:
        room = self._pane.drawn_in()
        return round(room.x() + self._share * room.width())

    def _move_to(self, x: float) -> None:
        room = self._pane.drawn_in()
        self._share = min(max((x - room.x()) / room.width(), 0.0), 1.0)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        on = self.shown and not self._pane.small
        self.setGeometry(self._pane.rect())
        self.setVisible(on)
        self.handle.setVisible(on)
        self.handle.setGeometry(self._line() - _GRIP // 2, 0, _GRIP, self._pane.height())
        self.handle.step = _STEP * self._pane.drawn_in().width()
        self.handle.raise_()
        self.update()


class _Handle(QWidget):
    """The line, which is dragged or moved by arrow keys."""

    moved = Signal(float)
    """To this place in the pane."""

    def __init__(self, pane: QWidget, text: str = "") -> None:
        super().__init__(pane)
        self.step = 1.0
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        text = text or "Left of it is the painting, right of it what it is compared with: drag it."
        describe(self, "Divider", text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        middle = self.width() // 2
        colour = QColor(theme().accent if self.hasFocus() else theme().text)
        painter.setPen(QPen(QColor(theme().plot_background), 3))
        painter.drawLine(middle, 0, middle, self.height())
        painter.setPen(QPen(colour, 1))
        painter.drawLine(middle, 0, middle, self.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(theme().plot_background))
        painter.drawEllipse(QPoint(middle, self.height() // 2), 6, 6)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.moved.emit(self.mapToParent(event.position()).x())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the pane would begin to move the picture

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: -self.step, Qt.Key.Key_Right: self.step}
        way = ways.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(self.x() + self.width() / 2 + way)
