"""Pane that shows one picture; panes with the same `View` zoom and move together.

A plain widget and not a pyqtgraph view: it keeps the picture's aspect without locks between coupled ranges,
and pixels stay crisp when magnified and are averaged when reduced.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from cadl_desktop.ui.controls.focus_ring import paint_ring_on_picture
from cadl_desktop.ui.painting.view import View
from cadl_desktop.ui.theme.theme import GRID, SMALL, text_font, theme

ZOOM_STEP = 1.25
LEAST_SIDE = 24
WHOLE = QRectF(0, 0, 1, 1)
_HAIRLINE = 0.14
"""Opacity of the edge of a whole picture."""
_FAINT = 0.2
"""Opacity of what is expected where there is no picture yet."""
_LEAST_MARK, _MOST_MARKS = 5.0, 1000
"""Least side in pixels of the outline of a pixel, and limit of the outlines."""
_MARK_PENS = ((QColor(20, 20, 20), 3), (QColor(255, 255, 255), 1))
Cells = NDArray[np.integer[Any]]
PlacedImage = tuple[QImage, QRectF]
"""Image, and the part of the plane that it shows in units of the picture."""


class Pane(QWidget):
    """Pane of one picture.

    A large pane centres the picture and draws in its whole area if more or less than the picture is visible.
    A `small` one shows the whole picture below its name, and emits `chosen` when clicked. `hint` is shown
    while there is no picture, over `expected` drawn faintly.
    """

    hovered = Signal(int, int)
    """Row and column under the cursor, possibly outside the picture."""
    resized = Signal()
    left = Signal()
    chosen = Signal()
    menu_wanted = Signal(object)

    def __init__(self, view: View, name: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self.hint = view, hint
        self.image = self.expected = QImage()
        self._note = ""
        self._marks: Cells | None = None
        self._outlined: QRectF | None = None
        self.small = False
        self.smooth = self._focus_shown = False
        self._shape = (1, 1)
        self._layers: tuple[PlacedImage, ...] = ()
        self._cover: PlacedImage | None = None
        self._grabbed: QPointF | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(LEAST_SIDE, LEAST_SIDE)
        view.changed.connect(self.update)

    @property
    def empty_text(self) -> str:
        """Text shown while there is no picture."""
        return "" if self._has_picture else self.hint

    @property
    def _has_picture(self) -> bool:
        return bool(self._layers) or not self.image.isNull()

    def show_image(self, image: QImage) -> None:
        """Shows another image; a null image shows the empty state."""
        self.image = image
        if not image.isNull():
            self._shape = (image.height(), image.width())
        self.update()

    def show_note(self, note: str) -> None:
        """Shows a note after the name of a small picture."""
        self._note = note
        self.update()

    def set_small(self, small: bool) -> None:
        """Makes the pane a small one beside a larger one, or a large one."""
        if small != self.small:
            self.small, self._grabbed = small, None
            self.update()

    def set_smooth(self, smooth: bool) -> None:
        """Sets whether a magnified picture is interpolated instead of showing its pixels."""
        if smooth != self.smooth:
            self.smooth = smooth
            self.update()

    def show_layers(self, layers: Sequence[PlacedImage]) -> None:
        """Draws images over the picture, the first one lowest."""
        self._layers = tuple(layers)
        self.update()

    def cover(self, placed: PlacedImage | None) -> None:
        """Draws an image over picture and layers, in its own pixels; None draws none."""
        self._cover = placed
        self.update()

    def show_marks(self, cells: Cells | None) -> None:
        """Outlines pixels, (marks, 2) rows and columns, on a large pane; None outlines none."""
        self._marks = cells
        self.update()

    def outline(self, part: QRectF | None) -> None:
        """Outlines a part of the plane, in units of the picture: on a large pane, and on a small one where
        that may be out of the large one's view. None outlines none."""
        if part != self._outlined:
            self._outlined = part
            self.update()

    def set_picture_shape(self, height: int, width: int) -> None:
        """Sets the frame's shape while there is no picture yet."""
        self._shape = (height, width)
        self.update()

    def frame(self) -> QRectF:
        """Rectangle of the view in the widget, in whole pixels; has the picture's shape."""
        height, width = self._shape
        top = name_height() if self.small else 0
        scale = min(self.width() / width, (self.height() - top) / height)
        across, down = max(1, round(width * scale)), max(1, round(height * scale))
        if self.small:
            return QRectF(0, top, across, down)
        return QRectF((self.width() - across) // 2, (self.height() - down) // 2, across, down)

    def seen(self) -> QRectF:
        """Visible part of the plane in units of the picture: the picture, or all that there is room for."""
        if self._is_whole:
            return WHOLE
        corner = self.to_plane(QPointF(0, 0))
        return QRectF(corner, self.to_plane(QPointF(self.width(), self.height())))

    @property
    def _is_whole(self) -> bool:
        return self.small or self._view.whole

    def _part(self) -> QRectF:
        """Part of the plane that lies in the frame."""
        return WHOLE if self.small else self._view.part()

    def to_plane(self, where: QPointF) -> QPointF:
        """Point of the plane at a point of the widget, in units of the picture."""
        frame, part = self.frame(), self._part()
        return QPointF(
            part.x() + (where.x() - frame.x()) / frame.width() * part.width(),
            part.y() + (where.y() - frame.y()) / frame.height() * part.height(),
        )

    def to_widget(self, part: QRectF) -> QRectF:
        """Rectangle in the widget of a part of the plane, given in units of the picture."""
        frame, framed = self.frame(), self._part()
        across, down = frame.width() / framed.width(), frame.height() / framed.height()
        return QRectF(
            frame.x() + (part.x() - framed.x()) * across,
            frame.y() + (part.y() - framed.y()) * down,
            part.width() * across,
            part.height() * down,
        )

    def cell(self, where: QPointF) -> tuple[int, int] | None:
        """Row and column of the picture at a point of the widget; None outside the picture."""
        cell, (rows, columns) = self._cell_of_plane(where), self._shape
        inside = cell is not None and 0 <= cell[0] < rows and 0 <= cell[1] < columns
        return cell if inside else None

    def _cell_of_plane(self, where: QPointF) -> tuple[int, int] | None:
        """Row and column at a point, also beyond the picture's edges; None outside the drawn area, or without
        a picture."""
        is_there = self._has_picture or not self.expected.isNull()
        if not is_there or not self.drawn_area().contains(where):
            return None
        at, (rows, columns) = self.to_plane(where), self._shape
        row, column = math.floor(at.y() * rows), math.floor(at.x() * columns)
        if self._is_whole:  # lower and right edge belong to the last pixels
            return min(row, rows - 1), min(column, columns - 1)
        return row, column

    def drawn_area(self) -> QRectF:
        """Part of the widget that shows something."""
        return self.frame() if self._is_whole else QRectF(self.rect())

    def sizeHint(self) -> QSize:
        return QSize(240, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        frame = self.frame()
        if self.small:
            self._draw_name(painter)
        if not self._has_picture:
            self._draw_empty(painter, frame)
        else:
            self.draw_image(painter, self.image, smooth=self.smooth)
            for image, part in self._layers:
                self.draw_image(painter, image, part, smooth=True)
            if self._cover:
                self.draw_image(painter, *self._cover)
            self._draw_marks(painter)
            self._draw_edge(painter, frame)
            if self.small and not self._view.whole:
                self._draw_outline(painter, self.to_widget(self._view.part()), frame)
        if self.hasFocus() and self._focus_shown:
            paint_ring_on_picture(painter, QRectF(self.drawn_area()))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and not self.small:
            # Below the picture: at the pointer it would cover what is looked at.
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), self.toolTip(), self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # After a click the focus is obvious.
        self._focus_shown = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.small and self._cell_of_plane(event.position()) is not None:
            self._view.magnify(ZOOM_STEP ** (event.angleDelta().y() / 120), self.to_plane(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self.small:
            self.chosen.emit()
        else:
            self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._view.move(self.to_plane(self._grabbed) - self.to_plane(event.position()))
            self._grabbed = event.position()
        cell = self._cell_of_plane(event.position())
        if cell is None:
            self.left.emit()
        else:
            self.hovered.emit(*cell)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self.small:
            self._view.reset()

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.small:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
                self.chosen.emit()
            else:
                super().keyPressEvent(event)
            return
        step = 0.1 / self._view.zoom
        moves = {
            Qt.Key.Key_Left: QPointF(-step, 0),
            Qt.Key.Key_Right: QPointF(step, 0),
            Qt.Key.Key_Up: QPointF(0, -step),
            Qt.Key.Key_Down: QPointF(0, step),
        }
        factors = {Qt.Key.Key_Plus: ZOOM_STEP, Qt.Key.Key_Equal: ZOOM_STEP, Qt.Key.Key_Minus: 1 / ZOOM_STEP}
        key = Qt.Key(event.key())
        if key in moves:
            self._view.move(moves[key])
        elif key in factors:
            self._view.magnify(factors[key], self._view.centre)
        else:
            super().keyPressEvent(event)

    def draw_image(
        self, painter: QPainter, image: QImage, part: QRectF = WHOLE, *, smooth: bool = False
    ) -> None:
        """Draws the visible part of an image that shows a part of the plane."""
        seen = part & self.seen()
        if seen.isEmpty() or image.isNull():
            return
        across, down = image.width() / part.width(), image.height() / part.height()
        source = QRectF(
            (seen.x() - part.x()) * across,
            (seen.y() - part.y()) * down,
            seen.width() * across,
            seen.height() * down,
        )
        target = self.to_widget(seen)
        shrinks = source.width() > target.width() * self.devicePixelRatioF()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth or shrinks)
        painter.drawImage(target, image, source)

    def _draw_name(self, painter: QPainter) -> None:
        painter.setPen(QColor(theme().muted))
        painter.setFont(text_font(SMALL))
        room = QRectF(0, 0, self.width(), name_height())
        name = painter.fontMetrics().elidedText(
            f"{self.accessibleName()} {self._note}", Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)

    def _draw_marks(self, painter: QPainter) -> None:
        """Outlines parts in light on dark, which shows on any colours, and not smaller than can be seen."""
        (rows, columns), whole = self._shape, self.to_widget(WHOLE)
        to_widget = QTransform.fromTranslate(whole.x(), whole.y()).scale(whole.width(), whole.height())
        parts = []
        if self._outlined is not None and not (self.small and self._view.whole):
            parts.append(self._outlined)
        if self._marks is not None and not self.small:
            cells = self._marks[:: max(1, -(-len(self._marks) // _MOST_MARKS))].tolist()
            parts += [QRectF(column / columns, row / rows, 1 / columns, 1 / rows) for row, column in cells]
        outlines = []
        for place in map(to_widget.mapRect, parts):
            outline = QRectF(QPointF(), place.size().expandedTo(QSizeF(_LEAST_MARK, _LEAST_MARK)))
            outline.moveCenter(place.center())
            outlines.append(outline)
        painter.setClipRect(self.drawn_area())
        for colour, width in _MARK_PENS:
            painter.setPen(QPen(colour, width))
            painter.drawRects(outlines)
        painter.setClipping(False)

    def _draw_edge(self, painter: QPainter, frame: QRectF) -> None:
        """Draws the picture's edge; dotted if more or less than the picture is visible."""
        if self._is_whole:
            # Otherwise a white picture on a white background, or black on black, would have no edge.
            hairline = QColor(theme().text)
            hairline.setAlphaF(_HAIRLINE)
            painter.setPen(QPen(hairline, 1))
            painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        self._draw_outline(painter, self.to_widget(WHOLE).adjusted(-0.5, -0.5, 0.5, 0.5), QRectF(self.rect()))

    def _draw_outline(self, painter: QPainter, edge: QRectF, within: QRectF) -> None:
        painter.setClipRect(within)
        for colour, style in (
            (theme().plot_background, Qt.PenStyle.SolidLine),
            (theme().text, Qt.PenStyle.DotLine),
        ):
            painter.setPen(QPen(QColor(colour), 1, style))
            # At a magnification of a thousand, only nearby parts of the lines can be drawn.
            painter.drawRect(edge & within.adjusted(-2, -2, 2, 2))
        painter.setClipping(False)

    def _draw_empty(self, painter: QPainter, frame: QRectF) -> None:
        painter.setOpacity(_FAINT)
        self.draw_image(painter, self.expected, smooth=self.smooth)
        painter.setOpacity(1.0)
        painter.setPen(QPen(QColor(theme().border), 1, Qt.PenStyle.DashLine))
        painter.drawRect(frame.adjusted(0.5, 0.5, -0.5, -0.5))
        if not self.small:
            painter.setPen(QColor(theme().text))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(GRID, GRID, -GRID, -GRID), flags, self.hint)


def name_height() -> int:
    """Height of the name above a small picture."""
    return QFontMetrics(text_font(SMALL)).height() + 2
