"""Timeline as a feature of the window: its bar and its actions."""

from PySide6.QtCore import Qt

from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.topics import set_topic
from cadl_desktop.ui.frame.door import Bar, Door, MenuEntry
from cadl_desktop.ui.timeline.timeline_bar import TimelineActions, TimelineBar


class Timeline:
    """Timeline of one time machine."""

    def __init__(self, machine: TimeMachine) -> None:
        does = TimelineActions(machine)
        self.bar = TimelineBar(machine, does)
        set_topic(self.bar, "timeline.md")
        self.door = Door(
            entries=(
                MenuEntry("replay", does.replay, "run", 3),
                MenuEntry("earlier", does.earlier, "run", 3),
                MenuEntry("later", does.later, "run", 3),
                MenuEntry("now", does.now, "run", 3),
                MenuEntry("final", does.final, "run", 3),
                MenuEntry("branch", does.branch, "run", 3),
            ),
            # From the start of a training that will have moments, so that nothing moves amid it.
            bars=(
                Bar(
                    self.bar,
                    Qt.ToolBarArea.BottomToolBarArea,
                    lambda: machine.has_moments or machine.session.status.live,
                ),
            ),
            news=(machine.changed, machine.recorded),
        )
