"""Views of the crop dialog: the picture with the box to drag, and the preview."""

from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cadl_desktop.data.pictures.cropping import Box
from cadl_desktop.ui.intake.crop_choices import Handle, Size, dragged, grown, largest, moved
from cadl_desktop.ui.theme.theme import GRID, theme

PREVIEW_SIDE = 28 * GRID
_REACH = 10
"""Distance in pixels within which the mouse grabs an edge."""
_HANDLE = 8
_STEPS = 100
_SHADE = 150
_NONE: Handle = (0, 0)
_Key = Qt.Key
_ARROWS = {_Key.Key_Left: (-1, 0), _Key.Key_Right: (1, 0), _Key.Key_Up: (0, -1), _Key.Key_Down: (0, 1)}
_HANDLES: tuple[Handle, ...] = tuple((x, y) for y in (-1, 0, 1) for x in (-1, 0, 1) if (x, y) != _NONE)


class CropView(QWidget):
    """Shows `image` with `box`; `box_edited(box)` emits the box that a person wants."""

    box_edited = Signal(object)  # Box

    _CURSORS: ClassVar[dict[Handle, Qt.CursorShape]] = {
        (-1, -1): Qt.CursorShape.SizeFDiagCursor,
        (1, 1): Qt.CursorShape.SizeFDiagCursor,
        (1, -1): Qt.CursorShape.SizeBDiagCursor,
        (-1, 1): Qt.CursorShape.SizeBDiagCursor,
        (-1, 0): Qt.CursorShape.SizeHorCursor,
        (1, 0): Qt.CursorShape.SizeHorCursor,
        (0, -1): Qt.CursorShape.SizeVerCursor,
        (0, 1): Qt.CursorShape.SizeVerCursor,
    }

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self._picture: Size = (1, 1)
        self.box = Box(0, 0, 1, 1)
        self._ratio: float | None = None
        self._held: Handle | None = None
        self._grabbed = QPointF()
        self._grabbed_box = self.box
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(30 * GRID, 24 * GRID)

    def show_image(self, image: QImage) -> None:
        """Shows the picture, in any resolution."""
        self.image = image
        self.update()

    def show_box(self, box: Box, picture: Size, ratio: float | None) -> None:
        """Shows the box in a picture of this width and height, and the ratio that it keeps."""
        self.box, self._picture, self._ratio = box, picture, ratio
        self.update()

    def place(self, x: float, y: float) -> QPointF:
        """Position on screen of a point of the picture, in its pixels."""
        frame = self._frame()
        return QPointF(
            frame.left() + x / self._picture[0] * frame.width(),
            frame.top() + y / self._picture[1] * frame.height(),
        )

    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, 52 * GRID)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = self._handle_at(event.position())
            self._grabbed, self._grabbed_box = self._point(event.position()), self.box

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            self._show_cursor(self._handle_at(event.position()))
            return
        point = self._point(event.position())
        if self._held == _NONE:
            by = point - self._grabbed
            self._offer(moved(self._grabbed_box, round(by.x()), round(by.y()), self._picture))
        else:
            self._offer(
                dragged(self._grabbed_box, self._held, point.x(), point.y(), self._picture, self._ratio)
            )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self._show_cursor(self._handle_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._offer(largest(self._picture, self._ratio))

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, fine = _Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        step = 1 if fine else max(1, round(max(self._picture) / _STEPS))
        if key in _ARROWS:
            right, down = (step * by for by in _ARROWS[key])
            self._offer(self._arrow(right, down, event.modifiers()))
        elif key in (_Key.Key_Plus, _Key.Key_Equal):
            self._offer(grown(self.box, 2 * step, self._picture, self._ratio))
        elif key == _Key.Key_Minus:
            self._offer(grown(self.box, -2 * step, self._picture, self._ratio))
        elif key == _Key.Key_Home:
            self._offer(largest(self._picture, self._ratio))
        else:
            super().keyPressEvent(event)

    def _arrow(self, right: int, down: int, modifiers: Qt.KeyboardModifier) -> Box:
        if not modifiers & Qt.KeyboardModifier.ShiftModifier:
            return moved(self.box, right, down, self._picture)
        handle: Handle = (1 if right else 0, 1 if down else 0)
        x, y = self.box.left + self.box.width + right, self.box.top + self.box.height + down
        if self._ratio is not None:
            handle = (1, 1)  # a corner, or the box would grow to both sides
            x, y = (x, self.box.top) if right else (self.box.left, y)
        return dragged(self.box, handle, x, y, self._picture, self._ratio)

    def _offer(self, box: Box) -> None:
        if box != self.box:
            self.box_edited.emit(box)

    # Places

    def _frame(self) -> QRectF:
        """Rectangle of the whole picture: as large as fits, centred."""
        room = QRectF(self.rect()).adjusted(_HANDLE, _HANDLE, -_HANDLE, -_HANDLE)
        scale = min(room.width() / self._picture[0], room.height() / self._picture[1])
        frame = QRectF(0, 0, self._picture[0] * scale, self._picture[1] * scale)
        frame.moveCenter(room.center())
        return frame

    def _taken(self) -> QRectF:
        left, top, width, height = self.box
        return QRectF(self.place(left, top), self.place(left + width, top + height))

    def _point(self, place: QPointF) -> QPointF:
        frame = self._frame()
        return QPointF(
            (place.x() - frame.left()) / frame.width() * self._picture[0],
            (place.y() - frame.top()) / frame.height() * self._picture[1],
        )

    def _handle_at(self, place: QPointF) -> Handle | None:
        """Edges under a position; (0, 0) inside the box, None outside."""
        taken = self._taken()
        if not taken.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(place):
            return None
        return (
            _edge(place.x(), taken.left(), taken.right()),
            _edge(place.y(), taken.top(), taken.bottom()),
        )

    def _show_cursor(self, handle: Handle | None) -> None:
        if handle is None:
            self.unsetCursor()
        else:
            self.setCursor(self._CURSORS.get(handle, Qt.CursorShape.SizeAllCursor))

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame, taken = self._frame(), self._taken()
        if self.image.isNull():
            painter.fillRect(frame, QColor(theme().raised))
        else:
            painter.drawImage(frame, self.image)
        self._paint_shade(painter, frame, taken)
        self._paint_box(painter, taken)
        painter.end()

    def _paint_shade(self, painter: QPainter, frame: QRectF, taken: QRectF) -> None:
        """Darkens what is left out, in four strips: a path with a hole is slower."""
        shade = QColor(theme().window)
        shade.setAlpha(_SHADE + 50)
        for strip in (
            QRectF(frame.topLeft(), QPointF(frame.right(), taken.top())),
            QRectF(QPointF(frame.left(), taken.bottom()), frame.bottomRight()),
            QRectF(QPointF(frame.left(), taken.top()), taken.bottomLeft()),
            QRectF(taken.topRight(), QPointF(frame.right(), taken.bottom())),
        ):
            painter.fillRect(strip, shade)

    def _paint_box(self, painter: QPainter, taken: QRectF) -> None:
        focused = self.hasFocus()
        for inset, colour in ((0.5, theme().window), (-0.5, theme().accent if focused else theme().text)):
            painter.setPen(QPen(QColor(colour), 1))
            painter.drawRect(taken.adjusted(inset, inset, -inset, -inset))
        painter.setPen(QColor(theme().window))
        painter.setBrush(QColor(theme().accent if focused else theme().text))
        for x, y in _HANDLES:
            square = QRectF(0, 0, _HANDLE, _HANDLE)
            half = QPointF(x * taken.width() / 2, y * taken.height() / 2)
            square.moveCenter(taken.center() + half)
            painter.drawRect(square)


class CropPreview(QWidget):
    """Preview with a square for every pixel; larger pictures are reduced."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_image(self, image: QImage) -> None:
        self.image = image
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(PREVIEW_SIDE, PREVIEW_SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = QRectF(self.rect())
        painter.fillRect(room, QColor(theme().plot_background))
        if not self.image.isNull():
            self._paint_image(painter, room.adjusted(1, 1, -1, -1))
        painter.setPen(QColor(theme().border))
        painter.drawRect(room.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_image(self, painter: QPainter, room: QRectF) -> None:
        shape = QSize(self.image.size()).scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        frame = QRectF(0, 0, max(1, shape.width()), max(1, shape.height()))
        frame.moveCenter(room.center().toPoint())
        smooth = self.image.width() > frame.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(frame, self.image)


def _edge(at: float, low: float, high: float) -> int:
    """Nearby edge: -1, 1, or 0 for none. In a narrow box the nearer one."""
    to_low, to_high = abs(at - low), abs(at - high)
    if min(to_low, to_high) > min(_REACH, (high - low) / 3 + 1):
        return 0
    return -1 if to_low < to_high else 1
