"""The first minute: five steps on the real window, offered once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.settings import remember_tour_offered, tour_offered
from cadl_desktop.ui.frame.door import Door, Entry
from cadl_desktop.ui.window.named_controls import open_around
from cadl_desktop.ui.window.whole import Whole

if TYPE_CHECKING:
    from cadl_desktop.ui.controls.balloon import Balloon


@dataclass(frozen=True)
class _Step:
    title: str
    text: str
    find: Callable[[], QWidget]


class Tour(QObject):
    """Bring, train, look, look back, take home. A person may do what it speaks of meanwhile."""

    def __init__(self, window: Whole) -> None:
        super().__init__(window.frame.window)
        self._window = window
        text = "Five steps on this window: bring, train, look, look back, take home."
        self.door = Door(entries=(Entry("tour", Action("Tour", self.begin, tip=text), "help"),))
        self._place = 0
        self.balloon: Balloon | None = None

    def offer_once(self) -> None:
        """Asks at the first start whether somebody wants it; never again."""
        if tour_offered():
            return
        remember_tour_offered()
        bar = self._window.frame.messages.bar
        bar.say("info", "New here? Five steps show the window in a minute.")
        text = "Shows where things are, one after the other."
        bar.offer([Action("Show me around", self.begin, tip=text)])

    @Slot()
    def begin(self) -> None:
        """From its first step."""
        from cadl_desktop.ui.controls.balloon import Balloon

        self._window.features.presentation.leave()
        self._window.frame.pages.show_work()
        if self.balloon is not None:
            self.balloon.leave()
        self.balloon = Balloon(self._window.frame.window)
        self.balloon.next_wanted.connect(self._go_on)
        self.balloon.closed.connect(self._forget)
        self._place = -1
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        balloon, steps = self.balloon, self._steps()
        if balloon is None:
            return
        self._place += 1
        if self._place == len(steps):
            balloon.leave()
            return
        step = steps[self._place]
        self._window.frame.pages.show_work()
        target = step.find()
        open_around(target)
        count = f"{self._place + 1} of {len(steps)}"
        balloon.show_at(target, count, step.title, step.text, last=self._place == len(steps) - 1)

    @Slot()
    def _forget(self) -> None:
        self.balloon = None
        self._window.frame.docks.room.share()  # the timeline was shown before there was anything in it
        self._window.frame.window.setFocus()

    def _steps(self) -> list[_Step]:
        window, _tr = self._window, self.tr
        return [
            _Step(
                "Bring",
                "What the network shall learn: a curve, a picture that is there, or your own.",
                lambda: window.features.side.data.gallery,
            ),
            _Step(
                "Train",
                "Starts learning, and pauses it. F5 does the same.",
                lambda: window.toolbar.train_button,
            ),
            _Step(
                "Look",
                "Every tile is a neuron and shows what it computes; below stands what they make together.",
                lambda: window.features.designer.canvas,
            ),
            _Step(
                "Look back",
                "Each moment of a training is kept here: drag to see it again, or replay all of it.",
                self._timeline,
            ),
            _Step(
                "Take home",
                "Pictures, plots, films, weights and a script of all this, as files of yours.",
                lambda: window.toolbar.export_button,
            ),
        ]

    def _timeline(self) -> QWidget:
        """Shown for as long as it is spoken of: what is in it comes with a training."""
        self._window.features.timeline.show()
        return self._window.features.timeline
