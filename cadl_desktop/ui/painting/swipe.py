"""Divider over the painting: the painting at its left, the target or another painting at its right."""

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.looks import toggle
from cadl_desktop.ui.painting.images import Pixels, image_of
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID, SMALL, text_font, theme

_STEP = 0.02
_GRIP = 2 * GRID
_BESIDE = 6
"""Padding beside a name."""


class Swipe(QWidget):
    """Overlay on a pane while that is large; hidden without an image. `text` replaces the handle's tooltip
    for other comparisons than painting with target."""

    def __init__(self, pane: Pane, view: View, text: str = "") -> None:
        super().__init__(pane)
        self._pane = pane
        self._image, self.name, self._is_painting = QImage(), "", False
        self.left_name = ""
        """Name of what the pane shows, unless it is the pane's."""
        self.share = 0.5
        """Share of the width that shows the painting."""
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

    def show_image(self, image: QImage, name: str = "", *, is_painting: bool = False) -> None:
        """Compares with an image of the whole picture; a null image ends it. A painting is interpolated like
        the one beside it."""
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
        for name, at_right in ((self.left_name or self._pane.accessibleName(), False), (self.name, True)):
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
        room = self._pane.drawn_area()
        return round(room.x() + self.share * room.width())

    def _move_to(self, x: float) -> None:
        room = self._pane.drawn_area()
        self.share = min(max((x - room.x()) / room.width(), 0.0), 1.0)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        on = self.shown and not self._pane.small
        self.setGeometry(self._pane.rect())
        self.setVisible(on)
        self.handle.setVisible(on)
        self.handle.setGeometry(self._line() - _GRIP // 2, 0, _GRIP, self._pane.height())
        self.handle.step = _STEP * self._pane.drawn_area().width()
        self.handle.raise_()
        self.update()


class _Handle(QWidget):
    """Divider line, dragged or moved by arrow keys."""

    moved = Signal(float)
    """Requested position in the pane."""

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
        event.accept()  # or the pane would start moving the picture

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: -self.step, Qt.Key.Key_Right: self.step}
        way = ways.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(self.x() + self.width() / 2 + way)


class Comparison(QObject):
    """Switch of the divider: compares with the target unless another painting was given."""

    wanted = Signal()
    """The user wants to see the comparison."""

    def __init__(self, pane: Pane, target_name: str, view: View) -> None:
        super().__init__(pane)
        self.swipe = Swipe(pane, view)
        text = "Lays a divider over the painting: right of it is the target, or another painting."
        self.switch = toggle("Swipe", text)
        self._target: tuple[Pixels | None, str] = (None, target_name)
        self._other: tuple[Pixels, str] | None = None
        self._is_painted = False
        self.switch.toggled.connect(self._show)
        self.switch.clicked.connect(self._request)

    def show_target(self, target: Pixels) -> None:
        """Compares with a new target."""
        self._target, self._other = (target, self._target[1]), None
        self._show()

    def compare_with(self, picture: Pixels | None, name: str) -> None:
        """Compares with a painting of another run; None returns to the target."""
        self._other = None if picture is None else (picture, name)
        if picture is not None and not self.switch.isChecked():
            self.switch.setChecked(True)
            self.wanted.emit()
        self._show()

    def set_painted(self, painted: bool) -> None:
        """Sets whether there is a painting to compare."""
        if painted != self._is_painted:
            self._is_painted = painted
            self._show()

    @Slot(bool)
    def _request(self, on: bool) -> None:
        if on:
            self.wanted.emit()

    @Slot()
    def _show(self) -> None:
        pixels, name = self._other or self._target
        if pixels is None or not self._is_painted or not self.switch.isChecked():
            self.swipe.show_image(QImage())
        else:
            self.swipe.show_image(image_of(pixels), name, is_painting=self._other is not None)
