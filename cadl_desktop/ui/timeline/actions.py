"""What can be done with the moments of a run: by the bar below everything, by menu and by keys."""

from PySide6.QtCore import QObject

from cadl_desktop.session.run_commands import branch
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.action import Action


class TimelineActions(QObject):
    """Of one time machine."""

    def __init__(self, machine: TimeMachine) -> None:
        super().__init__(machine)
        self.machine = machine
        text = "Shows the moment before (Ctrl+Alt+Left)."
        self.earlier = Action(
            "Earlier moment", machine.go_to_earlier, "Ctrl+Alt+Left", text, "earlier", self._some
        )
        text = "Shows the moment after (Ctrl+Alt+Right)."
        self.later = Action("Later moment", machine.go_to_later, "Ctrl+Alt+Right", text, "later", self._past)
        text = "Leads back to what the network makes now (Ctrl+Alt+End)."
        self.now = Action("Now", machine.go_to_now, "Ctrl+Alt+End", text, possible=self._past)
        text = "Goes through the moments up to now, as a film."
        self.replay = Action("Replay", self._toggle_replay, "Ctrl+Alt+P", text, "play", self._some)
        text = "Starts a new run with the weights and settings of this moment; this run stays in the list."
        self.branch = Action("Branch from here", self._branch, "Ctrl+B", text, "branch", self._past)

    def _some(self) -> bool:
        """The start of a run alone is nothing to go to."""
        return len(self.machine.snapshots.states) > 1

    def _past(self) -> bool:
        return self.machine.moment is not None

    def _toggle_replay(self) -> None:
        """Replays the run, or holds the replay at the moment that is shown."""
        if self.machine.replaying:
            self.machine.stop_replay()
        else:
            self.machine.replay()

    def _branch(self) -> None:
        if self.machine.moment is not None:
            branch(self.machine.session, self.machine.moment)
