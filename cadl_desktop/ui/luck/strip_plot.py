"""What each seed came to: a dot a run in a strip for each design, with its median and its range."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from cadl_desktop.data.samples import Doubles
from cadl_desktop.sentences import shown
from cadl_desktop.sweeps.findings.seed_comparison import Design, SeedRun
from cadl_desktop.ui.luck.colours import NAMES, design_colour
from cadl_desktop.ui.plots.key import KeyEntry
from cadl_desktop.ui.plots.plot import Plot, Range
from cadl_desktop.ui.plots.plot_canvas import shade
from cadl_desktop.ui.sweeps.words import objective_text
from cadl_desktop.ui.theme.theme import GRID, Theme, theme

_DECADES = 1.3
"""Costs that reach over more than so many powers of ten stand on a logarithmic axis."""
_MARGIN = 0.08
_APART = 0.035
"""Of the axis: dots that are nearer to one another stand above one another."""
_STEP = 0.16
_SIZE = 9
_NEAR = 12
"""Pixels."""


class StripPlot(Plot):
    """Filled dots are runs that are over, rings those that are not; a cross at the end stands for one
    that came to nothing. A click chooses one: `chosen` is a design's place and a trial's number, or None.
    `chosen_changed` says that it is another one, and `open_wanted` that it is to be the window's run."""

    chosen_changed = Signal()
    open_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: list[tuple[QPointF, int, SeedRun]] = []
        """Where each stands, and of which design it is, counted from 0."""
        self._across: Range = (0.0, 1.0)
        self._designs: Sequence[Design] = ()
        self._rows = [_Row(self.canvas) for _ in NAMES]
        self.chosen: tuple[int, int] | None = None
        self._ring = pg.ScatterPlotItem(symbol="o", size=_SIZE + 7, pxMode=True, antialias=True)
        self._ring.setBrush(pg.mkBrush(None))
        self.canvas.addItem(self._ring, ignoreBounds=True)
        self.canvas.scene().sigMouseClicked.connect(self._clicked)
        self.canvas.installEventFilter(self)
        self._hide_heights()
        self.rename("Cost of each seed", "cost", "")
        self.show_empty_text("The costs come with the first epochs.")
        self.apply_theme(theme())

    def sizeHint(self) -> QSize:
        return QSize(60 * GRID, (16 + 4 * len(self._designs)) * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * GRID, 18 * GRID)

    def show_designs(self, designs: Sequence[Design]) -> None:
        """Draws what their runs have come to."""
        self._designs = designs
        values = [run.value for design in designs for run in design.runs if run.value is not None]
        if values or any(run.failed for design in designs for run in design.runs):
            self.show_empty_text("")
            self._hide_heights()
        logarithmic = bool(values) and min(values) > 0 and np.log10(max(values) / min(values)) > _DECADES
        self.canvas.axis("bottom").logarithmic = logarithmic
        self._across = _round(np.log10(values) if logarithmic else np.array(values))
        self._place(logarithmic)
        self._show_key()
        self.fit(*self.full_range())
        self._mark_chosen()
        self.update_readout()

    def full_range(self) -> tuple[Range, Range]:
        low, high = self._across
        return (low, high + 0.06 * (high - low)), (0.5 - max(1, len(self._designs)), 0.5)

    def readout_at(self, where: QPointF) -> tuple[str, float | None]:
        found = self._at(where)
        return ("" if found is None else self._words(*self._runs[found][1:])), None

    @property
    def words(self) -> str:
        """What the chosen run came to; '' where none is."""
        found = self._index()
        return "" if found is None else self._words(*self._runs[found][1:])

    def choose(self, index: int | None) -> None:
        """One of the runs in the order in which they are drawn."""
        chosen = None if index is None else (self._runs[index][1], self._runs[index][2].number)
        if chosen != self.chosen:
            self.chosen = chosen
            self._mark_chosen()
            self.chosen_changed.emit()

    def stops(self) -> Doubles:
        """None: keys walk over the runs."""
        return np.empty(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Left and right go from run to run, of each design from the lowest cost on; Return wants it."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and self._runs:
            by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
            if by is not None:
                self._walk(by)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen is not None:
                self.open_wanted.emit()
                return True
        return super().eventFilter(watched, event)

    def _walk(self, by: int) -> None:
        order = sorted(range(len(self._runs)), key=lambda at: (self._runs[at][1], self._runs[at][0].x()))
        found = self._index()
        place = order.index(found) + by if found is not None else 0
        self.choose(order[min(max(place, 0), len(order) - 1)])

    @Slot(object)
    def _clicked(self, event: MouseClickEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        view = self.canvas.getPlotItem().getViewBox()
        self.choose(self._at(view.mapSceneToView(event.scenePos())))
        if event.double() and self.chosen is not None:
            self.open_wanted.emit()

    def _at(self, where: QPointF) -> int | None:
        """The nearest run, unless none is so near."""
        across, along = self.canvas.getPlotItem().getViewBox().viewPixelSize()
        away = [
            float(np.hypot((place.x() - where.x()) / across, (place.y() - where.y()) / along))
            for place, _, _ in self._runs
        ]
        nearest = int(np.argmin(away)) if away else 0
        return nearest if away and away[nearest] <= _NEAR else None

    def _index(self) -> int | None:
        """Where the chosen run is among those that are drawn."""
        named = [(design, run.number) for _, design, run in self._runs]
        return named.index(self.chosen) if self.chosen in named else None

    def _mark_chosen(self) -> None:
        found = self._index()
        places = [] if found is None else [self._runs[found][0]]
        self._ring.setData([place.x() for place in places], [place.y() for place in places])

    def recolour(self, colours: Theme) -> None:
        for place, row in enumerate(self._rows):
            row.apply_theme(design_colour(colours, place), colours)
        self._ring.setPen(pg.mkPen(colours.text, width=2))

    def _hide_heights(self) -> None:
        """They mean nothing."""
        self.canvas.axis("left").setStyle(showValues=False)
        self.canvas.getPlotItem().showGrid(y=False)

    def _place(self, logarithmic: bool) -> None:
        self._runs = []
        low, high = self._across
        for at, (row, design) in enumerate(zip(self._rows, self._designs, strict=False)):
            height = -at
            known = [run for run in design.runs if run.value is not None]
            values = np.array([run.value for run in known], np.float64)
            x = np.log10(values) if logarithmic else values
            y = height + _stacked(x, _APART * (high - low))
            failed = [run for run in design.runs if run.failed]
            at_end = np.full(len(failed), high + 0.03 * (high - low))
            beside = height + _stacked(at_end, 1.0)
            over = np.array([run.is_over for run in known], bool)
            row.draw(x[over], y[over], x[~over], y[~over], at_end, beside)
            spread = design.spread
            median = np.log10(spread.median) if logarithmic else spread.median
            row.draw_spread(x[over], median, height)
            places = zip(np.concatenate([x, at_end]), np.concatenate([y, beside]), strict=True)
            self._runs += [
                (QPointF(*place), at, run) for place, run in zip(places, known + failed, strict=True)
            ]

    def _words(self, design: int, run: SeedRun) -> str:
        name = f"{shown(self._designs[design].name)} " if len(self._designs) > 1 else ""
        if run.failed:
            return f"{name}seed {run.seed}: came to nothing after {run.epoch:,} epochs"
        objective = self._designs[design].spread.objective
        value = objective_text(objective, run.value) if run.value is not None else ""
        so_far = "" if run.is_over else f" so far, epoch {run.epoch:,}"
        return f"{name}seed {run.seed}: {value}{so_far}"

    def _show_key(self) -> None:
        signs = [KeyEntry(design.name, name) for design, name in zip(self._designs, NAMES, strict=False)]
        runs = [run for design in self._designs for run in design.runs]
        if any(not run.is_over for run in runs):
            signs.append(KeyEntry("unfinished", "muted", "ring"))
        if any(run.failed for run in runs):
            signs.append(KeyEntry("came to nothing", "red", "cross"))
        self.key.show_entries(*signs)


class _Row:
    """What is drawn of one design."""

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self._range = pg.PlotCurveItem()
        self._median = pg.PlotCurveItem()
        self.over, self.going_on, self.failed = (
            pg.ScatterPlotItem(symbol=symbol, size=_SIZE, pxMode=True, antialias=True) for symbol in "oox"
        )
        for item in (self._range, self.going_on, self.over, self.failed, self._median):
            canvas.addItem(item, ignoreBounds=True)

    def draw(self, *places: NDArray[np.float64]) -> None:
        for item, x, y in zip(
            (self.over, self.going_on, self.failed), places[::2], places[1::2], strict=True
        ):
            item.setData(x, y)

    def draw_spread(self, x: NDArray[np.float64], median: float, height: int) -> None:
        """The range as a line through the strip, and the median as one across it."""
        if len(x) < 2:
            self._range.setData([], [])
            self._median.setData([], [])
            return
        self._range.setData([x.min(), x.max()], [height, height])
        known = np.isfinite(median)
        self._median.setData(
            [median, median] if known else [], [height - 0.45, height + 0.45] if known else []
        )

    def apply_theme(self, colour: str, colours: Theme) -> None:
        self._range.setPen(pg.mkPen(shade(colour, 0.5), width=2))
        self._median.setPen(pg.mkPen(colours.text, width=2))
        self.over.setPen(pg.mkPen(colours.plot_background, width=1))
        self.over.setBrush(pg.mkBrush(shade(colour, 0.85)))
        self.going_on.setPen(pg.mkPen(colour, width=1.5))
        self.going_on.setBrush(pg.mkBrush(None))
        self.failed.setPen(pg.mkPen(colours.red, width=1.5))
        self.failed.setBrush(pg.mkBrush(colours.red))


def _round(values: NDArray[np.float64]) -> Range:
    """What the axis shows of these: all, with some room beside them."""
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = _MARGIN * (high - low) or 0.1 * abs(low) or 0.1
    return low - room, high + room


def _stacked(x: NDArray[np.float64], apart: float) -> NDArray[np.float64]:
    """Heights (n,) at which dots at `x` (n,) don't hide one another: those that are near stand alternately
    above and below the middle, never further than half of a strip."""
    heights = np.zeros(len(x))
    taken: list[tuple[float, float]] = []
    for place in np.argsort(x, kind="stable"):
        near = {height for other, height in taken if x[place] - other < apart}
        free = (sign * step * _STEP for step in range(3) for sign in (1, -1))
        heights[place] = next((height for height in free if height not in near), 0.0)
        taken.append((float(x[place]), float(heights[place])))
    return heights
