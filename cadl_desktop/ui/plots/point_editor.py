"""Editing of points on the curve plot: handles for mouse and keyboard, and their edits of the document."""

import numpy as np
import pyqtgraph as pg
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QCursor, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QMenu, QToolButton

from cadl_desktop.data.curves.curve_datasets import MOST_POINTS, decode_points, encode_points
from cadl_desktop.data.samples import DataError, Doubles, Samples
from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import entry, part
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.plots.plot_canvas import DIRECTIONS, shade
from cadl_desktop.ui.theme.theme import Theme, notifier, theme

REACH = 9
"""Largest distance in pixels of the mouse from a point that it hits."""
_STEP, _STRIDE = 0.01, 0.1
"""Shares of the visible range by which an arrow key moves a point, without and with Shift."""
_REMOVING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_ADDING = (Qt.Key.Key_Insert, Qt.Key.Key_Return, Qt.Key.Key_Enter)
KEYS = "Ctrl+Shift+E"
MOST_BY_HAND = 2000


class PointEditor(QObject):
    """Handles on a plot's points while it is active.

    It keeps no state of the document: `edited(label, points, merge_key)` is answered by `show_points`. A drag
    is drawn here and emitted as one edit when it ends.
    """

    edited = Signal(str, object, object)  # label, float64 array (points, 2), str | None
    left = Signal()  # Escape was pressed

    def __init__(self, plot: CurvePlot) -> None:
        super().__init__(plot)
        self._plot = plot
        self._view = plot.canvas.getPlotItem().getViewBox()
        self.points: Doubles = np.empty((0, 2))
        """Shown points, (points, 2), including the present position of one being dragged."""
        self.active = False
        self.selected: int | None = None
        """Index of the point that keys act on."""
        self._dragged: Doubles | None = None
        self._is_added = False
        self._menu_is_due = True
        self._handles, self._mark = _scatter(9), _scatter(13)
        for item in (self._handles, self._mark):
            plot.canvas.addItem(item, ignoreBounds=True)
        notifier().changed.connect(self._recolour)
        self._recolour(theme())

    def set_active(self, on: bool) -> None:
        """Starts or ends editing; while inactive, the plot behaves normally."""
        self.active = on
        self.selected = self._dragged = None
        for watched in (self._plot.canvas, self._plot.canvas.viewport()):
            # Only while active: the filter routes every event of the plot through Python, even paint events.
            watched.installEventFilter(self) if on else watched.removeEventFilter(self)
        self._plot.show_observed(not on)
        self._plot.canvas.viewport().setCursor(
            Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor
        )
        self._draw()
        self._show_selection()

    def show_points(self, points: Doubles) -> None:
        """Shows the document's points; ends a drag."""
        self._dragged = None
        if self.selected is not None and self.selected >= len(points):
            self.selected = None
        self.points = points
        self._draw()
        self._show_selection()

    def keeps_view(self, samples: Samples) -> bool:
        """Whether the plot keeps its range while a point is edited, so that the other points stay in
        place."""
        if not self.active:
            return False
        (low, high), (bottom, top) = self._view.viewRange()
        x, y = samples.inputs[:, 0], samples.targets[:, 0]
        return bool(low <= x.min() and x.max() <= high and bottom <= y.min() and y.max() <= top)

    @Slot()
    def remove_all(self) -> None:
        self.selected = None
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
                return isinstance(event, QContextMenuEvent) and self._menu_requested(event)
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
        self._is_added = hit is None
        if hit is None:
            if len(self.points) >= MOST_POINTS:
                return True
            self.points = np.vstack([self.points, self._in_plane(where)])
            hit = len(self.points) - 1
        self._select(hit)
        self._dragged = self.points[hit].copy()
        return True

    def _moved(self, event: QMouseEvent) -> bool:
        where = event.position()
        if self._dragged is None or self.selected is None:
            over = self._is_inside(where) and self._hit(where) is not None
            shape = Qt.CursorShape.SizeAllCursor if over else Qt.CursorShape.CrossCursor
            self._plot.canvas.viewport().setCursor(shape)
            return False
        self.points = self.points.copy()
        self.points[self.selected] = self._in_plane(where)
        self._draw()
        self._show_selection()
        return True

    def _released(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton or self._dragged is None or self.selected is None:
            return event.button() == Qt.MouseButton.RightButton
        began, self._dragged = self._dragged, None
        if self._is_added:
            self.edited.emit("Add a point", self.points, None)
        elif not np.array_equal(began, self.points[self.selected]):
            self.edited.emit("Move a point", self.points, None)
        return True

    def _menu_requested(self, event: QContextMenuEvent) -> bool:
        """Opens the menu, except after a right click that removed a point."""
        if self._menu_is_due:
            self.menu().popup(event.globalPos() if event.reason() == event.Reason.Mouse else QCursor.pos())
        self._menu_is_due = True
        return True

    def menu(self) -> QMenu:
        menu = self._plot.menu()
        menu.addSeparator()
        remove = menu.addAction("Remove all points")
        remove.setEnabled(len(self.points) > 0)
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
        elif self.selected is not None and key in _REMOVING:
            self._remove(self.selected)
        elif self.selected is not None and key in DIRECTIONS:
            large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move_by_key(self.selected, DIRECTIONS[key], _STRIDE if large else _STEP)
        else:
            return False
        return True

    # Actions

    def _walk(self, forward: bool) -> bool:
        """Selects the next point in order of x; beyond the last one Tab moves to the next control."""
        order = np.argsort(self.points[:, 0], kind="stable").tolist()
        if not forward:
            order.reverse()
        at = -1 if self.selected is None else order.index(self.selected)
        following = order[at + 1 : at + 2]
        self._select(following[0] if following else None)
        return bool(following)

    def _add_by_key(self) -> None:
        """Adds a point halfway to the next one, or in the centre of the view."""
        (low, high), (bottom, top) = self._view.viewRange()
        added = np.array([(low + high) / 2, (bottom + top) / 2])
        if self.selected is not None:
            at = self.points[self.selected]
            beyond = self.points[self.points[:, 0] > at[0]]
            after = (
                beyond[np.argmin(beyond[:, 0])] if len(beyond) else at + np.array([_STRIDE * (high - low), 0])
            )
            added = (at + after) / 2
        if len(self.points) < MOST_POINTS:
            self.selected = len(self.points)
            self.edited.emit("Add a point", np.vstack([self.points, added]), None)

    def _move_by_key(self, index: int, direction: tuple[int, int], by: float) -> None:
        (low, high), (bottom, top) = self._view.viewRange()
        moved = self.points.copy()
        moved[index] += np.array(direction) * by * [high - low, top - bottom]
        self.edited.emit("Move a point", moved, f"points.{index}")

    def _remove(self, index: int) -> None:
        if self.selected is not None:
            self.selected = None if self.selected == index else self.selected - (self.selected > index)
        self.edited.emit("Remove a point", np.delete(self.points, index, axis=0), None)

    def _escape(self) -> None:
        if self.selected is None:
            self.left.emit()
        else:
            self._select(None)

    def _select(self, index: int | None) -> None:
        self.selected = index
        self._draw()
        self._show_selection()

    # Geometry

    def _is_inside(self, where: QPointF) -> bool:
        return bool(self._view.sceneBoundingRect().contains(self._plot.canvas.mapToScene(where.toPoint())))

    def _in_plane(self, where: QPointF) -> Doubles:
        """Point of the plane under the mouse, within the visible range."""
        found = self._view.mapSceneToView(self._plot.canvas.mapToScene(where.toPoint()))
        (low, high), (bottom, top) = self._view.viewRange()
        return np.array([np.clip(found.x(), low, high), np.clip(found.y(), bottom, top)])

    def _hit(self, where: QPointF) -> int | None:
        """Index of the point nearest to the mouse, if within reach."""
        if not len(self.points):
            return None
        at = self._plot.canvas.mapToScene(where.toPoint())
        rect, ((low, high), (bottom, top)) = self._view.sceneBoundingRect(), self._view.viewRange()
        across = rect.left() + (self.points[:, 0] - low) / (high - low) * rect.width() - at.x()
        down = rect.bottom() - (self.points[:, 1] - bottom) / (top - bottom) * rect.height() - at.y()
        distances = np.hypot(across, down)
        nearest = int(np.argmin(distances))
        return nearest if distances[nearest] <= REACH else None

    # Drawing

    def _draw(self) -> None:
        shown = self.points if self.active else np.empty((0, 2))
        self._handles.setData(shown[:, 0], shown[:, 1])
        chosen = shown[[self.selected]] if self.active and self.selected is not None else np.empty((0, 2))
        self._mark.setData(chosen[:, 0], chosen[:, 1])
        if self.active:
            self._plot.show_empty_text("" if len(shown) else "Click to add a point.")

    def _show_selection(self) -> None:
        if self.selected is None or self.selected >= len(self.points):
            self._plot.say("")
            return
        x, y = self.points[self.selected]
        order = int((self.points[:, 0] < x).sum()) + 1
        text = f"point {order} of {len(self.points)}"
        across, up = self._plot.value_text(0, x), self._plot.value_text(1, y)
        self._plot.say(f"{text} · x {across} · y {up}")

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


class PointEditing(QObject):
    """Connects the editor and its switch with the document; every action is one undoable edit. The first edit
    of another curve turns it into own points."""

    def __init__(self, session: Session, plot: CurvePlot) -> None:
        super().__init__(plot)
        self.plot, self._session, self._document = plot, session, session.document
        self.editor = PointEditor(plot)
        self._points: Doubles | None = None
        self._data: Part | None = None
        self._opened = self._document.opened
        self.button = self._make_button(plot)
        plot.header.addWidget(self.button)
        self.button.toggled.connect(self._switch)
        self.editor.edited.connect(self._edit)
        self.editor.left.connect(lambda: self.button.setChecked(False))
        self._document.changed.connect(self._document_changed)
        session.samples_changed.connect(self._samples_changed)
        self._read()

    def _make_button(self, plot: CurvePlot) -> QToolButton:
        button = QToolButton(plot)
        button.setText("Edit points")
        button.setCheckable(True)
        button.setProperty("toggle", True)
        button.setShortcut(QKeySequence(KEYS))
        return button

    @Slot()
    def _document_changed(self) -> None:
        if self._document.experiment.data != self._data or self._document.opened != self._opened:
            self._read()

    @Slot()
    def _samples_changed(self) -> None:
        if self._document.experiment.data.kind != "points":
            self._read()

    def _read(self) -> None:
        """Takes over the dataset's points: own points at once, others once they are loaded."""
        data = self._document.experiment.data
        self._data, self._points = data, self._points_of(data)
        possible = self._points is not None and len(self._points) <= MOST_BY_HAND
        if self._document.opened != self._opened or not possible:
            self._opened = self._document.opened
            self.button.setChecked(False)
        self._describe(possible)
        if self._points is not None and possible:
            self.editor.show_points(self._points)
            if data.kind == "points" and not len(self._points):
                self._clear_plot()

    def _points_of(self, data: Part) -> Doubles | None:
        if entry("dataset", data.kind).columns != (1, 1):
            return None
        if data.kind == "points":
            try:
                return decode_points(data["points"])
            except DataError:
                return None
        samples = self._session.samples
        if samples is None or samples.inputs.shape[1] != 1:
            return self._points
        return np.column_stack([samples.inputs, samples.targets])

    def _clear_plot(self) -> None:
        """Clears the plot, which would otherwise keep the previous samples, since none are loaded of zero
        points."""
        self.plot.show_samples(None, keep_view=self.editor.active)
        self.editor.show_points(np.empty((0, 2)))

    def _describe(self, possible: bool) -> None:
        self.button.setEnabled(possible)
        text = (
            "Click to add a point, drag to move it, right click to remove it; by keyboard Tab, arrows, "
            f"Insert and Delete ({KEYS})."
        )
        if not possible:
            text = f"More than {MOST_BY_HAND:,} points can't be edited by hand."
        describe(self.button, "Edit points", text)

    @Slot(bool)
    def _switch(self, on: bool) -> None:
        self.editor.set_active(on)
        if on:
            self.plot.canvas.setFocus()
            return
        if not self.plot.zoomed:
            self.plot.reset_zoom()
        if self._points is not None and not len(self._points):
            self._clear_plot()

    @Slot(str, object, object)
    def _edit(self, label: str, points: Doubles, merge_key: str | None) -> None:
        before = self._document.experiment.data
        own = before if before.kind == "points" else part("dataset", "points")
        data = own.has(points=encode_points(points))
        self._document.edit(label, replace(self._document.experiment, data=data), merge_key)
