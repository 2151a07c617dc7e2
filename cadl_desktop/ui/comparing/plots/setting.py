"""Results of trainings over a setting, over the number of parameters, or over two settings as a map."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPen
from PySide6.QtWidgets import QWidget

from cadl_desktop.comparing.comparable import comparable
from cadl_desktop.comparing.network_sizes import by_size
from cadl_desktop.comparing.points import by_point
from cadl_desktop.comparing.setting_plane import Plane, plane_of
from cadl_desktop.comparing.training import NOUNS, Doubles, Setting, Training, TrainingSet
from cadl_desktop.sentences import counted
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.sweeps.plan.sweep_model import DESIGN
from cadl_desktop.ui.comparing.plots.plot_view import (
    Numbers,
    PlotView,
    TrainingPlot,
    left_out_words,
    none_yet,
    offer,
)
from cadl_desktop.ui.comparing.view import training_texts
from cadl_desktop.ui.comparing.words import axis_title, objective_title, setting_text, telling_text
from cadl_desktop.ui.controls.fields import Chooser
from cadl_desktop.ui.landscape.surface_painting import height_colours, nearest_place
from cadl_desktop.ui.plots.axes import LEFT_WIDTH
from cadl_desktop.ui.plots.key import KeyEntry
from cadl_desktop.ui.plots.plot import Range
from cadl_desktop.ui.plots.plot_canvas import shade
from cadl_desktop.ui.theme.theme import GRID, SMALL, Theme, blend, run_colour, tabular_font, theme

_SMALLEST, _SIZE, _MAP_SIZE = 6, 9, 16
"""Diameter of many points in pixels, of others, and of few in a map."""
_MANY = 200
"""More points than this are small, with the means above them."""
_NEAR = 14
"""Pixels around a point that count as that point."""
_FAINT, _PLAIN = 0.55, 0.85
"""Opacity of points where others are chosen, and of all others."""
_FEW = 6
"""Runs up to which each has a colour of its own, and its name in the key."""
_MEAN = 24
"""Width of the lines of means in pixels."""
_LEAST_COLUMN = 5 * GRID
_WHEN = "points appear with the first results"
_SHADES = 63
"""Steps of the colours in a map: points of one colour are drawn once."""


class SettingPlot(TrainingPlot):
    """Filled points are trainings that are over, rings those that are not, and crosses those that failed.
    Bars show the mean and the range at each value. With a second setting the points are a map, in colours of
    the values."""

    def __init__(self, selection: Selection) -> None:
        super().__init__(selection)
        self._set = TrainingSet("sweep", "")
        self._settings: tuple[Setting | None, Setting | None] = None, None
        self.plane: Plane = plane_of(self._set, None, None)
        self.ranges, self.means = pg.ErrorBarItem(), pg.PlotDataItem(symbol="_", symbolSize=_MEAN)
        self.points, self.rings, self.best = (pg.ScatterPlotItem(pxMode=True, antialias=True) for _ in "123")
        self.level = pg.InfiniteLine(angle=0, movable=False)
        for item in (self.level, self.ranges, self.means, self.points, self.best, self.rings):
            self.canvas.addItem(item, ignoreBounds=True)
        self.canvas.getPlotItem().getViewBox().sigResized.connect(self._show_ticks)
        self.apply_theme(theme())

    def show_plane(self, trainings: TrainingSet, across: Setting | None, up: Setting | None) -> None:
        """Takes the trainings over one setting or two, to be drawn next."""
        if (across, up) != self._settings or trainings.name != self._set.name:
            self.zoomed = False
        self._set, self._settings = trainings, (across, up)
        self.plane = plane_of(trainings, across, up)

    def draw(self) -> None:
        self.current = tuple(number for number in self.selection.numbers[:1] if number in self._set.by_number)
        self._name_axes()
        self.fit(*self.full_range())
        self.recolour(theme())

    def full_range(self) -> tuple[Range, Range]:
        across, up = self.plane.across, self.plane.up
        return (across.low, across.high), (up.low, up.high)

    def readout_at(self, where: QPointF) -> tuple[str, float | None]:
        return "".join(self.words(self._set.by_number[number]) for number in self.numbers_at(where)), None

    def words(self, training: Training) -> str:
        """Returns name, result and settings of a training."""
        return " · ".join(training_texts(self._set, training, filter(None, self._settings)))

    def stops(self) -> Doubles:
        """Returns no positions, as keys walk from point to point."""
        return np.empty(0)

    def summary_words(self) -> str:
        shown, best = self.plane.trainings, self._set.best
        failed = sum(each.failed for each in shown)
        said = counted(len(shown), NOUNS[self._set.kind])
        said += f", of which {failed:,} failed or diverged." if failed else "."
        return f"{said} The best: {self.words(best)}." if best else said if shown else ""

    def numbers_at(self, where: QPointF) -> Numbers:
        pixel = np.array(self.canvas.getPlotItem().getViewBox().viewPixelSize())
        place = QPointF(where.x() / pixel[0], where.y() / pixel[1])
        found = nearest_place(self.plane.places / pixel, place, _NEAR)
        return () if found is None else (self.plane.trainings[found].number,)

    def in_order(self, *, across: bool) -> list[Numbers]:
        columns = self.plane.places.T
        order = np.lexsort(columns[::-1] if across else columns)
        return [(self.plane.trainings[at].number,) for at in order]

    def current_words(self) -> str:
        return self.words(self._set.by_number[self.current[0]])

    def recolour(self, colours: Theme) -> None:
        """Draws the points, and what is marked among them."""
        plane, best = self.plane, self._set.best
        few = _MAP_SIZE if plane.is_map else _SIZE
        size = few if len(plane.places) <= _MANY else _SMALLEST
        ramp = height_colours(np.round(plane.shares * _SHADES) / _SHADES, colours).tolist()
        looks = [self._look(*each, colours) for each in zip(plane.trainings, ramp, strict=True)]
        symbols, pens, brushes = zip(*looks, strict=True) if looks else ((), (), ())
        self.points.setData(*plane.places.T, symbol=[*symbols], size=size, pen=[*pens], brush=[*brushes])
        for item, numbers, colour, around in (
            (self.rings, self.selection.numbers, colours.text, 6),
            (self.best, (best.number,) if best else (), colours.amber, 11),
        ):
            kept = plane.places[[each.number in numbers for each in plane.trainings]].reshape(-1, 2)
            item.setData(*kept.T, size=size + around, pen=pg.mkPen(colour, width=2), brush=None)
        self._draw_means(colours)
        baseline = self._set.by_number.get(self.selection.baseline or 0)
        value = None if baseline is None or plane.is_map else baseline.value
        self.level.setVisible(value is not None)
        self.level.setPen(pg.mkPen(colours.text, width=1, style=Qt.PenStyle.DashLine))
        if value is not None:
            self.level.setValue(float(plane.up.place(np.array([value]))[0]))
        self._show_key(colours)

    def _draw_means(self, colours: Theme) -> None:
        """Draws means with their ranges, above many points. Those of numbers are connected."""
        x, mean, low, high = self.plane.means.T
        bar = pg.mkPen(blend(colours.muted, colours.text, 0.5), width=2)
        setting = self._settings[0]
        line = pg.mkPen(colours.muted, width=1) if setting is not None and setting.is_numeric else None
        self.ranges.setData(x=x, y=mean, top=high - mean, bottom=mean - low, pen=bar)
        self.means.setData(x, mean, pen=line, symbolPen=None, symbolBrush=bar.color())
        for item in (self.ranges, self.means):
            item.setVisible(len(x) > 0)
            item.setZValue(1 if len(self.plane.places) > _MANY else 0)

    def _look(self, training: Training, ramp: int, colours: Theme) -> tuple[str, QPen, QBrush]:
        """Symbol, pen and brush of a training's point; `ramp` is its colour in a map."""
        is_chosen, is_map = training.number in self.selection.numbers, self.plane.is_map
        plain = run_colour(colours, training.number) if is_chosen or self._named else colours.series
        colour = colours.red if training.failed else f"#{ramp & 0xFFFFFF:06x}" if is_map else plain
        opacity = _PLAIN if is_chosen or is_map or not self.selection.numbers else _FAINT
        is_plain = training.is_over and not training.failed
        edge = colour if not is_plain else colours.muted if is_map else colours.plot_background
        symbol = "x" if training.failed else "s" if is_map and is_plain else "o"
        return symbol, *_pen_and_brush(edge, 1.0 if is_plain else opacity, colour, opacity * training.is_over)

    @property
    def _named(self) -> Sequence[Training]:
        """Runs that are told apart by colours: all of few."""
        shown = self.plane.trainings
        return shown if self._set.kind == "runs" and len(shown) <= _FEW and not self.plane.is_map else ()

    def _show_key(self, colours: Theme) -> None:
        shown, plane, title = self.plane.trainings, self.plane, objective_title(self._set.objective)
        strong = QColor.fromRgb(int(height_colours(np.array([1.0]), colours)[0])).name()
        means = "mean and deviation" if plane.has_seeds else "mean and range"
        noun = "mean of seeds" if self._set.seeds > 1 and not plane.has_seeds else NOUNS[self._set.kind]
        means += " of neighbours" if plane.has_bins else ""
        named = [KeyEntry(telling_text(it), run_colour(colours, it.number), "dot") for it in self._named]
        entries = (
            *((True, entry) for entry in named),
            (not plane.is_map and not named, KeyEntry(noun, "series", "dot")),
            (plane.is_map, KeyEntry(f"{title}, the best in full colour", strong, "dot")),
            (len(plane.means), KeyEntry(means, "muted")),
            (self._set.best, KeyEntry("best", "amber", "ring")),
            (any(not each.is_over for each in shown), KeyEntry("unfinished", "series", "ring")),
            (any(each.failed for each in shown), KeyEntry("failed or diverged", "red", "cross")),
            (self.level.isVisible(), KeyEntry("baseline", "text", "dash")),
        )
        self.key.show_entries(*(entry for is_there, entry in entries if is_there and shown))

    def _name_axes(self) -> None:
        (across, up), plane = self._settings, self.plane
        for side, scale in (("bottom", plane.across), ("left", plane.up)):
            axis = self.canvas.axis(side)
            axis.logarithmic, axis.whole = scale.logarithmic, scale.whole
        objective = self._set.objective
        value = objective_title(objective)
        with_unit = value if objective.reaches else axis_title(value, objective.measure)
        vertical = up.title if up else f"{value}, logarithmic" if plane.up.logarithmic else with_unit
        name = f"{value} over {across.title if across else 'runs'}"
        self.rename(name, across.title if across else "", vertical)
        self._show_ticks()

    @Slot()
    def _show_ticks(self) -> None:
        """Writes the words of columns below or beside them, as they fit."""
        metrics = QFontMetrics(tabular_font(SMALL))
        width = self.canvas.getPlotItem().getViewBox().width()
        axes = (("bottom", self.plane.across), ("left", self.plane.up))
        for (side, scale), setting in zip(axes, self._settings, strict=True):
            column = LEFT_WIDTH if side == "left" else max(width / max(len(scale.columns), 1), 1.0)
            every = math.ceil(_LEAST_COLUMN / column)
            ticks = []
            for at, value in list(enumerate(scale.columns))[::every]:
                text = setting_text(setting, value) if setting else self._set.name
                room = int(every * column) - GRID
                ticks.append((at, metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)))
            self.canvas.axis(side).setTicks([ticks] if ticks else None)


