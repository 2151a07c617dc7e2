"""View of the network on a canvas: layout, zoom, and which layers are repainted when."""

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
from cadl_desktop.ui.controls.number_text import signed
from cadl_desktop.ui.network.camera import Camera, camera_on
from cadl_desktop.ui.network.cards.step_formulas import StepFormulas
from cadl_desktop.ui.network.gradient_pictures import GradientPictures
from cadl_desktop.ui.network.layout import PlacedColumn, arrange_columns, wanted_height
from cadl_desktop.ui.network.line_painting import paint_background
from cadl_desktop.ui.network.mosaic import VisibleTiles, visible_tiles
from cadl_desktop.ui.network.neuron_painting import paint_readouts, paint_tiles
from cadl_desktop.ui.network.probe_pictures import Grid, ProbePictures
from cadl_desktop.ui.network.scene import FollowedPoint, Highlight, Muted, Scene
from cadl_desktop.ui.network.tile_marks import paint_figures, paint_gains
from cadl_desktop.ui.theme.theme import notifier, theme

LINES_MS = 500
"""Largest age of the painted lines; weights change more slowly than the neurons' pictures."""
_LAYER_SHARE = 0.9
_NEURON_SHARE = 0.7
_CLOSE_TILE = 48.0

Orders = Mapping[int, tuple[int, ...]]


