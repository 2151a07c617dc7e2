"""The costs of two racers on one axis, over steps or seconds."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from cadl_desktop.runs.race_standing import LEFT, RIGHT, Goal, Names, Track
from cadl_desktop.sentences import shortened
from cadl_desktop.ui.controls.number_text import cost_text, figure, grouped
from cadl_desktop.ui.plots.axes import nice_ceiling
from cadl_desktop.ui.plots.cost_curves import CostLine
from cadl_desktop.ui.plots.cost_plot import (
    linear_range,
    logarithmic_range,
    wants_logarithm,
    without_beginning,
)
from cadl_desktop.ui.plots.key import KeyEntry
from cadl_desktop.ui.plots.plot import Plot, Range
from cadl_desktop.ui.theme.theme import Theme, theme

Doubles = NDArray[np.float64]
Tracks = tuple[Track, Track]
_EXPLODED = 1000
"""Costs of so many times the largest of the other one are of one that diverges."""
MOST_LETTERS = 12
"""Of a name beside what is read out, which has to have room, too; the key has all of it."""


class RaceCosts(Plot):
    """Draws both lines again whenever they are shown; the axis becomes logarithmic as that of every cost."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._goal, self._by_error = Goal("step", 1), False
        self._names: Names = ("", "")
        self._tracks: Tracks = (Track(), Track())
        self._grown: Range | None = None
        self.lines = CostLine(self.canvas), CostLine(self.canvas)
        self._name_axes()
        self.apply_theme(theme())
        self.show_empty_text("Both costs appear here.")
        self.reset_zoom()

    @property
    def logarithmic(self) -> bool:
        return bool(self.canvas.axis("left").logarithmic)

    def begin(self, goal: Goal, names: Names, *, by_error: bool) -> None:
        """Another race, up to this goal."""
        self._goal, self._names, self._by_error = goal, names, by_error
        self._grown, self.zoomed = None, False
        self.canvas.axis("left").logarithmic = False
        self._name_axes()
        self.key.show_entries(KeyEntry(names[LEFT], "series"), KeyEntry(names[RIGHT], "series_two"))

    def show_tracks(self, tracks: Tracks) -> None:
        """Draws what both have come to."""
        self._tracks = tracks
        self._follow_decades()
        empty = not any(len(track.costs) for track in tracks)
        self.show_empty_text("Both costs appear with the first that are measured." if empty else "")
        self.fit(*self.full_range())
        for line, track in zip(self.lines, tracks, strict=True):
            line.draw(track.column(self._goal.unit), self._shown(track.costs), smooth=True)
        self.update_readout()

    def full_range(self) -> tuple[Range, Range]:
        """From the start to a round number beyond what both have come to, or to the goal."""
        shown = np.concatenate([self._shown(self._ruling(costs)) for costs in self._tame_costs()])
        shown = shown[np.isfinite(shown)]
        if not len(shown):
            return (0.0, self._goal.count), (0.0, 1.0)
        last = max(float(track.column(self._goal.unit).max(initial=0.0)) for track in self._tracks)
        vertical = (logarithmic_range if self.logarithmic else linear_range)(
            float(shown.min()), float(shown.max()), self._grown
        )
        self._grown = vertical
        return (0.0, min(nice_ceiling(last), self._goal.count)), vertical

    def readout_at(self, where: QPointF) -> tuple[str, float | None]:
        words = []
        for name, track in zip(self._names, self._tracks, strict=True):
            places = track.column(self._goal.unit)
            if len(places):
                cost = float(track.costs[np.abs(places - where.x()).argmin()])
                words.append(f"{shortened(name, MOST_LETTERS)} {cost_text(cost)}")
        if not words:
            return "", None
        place = grouped(round(where.x())) if self._goal.unit == "step" else figure(where.x())
        return " · ".join([f"{self._titles['bottom']} {place}", *words]), where.x()

    def recolour(self, colours: Theme) -> None:
        for line, colour in zip(self.lines, (colours.series, colours.series_two), strict=True):
            line.apply_theme(colour)

    def _tame_costs(self) -> list[Doubles]:
        """Those of each by which the axis goes: of one that diverges, those on its way out would leave the
        other a line at the bottom."""
        known = [track.costs[np.isfinite(track.costs)] for track in self._tracks]
        most = min((float(costs.max()) for costs in known if len(costs)), default=0.0)
        return [costs[costs <= (_EXPLODED * most or np.inf)] for costs in known]

    def _ruling(self, costs: Doubles) -> Doubles:
        return costs if self.logarithmic else without_beginning(costs)

    def _shown(self, costs: Doubles) -> Doubles:
        """As the axis wants them; what can't be drawn becomes a gap."""
        drawable = np.isfinite(costs) & ((costs > 0) | (not self.logarithmic))
        shown = np.full(len(costs), np.nan)
        shown[drawable] = np.log10(costs[drawable]) if self.logarithmic else costs[drawable]
        return shown

    def _follow_decades(self) -> None:
        """Never while somebody looks at a part of it."""
        costs = np.concatenate(self._tame_costs())
        if self.zoomed or self.logarithmic or not wants_logarithm(costs, np.inf):
            return
        self.canvas.axis("left").logarithmic = True
        self._grown = None
        self._name_axes()

    def _name_axes(self) -> None:
        steps = self._goal.unit == "step"
        self.canvas.axis("bottom").whole = steps
        if self._by_error:
            vertical = "error, logarithmic" if self.logarithmic else "error"
        else:
            vertical = "cost, logarithmic" if self.logarithmic else "cost"
        across = "step" if steps else "seconds of its own training"
        self.rename("Costs of both", across, vertical)
