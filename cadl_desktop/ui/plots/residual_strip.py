"""Strip below a curve plot: how far every point is from the network's curve, with its switch."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QBoxLayout, QToolButton

from cadl_desktop.data.samples import Doubles, Samples
from cadl_desktop.runs.events import Prediction
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.plots.axes import nice_ceiling
from cadl_desktop.ui.plots.curve_plot import MOST_POINTS, CurvePlot
from cadl_desktop.ui.plots.plot_canvas import PlotCanvas, cursor_pen, shade
from cadl_desktop.ui.settings.settings_table import RESIDUALS
from cadl_desktop.ui.theme.theme import GRID, Theme, notifier, theme

_HEIGHT = 12 * GRID
_MARGIN = 1.1
_LEAST_SHARE = 0.3
"""Share of the strip's height below which its range shrinks; a range that followed every epoch would
flicker."""


class ResidualStrip(PlotCanvas):
    """Residuals (y of each point minus the network's) over the x range of a plot. Nothing is drawn while its
    `switch` in the plot's header is off."""

    def __init__(self, plot: CurvePlot) -> None:
        super().__init__()
        self.residuals: tuple[Doubles, Doubles] = (np.empty(0), np.empty(0))
        """x and residual of every point, (points,) each; empty until they are known."""
        self._reach, self._title = 0.0, "Residual"
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName("Residuals")
        view = self.getPlotItem().getViewBox()
        view.setMouseEnabled(False, False)
        self.getPlotItem().setYRange(-1, 1, padding=0)
        view.setXLink(plot.canvas.getPlotItem().getViewBox())
        self.axis("bottom").setStyle(showValues=False)
        self.marks = pg.ScatterPlotItem(symbol="o", size=4, pxMode=True, pen=None)
        self._zero = pg.InfiniteLine(angle=0, movable=False)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        for item in (self._zero, self.marks, self._cursor):
            self.addItem(item, ignoreBounds=True)
        self._cursor.hide()
        plot.read_at.connect(self._follow_cursor)
        # The plot above reads residuals out, also by keys.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.switch = QToolButton(plot)
        self.switch.setText("Residuals")
        self.switch.setCheckable(True)
        self.switch.setProperty("toggle", True)
        text = "Shows below the curve how far every point is from it: the point's y minus the network's."
        describe(self.switch, "Residuals", text)
        plot.header.insertWidget(1, self.switch)  # beside the key, whichever button was made before
        layout = plot.layout()
        assert isinstance(layout, QBoxLayout)
        layout.insertWidget(layout.count() - 1, self)
        notifier().changed.connect(self._recolour)
        self._recolour(theme())
        self.setVisible(RESIDUALS.get())
        self.switch.setChecked(RESIDUALS.get())
        self.switch.toggled.connect(self._show)

    def show_residuals(self, samples: Samples, fitted: Prediction | None) -> None:
        """Shows the residuals of a network's outputs at the samples, (samples,); None shows nothing."""
        known = fitted is not None and len(fitted) == len(samples.targets)
        x = samples.inputs[:, 0] if known else np.empty(0)
        self.residuals = x, samples.targets[:, 0] - fitted if fitted is not None and known else np.empty(0)
        across, up = samples.columns
        self.axis("bottom").count_dates(across.counts)
        self.axis("left").make_room(up.counts)
        title = f"Residual [{up.unit}]" if up.unit else "Residual"
        if title != self._title:
            self._title = title
            self.axis("left").apply_theme(theme(), title)
        self._draw()

    @Slot(object)
    def _follow_cursor(self, x: float | None) -> None:
        self._cursor.setVisible(x is not None)
        if x is not None:
            self._cursor.setValue(x)

    @Slot(bool)
    def _show(self, on: bool) -> None:
        RESIDUALS.set(on)
        self.setVisible(on)
        self._draw()

    def _draw(self) -> None:
        if not self.switch.isChecked():
            return
        x, residuals = self.residuals
        finite = np.flatnonzero(np.isfinite(residuals))
        every = max(1, -(-len(finite) // MOST_POINTS))
        self.marks.setData(x[finite[::every]], residuals[finite[::every]])
        largest = _MARGIN * float(np.abs(residuals[finite]).max(initial=0.0))
        if largest > self._reach or largest < _LEAST_SHARE * self._reach:
            self._reach = nice_ceiling(largest)
            self.getPlotItem().setYRange(-self._reach, self._reach, padding=0)

    @Slot(object)
    def _recolour(self, colours: Theme) -> None:
        self.setBackground(colours.plot_background)
        self.axis("left").apply_theme(colours, self._title)
        self.axis("bottom").apply_theme(colours, "")
        self.axis("bottom").setHeight(GRID // 2)
        self.marks.setBrush(pg.mkBrush(shade(colours.points, 0.5)))
        self._cursor.setPen(cursor_pen(colours))
        self._zero.setPen(pg.mkPen(colours.series, width=1.5))
