"""Points that are added, moved and removed by hand on the curve plot, by mouse and by keyboard."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QCursor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu

from cadl_desktop.data.curves.curve_datasets import MOST_POINTS
from cadl_desktop.data.samples import Samples
from cadl_desktop.ui.plots.axes import steady
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.plots.plot import shade
from cadl_desktop.ui.theme.theme import Theme, notifier, theme

Doubles = NDArray[np.float64]

REACH = 9
"""Pixels around a point that still mean it."""
_STEP, _STRIDE = 0.01, 0.1
"""What an arrow key moves a point by, of what is seen of the plane; with Shift the larger."""
_DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_REMOVING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_ADDING = (Qt.Key.Key_Insert, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PointEditor(QObject):
    """Lays handles on a plot's points while it is active, and says what a person does with them.

    It owns no truth: `edited(label, points, merge_key)` is answered by `show_points`. A drag is drawn here
    alone and told when it ends, as one edit.
    """

    edited = Signal(str, object, object)  # label, float64 array (points, 2), str | None
    left = Signal()  # Escape: the mode is to end

    def __init__(self, plot: CurvePlot) -> None:
        super().__init__(plot)
        self._plot = plot
        self._view = plot.canvas.getPlotItem().getViewBox()
        self._points: Doubles = np.empty((0, 2))
        self._active = False
        self._selected: int | None = None
        self._dragged: Doubles | None = None
        self._is_new = False
        self._menu_is_due = True
        self._handles, self._mark = _scatter(9), _scatter(13)
        for item in (self._handles, self._mark):
            plot.canvas.addItem(item, ignoreBounds=True)
        notifier().changed.connect(self._recolour)
        self._recolour(theme())

    @property
    def active(self) -> bool:
        return self._active

    @property
    def points(self) -> Doubles:
        """What is shown, (points, 2), with the one that is being dragged where it is now."""
        return self._points

    @property
    def selected(self) -> int | None:
        """Which point the keys are about."""
        return self._selected

    def set_active(self, on: bool) -> None:
        """Begins or ends the mode; outside it the plot is as it always was."""
        self._active = on
        self._selected = self._dragged = None
        for watched in (self._plot.canvas, self._plot.canvas.viewport()):
            # Only then: each event of the plot, also what paints it, would come through Python.
            watched.installEventFilter(self) if on else watched.removeEventFilter(self)
        self._plot.show_observed(not on)
        self._plot.canvas.viewport().setCursor(
            Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor
        )
        self._draw()
        self._tell()

    def show_points(self, points: Doubles) -> None:
        """Shows what the document holds; what is being dragged meanwhile is let go."""
        self._dragged = None
        if self._selected is not None and self._selected >= len(points):
            self._selected = None
        self._points = points
        self._draw()
        self._tell()

    def keeps_view(self, samples: Samples) -> bool:
        """Whether the plot stays where it is: a point that is moved by hand must not move all others."""
        if not self._active:
            return False
        (low, high), (bottom, top) = self._view.viewRange()
        x, y = samples.inputs[:, 0], samples.targets[:, 0]
        return bool(low <= x.min() and x.max() <= high and bottom <= y.min() and y.max() <= top)

    @Slot()
    def remove_all(self) -> None:
        self._selected = None
        self.edited.emit("Remove all points", np.empty((0, 2)), None)

    # Events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._plot.canvas:
            return isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._key(event)
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseButtonDblClick:
                return isinstance(event, QMouseEvent) and self._pressed(event)
            case QEvent.Type.MouseMove:
                return isinstance(event, QMouseEvent) and self._moved(event)
            case QEvent.Type.MouseButtonRelease:
                return isinstance(event, QMouseEvent) and self._released(event)
            case QEvent.Type.ContextMenu:
                return isinstance(event, QContextMenuEvent) and self._menu_asked(event)
        return False

    def _pressed(self, event: QMouseEvent) -> bool:
        where = event.position()
        if not self._is_inside(where):
            return False
        hit = self._hit(where)
        if event.button() == Qt.MouseButton.RightButton:
            self._menu_is_due = hit is None
            if hit is not None:
                self._remove(hit)
            return True
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._plot.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._is_new = hit is None
        if hit is None:
            if len(self._points) >= MOST_POINTS:
                return True
            self._points = np.vstack([self._points, self._in_plane(where)])
            hit = len(self._points) - 1
        self._select(hit)
        self._dragged = self._points[hit].copy()
        return True

    def _moved(self, event: QMouseEvent) -> bool:
        where = event.position()
        if self._dragged is None or self._selected is None:
            over = self._is_inside(where) and self._hit(where) is not None
            shape = Qt.CursorShape.SizeAllCursor if over else Qt.CursorShape.CrossCursor
            self._plot.canvas.viewport().setCursor(shape)
            return False
        self._points = self._points.copy()
        self._points[self._selected] = self._in_plane(where)
        self._draw()
        self._tell()
        return True

    def _released(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton or self._dragged is None or self._selected is None:
            return event.button() == Qt.MouseButton.RightButton
        began, self._dragged = self._dragged, None
        if self._is_new:
            self.edited.emit("Add a point", self._points, None)
        elif not np.array_equal(began, self._points[self._selected]):
            self.edited.emit("Move a point", self._points, None)
        return True

    def _menu_asked(self, event: QContextMenuEvent) -> bool:
        """A right click on a point has removed it: what follows is about nothing any more."""
        if self._menu_is_due:
            self.menu().popup(event.globalPos() if event.reason() == event.Reason.Mouse else QCursor.pos())
        self._menu_is_due = True
        return True

    def menu(self) -> QMenu:
        menu = self._plot.menu()
        menu.addSeparator()
        remove = menu.addAction("Remove all points")
        remove.setEnabled(len(self._points) > 0)
        remove.triggered.connect(self.remove_all)
        return menu

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return self._walk(forward=key == Qt.Key.Key_Tab)
        if key in _ADDING:
            self._add_by_key()
        elif key == Qt.Key.Key_Escape:
            self._escape()
        elif self._selected is not None and key in _REMOVING:
            self._remove(self._selected)
        elif self._selected is not None and key in _DIRECTIONS:
            large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move_by_key(self._selected, _DIRECTIONS[key], _STRIDE if large else _STEP)
        else:
            return False
        return True

    # What they mean

    def _walk(self, forward: bool) -> bool:
        """To the next point in the order of x; from the last one Tab goes on to the next control."""
        order = np.argsort(self._points[:, 0], kind="stable").tolist()
        if not forward:
            order.reverse()
        at = -1 if self._selected is None else order.index(self._selected)
        following = order[at + 1 : at + 2]
        self._select(following[0] if following else None)
        return bool(following)

    def _add_by_key(self) -> None:
        """Halfway to the next point, or in the middle of what is seen."""
        (low, high), (bottom, top) = self._view.viewRange()
        added = np.array([(low + high) / 2, (bottom + top) / 2])
        if self._selected is not None:
            at = self._points[self._selected]
            beyond = self._points[self._points[:, 0] > at[0]]
            after = (
                beyond[np.argmin(beyond[:, 0])] if len(beyond) else at + np.array([_STRIDE * (high - low), 0])
            )
            added = (at + after) / 2
        if len(self._points) < MOST_POINTS:
            self._selected = len(self._points)
            self.edited.emit("Add a point", np.vstack([self._points, added]), None)

    def _move_by_key(self, index: int, direction: tuple[int, int], by: float) -> None:
        (low, high), (bottom, top) = self._view.viewRange()
        moved = self._points.copy()
        moved[index] += np.array(direction) * by * [high - low, top - bottom]
        self.edited.emit("Move a point", moved, f"points.{index}")

    def _remove(self, index: int) -> None:
        if self._selected is not None:
            self._selected = None if self._selected == index else self._selected - (self._selected > index)
        self.edited.emit("Remove a point", np.delete(self._points, index, axis=0), None)

    def _escape(self) -> None:
        if self._selected is None:
            self.left.emit()
        else:
            self._select(None)

    def _select(self, index: int | None) -> None:
        self._selected = index
        self._draw()
        self._tell()

    # Where things are

    def _is_inside(self, where: QPointF) -> bool:
        return bool(self._view.sceneBoundingRect().contains(self._plot.canvas.mapToScene(where.toPoint())))

    def _in_plane(self, where: QPointF) -> Doubles:
        """The point of the plane below the mouse; never beyond what is seen."""
        found = self._view.mapSceneToView(self._plot.canvas.mapToScene(where.toPoint()))
        (low, high), (bottom, top) = self._view.viewRange()
        return np.array([np.clip(found.x(), low, high), np.clip(found.y(), bottom, top)])

    def _hit(self, where: QPointF) -> int | None:
        """The point nearest to the mouse, where one is within reach."""
        if not len(self._points):
            return None
        at = self._plot.canvas.mapToScene(where.toPoint())
        rect, ((low, high), (bottom, top)) = self._view.sceneBoundingRect(), self._view.viewRange()
        across = rect.left() + (self._points[:, 0] - low) / (high - low) * rect.width() - at.x()
        down = rect.bottom() - (self._points[:, 1] - bottom) / (top - bottom) * rect.height() - at.y()
        distances = np.hypot(across, down)
        nearest = int(np.argmin(distances))
        return nearest if distances[nearest] <= REACH else None

    # What is seen

    def _draw(self) -> None:
        shown = self._points if self._active else np.empty((0, 2))
        self._handles.setData(shown[:, 0], shown[:, 1])
        chosen = shown[[self._selected]] if self._active and self._selected is not None else np.empty((0, 2))
        self._mark.setData(chosen[:, 0], chosen[:, 1])
        if self._active:
            self._plot.say_empty("" if len(shown) else "Click to add a point.")

    def _tell(self) -> None:
        if self._selected is None or self._selected >= len(self._points):
            self._plot.say("")
            return
        x, y = self._points[self._selected]
        order = int((self._points[:, 0] < x).sum()) + 1
        text = f"point {order} of {len(self._points)}"
        self._plot.say(f"{text} · x {steady(x, 2)} · y {steady(y, 2)}")

    @Slot(object)
    def _recolour(self, colours: Theme) -> None:
        self._handles.setPen(pg.mkPen(colours.plot_background, width=1))
        self._handles.setBrush(pg.mkBrush(shade(colours.points, 0.85)))
        self._mark.setPen(pg.mkPen(colours.text, width=1.5))
        self._mark.setBrush(pg.mkBrush(colours.accent))


def _scatter(size: int) -> pg.ScatterPlotItem:
    item = pg.ScatterPlotItem(symbol="o", size=size, pxMode=True, antialias=True)
    item.setZValue(20)
    return item
