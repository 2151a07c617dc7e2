"""Connections between views and session: the point under the mouse, the visible region, and listed runs."""

from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop.data.samples import as_pixels
from cadl_desktop.experiment.model import learned_data
from cadl_desktop.experiment.setting_descriptions import have_comparable_costs
from cadl_desktop.runs.events import Floats
from cadl_desktop.runs.record import RunRecord
from cadl_desktop.sentences import shown
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.followed_point import PointProbe
from cadl_desktop.session.views.roaming import Roaming
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.comparing.table.runs_pane import RunsPane
from cadl_desktop.ui.plots.cost_curves import OtherRun
from cadl_desktop.ui.plots.cost_plot import CostPlot
from cadl_desktop.ui.plots.output_view import OutputView

MOST_BEHIND = 12
"""Number of runs behind the cost where none are chosen: as many as can be followed by eye."""


class PointBinding(QObject):
    """Tells the session's point what is under the mouse: a pixel of the painting, or an x of the curve. The
    two views are connected when they are created."""

    def __init__(self, point: PointProbe, output: OutputView) -> None:
        super().__init__(output)
        self._point, self._output = point, output
        self._attached: set[bool] = set()
        output.kind_shown.connect(self._attach)
        self._attach()

    @Slot()
    def _attach(self) -> None:
        shown, is_painting = self._output.shown, self._output.is_painting
        if shown is None or is_painting in self._attached:
            return
        self._attached.add(is_painting)
        if not is_painting:
            self._output.curve.canvas.mouse_moved.connect(self._look_at_curve)
            return
        for pane in self._output.painting.panes():
            pane.hovered.connect(self._point.look_at_pixel)
            pane.left.connect(self._point.leave)

    @Slot()
    def _look_at_curve(self) -> None:
        where = self._output.curve.canvas.under_mouse()
        self._point.look_at(None if where is None else (where.x(),))


class RoamingBinding(QObject):
    """Requests and shows what the network computes outside the picture or the points, for the visible region
    of the output."""

    def __init__(self, roaming: Roaming, machine: TimeMachine, output: OutputView) -> None:
        super().__init__(output)
        self.roaming, self._machine, self._output = roaming, machine, output
        self._attached: list[QObject] = []
        # Once per iteration of the event loop: a plot reports a zoom for each axis, and before it knows that
        # the user did it.
        self._look_timer = QTimer(self, singleShot=True, interval=0)
        self._look_timer.timeout.connect(self._request)
        roaming.changed.connect(self._show)
        machine.session.status_changed.connect(self._show_live)
        machine.changed.connect(self._show_live)
        output.kind_shown.connect(self._attach)
        self._attach()

    @Slot()
    def _attach(self) -> None:
        """Connects a view once it has been created."""
        view = self._output.shown
        if view is None:
            return
        if view not in self._attached:
            self._attached.append(view)
            view.look_changed.connect(self._look_timer.start)
        self._show_live()
        self._look_timer.start()

    @Slot()
    def _show_live(self) -> None:
        """Tells the painting whether pictures keep coming, during training or a replay."""
        going = self._machine.session.status in (Status.PREPARING, Status.TRAINING)
        if self._output.is_painting:
            self._output.painting.show_live(going or self._machine.replaying)

    @Slot()
    def _request(self) -> None:
        view = self._output.shown
        self.roaming.look(view.wanted() if view else None)

    @Slot()
    def _show(self) -> None:
        if self._output.is_painting:
            self._output.painting.show_layers(self.roaming.layers)
        elif self._output.shown is not None:
            self._output.curve.show_requested_curve(self.roaming.curve)


class RunBinding(QObject):
    """Shows runs of the list in other views: as lines behind the cost, the newest ones and the chosen one, or
    only the chosen ones where they are several; or under the divider of the canvas. Drawn in the next
    iteration of the event loop: an edit that ends a run takes long enough."""

    def __init__(self, session: Session, panel: RunsPane, plot: CostPlot, output: OutputView) -> None:
        super().__init__(panel)
        self._session, self._panel, self._plot, self._output = session, panel, plot, output
        self._shown: tuple[list[RunRecord], tuple[int, ...], str] = ([], (), "cost")
        self._under_divider: tuple[int, int] | None = None
        """Count of opened documents, and number of the run."""
        self._draw_timer = QTimer(self, singleShot=True, interval=0)
        self._draw_timer.timeout.connect(self._show_lines)
        chosen = panel.selection.changed, plot.measure_changed
        for news in (session.runs.changed, session.document.changed, *chosen):
            news.connect(self._draw_timer.start)
        panel.swipe_wanted.connect(self._swipe)

    @Slot()
    def _show_lines(self) -> None:
        runs = self._session.runs
        self._plot.show_number(runs.current or runs.next_number)
        experiment, chosen = self._session.document.experiment, self._panel.selection.numbers
        data = learned_data(experiment.data)
        others = [
            run
            for run in self._session.runs.others()
            if (self._plot.measure == "psnr" or have_comparable_costs(run.experiment, experiment))
            and learned_data(run.experiment.data) == data
        ]
        newest = () if len(chosen) > 1 else [run.number for run in others[-MOST_BEHIND:]]
        wanted = [run for run in others if run.number in (*newest, *chosen)]
        shown = wanted, chosen, self._plot.measure
        if shown != self._shown:
            self._shown = shown
            curves = [OtherRun(run.number, *run.curve(self._plot.measure)) for run in wanted]
            self._plot.show_others(curves, chosen)
        # A run that is no longer in the list isn't compared with any more.
        if self._under_divider is not None and not self._is_listed(*self._under_divider):
            self._under_divider = None
            self._output.painting.compare_with(None)

    def _is_listed(self, opened: int, number: int) -> bool:
        """Whether a run is still in the list; runs of another project can have the same numbers."""
        session = self._session
        return session.document.opened == opened and session.runs.record(number) is not None

    @Slot(object, str)
    def _swipe(self, record: RunRecord, name: str) -> None:
        """Shows the output of a run under the divider, unless another picture is open by then or the run was
        removed."""
        if record.state is None:
            return
        data, run = record.experiment.data, (self._session.document.opened, record.number)

        def done(made: tuple[Floats, float | None]) -> None:
            if self._session.document.experiment.data == data and self._is_listed(*run):
                title = f"Run {record.number}: {shown(name)}"
                self._output.painting.compare_with(as_pixels(made[0]), title)
                self._under_divider = run

        self._session.ask("cadl_desktop.engine:render", (record.experiment, record.state.weights), done)
