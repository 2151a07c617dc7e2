"""A `Control` whose pauses are spent on whatever else is asked for."""

from collections.abc import Callable

from cadl_desktop.engine import Control
from cadl_desktop.engine.training.control import Command

PROBE_SECONDS = 0.085
"""How old the neurons' pictures become: a little less than a tenth of a second, which then is kept."""


class ServingControl(Control):
    """Does what else is asked for while training is paused, so that a paused network can be exported.

    `serve` waits for the next request and does it; False says that the process is to leave.
    """

    def __init__(self, serve: Callable[[], bool]) -> None:
        super().__init__(probe_seconds=PROBE_SECONDS, snapshots=True)
        self._serve = serve

    def next_command(self, wait: bool) -> Command | None:
        command = super().next_command(wait=False)
        while wait and command is None:
            if not self._serve():
                self.stop()
            command = super().next_command(wait=False)
        return command
