"""View of the cost surface, which is turned, read and clicked."""

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from cadl_desktop.drawing.cost_surface import Dots, RunSurvey, Scale, dots_of, height_at
from cadl_desktop.lessons.cost_plane import FINEST
from cadl_desktop.lessons.figure import Doubles
from cadl_desktop.runs.events import RunState
from cadl_desktop.ui.controls.focus_ring import paint_focus_ring
from cadl_desktop.ui.controls.looks import wrapped
from cadl_desktop.ui.controls.number_text import cost_text, figure
from cadl_desktop.ui.landscape.relief import FROM_ABOVE, FROM_ASIDE, Relief, Viewpoint
from cadl_desktop.ui.landscape.surface_painting import (
    nearest_place,
    paint_ball,
    paint_cross,
    paint_map,
    paint_path,
    paint_relief,
)
from cadl_desktop.ui.theme.theme import GRID, notifier

Place = tuple[float, float]

_NEAR = 8
"""Largest distance in pixels from a state whose tooltip is shown."""
_CLICK = 4
"""Mouse movements beyond this many pixels turn the surface instead of choosing a point."""
_KEY_STEP, _KEY_TURN = 2.0 / (FINEST - 1), 10.0
_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class SurfaceView(QWidget):
    """Shows a survey. `chosen(x, y)` is emitted for a click on the plane, or for Return at the reading mark.

    Arrow keys move the mark; with Shift they turn the surface. Places are in the plane's units.
    """

    chosen = Signal(float, float)
    read = Signal(str)
    """Text about the place under the mouse or the reading mark; empty if there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.viewpoint = FROM_ABOVE
        self._aside = FROM_ASIDE
        self._survey: RunSurvey | None = None
        self._heights: Doubles = np.zeros((2, 2))
        self.scale = Scale(0.0, 1.0, False)
        self._dots: Dots | None = None
        self._chosen: Place | None = None
        self._mark: Place | None = None
        self._readout: Callable[[], str] = str
        """Function that makes the readout; called again when the surface changes."""
        self._pressed: tuple[QPointF, Viewpoint] | None = None
        self._dragged = False
        self._surface: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(20 * GRID)
        notifier().changed.connect(self._repaint)

    def sizeHint(self) -> QSize:
        return QSize(35 * GRID, 22 * GRID)  # with a chosen point below, its dock needs no scroll bar

    def show_survey(self, survey: RunSurvey, chosen: Place | None) -> None:
        """Shows a surface, and a chosen point if there is one."""
        values = survey.values
        self._survey, self._chosen = survey, chosen
        self.scale = Scale.of(values)
        self._heights = self.scale.heights(values)
        self._dots = dots_of(survey, self.scale, self._heights)
        self._repaint()
        self._read(self._readout)

    @Slot(bool)
    def turn(self, aside: bool) -> None:
        """Shows the surface from aside, or from above."""
        self.viewpoint = self._aside if aside else FROM_ABOVE
        self._repaint()

    def pixels_of(self, place: Place) -> QPointF:
        """Pixel position of a place on the surface."""
        return self._pixels(*self._normalised(place))

    # Drawing

    @Slot()
    def _repaint(self) -> None:
        self._surface = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._repaint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._survey is None or self._dots is None:
            return
        painter, relief = QPainter(self), self._relief()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._surface_pixmap(relief))
        paint_path(painter, relief, self._dots)
        if self._chosen is not None:
            paint_cross(painter, self._pixels(*self._normalised(self._chosen)), strong=True)
        paint_ball(painter, self._pixels(0.0, 0.0))
        if self._mark is not None and self.hasFocus():
            paint_cross(painter, self._pixels(*self._mark), strong=False)
            paint_focus_ring(painter, QRectF(self.rect()))

    def _surface_pixmap(self, relief: Relief) -> QPixmap:
        """Cached pixmap of the surface alone, which stays while the mouse only points."""
        if self._surface is None:
            ratio = self.devicePixelRatio()
            self._surface = QPixmap(self.size() * ratio)
            self._surface.setDevicePixelRatio(ratio)
            self._surface.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._surface)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            above = partial(paint_map, scale=self.scale)
            (above if self.viewpoint.is_above else paint_relief)(painter, relief, self._heights)
            painter.end()
        return self._surface

    def _relief(self) -> Relief:
        return Relief(QRectF(self.rect()).adjusted(GRID, GRID, -GRID, -GRID), self.viewpoint)

    def _pixels(self, x: float, y: float) -> QPointF:
        across, along = np.array([x]), np.array([y])
        seen = self._relief().pixels(across, along, height_at(self._heights, across, along))
        return QPointF(*seen[0, :2].tolist())

    def _normalised(self, place: Place) -> Place:
        extent = self._survey.extent if self._survey is not None else 1.0
        return place[0] / extent, place[1] / extent

    # Pointing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = (event.position(), self.viewpoint), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._read(partial(self._text_under, event.position()))
            return
        start, viewpoint = self._pressed
        moved = event.position() - start
        self._dragged = self._dragged or moved.manhattanLength() > _CLICK
        if self._dragged and not viewpoint.is_above:
            self._set_viewpoint(viewpoint.turned(moved.x(), moved.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        self._pressed = None
        place = self._relief().place(event.position(), self._heights)
        if not self._dragged and place is not None and self._survey is not None:
            self._mark = place
            self._choose(place)

    def leaveEvent(self, event: QEvent) -> None:
        self._read(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, move = event.key(), _MOVES.get(Qt.Key(event.key()))
        if self._survey is None:
            super().keyPressEvent(event)
        elif move and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if not self.viewpoint.is_above:
                self._set_viewpoint(self.viewpoint.turned(2 * _KEY_TURN * move[0], 3 * _KEY_TURN * move[1]))
        elif move:
            x, y = self._mark or (0.0, 0.0)
            self._mark = _clamped(x + _KEY_STEP * move[0]), _clamped(y + _KEY_STEP * move[1])
            self._read(partial(self._text_at, self._mark))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._mark:
            self._choose(self._mark)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._mark is None and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._mark = 0.0, 0.0
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.moment_text_at(event.pos())
            if text:
                QToolTip.showText(event.globalPos(), wrapped(text), self)
                return True
        return super().event(event)

    def moment_text_at(self, pixels: QPoint) -> str:
        """Text about the run's state drawn at a pixel; empty if there is none."""
        survey, dots = self._survey, self._dots
        if survey is None or dots is None:
            return ""
        places = self._relief().pixels(dots.x, dots.y, dots.heights)
        places[~dots.seen] = np.inf
        found = nearest_place(places, QPointF(pixels), _NEAR)
        if found is None:
            return ""
        return self._state_text(survey.states[found], float(survey.path[found]), survey.seen.distances[found])

    def _state_text(self, state: RunState, cost: float, distance: float) -> str:
        if np.isnan(cost):
            return f"Step {state.step:,}, {figure(distance)} away from this plane."
        return f"Step {state.step:,}: cost {cost_text(cost)}, {figure(distance)} away from this plane."

    def _choose(self, place: Place) -> None:
        extent = self._survey.extent if self._survey is not None else 1.0
        self.chosen.emit(place[0] * extent, place[1] * extent)

    def _set_viewpoint(self, viewpoint: Viewpoint) -> None:
        self.viewpoint = self._aside = viewpoint
        self._repaint()

    def _read(self, readout: Callable[[], str]) -> None:
        self._readout = readout
        self.read.emit(readout())

    def _text_under(self, pixels: QPointF) -> str:
        moment = self.moment_text_at(pixels.toPoint())
        place = self._relief().place(pixels, self._heights) if self.viewpoint.is_above else None
        return moment or (self._text_at(place) if place else "")

    def _text_at(self, place: Place) -> str:
        survey = self._survey
        if survey is None:
            return ""
        last = len(self._heights) - 1
        column, row = (round((value + 1) / 2 * last) for value in place)
        return f"Cost {cost_text(float(survey.values[row, column]))} here."


def _clamped(value: float) -> float:
    return min(max(value, -1.0), 1.0)
