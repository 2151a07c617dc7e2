"""Courses of a measure of all trainings over one another, the chosen ones above the others."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsItem, QToolButton, QWidget

from cadl_desktop.comparing.course_lines import Line, lines_of, means_of
from cadl_desktop.comparing.spreads import groupings
from cadl_desktop.comparing.training import Axis, Doubles, TrainingSet
from cadl_desktop.sentences import counted
from cadl_desktop.session.comparing.comparison import Selection
from cadl_desktop.sweeps.plan.sweep_model import DESIGN
from cadl_desktop.ui.comparing.plots.plot_view import (
    Numbers,
    PlotView,
    TrainingPlot,
    none_yet,
    offer,
)
from cadl_desktop.ui.comparing.words import axis_title, measure_text, measure_title, telling_text
from cadl_desktop.ui.controls.action import Action, Within, add_action
from cadl_desktop.ui.controls.fields import Chooser, describe
from cadl_desktop.ui.controls.number_text import figure, grouped
from cadl_desktop.ui.plots.axes import nice_ceiling
from cadl_desktop.ui.plots.cost_axis import (
    linear_range,
    logarithmic_range,
    wants_logarithm,
    without_beginning,
)
from cadl_desktop.ui.plots.cost_curves import LEAST_ROWS, joined, smoothed, window_of
from cadl_desktop.ui.plots.fast_curves import FastCurve, draw_known
from cadl_desktop.ui.plots.key import KeyEntry
from cadl_desktop.ui.plots.plot import Range
from cadl_desktop.ui.plots.plot_canvas import shade
from cadl_desktop.ui.theme.theme import RUN_COLOUR_COUNT, Theme, run_colour, theme

_AXES: dict[Axis, str] = {
    "epoch": "Epochs",
    "step": "Steps",
    "seconds": "Seconds",
    "processor": "Processor seconds",
}
_MEASURES = ("seen_psnr", "held_out_psnr", "r2", "rms", "cost", "validation_cost")
_MOST_GROUPS = 8
_NEAR = 28
"""Pixels between the mouse and a line that it points at."""
_MOST_NAMED, _MOST_READ = 8, 4
"""Lines with a name of their own in the key, and in the readout."""
_SEVERAL, _FAINTEST, _BEHIND = 20, 0.15, 0.5
"""Number of quiet lines above which they become fainter, the least opacity, and its factor behind chosen
lines."""
_POINTS, _FEWEST = 8_000, 16
"""Points drawn of all quiet lines together, and at least of each."""
_BAND = 0.16
_DOT, _LARGE_DOT = 6, 10
_FAR, _FAR_DECADES = 4.0, 2.0
"""Largest multiple of the median of the lines' highest values that extends a linear axis, and a logarithmic
one: one that diverges must not flatten the others."""


class CoursesPlot(TrainingPlot):
    """Plot of lines: clear ones of chosen trainings and of means, and quiet ones behind. The axis of costs
    becomes logarithmic by itself once the costs reach over two decades, until a person chooses; that of
    other measures is linear."""

    def __init__(self, selection: Selection) -> None:
        super().__init__(selection)
        self._axis: Axis = "epoch"
        self.measure = "cost"
        self._lines: Sequence[Line] = ()
        self._means: Sequence[Line] = ()
        self.clear: Sequence[Line] = ()
        self.quiet: Sequence[Line] = ()
        self._base: Line | None = None
        self._is_automatic = True
        view = self.canvas.getPlotItem().getViewBox()
        self.curves = [FastCurve(view) for _ in range(2 * RUN_COLOUR_COUNT)]
        """Quiet lines of each colour, so that a thousand are drawn at once, followed by the clear ones."""
        self.dashed, self.pointed = FastCurve(view), FastCurve(view)
        self.bands: list[pg.FillBetweenItem] = []
        self.dots = pg.ScatterPlotItem(pen=None)
        self._drawn: dict[FastCurve, object] = {}
        for item in (*self.curves, self.dashed, self.pointed, self.dots):
            # Cached, as the readout's cursor and the line under the mouse move above.
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
            self.canvas.addItem(item, ignoreBounds=True)
        tip = "Shows costs on a logarithmic axis, where late progress is easier to see."
        log = Action("Logarithmic costs", self._choose_axis, "L", tip, checked=False)
        self.log_axis = add_action(self.canvas, log, Within.WidgetShortcut)
        self.log_axis.setIconText("Log")
        self._actions.append(self.log_axis)
        self.canvas.mouse_moved.connect(self._point)
        self.apply_theme(theme())
        self.reset_zoom()

    def show_lines(self, measure: str, lines: Sequence[Line], means: Sequence[Line], axis: Axis) -> None:
        """Takes the lines of a measure over an axis, and the means of groups, to be drawn next."""
        self.measure, self._lines, self._means, self._axis = measure, lines, means, axis
        self.log_axis.setEnabled(self._is_cost)

    def draw(self) -> None:
        by_number, chosen = {line.numbers[0]: line for line in self._lines}, self.selection.numbers
        self.clear = [by_number[number] for number in chosen if number in by_number]
        others = [line for line in self._lines if line.numbers[0] not in chosen]
        self.quiet = [] if self._means else others
        self.current = self.clear[0].numbers if self.clear else ()
        self._base = by_number.get(self.selection.baseline or 0)
        if self._is_automatic and not self.zoomed and self._is_cost:
            costs = [line.values for line in self._leading]
            wanted = bool(costs) and wants_logarithm(np.concatenate(costs), np.inf)
            self.log_axis.setChecked(wanted)
        self._name_axes()
        self.fit(*self.full_range())
        self.recolour(theme())
        self._point()

    def full_range(self) -> tuple[Range, Range]:
        """From the start to a round number beyond the last row, and round costs around the lines."""
        lines = self._leading
        last = max((float(line.x[-1]) for line in lines), default=1.0)
        # Twice as much where all are dots, which the edge would cut.
        right = nice_ceiling(last if any(len(line.x) > 1 for line in lines) else 2 * last)
        ends = self._cost_range()
        if ends is None:
            return (0.0, right), ((-1.0, 1.0) if self.logarithmic else (0.0, 1.0))
        if self.logarithmic:
            return (0.0, right), logarithmic_range(*ends, None)
        return (0.0, right), linear_range(*ends, None, from_zero=self._is_cost)

    def readout_at(self, where: QPointF) -> tuple[str, float | None]:
        line = self.nearest(where)
        return ("", None) if line is None else (self._words(where.x(), [line]), where.x())

    def readout_along(self, x: float) -> str:
        return self._words(x, [line for line in self._every if np.isfinite(line.value_at(x))][:_MOST_READ])

    def stops(self) -> Doubles:
        """Positions of the current line's rows."""
        return self.clear[0].x if self.clear else super().stops()

    def summary_words(self) -> str:
        lines = sorted(self._leading, key=lambda line: line.values[-1])
        if not lines:
            return ""
        low, high = (f"{self._text(line.values[-1])} ({line.name})" for line in (lines[0], lines[-1]))
        count = counted(len(self._every), "line")
        return f"{measure_title(self.measure)} of {count}: from {low} to {high} at the end."

    def nearest(self, where: QPointF) -> Line | None:
        """Returns the line under a point of the plane; None where none is near."""
        lines = self._every
        away = np.abs(self._converted(np.array([line.value_at(where.x()) for line in lines])) - where.y())
        if not np.isfinite(away).any():
            return None
        found = int(np.nanargmin(away))
        pixel = self.canvas.getPlotItem().getViewBox().viewPixelSize()[1]
        return lines[found] if away[found] <= _NEAR * pixel else None

    def numbers_at(self, where: QPointF) -> Numbers:
        line = self.nearest(where)
        return line.numbers if line else ()

    def in_order(self, *, across: bool) -> Sequence[Numbers] | None:
        """Lines by their last values."""
        by_cost = sorted(self._every, key=lambda line: float(line.values[-1]))
        return None if across else [line.numbers for line in by_cost]

    def current_words(self) -> str:
        return self._words(float(self.clear[0].x[-1]), self.clear[:1])

    def recolour(self, colours: Theme) -> None:
        behind, front = [] if self._means else self._lines, [*self._means, *self.clear]
        many = len(behind)
        opacity = max(_FAINTEST, min(1.0, _SEVERAL / max(many, 1))) * (_BEHIND if self.clear else 1.0)
        for place in range(RUN_COLOUR_COUNT):
            colour, quiet, clear = run_colour(colours, place), *self.curves[place::RUN_COLOUR_COUNT]
            # A width of 0 is one pixel, and four times as fast.
            pen = pg.mkPen(shade(colour, opacity), width=1.2 if many <= _SEVERAL else 0)
            # Chosen lines are behind too, so that a selection changes nothing there.
            self._draw_lines(quiet, behind, place, pen, max(_FEWEST, _POINTS // max(many, 1)))
            self._draw_lines(clear, front, place, pg.mkPen(colour, width=2.2))
        dashes = pg.mkPen(colours.text, width=1.5, style=Qt.PenStyle.DashLine)
        self._draw_lines(self.dashed, [self._base] if self._base else [], None, dashes)
        self._draw_bands(colours)
        self._draw_dots(colours)
        self._show_key()

    def _draw_lines(
        self, curve: FastCurve, lines: Sequence[Line], colour: int | None, pen: QPen, most: int = 0
    ) -> None:
        """Draws lines in a curve, unless it shows them already: all, or those of one `colour`; with `most`,
        no more points of each."""
        alike = [line for line in lines if colour is None or line.colour % RUN_COLOUR_COUNT == colour]
        wanted = alike, pen, most, self.logarithmic
        if self._drawn.get(curve) != wanted:
            self._drawn[curve] = wanted
            curve.setPen(pen)
            draw_known(curve, *joined([self._points(line, line.values, most) for line in alike], most))

    def _draw_bands(self, colours: Theme) -> None:
        for band in self.bands:
            self.canvas.removeItem(band)
        self.bands = []
        for line in self._means:
            if line.band:
                edges = [pg.PlotCurveItem(*self._points(line, costs)) for costs in line.band]
                brush = shade(run_colour(colours, line.colour), _BAND)
                band = pg.FillBetweenItem(*edges, brush=brush)
                band.setZValue(-1)
                self.canvas.addItem(band, ignoreBounds=True)
                self.bands.append(band)

    def _draw_dots(self, colours: Theme) -> None:
        """Draws lines with a single cost."""
        dots = [line for line in self._every if len(line.x) == 1]
        costs = self._converted(np.array([line.values[0] for line in dots]))
        # Dots of one colour share a brush, as each one is rendered.
        brushes = [pg.mkBrush(run_colour(colours, place)) for place in range(RUN_COLOUR_COUNT)]
        brush = [brushes[line.colour % RUN_COLOUR_COUNT] for line in dots]
        size = [_LARGE_DOT if line in self.clear else _DOT for line in dots]
        self.dots.setData([line.x[0] for line in dots], costs, brush=brush, size=size)

    @Slot()
    def _point(self) -> None:
        """Draws the line under the mouse above the others."""
        where = self.canvas.under_mouse()
        line = self.nearest(where) if where is not None else None
        self._draw_lines(self.pointed, [line] if line else [], None, pg.mkPen(theme().text, width=1.5))

    @Slot(bool)
    def _choose_axis(self, on: bool) -> None:
        self._is_automatic = self.zoomed = False
        self.draw()

    @property
    def logarithmic(self) -> bool:
        return self._is_cost and self.log_axis.isChecked()

    @property
    def _is_cost(self) -> bool:
        return self.measure.endswith("cost")

    def _text(self, value: float) -> str:
        return measure_text(self.measure, float(value))

    @property
    def _every(self) -> list[Line]:
        """All lines that are drawn, the current one first."""
        return [*self.clear, *self._means, *self.quiet]

    @property
    def _leading(self) -> list[Line]:
        """Lines that determine the axes: of trainings that have not failed, or all if there are no others."""
        return [line for line in self._every if line.leads] or self._every

    def _cost_range(self) -> Range | None:
        """Returns the lowest and the highest cost to show, converted for the axis, without those far above
        the others unless they are chosen; None if there is none."""
        lines, chosen = self._leading, set(self.clear)
        if not lines:
            return None
        counted = np.asarray if self.logarithmic else without_beginning
        rows = [np.concatenate([*map(counted, line.band or (line.values,))]) for line in lines]
        costs, starts = self._converted(np.concatenate(rows)), np.cumsum([0, *map(len, rows[:-1])])
        lows, tops = np.fmin.reduceat(costs, starts), np.fmax.reduceat(costs, starts)
        known = np.isfinite(tops)
        if not known.any():
            return None
        # In place of numpy's median, which imports a module for 80 ms.
        middle = float(np.sort(tops[known])[known.sum() // 2])
        far = middle + _FAR_DECADES if self.logarithmic else max(middle, _FAR * middle)
        counts = known & ((tops <= far) | [line in chosen for line in lines])
        return float(lows[known].min()), float(tops[counts].max())

    def _converted(self, costs: Doubles) -> Doubles:
        """Returns costs in units of the axis; NaN where they cannot be drawn."""
        return np.log10(np.where(costs > 0, costs, np.nan)) if self.logarithmic else costs

    def _points(self, line: Line, costs: Doubles, most: int = 0) -> tuple[Doubles, Doubles]:
        """Returns positions and costs at the rows of a line in units of the axes, smoothed, as noise would
        hide other lines. Of many lines with at most so many points it isn't seen."""
        shown, window = self._converted(costs), window_of(len(costs))
        return line.x, shown if window == 1 or 0 < most < LEAST_ROWS else smoothed(shown, window)

    def _words(self, x: float, lines: Sequence[Line]) -> str:
        """Returns the values of some lines and of the baseline at a position."""
        place = grouped(round(x)) if self._axis in ("epoch", "step") else figure(x)
        words = [f"{_AXES[self._axis].removesuffix('s').lower()} {place}"]
        words += [f"{line.name}: {self._text(line.value_at(x))}" for line in lines]
        if self._base is not None and self._base not in lines:
            words.append(f"baseline {self._text(self._base.value_at(x))}")
        return " · ".join(words)

    def _show_key(self) -> None:
        named = [*self._means, *self.clear] or (self.quiet if len(self.quiet) <= _MOST_NAMED else [])
        entries = [KeyEntry(line.name, run_colour(theme(), line.colour)) for line in named[:_MOST_NAMED]]
        rest = len(self._every) - len(entries)
        if rest > 0:
            entries.append(KeyEntry(counted(rest, "other" if entries else "run"), "muted"))
        if self._base is not None:
            entries.append(KeyEntry("baseline", "text", "dash"))
        self.key.show_entries(*entries)

    def _name_axes(self) -> None:
        self.canvas.axis("bottom").whole = self._axis in ("epoch", "step")
        self.canvas.axis("left").logarithmic = self.logarithmic
        title = measure_title(self.measure)
        vertical = f"{title}, logarithmic" if self.logarithmic else axis_title(title, self.measure)
        self.rename(f"{title} of all runs", _AXES[self._axis].lower(), vertical)


class CoursesView(PlotView):
    """Lines of a measure of all trainings over epochs, steps or seconds, or bands of groups of them."""

    title = "Courses"
    plot: CoursesPlot

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, CoursesPlot(selection), parent)
        self._lines: dict[object, Line] = {}
        self.shown_measure, self.axis, self.group_by, log = Chooser(), Chooser(), Chooser(), QToolButton()
        offer(self.axis, {str(name): title for name, title in _AXES.items()}, "epoch")
        log.setDefaultAction(self.plot.log_axis)
        log.setProperty("toggle", True)
        describe(log, "Logarithmic axis of costs", self.plot.log_axis.whatsThis())
        self.lay_out(
            ("Measure", "What the lines show.", self.shown_measure),
            ("Over", "What it is shown over; old runs know no processor seconds.", self.axis),
            ("Group by", "Shows the mean and the range of runs with the same value.", self.group_by),
            end=[log],
        )
        self.shown_measure.chosen.connect(self._start_over)
        self.axis.chosen.connect(self._start_over)
        self.group_by.chosen.connect(self._start_over)

    def obstacle(self, trainings: TrainingSet) -> str:
        if _measures_of(trainings):
            return ""
        if not trainings.trainings:
            return none_yet(trainings, "Courses")
        return "Nothing has been measured yet: lines appear with the first epochs of a run."

    def take_set(self, *, is_other: bool) -> None:
        by, measure, known = self.group_by.name(), self.measure, _measures_of(self.trainings)
        if is_other:
            self.plot.zoomed = False
            measure = self.trainings.objective.measure
        measure = measure if measure in known else known[0]
        offer(self.shown_measure, {each: measure_title(each) for each in known}, measure)
        if is_other:
            by = DESIGN if self.compared.kind == "seeds" or self.compared.seeds > 1 else ""
        found = [each for each in groupings(self.compared) if len(each.groups) <= _MOST_GROUPS]
        titles = {"": "Nothing"} | {each.path: each.title for each in found}
        offer(self.group_by, titles, by if by in titles else "")
        groups = next((each.groups for each in found if each.path == self.group_by.name()), ())
        axis = cast(Axis, self.axis.name())
        self._lines = lines_of(self.compared, measure, axis, telling_text, self._lines)
        lines = [*self._lines.values()]
        self.plot.show_lines(measure, lines, means_of(groups, lines), axis)

    @property
    def measure(self) -> str:
        return self.shown_measure.name()

    @Slot()
    def _start_over(self) -> None:
        self.plot.zoomed = False
        self.take_set(is_other=False)
        self.refresh()


def _measures_of(trainings: TrainingSet) -> list[str]:
    """Returns the measures of which some comparable training has a course."""
    rows = trainings.trainings
    return [name for name in _MEASURES if any(it.ranks_by(name) and it.course.has(name) for it in rows)]
