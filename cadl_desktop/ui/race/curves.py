"""What two networks make of the same points, in one plot."""

from functools import cached_property

import numpy as np
import pyqtgraph as pg

from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.race_standing import LEFT, RIGHT, Names
from cadl_desktop.sentences import shortened
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.plots.key import KeyEntry
from cadl_desktop.ui.race.costs import MOST_LETTERS
from cadl_desktop.ui.theme.theme import Theme


class RaceCurves(CurvePlot):
    """The left one's curve in the colour of a fit, the right one's in another."""

    names: Names = ("", "")
    _made: tuple[Floats | None, Floats | None] = (None, None)

    @cached_property
    def rival_items(self) -> tuple[pg.PlotCurveItem, pg.PlotCurveItem]:
        """Within the samples and outside; made when the plot first asks for colours, before it is there as a
        whole."""
        return self._curve(), self._curve()

    def show_race(self, samples: Samples, names: Names) -> None:
        """Other points, which both are to follow."""
        self.names, self._made = names, (None, None)
        for item in self.rival_items:
            item.setData([], [])
        self.show_samples(samples)

    def show_both(self, samples: Samples, made: tuple[Floats | None, Floats | None]) -> None:
        """Draws what each makes now, as far as it has made anything."""
        positions, self._made = curve_positions(samples), made
        if made[LEFT] is not None:
            self.show_fit(positions, made[LEFT])
        if made[RIGHT] is not None:
            self._draw_split(*self.rival_items, positions.ravel(), self._drawable(made[RIGHT]))

    def _words(self, x: float) -> list[str]:
        """What each makes at a position."""
        positions = np.empty(0) if self._samples is None else curve_positions(self._samples).ravel()
        return [f"x {self.value_text(0, x)}"] + [
            f"{shortened(name, MOST_LETTERS)} {self.value_text(1, float(np.interp(x, positions, made)))}"
            for name, made in zip(self.names, self._made, strict=True)
            if made is not None
        ]

    def recolour(self, colours: Theme) -> None:
        super().recolour(colours)
        within, outside = self.rival_items
        within.setPen(pg.mkPen(colours.series_two, width=2))
        outside.setPen(pg.mkPen(colours.series_two, width=1.5, dash=[3, 3]))

    def _show_key(self) -> None:
        signs = [KeyEntry("observed", "points", "plus")]
        if self._samples is not None and self._samples.truth is not None:
            signs.append(KeyEntry("truth", "truth", "dash"))
        self.key.show_entries(
            *signs, KeyEntry(self.names[LEFT], "series"), KeyEntry(self.names[RIGHT], "series_two")
        )
