"""The network as it is seen: where everything stands, how close one looks, and what is painted when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from cadl_desktop.drawing.drawn_network import DrawnColumn
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.gains import NO_GAINS, Gains
from cadl_desktop.runs.probed_columns import Column
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.controls.figures import signed
from cadl_desktop.ui.network.geometry.camera import Camera, camera_on
from cadl_desktop.ui.network.geometry.layout import Placed, arranged
from cadl_desktop.ui.network.line_painting import paint_ground
from cadl_desktop.ui.network.pictures.composing import Cut, cut
from cadl_desktop.ui.network.pictures.look import Grid, Look
from cadl_desktop.ui.network.pictures.readout_pictures import paint_readouts
from cadl_desktop.ui.network.point_marks import FollowedPoint
from cadl_desktop.ui.network.scene import Muted, Pointed, Scene
from cadl_desktop.ui.network.tile_painting import paint_figures, paint_gains, paint_tiles
from cadl_desktop.ui.theme.theme import notifier, theme

LINES_MS = 500
"""How old lines become: weights move more slowly than what neurons make of them."""
_MANY_COLUMNS, _FIRST_LINES_MS = 16, 20
"""Of a network of more columns than so many the strongest lines come so long after its first pictures, also
where these are there as soon as the network: both together took a tenth of a second."""
_STRETCHED_MS = 50
"""How long the network stays stretched once it has another size: what gives it one lays out and paints the
whole window in that turn of the event loop."""
_LONGEST_STRETCHED_MS = 250
"""The same where sizes go on coming, as an edge is dragged."""
_LAYER_SHARE = 0.9
_NEURON_SHARE = 0.7
_CLOSE_TILE = 48.0

Orders = Mapping[int, tuple[int, ...]]


class NetworkView(QObject):
    """Paints on a canvas, below the heads of its columns; positions are the canvas's own. There are no
    `gains` where neurons can't be played. `moved` says that columns are seen elsewhere."""

    moved = Signal()

    def __init__(
        self, canvas: QWidget, columns: Callable[[], list[DrawnColumn]], gains: NeuronGains | None, top: int
    ) -> None:
        super().__init__(canvas)
        self._canvas, self._drawn, self._gains, self._top = canvas, columns, gains, top
        self.look: Look | None = None
        self.camera = Camera()
        self.pointed: Pointed | None = None
        self._orders: Orders = {}
        self._figures: Mapping[int, Floats] = {}
        self._own_contrast = False
        self._shape: Grid | None = None
        self._placed_key: object = None
        self._placed: tuple[Placed, ...] = ()
        self._cuts: list[Cut | None] | None = None
        self._ways: list[Floats] | None = None
        self._point: FollowedPoint | None = None
        self._with_readouts = False
        self._readouts: Sequence[Floats] = ()
        self._ground: QPixmap | None = None
        self._ground_key: tuple[object, object, QRect] | None = None
        self._lined: tuple[DrawnColumn, ...] = ()
        self._stretched: QPixmap | None = None
        self._painted: tuple[object, Scene, QRectF] | None = None
        self._lines_timer = QTimer(self, singleShot=True)
        self._lines_timer.timeout.connect(self._renew_lines)
        self._stretched_timer = QTimer(self, singleShot=True, interval=_STRETCHED_MS)
        self._stretched_timer.timeout.connect(self._renew_lines)
        self._longest_timer = QTimer(self, singleShot=True, interval=_LONGEST_STRETCHED_MS)
        self._longest_timer.timeout.connect(self._renew_lines)
        notifier().changed.connect(self.look_again)

    # What is shown

    def show_columns(self, columns: Sequence[Column], grid: Grid | None) -> bool:
        """Takes what the neurons compute now; without columns they stand empty, and stay as they are painted
        where they did so before. Whether they are known."""
        fits = [len(column.values) for column in columns] == [column.neurons for column in self._drawn()]
        is_first, self.look = self.look is None, self._look_at(columns, grid) if columns and fits else None
        if is_first and self.look is None:
            return False
        if self.look is not None and grid != self._shape:
            self._shape = grid
            self.moved.emit()
        if self.look is None or self._ground is None or (is_first and len(columns) <= _MANY_COLUMNS):
            self._lines_timer.stop()
            self._ground = None
        elif is_first:
            self._lines_timer.start(_FIRST_LINES_MS)
        elif not self._lines_timer.isActive():
            self._lines_timer.start(LINES_MS)
        self.refresh()
        return self.look is not None

    def _look_at(self, columns: Sequence[Column], grid: Grid | None) -> Look:
        ratio = self._canvas.devicePixelRatioF()
        return Look(columns, grid, ratio, own_contrast=self._own_contrast)

    def show_contrast(self, *, own: bool) -> None:
        """Each tile with the full colours, or all of a layer with the same."""
        self._own_contrast = own
        self.look_again()

    def show_orders(self, orders: Orders, figures: Mapping[int, Floats]) -> None:
        """Columns whose neurons stand in another order than their own, and a figure about each of them."""
        self._orders, self._figures = orders, figures
        self.refresh()

    def show_point(self, point: FollowedPoint | None) -> None:
        """Fills neurons with what they give at one point of the input."""
        self._point = point
        self.refresh()

    def show_readouts(self, outputs: Sequence[Floats], *, wanted: bool) -> None:
        """Below each layer, what a linear readout of it alone makes."""
        moved, self._with_readouts = wanted != self._with_readouts, wanted
        self._readouts = outputs
        if moved:
            self.moved.emit()
        self.refresh()

    def facts(self, column: int, neuron: int) -> list[tuple[str, str]]:
        """What else is known of a neuron: how important it is, where they stand in that order."""
        figures = self._figures.get(column)
        if figures is None or neuron >= len(figures):
            return []
        return [("Importance", signed(float(figures[neuron])))]

    @Slot()
    def look_again(self) -> None:
        """Makes the pictures anew in the colours of now."""
        if self.look is not None:
            self.look = self._look_at(self.look.columns, self.look.grid)
        self.refresh()

    def point_at(self, pointed: Pointed | None) -> None:
        if pointed != self.pointed:
            self.pointed = pointed
            self.refresh()

    def refresh(self) -> None:
        if self._canvas.isVisible():
            self._canvas.update(self.area().toAlignedRect())

    # Where it stands

    def area(self) -> QRectF:
        """Where the network is drawn."""
        return QRectF(self._canvas.rect()).adjusted(0, self._top, 0, 0)

    def placed(self) -> tuple[Placed, ...]:
        """All columns as they are seen, also where that is outside of what is painted."""
        drawn, size = tuple(self._drawn()), self.area().size()
        ratio = self._canvas.devicePixelRatioF()
        key = (drawn, size.toTuple(), self._shape, self.camera, self._orders, ratio, self._with_readouts)
        if key != self._placed_key:
            self._placed_key = key
            camera = replace(self.camera, top=self.camera.top + self._top)
            self._placed = tuple(one.seen(camera) for one in self._whole())
            self._cuts = None
        return self._placed

    def _ordered(self, index: int, placed: Placed) -> Placed:
        order = self._orders.get(index)
        if order is None or len(order) != placed.mosaic.count:
            return placed
        return replace(placed, mosaic=replace(placed.mosaic, order=order))

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Closer or further; the point `about` stays where it is, otherwise the middle."""
        area = self.area()
        where = (about or area.center()) - area.topLeft()
        self._see(self.camera.zoomed(factor, where, area.size()))

    def pan(self, by: QPointF) -> None:
        self._see(self.camera.moved(by, self.area().size()))

    def fit(self) -> None:
        """Shows all of it."""
        self._see(Camera())

    def zoom_to(self, column: int, neuron: int | None = None) -> None:
        """Fills the view with one layer, or one neuron."""
        size, one = self.area().size(), self._whole()[column]
        if neuron is None:
            self._see(camera_on(one.extent, size, _LAYER_SHARE * self._closer(one)))
        else:
            self._see(camera_on(one.mosaic.tile(neuron), size, _NEURON_SHARE))

    def _closer(self, one: Placed) -> float:
        """How many times larger than the view a layer is when its tiles are seen well; never wider."""
        size, pitch = self.area().size(), one.mosaic.pitch
        fits = min(size.width() / one.extent.width(), size.height() / one.extent.height())
        wanted = min(_CLOSE_TILE / pitch.width(), size.width() / one.extent.width())
        return max(wanted / fits, 1.0)

    def bring_into_view(self, column: int, neuron: int | None = None) -> None:
        """Moves as little as needed where the view is so close that it isn't seen."""
        if self.camera.sees_all:
            return
        one = self._whole()[column]
        rect = one.extent if neuron is None else one.mosaic.tile(neuron)
        self._see(self.camera.showing(rect, self.area().size()))

    def _whole(self) -> tuple[Placed, ...]:
        """Where everything stands while all of it is seen."""
        size, readouts = self.area().size(), self._with_readouts
        found = arranged(self._drawn(), size, self._shape, with_readouts=readouts)
        return tuple(self._ordered(index, one) for index, one in enumerate(found))

    def _see(self, camera: Camera) -> None:
        if camera != self.camera:
            self.camera = camera
            self.moved.emit()
            self.refresh()

    # Painting

    def paint(self, painter: QPainter, clip: QRectF) -> None:
        """Paints lines and neurons where they are in `clip`."""
        area = self.area()
        if not area.intersects(clip):
            return
        painter.save()
        painter.setClipRect(area & clip)
        stretched = self._stretched_picture()
        if stretched is not None:
            self._wait_for_rest()
            painter.drawPixmap(area.toAlignedRect(), stretched)
        else:
            painter.drawPixmap(area.toAlignedRect(), self._painted_ground())
            self._stretched, self._painted = None, (self._looks(), self._scene(), area)
            self._paint_neurons(painter, self._painted[1], area)
        painter.restore()

    def _paint_neurons(self, painter: QPainter, scene: Scene, area: QRectF) -> None:
        paint_tiles(painter, scene)
        if self._with_readouts:
            paint_readouts(painter, scene.placed, scene.look, scene.readouts)
        if scene.look is not None:
            if scene.point is None:
                paint_figures(painter, scene, scene.look, self._figures, area)
            paint_gains(painter, scene, self._drawn_gains)

    def _scene(self) -> Scene:
        placed = self.placed()
        pointed = self.pointed if self.pointed and is_there(self.pointed, placed) else None
        ways = self._ways if pointed else None
        point = self._point if self._point and self._point.fits(placed) else None
        if self._cuts is None:
            ratio = self._canvas.devicePixelRatioF()
            self._cuts = [cut(one.mosaic, self.area(), ratio) for one in placed]
        return Scene(placed, self.look, pointed, self._muted(placed), ways, self._cuts, point, self._readouts)

    def _painted_ground(self) -> QPixmap:
        """Everything but the neurons: kept until it looks different, or weights have moved for a while."""
        area, ratio, placed = self.area().toAlignedRect(), self._canvas.devicePixelRatioF(), self.placed()
        key = self._looks(), placed, area
        if self._ground is None or key != self._ground_key:
            lines_are_due = self._lines_are_due()
            self._ground_key, self._ground = key, QPixmap(area.size() * ratio)
            self._ground.setDevicePixelRatio(ratio)
            self._ground.fill(Qt.GlobalColor.transparent)
            self._ways = self._found_ways(placed)
            painter = QPainter(self._ground)
            painter.translate(-area.topLeft())
            paint_ground(painter, self._scene() if lines_are_due else replace(self._scene(), look=None))
            painter.end()
        return self._ground

    def _lines_are_due(self) -> bool:
        """Whether the strongest lines are to be drawn with what is drawn now."""
        drawn = tuple(self._drawn())
        is_new, self._lined = drawn != self._lined, drawn
        if self.look is None or not is_new or len(drawn) <= _MANY_COLUMNS:
            return True
        self._lines_timer.start(_FIRST_LINES_MS)
        return False

    def _looks(self) -> object:
        """What else the ground depends on than where everything stands."""
        muted, ratio = self._muted(self.placed()), self._canvas.devicePixelRatioF()
        return self.pointed, muted, ratio, theme(), tuple(self._drawn())

    def _stretched_picture(self) -> QPixmap | None:
        """All of it as it was, where it has only got another size since then; None where it has not."""
        if self._ground is None or self._ground_key is None or self._painted is None:
            return None
        looks, scene, area = self._painted
        if looks != self._looks() or self._ground_key[2].size() == self.area().toAlignedRect().size():
            return None
        if self._stretched is None:
            self._stretched = self._ground.copy()
            size = self._stretched.deviceIndependentSize()
            painter = QPainter(self._stretched)
            # Lines may have been renewed for a size of which no neurons have been painted.
            painter.scale(size.width() / area.width(), size.height() / area.height())
            painter.translate(-area.topLeft())
            self._paint_neurons(painter, scene, area)
            painter.end()
        return self._stretched

    def _found_ways(self, placed: Sequence[Placed]) -> list[Floats] | None:
        at = self.pointed
        if at is None or at.neuron is None or self.look is None or not is_there(at, placed):
            return None
        return self.look.ways(at.column, at.neuron)

    def _wait_for_rest(self) -> None:
        self._stretched_timer.start()
        if not self._longest_timer.isActive():
            self._longest_timer.start()

    @Slot()
    def _renew_lines(self) -> None:
        """Paints them now and not with the pictures, so that nothing waits for both together."""
        for timer in (self._lines_timer, self._stretched_timer, self._longest_timer):
            timer.stop()
        self._ground = self._stretched = None
        if self._canvas.isVisible():
            self._painted_ground()
            self.refresh()

    @property
    def _drawn_gains(self) -> Gains:
        return self._gains.drawn_gains if self._gains else NO_GAINS

    def _muted(self, placed: Sequence[Placed]) -> Muted:
        gains = self._drawn_gains
        if not gains:
            return ()
        nothing = np.zeros(0, np.float32)
        return [tuple(np.nonzero(gains.get(c, nothing) == 0)[0].tolist()) for c in range(len(placed))]


def is_there(pointed: Pointed, placed: Sequence[Placed]) -> bool:
    """Whether it is still drawn: the network may have changed since."""
    if pointed.column >= len(placed):
        return False
    count = placed[pointed.column].mosaic.count
    if pointed.line is not None:
        before, after = pointed.line
        return before < placed[pointed.column - 1].mosaic.count and after < count
    return pointed.neuron is None or pointed.neuron < count
