"""What is hidden, hatched over the target, and the strokes that are drawn on it."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cadl_desktop.data.pictures.masks import Mask
from cadl_desktop.ui.masking.strokes import PicturePoint, Stroke
from cadl_desktop.ui.masking.tool import Tool
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.view import View

# On a picture of any colours in either theme something dark and something light is seen.
_SHADE, _LINES = QColor(20, 20, 20, 165), QColor(255, 255, 255, 190)
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_LEAP = 8


class MaskOverlay(QWidget):
    """Lies over a pane and, while a tool is in hand, takes its left button and its keys.

    `drawn` gives the mask to start a stroke from; the finished one comes by `stroke_ended`.
    """

    stroke_ended = Signal(object)  # Mask

    def __init__(self, pane: Pane, view: View, tool: Tool, drawn: Callable[[], Mask | None]) -> None:
        super().__init__(pane)
        self._pane, self._tool, self._drawn = pane, tool, drawn
        self._hidden: Mask | None = None
        self._stroke: Stroke | None = None
        self._awaited: Mask | None = None
        self._cursor: PicturePoint | None = None
        self._hatched: QImage | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resize(pane.size())
        pane.resized.connect(self._cover)
        view.changed.connect(self._forget_image)
        tool.changed.connect(self._take_tool)
        self._take_tool()  # it may have been in hand before
        self.show()

    @property
    def hidden(self) -> Mask | None:
        """What is shown as hidden, (height, width)."""
        if self._stroke is None:
            return self._hidden if self._awaited is None else self._awaited
        return self._stroke.with_chance(self._hidden)

    def show_hidden(self, hidden: Mask | None) -> None:
        """Shows what the network doesn't see, (height, width); None shows all of the picture."""
        self._hidden, self._awaited = hidden, None
        self._forget_image()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._pane.small or self._pane.image.isNull():
            return False
        kind = event.type()
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            return self._key(event)
        if kind in (QEvent.Type.Leave, QEvent.Type.FocusOut) and self._stroke is None:
            self._move_cursor(None)
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        hidden = self.hidden
        if hidden is not None and hidden.any():
            if self._hatched is None:
                self._hatched = self._hatch(hidden)
            painter.drawImage(0, 0, self._hatched)
        if self._cursor is not None and self._tool.kind and not self._pane.small:
            self._draw_cursor(painter, self._cursor)

    def cancel(self) -> None:
        """Nothing comes of the stroke that is being drawn."""
        self._stroke = None
        self._forget_image()

    # Strokes

    def _mouse(self, event: QMouseEvent) -> bool:
        at = self._place(event.position())
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseButtonDblClick:
                if event.button() != Qt.MouseButton.LeftButton or not self._covers(at):
                    return False
                self._pane.setFocus(Qt.FocusReason.MouseFocusReason)
                self._move_cursor(at)
                self._begin(at)
                return True
            case QEvent.Type.MouseMove:
                self._go_on(at)
                self._move_cursor(at if self._covers(at) or self._stroke else None)
                return False  # the pane tells what is under the cursor
            case QEvent.Type.MouseButtonRelease if self._stroke:
                self._end()
                return True
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            leap = _LEAP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._step(*(leap * way for way in _ARROWS[key]))
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space()
        elif key == Qt.Key.Key_Escape and self._stroke:
            self.cancel()
        elif key == Qt.Key.Key_Escape:
            self._tool.take("")
        else:
            return False
        return True

    def _step(self, down: int, along: int) -> None:
        rows, columns = self._shape()
        at = self._cursor or PicturePoint(rows // 2 + 0.5, columns // 2 + 0.5)
        moved = PicturePoint(
            min(max(int(at.row) + down, 0), rows - 1) + 0.5,
            min(max(int(at.column) + along, 0), columns - 1) + 0.5,
        )
        self._move_cursor(moved)
        self._pane.hovered.emit(int(moved.row), int(moved.column))
        self._go_on(moved)

    def _space(self) -> None:
        """A dab of the brush; of a rectangle the first corner, and then the opposite one."""
        if self._cursor is None:
            self._step(0, 0)
        assert self._cursor is not None
        if self._stroke:
            self._end()
            return
        self._begin(self._cursor)
        if self._tool.kind != "rectangle":
            self._end()

    def _begin(self, at: PicturePoint) -> None:
        base = self._drawn()
        if base is not None:
            self._stroke = Stroke(base, self._tool.kind, self._tool.size, at)
            self._forget_image()

    def _go_on(self, at: PicturePoint) -> None:
        if self._stroke:
            self._stroke.go_on(at)
            self._forget_image()

    def _end(self) -> None:
        if self._stroke:
            # What was drawn stays in sight until the samples that it leads to have been read.
            drawn, self._awaited = self._stroke.mask, self.hidden
            self._stroke = None
            self.stroke_ended.emit(drawn)

    # Places and pictures

    def _shape(self) -> tuple[int, int]:
        return self._pane.image.height(), self._pane.image.width()

    def _place(self, where: QPointF) -> PicturePoint:
        at, (rows, columns) = self._pane.at(where), self._shape()
        return PicturePoint(at.y() * rows, at.x() * columns)

    def _covers(self, at: PicturePoint) -> bool:
        rows, columns = self._shape()
        return 0 <= at.row < rows and 0 <= at.column < columns

    def _picture(self) -> QRectF:
        """Where the whole picture would be drawn in the pane."""
        return self._pane.place(QRectF(0, 0, 1, 1))

    def _hatch(self, hidden: Mask) -> QImage:
        """The hatching of all that is hidden, for the whole pane."""
        ratio = self.devicePixelRatioF()
        image = QImage(self.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(_SHADE)
        painter = QPainter(image)
        painter.fillRect(self.rect(), QBrush(_LINES, Qt.BrushStyle.BDiagPattern))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        seen = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
        seen.setDevicePixelRatio(ratio)
        seen.fill(Qt.GlobalColor.transparent)
        alone = QPainter(seen)
        alone.setClipRect(self._pane.drawn_in())
        alone.drawImage(self._picture(), _image_of(hidden))
        alone.end()
        painter.drawImage(0, 0, seen)
        painter.end()
        return image

    def _draw_cursor(self, painter: QPainter, at: PicturePoint) -> None:
        picture, (rows, columns) = self._picture(), self._shape()
        across, down = picture.width() / columns, picture.height() / rows
        size = 1 if self._tool.kind == "rectangle" else self._tool.size
        middle = QPointF(picture.x() + at.column * across, picture.y() + at.row * down)
        painter.setClipRect(self._pane.drawn_in())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, wider in ((QColor(0, 0, 0, 200), 1.0), (QColor(255, 255, 255, 230), 0.0)):
            painter.setPen(QPen(colour, 1))
            painter.drawEllipse(middle, size * across / 2 + wider, size * down / 2 + wider)

    def _move_cursor(self, at: PicturePoint | None) -> None:
        self._cursor = at
        self.update()

    @Slot()
    def _cover(self) -> None:
        self.resize(self._pane.size())
        self._forget_image()

    @Slot()
    def _take_tool(self) -> None:
        """The pane's events come by here only while there is something to draw with."""
        if self._tool.kind:
            self._pane.installEventFilter(self)
        else:
            self._pane.removeEventFilter(self)
            self.cancel()
            self._move_cursor(None)
        self._pane.setCursor(Qt.CursorShape.CrossCursor if self._tool.kind else Qt.CursorShape.ArrowCursor)
        self.update()

    @Slot()
    def _forget_image(self) -> None:
        self._hatched = None
        self.update()


def _image_of(mask: Mask) -> QImage:
    """White where it hides, clear elsewhere."""
    height, width = mask.shape
    alpha = np.ascontiguousarray(mask, np.uint8) * 255
    return QImage(alpha.data, width, height, width, QImage.Format.Format_Alpha8).copy()
