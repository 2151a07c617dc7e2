"""Widget for a figure of the lessons: painting, clicks, rotation of surfaces, and handles."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from cadl_desktop.lessons.figure import Figure, Handle, Heights, Item, Named
from cadl_desktop.ui.controls.fields import describe, order_tabs
from cadl_desktop.ui.controls.looks import set_tip
from cadl_desktop.ui.controls.number_text import plain_number
from cadl_desktop.ui.lessons import figure_frame
from cadl_desktop.ui.lessons.figure_items import node_font, paint_item
from cadl_desktop.ui.lessons.figure_plane import LayerCache, Plane, Turned, plane_of
from cadl_desktop.ui.texts.formulas import without_formulas
from cadl_desktop.ui.theme.theme import GRID, Theme, theme

SIZE = 22
_DOT, _RING = 6, 9
_SHIFT_STEPS = 10
"""Steps per press of an arrow key with Shift."""
_ARROW_KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}

Back = Callable[[QPointF], tuple[float, float]]


class HandleDot(QWidget):
    """Draggable dot of a figure. Input only emits `wanted`, in the figure's coordinates; `show_handle` moves
    it."""

    wanted = Signal(str, float, float)  # name, x, y
    held = Signal(bool)  # whether the mouse drags it

    def __init__(self, back: Back, parent: QWidget) -> None:
        """`back` converts a position in the parent to the figure's coordinates."""
        super().__init__(parent)
        self._back = back
        self._handle: Handle | None = None
        self._grab_offset = QPointF()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def name(self) -> str:
        return self._handle.name if self._handle else ""

    def show_handle(self, handle: Handle, place: QPointF) -> None:
        """Shows a handle, centred on a position in the parent."""
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
        direction = _ARROW_KEYS.get(Qt.Key(event.key()))
        if direction is None or self._handle is None:
            event.ignore()
            return
        times = _SHIFT_STEPS if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        step = self._handle.step * times
        self._emit_wanted(self._handle.x + direction[0] * step, self._handle.y + direction[1] * step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        half = SIZE / 2
        self._grab_offset = event.position() - QPointF(half, half)
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.held.emit(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._handle:
            place = self.mapToParent(event.position() - self._grab_offset)
            self._emit_wanted(*self._back(place))

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

    def _emit_wanted(self, x: float, y: float) -> None:
        handle = self._handle
        if handle is None:
            return
        x, y = (handle.x if handle.along == "y" else x), (handle.y if handle.along == "x" else y)
        if (x, y) != (handle.x, handle.y):
            self.wanted.emit(handle.name, x, y)


_TURN = 5.0
"""Unit of rotation per arrow key, in pixels of a drag: twice this across, three times up and down."""
_CROSS_STEPS, _FINE = 20, 5
_FADED = 0.2
"""Opacity of what stands beside the item whose name in the key is pointed at."""


class FigureView(QWidget):
    """Widget for a figure. The rotation of a surface is kept here, as it is no part of the demonstration."""

    moved = Signal(str, float, float)  # name of handle or plane, x, y

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure: Figure | None = None
        self._plane: Plane | Turned | None = None
        self._held: Plane | Turned | None = None
        self._angles: dict[str, tuple[float, float]] = {}
        self._cross: tuple[float, float] | None = None
        self._dragged: QPointF | None = None
        self._is_click = False
        self._pointed = ""
        self._layer_cache = LayerCache()
        self.dots: list[HandleDot] = []
        self.setMouseTracking(True)
        self.setMinimumSize(16 * GRID, 12 * GRID)

    @property
    def figure(self) -> Figure | None:
        return self._figure

    def show_figure(self, figure: Figure) -> None:
        """Shows a figure; a surface of the same name keeps its rotation."""
        if self._figure is None or figure.name != self._figure.name:
            self._held = self._cross = None
        self._figure = figure
        keys = bool(figure.clicked) or figure.surface is not None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if keys else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.CrossCursor if figure.clicked else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(figure_frame.accessible_text(figure))
        set_tip(self, self._help(figure))
        self._lay_out()

    def reset_rotations(self) -> None:
        self._angles.clear()

    def tab_widgets(self) -> list[QWidget]:
        shown = [dot for dot in self.dots if not dot.isHidden()]
        return [self, *shown] if self.focusPolicy() != Qt.FocusPolicy.NoFocus else [*shown]

    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, 45 * GRID)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        figure, plane = self._figure, self._plane
        if figure is None or plane is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        figure_frame.paint_title(painter, figure, self.width())
        figure_frame.paint_key(painter, figure, self.width())
        if isinstance(plane, Turned):
            self._paint_surface(painter, figure, plane)
        elif figure.axes:
            figure_frame.paint_axes(painter, figure, plane)
            painter.setClipRect(plane.room)
        painter.setFont(node_font(painter, figure, plane))
        is_any_pointed = any(map(self._is_pointed, figure.items))
        for item in sorted(figure.items, key=self._is_pointed):  # that one above all others
            painter.save()
            if is_any_pointed and isinstance(item, Named) and not self._is_pointed(item):
                painter.setOpacity(_FADED)
            if not isinstance(item, Heights):
                paint_item(item, painter, plane)
            elif isinstance(plane, Plane):
                self._paint_map(painter, item, plane)
            painter.restore()
        painter.setClipping(False)
        self._paint_focus(painter)

    def _is_pointed(self, item: Item) -> bool:
        return isinstance(item, Named) and bool(item.name) and item.name == self._pointed

    def _paint_surface(self, painter: QPainter, figure: Figure, plane: Turned) -> None:
        key = self._layer_key((plane.room, plane.around, plane.up))
        self._layer_cache.paint(painter, plane.heights, key, plane.paint)
        figure_frame.paint_floor_labels(painter, figure, plane, self.width())

    def _paint_map(self, painter: QPainter, heights: Heights, plane: Plane) -> None:
        key = self._layer_key((plane, heights.x_range, heights.y_range))
        self._layer_cache.paint(painter, heights, key, lambda below: paint_item(heights, below, plane))

    def _layer_key(self, where: object) -> tuple[QSize, float, Theme, object]:
        return self.size(), self.devicePixelRatioF(), theme(), where

    def _paint_focus(self, painter: QPainter) -> None:
        """Paints the focus frame, and the cross at which Enter clicks."""
        if not self.hasFocus() or self._plane is None:
            return
        painter.setPen(QPen(QColor(theme().accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        if self._cross and not isinstance(self._plane, Turned):
            place = self._plane.at(*self._cross)
            painter.drawLine(place - QPointF(GRID, 0), place + QPointF(GRID, 0))
            painter.drawLine(place - QPointF(0, GRID), place + QPointF(0, GRID))

    # Layout

    def _lay_out(self) -> None:
        figure = self._figure
        if figure is None:
            return
        self._plane = self._held or self._new_plane(figure)
        handles = [item for item in figure.items if isinstance(item, Handle)]
        self._make_dots(len(handles))
        for dot, handle in zip(self.dots, handles, strict=False):
            dot.show_handle(handle, self._plane.at(handle.x, handle.y))
            dot.setVisible(True)
        for dot in self.dots[len(handles) :]:
            dot.hide()
        self.update()

    def _new_plane(self, figure: Figure) -> Plane | Turned:
        measuring = QPixmap(1, 1)
        painter = QPainter(measuring)
        lines = figure_frame.key_lines(figure_frame.key_places(painter, figure, self.width()))
        painter.end()
        surface = figure.surface
        if surface is None:
            return plane_of(figure, figure_frame.room_for(figure, QRectF(self.rect()), lines))
        room = figure_frame.room_for(
            Figure(figure.name, figure.title, (), axes=False), QRectF(self.rect()), lines
        )
        aside = 4 * GRID
        room = room.adjusted(aside, GRID, -aside, -3 * GRID)
        angles = self._angles.get(figure.name, surface.turned or (0.0, 90.0))
        return Turned(surface, room, *angles)

    def _make_dots(self, count: int) -> None:
        while len(self.dots) < count:
            dot = HandleDot(self._back, self)
            dot.wanted.connect(self.moved)
            dot.held.connect(self._hold)
            order_tabs([self.dots[-1] if self.dots else self, dot])
            self.dots.append(dot)

    def _back(self, place: QPointF) -> tuple[float, float]:
        return self._plane.back(place) if self._plane else (0.0, 0.0)

    @Slot(bool)
    def _hold(self, on: bool) -> None:
        """Keeps the axes fixed while a handle is dragged."""
        self._held = self._plane if on else None
        if not on:
            self._lay_out()

    def _help(self, figure: Figure) -> str:
        if figure.surface is not None:
            return "Drag the surface to turn it, or use the arrow keys."
        if figure.clicked:
            return "Click into the figure, or move the cross by the arrow keys and press Enter."
        return ""

    # Input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._plane is None:
            event.ignore()
        elif isinstance(self._plane, Turned):
            self._dragged = event.position()
            self._is_click = True
        else:
            self._click(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        plane = self._plane
        if not event.buttons():
            self._point(event.position())
        if self._dragged is None or not isinstance(plane, Turned):
            return
        drag = event.position() - self._dragged
        if self._is_click and drag.manhattanLength() < 4:
            return
        self._is_click = False
        self._dragged = event.position()
        self._turn(plane, drag.x(), drag.y())

    def leaveEvent(self, event: QEvent) -> None:
        self._point(QPointF(-1, -1))

    def _point(self, place: QPointF) -> None:
        """Lets the item whose name in the key lies at a position stand out."""
        if self._figure is None:
            return
        measuring = QPixmap(1, 1)
        painter = QPainter(measuring)
        pointed = figure_frame.key_name_at(painter, self._figure, self.width(), place)
        painter.end()
        if pointed != self._pointed:
            self._pointed = pointed
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None and self._is_click:
            self._click(event.position())
        self._dragged = None

    def _click(self, place: QPointF) -> None:
        figure, plane = self._figure, self._plane
        if figure and plane and figure.clicked and plane.room.contains(place):
            self._cross = plane.back(place)
            self.moved.emit(figure.clicked, *self._cross)

    def _turn(self, plane: Turned, across: float, down: float) -> None:
        if self._figure:
            self._angles[self._figure.name] = plane.turned(across, down)
            self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction, plane, figure = _ARROW_KEYS.get(Qt.Key(event.key())), self._plane, self._figure
        if isinstance(plane, Turned) and direction:
            self._turn(plane, direction[0] * 2 * _TURN, -direction[1] * 3 * _TURN)
        elif isinstance(plane, Plane) and figure and figure.clicked and direction:
            self._move_cross(plane, direction, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._cross and figure
        ):
            self.moved.emit(figure.clicked, *self._cross)
        else:
            super().keyPressEvent(event)

    def _move_cross(self, plane: Plane, direction: tuple[int, int], fine: bool) -> None:
        steps = _CROSS_STEPS * (_FINE if fine else 1)
        place = plane.at(*self._cross) if self._cross else plane.room.center()
        step = QPointF(direction[0] * plane.room.width() / steps, -direction[1] * plane.room.height() / steps)
        self._cross = plane.back(place + step)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._cross is None and isinstance(self._plane, Plane) and self._figure and self._figure.clicked:
            self._cross = self._plane.back(self._plane.room.center())
        self.update()
