"""Canvas of a plot, which reports mouse and keys."""

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip

from cadl_desktop.ui.controls.focus_ring import paint_focus_ring
from cadl_desktop.ui.plots.axes import Axis
from cadl_desktop.ui.plots.key_cursor import KeyCursor
from cadl_desktop.ui.theme.theme import GRID, Theme

AROUND_PLOT = GRID // 2, GRID // 2, 2 * GRID, 0
"""Pixels left of a plot, above it, right of it and below."""
_REST_MS = 10
"""Least time between two reported mouse moves; some mice send a thousand per second."""
_SCALES = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
"""Ways right and up of the arrow keys."""
_MOVE = 0.1
"""Share of the visible range by which an arrow key moves it."""
_PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
"""Reasons for which the focus leaves a plot to come back by itself."""


def shade(colour: str, opacity: float) -> QColor:
    found = QColor(colour)
    found.setAlphaF(opacity)
    return found


def cursor_pen(colours: Theme) -> QPen:
    """Pen of the line at which values are read."""
    return QPen(pg.mkPen(colours.text, width=1, style=Qt.PenStyle.DotLine))


class PlotCanvas(pg.PlotWidget):  # type: ignore[misc]
    """pyqtgraph plot without its menu and buttons, which reports mouse and keys by signals."""

    mouse_moved = Signal()
    double_clicked = Signal()
    menu_wanted = Signal(QPoint)
    moved_by_key = Signal()
    focused = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False, axisItems={"left": Axis("left"), "bottom": Axis("bottom")})
        item = self.getPlotItem()
        self.destroyed.connect(item.ctrlMenu.deleteLater)  # it has no parent and would outlive the plot
        item.hideButtons()
        item.disableAutoRange()
        item.showGrid(x=True, y=True, alpha=1.0)
        item.layout.setContentsMargins(*AROUND_PLOT)
        for name in ("left", "bottom"):
            # Behind the curves; pyqtgraph would draw its grid over them.
            self.axis(name).setZValue(-1000)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.cursor = KeyCursor(self)
        self._focus_shown = True
        self._mouse: QPointF | None = None
        self._reported: QPointF | None = None
        self._move_timer = QTimer(self, singleShot=True, interval=_REST_MS)
        self._move_timer.timeout.connect(self._report_move)
        self.scene().sigMouseMoved.connect(self._moved)

    def axis(self, name: str) -> Axis:
        found: Axis = self.getPlotItem().getAxis(name)
        return found

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Moves all items now; moved while being painted, they would be painted twice."""
        super().resizeEvent(event)
        self.scene().prepareForPaint()

    @Slot(object)
    def _moved(self, where: QPointF) -> None:
        self._mouse = where
        if not self._move_timer.isActive():
            self._report_move()

    @Slot()
    def _report_move(self) -> None:
        if self._mouse != self._reported:
            self._reported = self._mouse
            self._move_timer.start()
            self.mouse_moved.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Keeps moves without a button from pyqtgraph, which would search all items under the mouse by their
        shapes, in vain."""
        if event.buttons():
            super().mouseMoveEvent(event)
        else:
            self._moved(self.mapToScene(event.position().toPoint()))

    def under_mouse(self) -> QPointF | None:
        """Point of the plane under the mouse; None while it is elsewhere."""
        view = self.getPlotItem().getViewBox()
        if self._mouse is None or not view.sceneBoundingRect().contains(self._mouse):
            return None
        return QPointF(view.mapSceneToView(self._mouse))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, view = Qt.Key(event.key()), self.getPlotItem().getViewBox()
        if self.cursor.takes(event):
            return
        if key in _SCALES:
            view.scaleBy((_SCALES[key], _SCALES[key]))
        elif key in DIRECTIONS:
            (low, high), (bottom, top) = view.viewRange()
            right, up = DIRECTIONS[key]
            view.translateBy((_MOVE * right * (high - low), _MOVE * up * (top - bottom)))
        else:
            super().keyPressEvent(event)
            return
        self.moved_by_key.emit()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Paints the ring of the focus, which takes no room."""
        super().drawForeground(painter, rect)
        if self.hasFocus() and self._focus_shown:
            painter.resetTransform()
            paint_focus_ring(painter, QRectF(self.viewport().rect()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in _PASSING:
            # After a click the focus is obvious.
            self._focus_shown = event.reason() != Qt.FocusReason.MouseFocusReason
        self.viewport().update()
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
        if event.reason() not in _PASSING:
            self.cursor.leave()

    def viewportEvent(self, event: QEvent) -> bool:
        """Shows tooltips over the axes only; over a curve they would hide the readout."""
        if isinstance(event, QHelpEvent):
            view = self.getPlotItem().getViewBox()
            if view.sceneBoundingRect().contains(self.mapToScene(event.pos())):
                QToolTip.hideText()
                return True
        shown: bool = super().viewportEvent(event)
        return shown

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mouse = None
        self._report_move()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.double_clicked.emit()
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())
        event.accept()
