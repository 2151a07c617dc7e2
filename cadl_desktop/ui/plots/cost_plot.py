"""Plot of the cost, training and validation, linear or logarithmic, or of the PSNR, with marks at live
changes."""

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

import numpy as np
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton

from cadl_desktop.data.samples import Doubles
from cadl_desktop.runs.changes import Change, in_words
from cadl_desktop.runs.cost_course import in_words as course_in_words
from cadl_desktop.runs.cost_course import psnr_in_words
from cadl_desktop.runs.history import History
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.controls.number_text import cost_text, decibels_text, figure
from cadl_desktop.ui.plots.axes import nice_ceiling
from cadl_desktop.ui.plots.cost_axis import (
    falls_at_first,
    linear_range,
    logarithmic_range,
    place_of_step,
    placed,
    wants_logarithm,
    without_beginning,
)
from cadl_desktop.ui.plots.cost_curves import CostLine, OtherCostLines, OtherRun
from cadl_desktop.ui.plots.cost_marks import MOST_MARKS, CostMarks
from cadl_desktop.ui.plots.key import KeyEntry
from cadl_desktop.ui.plots.plot import Plot, Range
from cadl_desktop.ui.theme.theme import Theme, run_colour, theme

AxisName = Literal["epoch", "step", "seconds"]
MeasureName = Literal["cost", "psnr"]
_TITLES: dict[AxisName, str] = {"epoch": "epoch", "step": "step", "seconds": "time in s"}

_FAR = 4.0
"""Largest multiple of this run's highest cost at which another run's cost still extends the axis; on a
logarithmic axis the same factor holds below this run's lowest cost."""
_LONGER = 2.0
"""Largest multiple of this run's length by which longer runs extend the axis."""


class Newest(NamedTuple):
    """Newest point of a run within an epoch, which its history doesn't have."""

    epoch: float
    cost: float
    psnr: float


