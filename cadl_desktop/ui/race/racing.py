"""Races, from the list of runs or the menu to the window that shows one."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.runs.panel import RunsPanel

if TYPE_CHECKING:
    from cadl_desktop.session.design_race import Race
    from cadl_desktop.ui.race.dialog import RaceDialog


class Racing(QObject):
    """Makes the race and its window when they are first wanted: the main window is on screen sooner."""

    def __init__(self, frame: Frame, runs: RunsPanel) -> None:
        super().__init__(frame.window)
        self._frame, self._runs = frame, runs
        self.dialog: RaceDialog | None = None
        self._made: Race | None = None
        text = "Trains this network and a run or a preset side by side, from the same seed."
        race = Action("Race against…", self.open, tip=text)
        self.door = Door(entries=(MenuEntry("race", race, "run", 1),))
        runs.race_wanted.connect(self._race)

    @property
    def is_going(self) -> bool:
        """Whether a race is being trained."""
        return self._made is not None and self._made.going

    def open(self) -> None:
        """With the network of the window, against the chosen run or itself until another is chosen."""
        chosen = self._runs.chosen
        self._race([chosen.number] if chosen else [])

    def _race(self, numbers: list[int]) -> None:
        """Two runs of the list against one another, or the network of the window against one."""
        from cadl_desktop.ui.race.contenders import DOCUMENT, run_key

        keys = [run_key(number) for number in numbers]
        left, right = keys if len(keys) == 2 else (DOCUMENT, *(keys or [DOCUMENT]))
        self._shown_dialog().offer(left, right)

    def _shown_dialog(self) -> "RaceDialog":
        if self.dialog is None:
            from cadl_desktop.session.design_race import Race
            from cadl_desktop.ui.race.contenders import Contenders
            from cadl_desktop.ui.race.dialog import RaceDialog

            race, document = Race(self._frame.session), self._frame.session.document
            self._made = race
            race.message.connect(self._frame.messages.say)
            contenders = Contenders(lambda: document.experiment, self._runs.rows)
            self.dialog = RaceDialog(race, contenders, self._frame.window)
            for news in (self._runs.listed, document.changed):
                news.connect(self.dialog.follow_runs)
        return self.dialog
