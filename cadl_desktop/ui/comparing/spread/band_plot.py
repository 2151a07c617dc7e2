"""Plot of the curves of some groups: each thin, their median, and bands in which half and all of them lie."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from cadl_desktop.comparing.groups import Group
from cadl_desktop.comparing.spreads import MOST_GROUPS, are_same, outputs_of
from cadl_desktop.comparing.training import Training
from cadl_desktop.data.curves.curve_datasets import curve_positions
from cadl_desktop.data.samples import Samples
from cadl_desktop.sentences import shown
from cadl_desktop.sweeps.findings.seed_comparison import Band, band_of
from cadl_desktop.ui.comparing.words import name_text
from cadl_desktop.ui.controls.number_text import figure
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.plots.fast_curves import FastCurve, draw_nothing
from cadl_desktop.ui.plots.key import KeyEntry
from cadl_desktop.ui.plots.plot import Range
from cadl_desktop.ui.plots.plot_canvas import shade
from cadl_desktop.ui.theme.theme import Theme, run_colour, theme

_MOST_LINES = 50
"""Number of thin lines drawn, evenly chosen; more would be one area."""
_MOST_ALONE = 8


class BandPlot(CurvePlot):
    """Plot over the samples that all of the trainings learn."""

    _groups: Sequence[Group] = ()

    @cached_property
    def layers(self) -> "list[_Layer]":
        """Items of the groups; made when the plot first asks for colours."""
        return [_Layer(self.canvas) for _ in range(MOST_GROUPS + _MOST_ALONE)]

    def show_groups(
        self, samples: Samples | None, groups: Sequence[Group], alone: Sequence[Training]
    ) -> None:
        """Draws samples and the outputs of the groups' trainings, and over them single trainings in their own
        colours."""
        if samples is not self._samples:
            self.show_samples(samples)
        single = [Group(name_text(each), None, (each,), each.number) for each in alone[:_MOST_ALONE]]
        self._groups = [*groups, *single]
        made = [outputs_of(group, 1) for group in self._groups]
        for place, layer in enumerate(self.layers):
            is_used = place < len(made)
            layer.colour = self._groups[place].colour if is_used else 0
            layer.draw(self._ends, made[place] if is_used else [])
        self.show_empty_text("" if any(made) else "What they make comes with the first epochs.")
        self.recolour(theme())
        self.update_readout()

    @property
    def _ends(self) -> Range:
        """First and last position of the curves."""
        low, high = (
            (0.0, 1.0) if self._samples is None else curve_positions(self._samples)[[0, -1], 0].tolist()
        )
        return low, high

    def recolour(self, colours: Theme) -> None:
        super().recolour(colours)
        for layer in self.layers:
            layer.apply_theme(run_colour(colours, layer.colour))
        if self._groups:
            self._show_key()

    def _words(self, x: float) -> list[str]:
        words = [f"x {self.value_text(0, x)}"]
        for group, layer in zip(self._groups, self.layers, strict=False):
            if (band := layer.band) is not None:
                at = np.linspace(*self._ends, len(band.low))
                curves = band.low, band.median, band.high
                low, median, high = (figure(float(np.interp(x, at, curve))) for curve in curves)
                words.append(
                    f"{shown(group.name)}: {median}" + (f" ({low} to {high})" if low != high else "")
                )
        return words

    def _show_key(self) -> None:
        signs = [KeyEntry("observed", "points", "plus")]
        if self._samples is not None and self._samples.truth is not None:
            signs.append(KeyEntry("truth", "truth", "dash"))
        for group, layer in zip(self._groups, self.layers, strict=False):
            signs.append(KeyEntry(shown(group.name), run_colour(theme(), layer.colour)))
        self.key.show_entries(*signs)


class _Layer:
    """Curves and areas of one group, whose `colour` is a number for `run_colour`."""

    def __init__(self, canvas: pg.PlotWidget) -> None:
        self.colour = 0
        self.band: Band | None = None
        self._opacity = 1.0
        self._drawn: tuple[Range, Sequence[NDArray[np.float32]]] = (0.0, 0.0), ()
        self._edges = [pg.PlotCurveItem(pen=None) for _ in range(4)]
        low, lower, upper, high = self._edges
        self._areas = [pg.FillBetweenItem(low, high), pg.FillBetweenItem(lower, upper)]
        self.lines = pg.PlotCurveItem(connect="finite", antialias=True)
        self.median = FastCurve(canvas.getPlotItem().getViewBox())
        for item in (*self._edges, *self._areas, self.lines, self.median):
            canvas.addItem(item, ignoreBounds=True)

    def draw(self, ends: Range, curves: Sequence[NDArray[np.float32]]) -> None:
        """Draws curves of equal length between two positions, unless they are those of before."""
        if ends == self._drawn[0] and are_same(curves, self._drawn[1]):
            return
        self._drawn = ends, curves
        self._opacity = min(0.45, max(0.15, 4 / max(len(curves), 1)))  # many lines would hide the median
        self.band = band_of(curves) if curves else None
        if self.band is None:
            for item in (*self._edges, self.lines, self.median):
                draw_nothing(item)
            return
        x, few = np.linspace(*ends, len(curves[0])), curves[:: -(-len(curves) // _MOST_LINES)]
        with_gaps = np.column_stack([np.stack(few), np.full(len(few), np.nan)])
        self.lines.setData(np.tile(np.append(x, np.nan), len(few)), with_gaps.ravel())
        band = self.band
        for item, values in zip(self._edges, (band.low, band.lower, band.upper, band.high), strict=True):
            item.setData(x, values)
        self.median.setData(x, band.median)

    def apply_theme(self, colour: str) -> None:
        for area, opacity in zip(self._areas, (0.12, 0.2), strict=True):
            area.setBrush(pg.mkBrush(shade(colour, opacity)))
        self.lines.setPen(pg.mkPen(shade(colour, self._opacity), width=1))
        self.median.setPen(pg.mkPen(colour, width=2.5))