class CostPlot(Plot):
    """Shows a run's history without copying it; pass the history again whenever rows were added.

    The vertical axis becomes logarithmic once the cost has fallen by two decades, the horizontal one where
    most of the fall is at the very beginning, unless the user has chosen. Within a run they never change
    while the mouse is over the plot.
    """

    change_chosen = Signal(int)  # step of a change whose mark was clicked
    measure_changed = Signal()
    scale_changed = Signal()
    """The horizontal axis is logarithmic now, or no longer."""

    def __init__(self) -> None:
        super().__init__()
        self._axis: AxisName = "epoch"
        self.measure: MeasureName = "cost"
        """Column of the history that is drawn."""
        self._values: Doubles = np.empty(0)
        """Epochs, steps or seconds of the rows; `_x` are their positions on the axis."""
        self._x: Doubles = np.empty(0)
        self._costs: Doubles = np.empty(0)
        self._validation: Doubles = np.empty(0)
        self._history: History | None = None
        self._newest: Newest | None = None
        self._recorded = 0
        """Number of rows of the history; the newest point comes after them."""
        self._grown: tuple[float, Range] | None = None
        self._drawn: tuple[int, list[list[float]], bool] | None = None
        self._newest_drawn = -np.inf
        self._hint = ""
        self._number = 1
        self.lines = CostLine(self.canvas), CostLine(self.canvas)
        self.marks = CostMarks(self.canvas)
        self.others = OtherCostLines(self.canvas)
        self._others_extent: tuple[float, float, Doubles] | None = None
        self._others_drawn = False
        self._least_other = np.inf
        self._make_actions()
        self._name_axes()
        self.apply_theme(theme())
        self.reset_zoom()
        self.canvas.mouse_moved.connect(self._update_when_left)
        self.canvas.cursor.moved.connect(self._update_when_left)
        self.canvas.cursor.chosen.connect(self._choose_change)
        self.canvas.mouse_moved.connect(self._show_hand)
        self.canvas.scene().sigMouseClicked.connect(self._clicked)

    @property
    def logarithmic(self) -> bool:
        return self.log_axis.isChecked() and self.measure == "cost"

    @property
    def _is_being_read(self) -> bool:
        """Whether a change of the axis would disturb somebody reading the plot."""
        by_keys = self.canvas.cursor.x is not None
        return self.zoomed or by_keys or self.canvas.under_mouse() is not None

    @Slot(bool)
    def _choose_axis(self, on: bool) -> None:
        """Switches the axis for the user and ends the automatic choice."""
        self.automatic_axis.setChecked(False)
        self._change_axis(on)

    def _change_axis(self, on: bool) -> None:
        """Switches the axis. Ends the zoom and its message, which belong to the other axis."""
        self.say("")
        self.canvas.axis("left").logarithmic = on
        self._name_axes()
        self._grown = None
        self._others_extent = self.others.extent(self._range_costs)
        self.reset_zoom()
        self._draw_all()

    @Slot()
    def _choose_logarithm(self) -> None:
        if self.measure != "cost" or not self.automatic_axis.isChecked() or self._is_being_read:
            return
        wanted = wants_logarithm(self._costs[: self._recorded], self._least_other)
        if wanted == self.logarithmic:
            return
        self.log_axis.setChecked(wanted)
        self._change_axis(wanted)
        if wanted:
            self.say("Now logarithmic")

    @property
    def _along_is_logarithmic(self) -> bool:
        return self.log_steps.isChecked()

    def placed(self, x: Doubles) -> Doubles:
        """Positions on the horizontal axis of epochs, steps or seconds (rows,)."""
        return placed(x, logarithmic=self._along_is_logarithmic)

    @Slot(bool)
    def _choose_steps(self, on: bool) -> None:
        """Switches the horizontal axis for the user and ends the automatic choice."""
        self.automatic_axis.setChecked(False)
        self._change_steps(on)

    def _change_steps(self, on: bool) -> None:
        """Switches the horizontal axis, and draws everything again."""
        self.log_steps.setChecked(on)
        self.canvas.cursor.leave()
        self.canvas.axis("bottom").logarithmic = on
        self._name_axes()
        self._grown = None
        self._others_extent = self.others.extent(self._range_costs)
        if self._history is not None:
            self._take_rows(self._history, self._newest)
            self._mark_changes(self._history)
        self.reset_zoom()
        self._draw_all()
        self.scale_changed.emit()

    def _choose_logarithmic_steps(self) -> None:
        """Makes the horizontal axis logarithmic where that shows the course; it stays so for the run."""
        if self.automatic_axis.isChecked() and not self._along_is_logarithmic and not self._is_being_read:
            shown = self._as_shown(self._costs[: self._recorded])
            if falls_at_first(self._values[: len(shown)], -shown if self.measure == "psnr" else shown):
                self._change_steps(True)

    @Slot(bool)
    def _choose_axes(self, automatic: bool) -> None:
        """Chooses both axes again once that is left to the plot."""
        if automatic and not self._is_being_read:
            self._change_steps(False)
            self._choose_logarithm()
            self._choose_logarithmic_steps()

    @Slot()
    def _choose_measure(self) -> None:
        """Draws the PSNR in place of the cost where it is wanted and was recorded."""
        if self._history is None or not len(psnr := self._history.column("psnr")):
            return  # a new run has the old one's choice
        self.offer_psnr(bool(np.isfinite(psnr).any()))

    def offer_psnr(self, on: bool) -> None:
        """Lets the PSNR be chosen, or draws the cost where there is none."""
        self.show_psnr.setEnabled(on)
        self.psnr_switch.setVisible(on)
        measure: MeasureName = "psnr" if on and self.show_psnr.isChecked() else "cost"
        if measure == self.measure or self._history is None:
            return
        self.measure = measure
        self.log_axis.setEnabled(measure == "cost")
        self.others.show([], [])  # until they come with this measure
        self._least_other = np.inf
        self._take_rows(self._history, self._newest)
        self._change_axis(self.logarithmic)
        self._show_key()
        self.measure_changed.emit()

    @Slot()
    def _show_hand(self) -> None:
        """Shows where a click leads to the moment of a change."""
        where = self.canvas.under_mouse()
        change = self._change_at(where) if where is not None else None
        shape = Qt.CursorShape.PointingHandCursor if change else Qt.CursorShape.ArrowCursor
        self.canvas.viewport().setCursor(shape)

    @Slot(object)
    def _clicked(self, event: MouseClickEvent) -> None:
        change = self.marks.at(event.scenePos())
        if change is not None and event.button() is Qt.MouseButton.LeftButton:
            self.change_chosen.emit(change.step)

    def _change_along(self, x: float) -> Change | None:
        """Returns the newest change at a position of the keys' cursor."""
        return next((change for place, change in reversed(self.marks.changes) if place == x), None)

    @Slot(float)
    def _choose_change(self, x: float) -> None:
        """Leads to the moment of the change at the keys' cursor."""
        if change := self._change_along(x):
            self.change_chosen.emit(change.step)

    def _change_at(self, where: QPointF) -> Change | None:
        """Returns the change that is marked at a point of the plane."""
        return self.marks.at(self.canvas.getPlotItem().getViewBox().mapViewToScene(where))

    @Slot()
    def _update_when_left(self) -> None:
        """Applies postponed changes of the axis when mouse and keys have left."""
        if len(self._x) and not self._is_being_read:
            self._choose_logarithm()
            self._choose_logarithmic_steps()
            self.fit(*self.full_range())

    def show_others(self, runs: Sequence[OtherRun], chosen: Collection[int]) -> None:
        """Draws other runs behind this one, the newest last, and clearly those with numbers in `chosen`."""
        self.others.show(runs, chosen)
        self._least_other = self.others.least
        self._choose_logarithm()
        self._others_extent = self.others.extent(self._range_costs)
        if not self._is_being_read:
            self._grown = None
            self.fit(*self.full_range())
        self._draw_others()
        self._show_key()

    def show_number(self, number: int) -> None:
        """Sets the number of the run that is shown, which decides its colour."""
        self._number = number
        self.recolour(theme())

    def set_hint(self, text: str) -> None:
        """Sets the text shown while there is no cost."""
        self._hint = text
        self.show_empty_text("" if len(self._x) else text)

    def show_history(self, history: History, axis: AxisName = "epoch", newest: Newest | None = None) -> None:
        """Draws the history's rows over epochs, steps or seconds, and over epochs a newest point after
        them."""
        if history is not self._history or axis != self._axis:
            self._start_over(history, axis)
        self._choose_measure()
        self._take_rows(history, newest)
        self._mark_changes(history)
        self.show_empty_text("" if len(self._x) else self._hint)
        self._choose_logarithm()
        self._choose_logarithmic_steps()
        if not self._is_being_read or self._grown is None:
            self.fit(*self.full_range())
        if self._needs_drawing():
            self._show_key()
            self._draw()
        if self._shows_others() != self._others_drawn:
            self._draw_others()
        self.summary.change()
        self.update_readout()

    def _take_rows(self, history: History, newest: Newest | None) -> None:
        self._newest, self._recorded = newest, len(history.rows)
        self._values, self._costs = history.column(self._axis), history.column(self.measure)
        self._validation = history.column("validation_cost")
        if self.measure == "psnr":
            self._validation[:] = np.nan
        if newest is not None:
            value = newest.cost if self.measure == "cost" else newest.psnr
            self._values = np.append(self._values, newest.epoch)
            self._costs = np.append(self._costs, value)
            self._validation = np.append(self._validation, np.nan)
        self._x = self.placed(self._values)

    def _mark_changes(self, history: History) -> None:
        """Places the marks of live changes; settings before the first step are none."""
        live = [change for change in history.changes if change.is_visible][-MOST_MARKS:]
        steps, x = history.column("step"), history.column(self._axis)
        places = np.array([place_of_step(change.step, steps, x) for change in live])
        self.marks.changes = [*zip(self.placed(places).tolist(), live, strict=True)]

    def full_range(self) -> tuple[Range, Range]:
        """Range from the start to a round number beyond the last row, and a readable range of costs."""
        values = np.concatenate([self._range_costs(self._costs), self._range_costs(self._validation)])
        values = values[np.isfinite(values)]
        if not len(values):
            left, right = self.placed(np.array([0.0, 100.0])).tolist()
            return (left, right), ((-1.0, 1.0) if self.logarithmic else (0.0, 1.0))
        last, lowest, highest = self._extent(values)
        right, before = nice_ceiling(last), None
        if self._grown is not None:
            right, before = max(right, self._grown[0]), self._grown[1]
        if self.logarithmic:
            vertical = logarithmic_range(lowest, highest, before)
        else:
            vertical = linear_range(lowest, highest, before, from_zero=self.measure == "cost")
        self._grown = right, vertical
        left, right = self.placed(np.array([0.0, right])).tolist()
        return (left, right), vertical

    def readout_at(self, where: QPointF) -> tuple[str, float | None]:
        if not len(self._x):
            return "", None
        return self._words(where.x(), self._change_at(where), "click"), float(self._x[self._row(where.x())])

    def readout_along(self, x: float) -> str:
        return self._words(x, self._change_along(x), "Enter")

    def stops(self) -> Doubles:
        """Positions of the rows, and of the marks between them."""
        places = [place for place, _ in self.marks.changes] if len(self._x) else []
        return np.unique(np.concatenate([self._x, places]))

    def summary_words(self) -> str:
        if self._history is None:
            return ""
        words = course_in_words if self.measure == "cost" else psnr_in_words
        return words(self._history, self._text)

    def _row(self, x: float) -> int:
        """Index of the nearest row."""
        return int(np.abs(self._x - x).argmin())

    def _words(self, x: float, change: Change | None, way: str) -> str:
        """Values at a position, and how to see the moment of a change there."""
        row = self._row(x)
        words = [
            f"{_TITLES[self._axis]} {figure(float(self._values[row]))}",
            f"{'cost' if self.measure == 'cost' else 'PSNR'} {self._text(float(self._costs[row]))}",
        ]
        if np.isfinite(self._validation[row]):
            words.append(f"validation {cost_text(float(self._validation[row]))}")
        if change:
            words.append(f"{in_words(change, figure)}: {way} to see that moment")
        for run in self.others.chosen if self._shows_others() else ():
            words.append(f"run {run.number}: {self._text(run.cost_at(float(self._values[row])))}")
        return " · ".join(words)

    def _text(self, value: float) -> str:
        return cost_text(value) if self.measure == "cost" else decibels_text(value)

    def recolour(self, colours: Theme) -> None:
        self.others.apply_theme(colours)
        self.marks.apply_theme(colours)
        own = run_colour(colours, self._number)
        for line, colour in zip(self.lines, (own, colours.series_two), strict=True):
            line.apply_theme(colour)
        self._show_key()

    def _extent(self, values: Doubles) -> tuple[float, float, float]:
        """Last x, lowest and highest cost to show. Others extend the range of this run by limited factors;
        what lies beyond is cut off."""
        last, lowest, highest = float(self._values[-1]), float(values.min()), float(values.max())
        others = self._others_extent
        if others is None or not self._shows_others():
            return last, lowest, highest
        epoch, least, tops = others
        last = max(last, min(epoch, _LONGER * last))
        # A diverged run must not flatten the others, nor reserve room for what is cut off.
        far = highest + np.log10(_FAR) if self.logarithmic else _FAR * abs(highest)
        near = lowest - np.log10(_FAR) if self.logarithmic else -_FAR * abs(highest)
        return last, min(lowest, max(least, near)), float(tops[tops <= far].max(initial=highest))

    def _range_costs(self, costs: Doubles) -> Doubles:
        """Costs that determine the range of the axis, in its units."""
        shows_beginning = self.logarithmic or self._along_is_logarithmic
        return self._as_shown(costs if shows_beginning else without_beginning(costs))

    def _as_shown(self, costs: Doubles) -> Doubles:
        """Costs converted for the axis; NaN where they cannot be drawn."""
        drawable = np.isfinite(costs) & ((costs > 0) | (not self.logarithmic))
        shown = np.full(len(costs), np.nan)
        shown[drawable] = np.log10(costs[drawable]) if self.logarithmic else costs[drawable]
        return shown

    def _draw(self) -> None:
        for line, costs in zip(self.lines, (self._costs, self._validation), strict=True):
            regular = not self._along_is_logarithmic
            line.draw(self._x, self._as_shown(costs), smooth=self.smooth.isChecked(), regular=regular)
        self.marks.draw()

    @Slot()
    def _draw_all(self) -> None:
        self._draw()
        self._draw_others()

    def _draw_others(self) -> None:
        self._others_drawn = self._shows_others()
        if self._others_drawn:
            self.others.draw(self.placed, self._as_shown, smooth=self.smooth.isChecked())
        else:
            self.others.show_nothing()

    def _shows_others(self) -> bool:
        """Whether other runs are drawn: only behind a curve of this run, over epochs, which all runs
        share."""
        return len(self._x) > 0 and self._axis == "epoch"

    def _show_key(self) -> None:
        name = "training" if self.measure == "cost" else "PSNR"
        signs = [KeyEntry(name, run_colour(theme(), self._number))]
        if np.isfinite(self._validation).any():
            signs.append(KeyEntry("validation", "series_two"))
        if self.others.runs and self._shows_others():
            signs.append(KeyEntry("other runs", "muted"))
        self.key.show_entries(*(signs if len(self._x) else []))

    def _needs_drawing(self) -> bool:
        """Whether the newest row lies at least half a pixel from the last one drawn, or before it as when a
        run continues from an earlier state."""
        newest = float(self._x[-1]) if len(self._x) else -np.inf
        ranges = self.canvas.getPlotItem().getViewBox().viewRange()
        drawn = (len(self.marks.changes), ranges, len(self._x) == 0)
        pixel = (ranges[0][1] - ranges[0][0]) / max(1, self.canvas.width())
        if drawn == self._drawn and abs(newest - self._newest_drawn) < pixel / 2:
            return False
        self._drawn, self._newest_drawn = drawn, newest
        return True

    def _start_over(self, history: History, axis: AxisName) -> None:
        self._history, self._axis, self._grown, self._drawn = history, axis, None, None
        self._newest = None
        self.zoomed = False
        if self.automatic_axis.isChecked() and self._along_is_logarithmic:
            self._change_steps(False)
        self._name_axes()

    def _name_axes(self) -> None:
        along = _TITLES[self._axis]
        if self._along_is_logarithmic:
            along += ", logarithmic"
        self.canvas.axis("bottom").whole = self._axis != "seconds"
        name, vertical = "Cost", "cost, logarithmic" if self.logarithmic else "cost"
        if self.measure == "psnr":
            name, vertical = "PSNR", "PSNR in dB"
        self.rename(name, along, vertical)

    def _make_actions(self) -> None:
        text = "Shows the cost on a logarithmic axis, where late progress is easier to see."
        log = Action("Logarithmic cost", self._choose_axis, "Ctrl+L", text, checked=False)
        self.log_axis = add_action(self, log)
        text = "Shows the beginning of a run wider: every doubling of the epochs has the same width."
        steps = Action("Logarithmic epochs", self._choose_steps, tip=text, checked=False)
        self.log_steps = add_action(self, steps)
        text = "Makes the cost logarithmic after two decades, and the epochs where it falls mostly at first."
        self.automatic_axis = self._switch("Choose axes automatically", text)
        self.automatic_axis.triggered.connect(self._choose_axes)
        text = "Draws a smoothed line; the costs stay visible behind it."
        self.smooth = self._switch("Smooth line", text)
        self.smooth.triggered.connect(self._draw_all)
        self._actions += [self.log_steps, self.automatic_axis, self.smooth]
        text = "Shows the painting's PSNR, the higher the nearer to the target, in place of the cost."
        psnr = Action("PSNR in place of the cost", self._choose_measure, tip=text, checked=False)
        self.show_psnr = add_action(self, psnr)
        self.psnr_switch = self._button(self.show_psnr, "PSNR", "PSNR in place of the cost")
        self.switch = self._button(self.log_axis, "Log", "Logarithmic cost axis")
        self.psnr_switch.hide()

    def _button(self, action: QAction, title: str, name: str) -> QToolButton:
        button = QToolButton(self)
        action.setIconText(title)
        button.setDefaultAction(action)
        button.setProperty("toggle", True)
        describe(button, name, action.whatsThis())
        self.header.addWidget(button)
        return button

    def _switch(self, title: str, text: str) -> QAction:
        return add_action(self, Action(title, tip=text, checked=True))
