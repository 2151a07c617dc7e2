"""Tour for newcomers: five steps on the real window, offered once."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.settings.settings_table import TOUR_OFFERED
from cadl_desktop.ui.window.guide.parts import PARTS, GuidedWindow, open_around

if TYPE_CHECKING:
    from cadl_desktop.ui.window.guide.balloon import Balloon

_STEPS = sorted((part.step, part.find) for part in PARTS if part.step)


class Tour(QObject):
    """Tour of five steps: bring, train, look, look back, take home. The window stays usable meanwhile."""

    def __init__(self, window: GuidedWindow) -> None:
        super().__init__(window.frame.window)
        self._window = window
        self._place = 0
        self.balloon: Balloon | None = None
        text = "Five steps on this window: bring, train, look, look back, take home."
        self.door = Door(entries=(MenuEntry("tour", Action("Tour", self.begin, tip=text), "help"),))

    def offer_once(self) -> None:
        """Offers the tour at the first start only."""
        if TOUR_OFFERED.get():
            return
        TOUR_OFFERED.set(True)
        bar = self._window.frame.messages.bar
        bar.say("info", "New here? Five steps show the window in a minute.")
        text = "Shows where things are, one after the other."
        bar.offer([Action("Show me around", self.begin, tip=text)])

    @Slot()
    def begin(self) -> None:
        """Starts the tour at its first step."""
        from cadl_desktop.ui.window.guide.balloon import Balloon

        self._window.features.presentation.leave()
        self._window.frame.pages.show_work()
        if self.balloon is not None:
            self.balloon.leave()
        self.balloon = Balloon(self._window.frame.window)
        self.balloon.next_wanted.connect(self._show_next_step)
        self.balloon.closed.connect(self._on_closed)
        self._place = 0
        self._show_next_step()

    @Slot()
    def _show_next_step(self) -> None:
        if self.balloon is None:
            return
        if self._place == len(_STEPS):
            self.balloon.leave()
            return
        step, find = _STEPS[self._place]
        self._place += 1
        self._window.frame.pages.show_work()
        target = find(self._window)
        assert target is not None  # these parts exist in every experiment
        target.show()  # an empty timeline is hidden; it is again when the tour ends
        open_around(target)
        count = f"{step.place} of {len(_STEPS)}"
        self.balloon.show_at(target, count, step.title, step.text, last=self._place == len(_STEPS))

    @Slot()
    def _on_closed(self) -> None:
        self.balloon = None
        self._window.frame.docks.visibility.update()  # hides an empty timeline again
        self._window.frame.window.setFocus()
