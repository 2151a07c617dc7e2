"""Overlay that hatches hidden pixels on the target and draws strokes: discs, lines of discs, rectangles."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cadl_desktop.data.pictures.masks import Mask
from cadl_desktop.data.samples import Doubles
from cadl_desktop.ui.masking.tool import Tool, ToolKind
from cadl_desktop.ui.painting.pane import Pane
from cadl_desktop.ui.painting.view import View

Numbers = NDArray[np.int_]
# Dark and light, so that the hatching shows on any colours in either theme.
_SHADE, _LINES = QColor(20, 20, 20, 165), QColor(255, 255, 255, 190)
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_LEAP = 8


class PicturePoint(NamedTuple):
    """Point of the picture in rows and columns; (0.5, 0.5) is the centre of the first pixel."""

    row: float
    column: float


def draw_line(mask: Mask, start: PicturePoint, end: PicturePoint, size: float, hide: bool) -> None:
    """Draws discs along a line, so close together that no pixel between is left out."""
    length = max(abs(end.row - start.row), abs(end.column - start.column))
    shares = np.linspace(0, 1, max(1, int(np.ceil(2 * length))) + 1)
    rows = start.row + (end.row - start.row) * shares
    columns = start.column + (end.column - start.column) * shares
    _draw_discs(mask, rows, columns, size / 2, hide)
    _draw_pixels(mask, rows.astype(int), columns.astype(int), hide)


def _draw_discs(mask: Mask, rows: Doubles, columns: Doubles, reach: float, hide: bool) -> None:
    """Hides or shows pixels whose centres lie in discs of radius `reach` around centres (discs,).

    All discs are drawn at once, by their first and last pixel in each row: a wide brush makes thousands.
    """
    height, width = mask.shape
    row = np.floor(rows - reach)[:, np.newaxis] + np.arange(int(2 * reach) + 2)
    square_left = reach**2 - (row + 0.5 - rows[:, np.newaxis]) ** 2
    half, middle = np.sqrt(np.maximum(square_left, 0)), columns[:, np.newaxis] - 0.5
    first, last = np.maximum(np.ceil(middle - half), 0), np.minimum(np.floor(middle + half), width - 1)
    is_inside = (square_left >= 0) & (row >= 0) & (row < height) & (first <= last)
    if not is_inside.any():
        return
    row, first, after = (found[is_inside].astype(int) for found in (row, first, last + 1))
    top, left = row.min(), first.min()
    shape = row.max() - top + 1, after.max() - left + 1
    begin, end = (
        np.bincount((row - top) * shape[1] + column - left, minlength=shape[0] * shape[1])
        for column in (first, after)
    )
    covered = (begin - end).reshape(shape).cumsum(axis=1)[:, :-1] > 0
    mask[top : top + covered.shape[0], left : left + covered.shape[1]][covered] = hide


def _draw_pixels(mask: Mask, rows: Numbers, columns: Numbers, hide: bool) -> None:
    """Draws the pixel under each disc, however small the disc is."""
    height, width = mask.shape
    within = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    mask[rows[within], columns[within]] = hide


def draw_rectangle(mask: Mask, corner: PicturePoint, opposite: PicturePoint) -> None:
    """Hides all pixels from one corner to the other, both included."""
    top, bottom = sorted((int(np.floor(corner.row)), int(np.floor(opposite.row))))
    left, right = sorted((int(np.floor(corner.column)), int(np.floor(opposite.column))))
    mask[max(0, top) : max(0, bottom + 1), max(0, left) : max(0, right + 1)] = True


class Stroke:
    """Stroke in progress; `mask` (height, width) is the mask so far."""

    def __init__(self, before: Mask, kind: ToolKind, size: int, at: PicturePoint) -> None:
        self._before, self._kind, self._size = before, kind, size
        self._start = self._last = at
        self.mask = before.copy()
        self.extend(at)

    def extend(self, at: PicturePoint) -> None:
        if self._kind == "rectangle":
            self.mask = self._before.copy()
            draw_rectangle(self.mask, self._start, at)
        else:
            draw_line(self.mask, self._last, at, self._size, hide=self._kind == "brush")
        self._last = at

    def with_chance(self, hidden: Mask | None) -> Mask:
        """Mask together with the pixels hidden at random before the stroke."""
        return self.mask if hidden is None else self.mask | (hidden & ~self._before)


class MaskOverlay(QWidget):
    """Overlay on a pane; takes the left mouse button and keys while a tool is selected.

    `drawn` returns the mask from which a stroke starts; `stroke_ended` carries the finished one.
    """

    stroke_ended = Signal(object)  # Mask

    def __init__(self, pane: Pane, view: View, tool: Tool, drawn: Callable[[], Mask | None]) -> None:
        super().__init__(pane)
        self._pane, self._tool, self._drawn = pane, tool, drawn
        self._hidden: Mask | None = None
        self._stroke: Stroke | None = None
        self._pending: Mask | None = None
        self._cursor: PicturePoint | None = None
        self._hatched: QImage | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resize(pane.size())
        pane.resized.connect(self._cover)
        view.changed.connect(self._forget_image)
        tool.changed.connect(self._tool_changed)
        self._tool_changed()  # a tool may have been selected before
        self.show()

    @property
    def hidden(self) -> Mask | None:
        """Pixels shown as hidden, (height, width)."""
        if self._stroke is None:
            return self._hidden if self._pending is None else self._pending
        return self._stroke.with_chance(self._hidden)

    def show_hidden(self, hidden: Mask | None) -> None:
        """Shows the pixels hidden from the network, (height, width); None shows the whole picture."""
        self._hidden, self._pending = hidden, None
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
        """Discards the stroke in progress."""
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
                self._extend(at)
                self._move_cursor(at if self._covers(at) or self._stroke else None)
                return False  # the pane handles it too, for the readout
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
        self._extend(moved)

    def _space(self) -> None:
        """Draws a dab of the brush, or sets the first and then the opposite corner of a rectangle."""
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

    def _extend(self, at: PicturePoint) -> None:
        if self._stroke:
            self._stroke.extend(at)
            self._forget_image()

    def _end(self) -> None:
        if self._stroke:
            # The drawn mask stays visible until the samples that follow from it have been read.
            drawn, self._pending = self._stroke.mask, self.hidden
            self._stroke = None
            self.stroke_ended.emit(drawn)

    # Places and pictures

    def _shape(self) -> tuple[int, int]:
        return self._pane.image.height(), self._pane.image.width()

    def _place(self, where: QPointF) -> PicturePoint:
        at, (rows, columns) = self._pane.to_plane(where), self._shape()
        return PicturePoint(at.y() * rows, at.x() * columns)

    def _covers(self, at: PicturePoint) -> bool:
        rows, columns = self._shape()
        return 0 <= at.row < rows and 0 <= at.column < columns

    def _picture(self) -> QRectF:
        """Rectangle of the whole picture in the pane."""
        return self._pane.to_widget(QRectF(0, 0, 1, 1))

    def _hatch(self, hidden: Mask) -> QImage:
        """Hatching of all hidden pixels, for the whole pane."""
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
        mask_painter = QPainter(seen)
        mask_painter.setClipRect(self._pane.drawn_area())
        mask_painter.drawImage(self._picture(), _image_of(hidden))
        mask_painter.end()
        painter.drawImage(0, 0, seen)
        painter.end()
        return image

    def _draw_cursor(self, painter: QPainter, at: PicturePoint) -> None:
        picture, (rows, columns) = self._picture(), self._shape()
        across, down = picture.width() / columns, picture.height() / rows
        size = 1 if self._tool.kind == "rectangle" else self._tool.size
        middle = QPointF(picture.x() + at.column * across, picture.y() + at.row * down)
        painter.setClipRect(self._pane.drawn_area())
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
    def _tool_changed(self) -> None:
        """Installs the event filter only while a tool is selected."""
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
    """Image that is white where the mask hides, and transparent elsewhere."""
    height, width = mask.shape
    alpha = np.ascontiguousarray(mask, np.uint8) * 255
    return QImage(alpha.data, width, height, width, QImage.Format.Format_Alpha8).copy()
