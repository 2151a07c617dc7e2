"""The first minute: five steps on the real window, offered once."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.settings.remembered import TOUR_OFFERED
from cadl_desktop.ui.window.guide.parts import PARTS, Studio
from cadl_desktop.ui.window.guide.showing import open_around

if TYPE_CHECKING:
    from cadl_desktop.ui.window.guide.balloon import Balloon

_STEPS = sorted((part.step, part.find) for part in PARTS if part.step)


class Tour(QObject):
    """Bring, train, look, look back, take home. A person may do what it speaks of meanwhile."""

    begun = Signal()
    ended = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio.pages)
        self._studio = studio
        self._place = 0
        self.balloon: Balloon | None = None

    def offer_once(self) -> None:
        """Asks at the first start whether somebody wants it; never again."""
        if TOUR_OFFERED.get():
            return
        TOUR_OFFERED.set(True)
        self._studio.message_bar.say("info", "New here? Five steps show the window in a minute.")
        text = "Shows where things are, one after the other."
        self._studio.message_bar.offer([Action("Show me around", self.begin, tip=text)])

    @Slot()
    def begin(self) -> None:
        """From its first step."""
        from cadl_desktop.ui.window.guide.balloon import Balloon

        self.begun.emit()
        self._studio.pages.show_work()
        if self.balloon is not None:
            self.balloon.leave()
        self.balloon = Balloon(self._studio.pages.window())
        self.balloon.next_wanted.connect(self._go_on)
        self.balloon.closed.connect(self._forget)
        self._place = 0
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        if self.balloon is None:
            return
        if self._place == len(_STEPS):
            self.balloon.leave()
            return
        step, find = _STEPS[self._place]
        self._place += 1
        self._studio.pages.show_work()
        target = find(self._studio)
        assert target is not None  # with every experiment
        target.show()  # of the timeline nobody has asked for it, and it goes when the tour ends
        open_around(target)
        count = f"{step.place} of {len(_STEPS)}"
        title, text = step.title, step.text
        self.balloon.show_at(target, count, title, text, last=self._place == len(_STEPS))

    @Slot()
    def _forget(self) -> None:
        self.balloon = None
        self.ended.emit()
        self._studio.pages.window().setFocus()
