"""The line in the cost plot at the moment that is shown."""

import pyqtgraph as pg
from PySide6.QtCore import QObject, Slot

from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.plots.cost_plot import CostPlot, place_of_step
from cadl_desktop.ui.theme.theme import notifier, theme


class CostCursor(QObject):
    """Stands in the plot only while an earlier moment is shown."""

    def __init__(self, plot: CostPlot, machine: TimeMachine) -> None:
        super().__init__(plot)
        self._machine = machine
        self.line = pg.InfiniteLine(angle=90, movable=False)
        self.line.setZValue(20)
        plot.canvas.addItem(self.line, ignoreBounds=True)
        machine.changed.connect(self._show)
        notifier().changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        moment, history = self._machine.moment, self._machine.session.result.history
        if moment is not None:
            place = place_of_step(moment.step, history.column("step"), history.column("epoch"))
            self.line.setPen(pg.mkPen(theme().accent, width=1))
            self.line.setValue(place)
        self.line.setVisible(moment is not None)
