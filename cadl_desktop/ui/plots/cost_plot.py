"""The cost falling: training and validation, linear or logarithmic, with marks at live changes."""

from collections.abc import Collection, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from cadl_desktop.runs.history import History
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.figures import figure
from cadl_desktop.ui.plots.axes import nice_ceiling
from cadl_desktop.ui.plots.cost_line import CostLine
from cadl_desktop.ui.plots.cost_marks import MOST_MARKS, CostMarks
from cadl_desktop.ui.plots.cost_others import CostOthers, OtherRun
from cadl_desktop.ui.plots.cost_range import (
    linear_range,
    logarithmic_range,
    wants_logarithm,
    without_beginning,
)
from cadl_desktop.ui.plots.key import Sign
from cadl_desktop.ui.plots.plot import Plot, Range
from cadl_desktop.ui.theme.theme import Theme, theme

Doubles = NDArray[np.float64]
AxisName = Literal["epoch", "step", "seconds"]

_FAR = 4.0
"""How many times as high as this run's highest cost another run's may be, to be shown with it."""


class CostPlot(Plot):
    """Shows a run's history. It copies nothing: give it the history again whenever rows were added.

    Its axis becomes logarithmic by itself once the cost has passed two decades, until somebody chooses. It
    never changes while the mouse is on the plot.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis: AxisName = "epoch"
        self._x: Doubles = np.empty(0)
        self._costs: Doubles = np.empty(0)
        self._validation: Doubles = np.empty(0)
        self._history: History | None = None
        self._grown: tuple[float, Range] | None = None
        self._drawn: tuple[int, list[list[float]], bool] | None = None
        self._newest_drawn = -np.inf
        self._hint = ""
        self.lines = CostLine(self.canvas), CostLine(self.canvas)
        self.marks = CostMarks(self.canvas)
        self.others = CostOthers(self.canvas)
        self._others_extent: tuple[float, float, Doubles] | None = None
        self._others_drawn = False
        self._least_other = np.inf
        self._make_actions()
        self._name_axes()
        self.wear(theme())
        self.reset_zoom()
        self.canvas.getPlotItem().getViewBox().sigResized.connect(self.marks.draw)
        self.canvas.mouse_moved.connect(self._catch_up)

    @property
    def logarithmic(self) -> bool:
        return self.log_axis.isChecked()

    @property
    def _is_looked_at(self) -> bool:
        """Whether a change of the axis would come between a person and what they look at."""
        return self.zoomed or self.canvas.under_mouse() is not None

    @Slot(bool)
    def _choose_axis(self, on: bool) -> None:
        """By a person, who is asked no more."""
        self.by_itself.setChecked(False)
        self._change_axis(on)

    def _change_axis(self, on: bool) -> None:
        """A zoom ends, as it was one of the other axis; so does what was said of that."""
        self.say("")
        self.canvas.axis("left").logarithmic = on
        self._name_axes()
        self._grown = None
        self._others_extent = self.others.extent(self._ruling)
        self.reset_zoom()
        self._draw_all()

    @Slot(bool)
    def _choose_by_itself(self, on: bool) -> None:
        if on:
            self._follow_decades()

    def _follow_decades(self) -> None:
        wanted = wants_logarithm(self._costs, self._least_other)
        if not self.by_itself.isChecked() or wanted == self.logarithmic or self._is_looked_at:
            return
        self.log_axis.setChecked(wanted)
        self._change_axis(wanted)
        if wanted:
            self.say("Axis now logarithmic")

    @Slot()
    def _catch_up(self) -> None:
        """The mouse may have left."""
        if len(self._x) and not self._is_looked_at:
            self._follow_decades()
            self.fit(*self.whole_range())

    def show_others(self, runs: Sequence[OtherRun], chosen: Collection[int]) -> None:
        """Draws other runs behind this one, the newest last, and those of the numbers `chosen` clearly."""
        self.others.show(runs, chosen)
        self._least_other = self.others.least
        self._follow_decades()
        self._others_extent = self.others.extent(self._ruling)
        if not self._is_looked_at:
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
        live = [change for change in history.changes if change.is_visible][-MOST_MARKS:]
        self.marks.take([(place_of_step(change.step, steps, x), change) for change in live])
        self.say_empty("" if len(x) else self._hint)
        self._follow_decades()
        if not self._is_looked_at or self._grown is None:
            self.fit(*self.whole_range())
        if self._is_news():
            self._show_key()
            self._draw()
        if self._shows_others() != self._others_drawn:
            self._draw_others()
        self.read_again()

    def whole_range(self) -> tuple[Range, Range]:
        """From the start to a round number beyond the newest row, and what serves the eye of the costs."""
        values = np.concatenate([self._ruling(self._costs), self._ruling(self._validation)])
        values = values[np.isfinite(values)]
        if not len(values):
            return (0.0, 100.0), ((-1.0, 1.0) if self.logarithmic else (0.0, 1.0))
        last, lowest, highest = self._reach(values)
        right, before = nice_ceiling(last), None
        if self._grown is not None:
            right, before = max(right, self._grown[0]), self._grown[1]
        vertical = (logarithmic_range if self.logarithmic else linear_range)(lowest, highest, before)
        self._grown = right, vertical
        return (0.0, right), vertical

    def read_out(self, where: QPointF) -> tuple[str, float | None]:
        if not len(self._x):
            return "", None
        row = int(np.abs(self._x - where.x()).argmin())
        words = [
            f"{self._titles['bottom']} {figure(float(self._x[row]))}",
            f"cost {figure(float(self._costs[row]))}",
        ]
        if np.isfinite(self._validation[row]):
            words.append(f"validation {figure(float(self._validation[row]))}")
        for run in self.others.chosen if self._shows_others() else ():
            cost = figure(run.cost_at(where.x()))
            words.append(f"run {run.number}: {cost}")
        return " · ".join(words), float(self._x[row])

    def recolour(self, colours: Theme) -> None:
        self.others.wear(colours)
        self.marks.wear(colours)
        for line, colour in zip(self.lines, (colours.series, colours.series_two), strict=True):
            line.wear(colour)

    def _reach(self, values: Doubles) -> tuple[float, float, float]:
        """The last epoch, the lowest and the highest cost to show, other runs included."""
        last, lowest, highest = float(self._x[-1]), float(values.min()), float(values.max())
        others = self._others_extent
        if others is None or not self._shows_others():
            return last, lowest, highest
        epoch, least, tops = others
        # One that went wrong must neither press all others flat nor leave room for what isn't seen of it.
        far = highest + np.log10(_FAR) if self.logarithmic else _FAR * abs(highest)
        return max(last, epoch), min(lowest, least), float(tops[tops <= far].max(initial=highest))

    def _ruling(self, costs: Doubles) -> Doubles:
        """The costs that rule the axis, as it wants them."""
        return self._shown(costs if self.logarithmic else without_beginning(costs))

    def _shown(self, costs: Doubles) -> Doubles:
        """The costs as the axis wants them; what can't be drawn becomes a gap."""
        drawable = np.isfinite(costs) & ((costs > 0) | (not self.logarithmic))
        shown = np.full(len(costs), np.nan)
        shown[drawable] = np.log10(costs[drawable]) if self.logarithmic else costs[drawable]
        return shown

    def _draw(self) -> None:
        for line, costs in zip(self.lines, (self._costs, self._validation), strict=True):
            line.draw(self._x, self._shown(costs), smooth=self.smooth.isChecked())
        self.marks.draw()

    @Slot()
    def _draw_all(self) -> None:
        self._draw()
        self._draw_others()

    def _draw_others(self) -> None:
        self._others_drawn = self._shows_others()
        if self._others_drawn:
            self.others.draw(self._shown, smooth=self.smooth.isChecked())
        else:
            self.others.show_nothing()

    def _shows_others(self) -> bool:
        """Only behind a curve of its own, and over the axis that all runs have in common."""
        return len(self._x) > 0 and self._axis == "epoch"

    def _show_key(self) -> None:
        signs = [Sign("training", "series")]
        if np.isfinite(self._validation).any():
            signs.append(Sign("validation", "series_two"))
        if self.others.runs and self._shows_others():
            signs.append(Sign("other runs", "muted"))
        self.key.show_signs(*(signs if len(self._x) else []))

    def _is_news(self) -> bool:
        """Whether the newest row lies at least half a pixel from the last one that was drawn: beyond it, or
        before it where a run goes on from an earlier moment."""
        newest = float(self._x[-1]) if len(self._x) else -np.inf
        ranges = self.canvas.getPlotItem().getViewBox().viewRange()
        drawn = (len(self.marks), ranges, len(self._x) == 0)
        pixel = (ranges[0][1] - ranges[0][0]) / max(1, self.canvas.width())
        if drawn == self._drawn and abs(newest - self._newest_drawn) < pixel / 2:
            return False
        self._drawn, self._newest_drawn = drawn, newest
        return True

    def _start_over(self, history: History, axis: AxisName) -> None:
        self._history, self._axis, self._grown, self._drawn = history, axis, None, None
        self.zoomed = False
        self._name_axes()

    def _name_axes(self) -> None:
        """Which says what the axis shows, and how."""
        titles = {"epoch": "epoch", "step": "step", "seconds": "time in s"}
        self.canvas.axis("bottom").whole = self._axis != "seconds"
        vertical = "cost, logarithmic" if self.logarithmic else "cost"
        self.rename("Cost", titles[self._axis], vertical)

    def _make_actions(self) -> None:
        text = "Shows the cost on a logarithmic axis, where late progress is easier to see."
        log = Action("Logarithmic cost", self._choose_axis, "Ctrl+L", text, checked=False)
        self.log_axis = add_action(self, log)
        text = "Makes the axis logarithmic once the cost has passed two decades."
        self.by_itself = self._switch("Choose the axis by itself", text)
        self.by_itself.triggered.connect(self._choose_by_itself)
        text = "Draws a calm line over many noisy costs, which all stay behind it."
        self.smooth = self._switch("Smooth line", text)
        self.smooth.triggered.connect(self._draw_all)
        self._actions += [self.by_itself, self.smooth]
        self.switch = QToolButton(self)
        self.log_axis.setIconText("Log")
        self.switch.setDefaultAction(self.log_axis)
        self.switch.setProperty("toggle", True)
        describe(self.switch, "Logarithmic cost axis", self.log_axis.whatsThis())
        self.header.addWidget(self.switch)

    def _switch(self, title: str, text: str) -> QAction:
        return add_action(self, Action(title, tip=text, checked=True))


def place_of_step(step: int, steps: Doubles, x: Doubles) -> float:
    """Where on the axis a step lies, between the rows before and after it."""
    if not len(x):
        return 0.0
    return float(np.interp(step, np.concatenate([[0.0], steps]), np.concatenate([[0.0], x])))