class SettingView(PlotView):
    """Points of all trainings over the setting that tells most, or that a person chooses."""

    title = "Over a setting"
    plot: SettingPlot

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, SettingPlot(selection), parent)
        self.across, self.up = Chooser(), Chooser()
        self.lay_out(
            ("Setting", "The setting whose values are shown across.", self.across),
            (
                "and by",
                "A second setting, upwards; the points become a map with results as colours.",
                self.up,
            ),
        )
        self.across.chosen.connect(self._follow)
        self.up.chosen.connect(self._follow)

    def obstacle(self, trainings: TrainingSet) -> str:
        compared = comparable(trainings)
        if not trainings.trainings:
            return none_yet(trainings, "Results over the values of a setting")
        if not compared.settings and trainings.kind in ("runs", "sweep"):
            reason = "Nothing varies among these runs: change a setting, train again, and compare."
            return f"{reason} {left_out_words(trainings)}".strip()
        if all(each.value is None and not each.failed for each in compared.trainings):
            return f"Nothing has been measured yet: {_WHEN}."
        return ""

    def take_set(self, *, is_other: bool) -> None:
        compared = self.compared
        titles = {each.path: each.title for each in compared.settings}
        telling = [it.path for it in compared.settings if it.path == DESIGN or it.is_numeric]
        telling = [path for path in (*telling, *titles) if path != "seed"]  # which is chance
        telling.sort(key=lambda path: any(path not in each.values for each in compared.trainings))
        across, up = ("", "") if is_other else (self.across.name(), self.up.name())
        across = across if across in titles else [*telling, *titles, ""][0]
        others = {"": "Nothing"} | {path: title for path, title in titles.items() if path != across}
        offer(self.across, titles or {"": "Nothing varies"}, across)
        offer(self.up, others, up if up in others else "")
        second = compared.setting(self.up.name())
        # Seeds are seen where they alone lie above one another; else each point is their mean.
        shown = by_point(compared) if len(titles) > 1 else compared
        self.plot.show_plane(shown, compared.setting(across), second)

    @Slot()
    def _follow(self) -> None:
        self.take_set(is_other=False)
        self.refresh()


class SizeView(PlotView):
    """Points of all trainings over the number of their network's parameters."""

    title = "Over parameters"
    plot: SettingPlot

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, SettingPlot(selection), parent)
        self.lay_out()

    def obstacle(self, trainings: TrainingSet) -> str:
        if not trainings.trainings:
            return none_yet(trainings, "Results over the number of parameters")
        if all(each.value is None and not each.failed for each in comparable(trainings).trainings):
            return f"Nothing has been measured yet: {_WHEN}. {left_out_words(trainings)}".strip()
        return ""

    def take_set(self, *, is_other: bool) -> None:
        found = by_size(by_point(self.compared))
        self.plot.show_plane(found, next(iter(found.settings), None), None)


@lru_cache(256)
def _pen_and_brush(edge: str, edge_opacity: float, colour: str, opacity: float) -> tuple[QPen, QBrush]:
    """Pen and brush of points that look alike, which pyqtgraph renders once if they share both."""
    width = 1.5 if edge_opacity < 1 else 1
    return pg.mkPen(shade(edge, edge_opacity), width=width), pg.mkBrush(shade(colour, opacity))
