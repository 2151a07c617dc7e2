"""The runs of the list where others are shown: as lines behind the cost, or under the canvas's divider."""

from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop.data.samples import as_pixels
from cadl_desktop.experiment.setting_descriptions import have_comparable_costs
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.sentences import shown
from cadl_desktop.session.session import Session
from cadl_desktop.ui.plots.cost_curves import OtherRun
from cadl_desktop.ui.plots.cost_plot import CostPlot
from cadl_desktop.ui.plots.output_view import OutputView
from cadl_desktop.ui.runs.panel import RunsPanel


class RunViews(QObject):
    """Draws the runs whose eyes are open, those that are chosen clearly, in a turn of the event loop of their
    own: an edit that ends a run has enough to do in its own."""

    def __init__(self, session: Session, panel: RunsPanel, plot: CostPlot, output: OutputView) -> None:
        super().__init__(panel)
        self._session, self._panel, self._plot, self._output = session, panel, plot, output
        self._shown: tuple[list[RunRecord], tuple[int, ...]] = ([], ())
        self._under_divider: tuple[int, int] | None = None
        """How often a document had been opened, and a run's number."""
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show_lines)
        for news in (session.runs.changed, session.document.changed, panel.selected, panel.eyes_changed):
            news.connect(self._later.start)
        panel.swipe_wanted.connect(self._swipe)

    @Slot()
    def _show_lines(self) -> None:
        experiment, eyes = self._session.document.experiment, self._panel.eyes
        others = [
            run for run in self._session.runs.others() if have_comparable_costs(run.experiment, experiment)
        ]
        wanted = [run for run in others if eyes.is_open(run.number)]
        if (wanted, self._panel.chosen_numbers) != self._shown:
            self._shown = wanted, self._panel.chosen_numbers
            curves = [OtherRun(run.number, *run.curve) for run in wanted]
            self._plot.show_others(curves, self._panel.chosen_numbers)
        self._end_swipe()

    def _end_swipe(self) -> None:
        """What is no longer in the list isn't compared with."""
        if self._under_divider is not None and not self._is_listed(*self._under_divider):
            self._under_divider = None
            self._output.painting.compare_with(None)

    def _is_listed(self, opened: int, number: int) -> bool:
        """Whether a run is still there; another project has runs of the same numbers."""
        session = self._session
        return session.document.opened == opened and session.runs.record(number) is not None

    @Slot(object, str)
    def _swipe(self, record: RunRecord, name: str) -> None:
        """Lays what a run has made over what the shown one makes, unless another picture is open by then or
        the run is gone."""
        if record.state is None:
            return
        data, run = record.experiment.data, (self._session.document.opened, record.number)

        def done(made: tuple[Floats, float | None]) -> None:
            if self._session.document.experiment.data == data and self._is_listed(*run):
                title = f"Run {record.number}: {shown(name)}"
                self._output.painting.compare_with(as_pixels(made[0]), title)
                self._under_divider = run

        self._session.ask("cadl_desktop.engine:render", (record.experiment, record.state.weights), done)
