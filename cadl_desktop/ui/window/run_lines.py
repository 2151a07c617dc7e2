"""The runs of the list as lines behind the cost of the one that is shown."""

from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.differences import comparable
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.session.session import Session
from cadl_desktop.ui.plots.cost_others import OtherRun
from cadl_desktop.ui.plots.cost_plot import CostPlot
from cadl_desktop.ui.runs.panel import RunsPanel


class RunLines(QObject):
    """Draws the runs whose eyes are open, those that are chosen clearly, in a turn of the event loop of their
    own: an edit that ends a run has enough to do in its own."""

    def __init__(self, session: Session, plot: CostPlot, panel: RunsPanel) -> None:
        super().__init__(panel)
        self._session, self._plot, self._panel = session, plot, panel
        self._shown: tuple[list[RunRecord], tuple[int, ...]] = ([], ())
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show)
        for news in (session.runs.changed, panel.selected, panel.eyes_changed):
            news.connect(self._later.start)
        session.document.changed.connect(self._soon)

    @Slot(object)
    def _soon(self, experiment: Experiment) -> None:
        self._later.start()

    @Slot()
    def _show(self) -> None:
        experiment, eyes = self._session.document.experiment, self._panel.eyes
        others = [run for run in self._session.runs.others() if comparable(run.experiment, experiment)]
        wanted = [run for run in others if eyes.is_open(run.number)]
        if (wanted, self._panel.chosen_numbers) != self._shown:
            self._shown = wanted, self._panel.chosen_numbers
            curves = [OtherRun(run.number, *run.curve) for run in wanted]
            self._plot.show_others(curves, self._panel.chosen_numbers)
