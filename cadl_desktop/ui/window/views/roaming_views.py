"""What is looked at beyond the painting's own pixels and the curve's own positions: asked for and shown."""

from PySide6.QtCore import QObject, QTimer, Slot

from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.roaming import Roaming
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.plots.output_view import OutputView


class RoamingViews(QObject):
    """Stands between the output's two views, of which one is looked at, and the session."""

    def __init__(self, roaming: Roaming, machine: TimeMachine, output: OutputView) -> None:
        super().__init__(output)
        self.roaming, self._machine, self._output = roaming, machine, output
        self._attached: list[QObject] = []
        # One look for all that happens in a turn of the event loop: a plot tells of a zoom once for each
        # axis, and before it knows that a person did it.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)
        roaming.changed.connect(self._show)
        machine.session.status_changed.connect(self._tell_live)
        machine.changed.connect(self._tell_live)
        output.kind_shown.connect(self._attach)
        self._attach()

    @Slot()
    def _attach(self) -> None:
        """The two views are made when they are first needed."""
        view = self._output.shown
        if view is None:
            return
        if view not in self._attached:
            self._attached.append(view)
            view.look_changed.connect(self._soon.start)
        self._tell_live()
        self._soon.start()

    @Slot()
    def _tell_live(self) -> None:
        """Training and a replay bring one painting after the other."""
        going = self._machine.session.status in (Status.PREPARING, Status.TRAINING)
        if self._output.is_painting:
            self._output.painting.show_live(going or self._machine.replaying)

    @Slot()
    def _look(self) -> None:
        view = self._output.shown
        self.roaming.look(view.wanted() if view else None)

    @Slot()
    def _show(self) -> None:
        if self._output.is_painting:
            self._output.painting.show_layers(self.roaming.layers)
        elif self._output.shown is not None:
            self._output.curve.show_requested_curve(self.roaming.curve)