class NetworkView(QObject):
    """Draws the network on a canvas, below the heads of its columns.

    Positions are in canvas coordinates; `gains` is None where neurons cannot be muted or scaled. `moved` is
    emitted when columns appear elsewhere.
    """

    moved = Signal()

    def __init__(
        self, canvas: QWidget, columns: Callable[[], list[DrawnColumn]], gains: NeuronGains | None, top: int
    ) -> None:
        super().__init__(canvas)
        self._canvas, self._drawn, self._gains, self._top = canvas, columns, gains, top
        self.pictures: ProbePictures | None = None
        self.gradients: GradientPictures | None = None
        """Pictures shown in place of `pictures`, if any."""
        self.camera = Camera()
        self.highlight: Highlight | None = None
        self._orders: Orders = {}
        self._figures: Mapping[int, Floats] = {}
        self._own_contrast = False
        self._shape: Grid | None = None
        self._placed_key: object = None
        self._placed: tuple[PlacedColumn, ...] = ()
        self._visible: list[VisibleTiles | None] | None = None
        self._path_shares: list[Floats] | None = None
        self._point: FollowedPoint | None = None
        self._with_readouts = False
        self._readouts: Sequence[Floats] = ()
        self._background: QPixmap | None = None
        self._background_key: tuple[object, object, QRect] | None = None
        self._lines_timer = QTimer(self, singleShot=True, interval=LINES_MS)
        self._lines_timer.timeout.connect(self._repaint_background)
        notifier().changed.connect(self.renew_pictures)

    # Content

    def show_columns(self, columns: Sequence[Column], grid: Grid | None) -> bool:
        """Takes the latest probe and returns whether it fits the network. Without columns tiles stay empty,
        and are not repainted if they were empty before."""
        fits = [len(column.values) for column in columns] == [column.neurons for column in self._drawn()]
        is_first = self.pictures is None
        self.pictures = self._make_pictures(columns, grid) if columns and fits else None
        self.gradients = self.gradients if self.pictures else None
        if is_first and self.pictures is None:
            return False
        if self.pictures is not None and grid != self._shape:
            self._shape = grid
            self.moved.emit()
        if self.pictures is None or self._background is None or is_first:
            self._lines_timer.stop()
            self._background = None
        elif not self._lines_timer.isActive():
            self._lines_timer.start()
        self.refresh()
        return self.pictures is not None

    def _make_pictures(self, columns: Sequence[Column], grid: Grid | None) -> ProbePictures:
        ratio = self._canvas.devicePixelRatioF()
        return ProbePictures(columns, grid, ratio, own_contrast=self._own_contrast)

    def show_gradients(self, columns: Sequence[Column], grid: Grid | None, formulas: StepFormulas) -> None:
        """Shows a backward pass of the network in place of the latest probe, until `show_values`."""
        known, values = self.gradients, self.pictures
        if values and not (known and known.columns is columns and known.values is values):
            self.gradients, self._background = GradientPictures(columns, grid, values, formulas), None
            self.refresh()

    def show_values(self) -> None:
        """Shows the latest probe again."""
        self.gradients = self._background = None
        self.refresh()

    @property
    def shown(self) -> ProbePictures | None:
        """Pictures of what the tiles show: values or gradients."""
        return self.gradients or self.pictures

    def show_contrast(self, *, own: bool) -> None:
        """Gives each tile the full colours, or all tiles of a layer one scale."""
        self._own_contrast = own
        self.renew_pictures()

    def show_orders(self, orders: Orders, figures: Mapping[int, Floats]) -> None:
        """Sets the order of neurons by column, and a figure about each neuron."""
        self._orders, self._figures = orders, figures
        self.refresh()

    def show_point(self, point: FollowedPoint | None) -> None:
        """Fills the neurons with their values at one point of the input."""
        self._point = point
        self.refresh()

    def show_readouts(self, outputs: Sequence[Floats], *, wanted: bool) -> None:
        """Sets the outputs of the linear readouts below the layers, and whether these are shown."""
        moved, self._with_readouts = wanted != self._with_readouts, wanted
        self._readouts = outputs
        if moved:
            self.moved.emit()
        self.refresh()

    def facts(self, column: int, neuron: int) -> list[tuple[str, str]]:
        """Popup rows about a neuron: its importance, while neurons are ordered by it."""
        figures = self._figures.get(column)
        if figures is None or neuron >= len(figures):
            return []
        return [("Importance", signed(float(figures[neuron])))]

    @Slot()
    def renew_pictures(self) -> None:
        """Renders the pictures again in the current theme's colours."""
        if self.pictures is not None:
            self.pictures = self._make_pictures(self.pictures.columns, self.pictures.grid)
            if known := self.gradients:
                self.gradients = GradientPictures(known.columns, known.grid, self.pictures, known.formulas)
        self.refresh()

    def set_highlight(self, highlight: Highlight | None) -> None:
        if highlight != self.highlight:
            self.highlight = highlight
            self.refresh()

    def refresh(self) -> None:
        if self._canvas.isVisible():
            self._canvas.update(self.area().toAlignedRect())

    # Layout and zoom

    def area(self) -> QRectF:
        """Part of the canvas in which the network is drawn."""
        return QRectF(self._canvas.rect()).adjusted(0, self._top, 0, 0)

    def placed(self) -> tuple[PlacedColumn, ...]:
        """All columns in canvas coordinates, including those outside of the area."""
        drawn, size = tuple(self._drawn()), self.area().size()
        ratio = self._canvas.devicePixelRatioF()
        key = (drawn, size.toTuple(), self._shape, self.camera, self._orders, ratio, self._with_readouts)
        if key != self._placed_key:
            self._placed_key = key
            camera = replace(self.camera, top=self.camera.top + self._top)
            self._placed = tuple(one.viewed_through(camera) for one in self._unzoomed_columns())
            self._visible = None
        return self._placed

    def wanted_height(self) -> float:
        """Height of the canvas that the drawing asks for at its present width."""
        return self._top + wanted_height(
            self._drawn(), self.area().width(), self._shape, with_readouts=self._with_readouts
        )

    def _in_order(self, index: int, placed: PlacedColumn) -> PlacedColumn:
        order = self._orders.get(index)
        if order is None or len(order) != placed.mosaic.count:
            return placed
        return replace(placed, mosaic=replace(placed.mosaic, order=order))

    def zoom(self, factor: float, about: QPointF) -> None:
        """Scales by `factor` and keeps the point `about` in place."""
        area = self.area()
        self._set_camera(self.camera.zoomed(factor, about - area.topLeft(), area.size()))

    def pan(self, by: QPointF) -> None:
        self._set_camera(self.camera.moved(by, self.area().size()))

    def fit(self) -> None:
        """Shows the whole network."""
        self._set_camera(Camera())

    def zoom_to(self, column: int, neuron: int | None = None) -> None:
        """Fills the view with one layer or one neuron."""
        size, one = self.area().size(), self._unzoomed_columns()[column]
        if neuron is None:
            self._set_camera(camera_on(one.extent, size, _LAYER_SHARE * self._enlargement(one)))
        else:
            self._set_camera(camera_on(one.mosaic.tile(neuron), size, _NEURON_SHARE))

    def _enlargement(self, one: PlacedColumn) -> float:
        """Factor by which a layer may exceed the view so that its tiles can be read; never in width."""
        size, pitch = self.area().size(), one.mosaic.pitch
        fits = min(size.width() / one.extent.width(), size.height() / one.extent.height())
        wanted = min(_CLOSE_TILE / pitch.width(), size.width() / one.extent.width())
        return max(wanted / fits, 1.0)

    def bring_into_view(self, column: int, neuron: int | None = None) -> None:
        """Pans as little as needed to show a column or neuron, if zoomed in."""
        if self.camera.shows_all:
            return
        one = self._unzoomed_columns()[column]
        rect = one.extent if neuron is None else one.mosaic.tile(neuron)
        self._set_camera(self.camera.showing(rect, self.area().size()))

    def _unzoomed_columns(self) -> tuple[PlacedColumn, ...]:
        """Columns as placed while the whole network is visible."""
        size, readouts = self.area().size(), self._with_readouts
        found = arrange_columns(self._drawn(), size, self._shape, with_readouts=readouts)
        return tuple(self._in_order(index, one) for index, one in enumerate(found))

    def _set_camera(self, camera: Camera) -> None:
        if camera != self.camera:
            self.camera = camera
            self.moved.emit()
            self.refresh()

    # Painting

    def paint(self, painter: QPainter, clip: QRectF) -> None:
        """Paints lines and neurons, clipped to `clip`."""
        area = self.area()
        if not area.intersects(clip):
            return
        painter.save()
        painter.setClipRect(area & clip)
        painter.drawPixmap(area.toAlignedRect(), self._current_background())
        scene = self._scene()
        paint_tiles(painter, scene)
        if self._with_readouts:
            paint_readouts(painter, scene.placed, self.pictures, scene.readouts)
        if scene.pictures is not None:
            if scene.point is None:
                paint_figures(painter, scene, scene.pictures, self._figures, area)
            paint_gains(painter, scene, self._drawn_gains)
        painter.restore()

    def _scene(self) -> Scene:
        placed = self.placed()
        highlight = self.highlight if self.highlight and is_drawn(self.highlight, placed) else None
        path_shares = self._path_shares if highlight else None
        point = self._point if self._point and self._point.fits(placed) and not self.gradients else None
        if self._visible is None:
            ratio = self._canvas.devicePixelRatioF()
            self._visible = [visible_tiles(one.mosaic, self.area(), ratio) for one in placed]
        return Scene(
            placed,
            self.shown,
            highlight,
            self._muted(placed),
            path_shares,
            self._visible,
            point,
            self._readouts,
        )

    def _current_background(self) -> QPixmap:
        """Cached pixmap of everything but the neurons; painted again when it looks different, or the weights
        have moved for a while."""
        area, ratio, placed = self.area().toAlignedRect(), self._canvas.devicePixelRatioF(), self.placed()
        key = self._appearance(), placed, area
        if self._background is None or key != self._background_key:
            self._background_key, self._background = key, QPixmap(area.size() * ratio)
            self._background.setDevicePixelRatio(ratio)
            self._background.fill(Qt.GlobalColor.transparent)
            self._path_shares = self._find_path_shares(placed)
            painter = QPainter(self._background)
            painter.translate(-area.topLeft())
            paint_background(painter, self._scene())
            painter.end()
        return self._background

    def _appearance(self) -> object:
        """Cache key of all that the background depends on, besides the layout."""
        muted, ratio = self._muted(self.placed()), self._canvas.devicePixelRatioF()
        return self.highlight, muted, ratio, theme(), tuple(self._drawn()), self.gradients is None

    def _find_path_shares(self, placed: Sequence[PlacedColumn]) -> list[Floats] | None:
        at = self.highlight
        if at is None or at.neuron is None or self.pictures is None or not is_drawn(at, placed):
            return None
        return self.pictures.shares_on_path(at.column, at.neuron)

    @Slot()
    def _repaint_background(self) -> None:
        self._lines_timer.stop()
        self._background = None
        if self._canvas.isVisible():
            self.refresh()

    @property
    def _drawn_gains(self) -> Gains:
        return self._gains.drawn_gains if self._gains else NO_GAINS

    def _muted(self, placed: Sequence[PlacedColumn]) -> Muted:
        gains = self._drawn_gains
        if not gains:
            return ()
        nothing = np.zeros(0, np.float32)
        return [tuple(np.nonzero(gains.get(c, nothing) == 0)[0].tolist()) for c in range(len(placed))]


def is_drawn(highlight: Highlight, placed: Sequence[PlacedColumn]) -> bool:
    """Whether a highlight is part of the drawn network, which may have changed since."""
    if highlight.column >= len(placed):
        return False
    count = placed[highlight.column].mosaic.count
    if highlight.line is not None:
        before, after = highlight.line
        return before < placed[highlight.column - 1].mosaic.count and after < count
    return highlight.neuron is None or highlight.neuron < count
