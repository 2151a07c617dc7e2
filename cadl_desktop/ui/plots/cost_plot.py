"""The cost falling: training and validation, linear or logarithmic, with marks at live changes."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Slot
from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.runs.changes import Change, in_words
from cadl_desktop.runs.history import History
from cadl_desktop.sentences import filled
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.fields import describe, translated
from cadl_desktop.ui.plots.axes import figure, nice_ceiling
from cadl_desktop.ui.plots.cost_others import CostOthers, OtherRun
from cadl_desktop.ui.plots.key import Sign
from cadl_desktop.ui.plots.marks import ROW, arranged
from cadl_desktop.ui.plots.plot import Plot, Range, shade
from cadl_desktop.ui.theme.theme import SMALL, Theme, tabular_font, theme

Doubles = NDArray[np.float64]
AxisName = Literal["epoch", "step", "seconds"]

_MOST_MARKS = 64
_FAR = 4.0
"""How many times as high as this run's highest cost another run's may be, to be shown to its top."""
_LOG_STEPS = 2
"""A logarithmic range grows by this part of a decade: half of one."""


class CostPlot(Plot):
    """Shows a run's history. It copies nothing: give it the history again whenever rows were added."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis: AxisName = "epoch"
        self._x: Doubles = np.empty(0)
        self._costs: Doubles = np.empty(0)
        self._validation: Doubles = np.empty(0)
        self._changes: list[tuple[float, Change]] = []
        self._history: History | None = None
        self._grown: tuple[float, float, float] | None = None
        self._drawn: tuple[int, list[list[float]], bool] | None = None
        self._newest_drawn = -np.inf
        self._hint = ""
        self.marks: list[pg.InfiniteLine] = []
        self.others = CostOthers(self.canvas)
        self._others_extent: tuple[float, float, float] | None = None
        self._others_drawn = False
        self.curves = [self._curve(), self._curve()]
        text = self.tr("Shows the cost on a logarithmic axis, where late progress is easier to see.")
        title = self.tr("Logarithmic cost")
        self.log_axis = add_action(self, Action(title, self._change_axis, "Ctrl+L", text, checked=False))
        self.switch = self._log_switch(text)
        self.header.addWidget(self.switch)
        self.rename(self.tr("Cost"), self.tr("epoch"), self.tr("cost"))
        self.wear(theme())
        self.reset_zoom()
        self.canvas.getPlotItem().getViewBox().sigResized.connect(self._draw_marks)

    @property
    def logarithmic(self) -> bool:
        return self.log_axis.isChecked()

    @Slot(bool)
    def _change_axis(self, on: bool) -> None:
        """A zoom ends, as it was one of the other axis."""
        self.canvas.axis("left").logarithmic = on
        self._grown = None
        self._others_extent = self.others.extent(self._shown)
        self.reset_zoom()
        self._draw()
        self._draw_others()

    def show_others(self, runs: Sequence[OtherRun], chosen: int | None) -> None:
        """Draws other runs behind this one, the newest last, and the one of the number `chosen` clearly."""
        self.others.show(runs, chosen)
        self._others_extent = self.others.extent(self._shown)
        self._grown = None
        self.fit(*self.whole_range())
        self._draw_others()
        self._show_key()

    def set_hint(self, text: str) -> None:
        """What to say as long as there is no cost."""
        self._hint = text
        self.say_empty("" if len(self._x) else text)

    def show_history(self, history: History, axis: AxisName = "epoch") -> None:
        """Draws the history's rows over epochs, steps or seconds."""
        x = history.column(axis)
        if history is not self._history or axis != self._axis:
            self._start_over(history, axis)
        self._x, self._costs = x, history.column("cost")
        self._validation = history.column("validation_cost")
        steps = history.column("step")
        # What was set before the first step is no change.
        live = [change for change in history.changes if change.is_visible][-_MOST_MARKS:]
        self._changes = [(place_of_step(change.step, steps, x), change) for change in live]
        self.say_empty("" if len(x) else self._hint)
        self.fit(*self.whole_range())
        if self._is_news():
            self._show_key()
            self._draw()
        if self._shows_others() != self._others_drawn:
            self._draw_others()
        self.read_again()

    def whole_range(self) -> tuple[Range, Range]:
        """From the start to a round number beyond the newest row; it only grows while a run goes on."""
        values = np.concatenate([self._shown(self._costs), self._shown(self._validation)])
        values = values[np.isfinite(values)]
        if not len(values):
            return (0.0, 100.0), ((-1.0, 1.0) if self.logarithmic else (0.0, 1.0))
        last, lowest, highest = self._reach(values)
        right = nice_ceiling(last)
        low, high = self._vertical(lowest, highest)
        if self._grown is not None:
            right, low, high = (
                max(right, self._grown[0]),
                min(low, self._grown[1]),
                max(high, self._grown[2]),
            )
        self._grown = (right, low, high)
        return (0.0, right), (low, high)

    def read_out(self, where: QPointF) -> tuple[str, float | None]:
        if not len(self._x):
            return "", None
        row = int(np.abs(self._x - where.x()).argmin())
        words = [
            f"{self._titles['bottom']} {figure(float(self._x[row]))}",
            filled(self.tr("cost {cost}"), cost=figure(float(self._costs[row]))),
        ]
        if np.isfinite(self._validation[row]):
            words.append(filled(self.tr("validation {cost}"), cost=figure(float(self._validation[row]))))
        if self.others.chosen is not None and self._shows_others():
            number, cost = self.others.chosen.number, self.others.chosen.cost_at(where.x())
            words.append(filled(self.tr("run {number}: {cost}"), number=number, cost=figure(cost)))
        return " · ".join(words), float(self._x[row])

    def recolour(self, colours: Theme) -> None:
        self.others.wear(colours)
        for curve, colour in zip(self.curves, (colours.series, colours.series_two), strict=True):
            curve.setPen(pg.mkPen(colour, width=1.5))
        for mark in self.marks:
            self._dress(mark, colours)

    def _reach(self, values: Doubles) -> tuple[float, float, float]:
        """The last epoch, the lowest and the highest cost to show, other runs included."""
        last, lowest, highest = float(self._x[-1]), float(values.min()), float(values.max())
        others = self._others_extent
        if others is None or not self._shows_others():
            return last, lowest, highest
        # One that went wrong must not press all others flat.
        far = highest + np.log10(_FAR) if self.logarithmic else _FAR * abs(highest)
        return max(last, others[0]), min(lowest, others[1]), max(highest, min(others[2], float(far)))

    def _vertical(self, low: float, high: float) -> Range:
        if self.logarithmic:
            # A twentieth more, so that a curve never lies on the very edge.
            bottom = np.floor((low - 0.05) * _LOG_STEPS) / _LOG_STEPS
            return float(bottom), float(np.ceil((high + 0.05) * _LOG_STEPS) / _LOG_STEPS)
        if low >= 0:
            return 0.0, nice_ceiling(high * 1.02)
        return -nice_ceiling(-low * 1.02), nice_ceiling(high * 1.02)

    def _shown(self, costs: Doubles) -> Doubles:
        """The costs as the axis wants them; what can't be drawn becomes a gap."""
        drawable = np.isfinite(costs) & ((costs > 0) | (not self.logarithmic))
        shown = np.full(len(costs), np.nan)
        shown[drawable] = np.log10(costs[drawable]) if self.logarithmic else costs[drawable]
        return shown

    def _draw(self) -> None:
        for curve, costs in zip(self.curves, (self._costs, self._validation), strict=True):
            shown = self._shown(costs)
            if np.isfinite(shown).any():
                curve.setData(self._x, shown)
            else:
                curve.setData([], [])
        self._draw_marks()

    def _draw_others(self) -> None:
        self._others_drawn = self._shows_others()
        if self._others_drawn:
            self.others.draw(self._shown)
        else:
            self.others.show_nothing()

    def _shows_others(self) -> bool:
        """Only behind a curve of its own, and over the axis that all runs have in common."""
        return len(self._x) > 0 and self._axis == "epoch"

    @Slot()
    def _draw_marks(self) -> None:
        while len(self.marks) < len(self._changes):
            self.marks.append(self._new_mark())
        rows = self._rows_of_marks()
        height = max(1.0, self.canvas.getPlotItem().getViewBox().height())
        for index, mark in enumerate(self.marks):
            mark.setVisible(index < len(self._changes))
            if index < len(self._changes):
                text, row = rows[index]
                mark.setValue(self._changes[index][0])
                mark.label.setVisible(row is not None)
                mark.label.setFormat(text)
                middle = ROW * ((row or 0) + text.count("\n") / 2) + 2 * ROW / 3
                mark.label.setPosition(1 - middle / height)

    def _rows_of_marks(self) -> list[tuple[str, int | None]]:
        """The text of each change and the row in which it is shown."""
        view = self.canvas.getPlotItem().getViewBox()
        (low, high), width = view.viewRange()[0], max(1.0, view.width())
        places = [(place - low) / (high - low) * width for place, _ in self._changes]
        return arranged([translated(in_words(change, figure)) for _, change in self._changes], places, width)

    def _new_mark(self) -> pg.InfiniteLine:
        mark = pg.InfiniteLine(angle=90, movable=False, label="", labelOpts={"position": 1.0})
        mark.label.setAnchor((0, 0.5))
        self._dress(mark, theme())
        self.canvas.addItem(mark, ignoreBounds=True)
        return mark

    def _dress(self, mark: pg.InfiniteLine, colours: Theme) -> None:
        mark.setPen(pg.mkPen(shade(colours.muted, 0.6), width=1, style=Qt.PenStyle.DashLine))
        mark.label.setColor(colours.muted)
        mark.label.setFont(tabular_font(SMALL))

    def _curve(self) -> pg.PlotDataItem:
        curve = pg.PlotDataItem(connect="finite", antialias=True)
        # Thousands of wide, smooth strokes at once are slow to draw; separate segments are not.
        curve.curve.setSegmentedLineMode("on")
        self.canvas.addItem(curve)
        # After adding, which would take the plot's settings: two points for every pixel.
        curve.opts["autoDownsampleFactor"] = 1.0
        curve.setDownsampling(auto=True, method="peak")
        curve.setClipToView(True)
        return curve

    def _show_key(self) -> None:
        signs = [Sign(self.tr("training"), "series")]
        if np.isfinite(self._validation).any():
            signs.append(Sign(self.tr("validation"), "series_two"))
        if self.others.runs and self._shows_others():
            signs.append(Sign(self.tr("other runs"), "muted"))
        self.key.show_signs(*(signs if len(self._x) else []))

    def _is_news(self) -> bool:
        """Whether the newest row lies at least half a pixel beyond the last one that was drawn."""
        newest = float(self._x[-1]) if len(self._x) else -np.inf
        ranges = self.canvas.getPlotItem().getViewBox().viewRange()
        drawn = (len(self._changes), ranges, len(self._x) == 0)
        pixel = (ranges[0][1] - ranges[0][0]) / max(1, self.canvas.width())
        if drawn == self._drawn and newest - self._newest_drawn < pixel / 2:
            return False
        self._drawn, self._newest_drawn = drawn, newest
        return True

    def _start_over(self, history: History, axis: AxisName) -> None:
        self._history, self._axis, self._grown, self._drawn = history, axis, None, None
        self.zoomed = False
        titles = {"epoch": self.tr("epoch"), "step": self.tr("step"), "seconds": self.tr("time in s")}
        self.rename(self.tr("Cost"), titles[axis], self.tr("cost"))

    def _log_switch(self, text: str) -> QToolButton:
        switch = QToolButton(self)
        self.log_axis.setIconText(self.tr("Log"))
        switch.setDefaultAction(self.log_axis)
        switch.setProperty("toggle", True)
        describe(switch, self.tr("Logarithmic cost axis"), text)
        return switch


def place_of_step(step: int, steps: Doubles, x: Doubles) -> float:
    """Where on the axis a step lies, between the rows before and after it."""
    if not len(x):
        return 0.0
    return float(np.interp(step, np.concatenate([[0.0], steps]), np.concatenate([[0.0], x])))
