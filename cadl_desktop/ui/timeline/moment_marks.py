"""Marks that an earlier moment is shown: a badge beside headings, and a line in the cost plot."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy

from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.looks import set_tip
from cadl_desktop.ui.controls.number_text import grouped
from cadl_desktop.ui.plots.cost_axis import place_of_step
from cadl_desktop.ui.plots.cost_plot import CostPlot
from cadl_desktop.ui.theme.theme import notifier, theme


class MomentBadge(QLabel):
    """Badge beside a heading with the step of the earlier moment that is shown; otherwise hidden."""

    def __init__(self, machine: TimeMachine) -> None:
        super().__init__()
        self._machine = machine
        self.setProperty("badge", True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        set_tip(self, "An earlier moment of the run is shown; Now, below, leads back.")
        machine.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        moment = self._machine.moment
        if moment is not None:
            final = "Final, step" if moment is self._machine.final else "Step"
            text = f"{final} {grouped(moment.step)}"
            self.setText(text)
            self.setAccessibleName(f"Earlier moment: {text}")
        self.setVisible(moment is not None)


class CostCursor(QObject):
    """Line in the cost plot at the earlier moment that is shown; otherwise hidden. A click on the mark of a
    change leads to its moment."""

    def __init__(self, plot: CostPlot, machine: TimeMachine) -> None:
        super().__init__(plot)
        self._plot, self._machine = plot, machine
        self.line = pg.InfiniteLine(angle=90, movable=False)
        self.line.setZValue(20)
        plot.canvas.addItem(self.line, ignoreBounds=True)
        plot.change_chosen.connect(machine.go_to_step)
        machine.changed.connect(self._show)
        plot.scale_changed.connect(self._show)
        notifier().changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        moment, history = self._machine.moment, self._machine.session.result.history
        if moment is not None:
            place = place_of_step(moment.step, history.column("step"), history.column("epoch"))
            self.line.setPen(pg.mkPen(theme().accent, width=1))
            self.line.setValue(float(self._plot.placed(np.array(place))))
        self.line.setVisible(moment is not None)
