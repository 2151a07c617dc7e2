"""A `Control` whose pauses are spent on whatever else the worker is asked for."""

from typing import TYPE_CHECKING

from cadl_desktop.engine import Control
from cadl_desktop.engine.training.control import Command

if TYPE_CHECKING:
    from cadl_desktop.session.worker.worker import Worker

PROBE_SECONDS = 0.085
"""How old the neurons' pictures become: a little less than a tenth of a second, which then is kept."""


class ServingControl(Control):
    """Serves the worker's requests while training is paused, so that a paused network can be exported."""

    def __init__(self, worker: "Worker") -> None:
        super().__init__(probe_seconds=PROBE_SECONDS, snapshots=True)
        self._worker = worker

    def next_command(self, wait: bool) -> Command | None:
        command = super().next_command(wait=False)
        while wait and command is None:
            self._worker.serve_waiting(block=True)
            if self._worker.quitting:
                self.stop()
            command = super().next_command(wait=False)
        return command
