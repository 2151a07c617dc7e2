"""Tour for newcomers: five steps on the real window."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QDockWidget

from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.section import open_around
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.window.guide.parts import PARTS, GuidedWindow

if TYPE_CHECKING:
    from cadl_desktop.ui.window.guide.bubble import Bubble

_STEPS = sorted(((part.step, part.find) for part in PARTS if part.step), key=lambda each: each[0].place)
_BEGUN = "It begins to learn; the tour goes on by itself once the network has seen all samples."


class Tour(QObject):
    """Tour of five steps: bring, train, look, look back, take home. The window can be used meanwhile."""

    def __init__(self, window: GuidedWindow) -> None:
        super().__init__(window.frame.window)
        self._window, self._session = window, window.frame.session
        self._place = 0
        self._floating: list[QDockWidget] = []
        self._waits_for_training = False
        self._epoch_before = 0
        self.bubble: Bubble | None = None
        text = "Five steps on this window: bring, train, look, look back, take home."
        self.door = Door(
            entries=(MenuEntry("tour", Action("Tour", self.begin, tip=text), "help", anywhere=True),)
        )
        window.frame.about_to_close.connect(self._leave)
        self._session.status_changed.connect(self._follow_training)
        self._session.updated.connect(self._follow_training)

    @Slot()
    def begin(self) -> None:
        """Starts the tour at its first step."""
        from cadl_desktop.ui.window.guide.bubble import Bubble

        self._leave()
        self._window.features.presentation.leave()
        self._window.frame.pages.show_work()
        self._floating = [dock for dock in self._window.frame.docks if dock.isVisible() and dock.isFloating()]
        for dock in self._floating:  # the bubble is in the window
            dock.setFloating(False)
        self.bubble = Bubble(self._window.frame.window)
        self.bubble.next_wanted.connect(self._go_on)
        self.bubble.closed.connect(self._on_closed)
        self._place = 0
        self._show_next_step()
        self.bubble.further.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _leave(self) -> None:
        if self.bubble is not None:
            self.bubble.leave()

    @Slot()
    def _go_on(self) -> None:
        train = self._window.frame.actions["train"]
        if self._waits_for_training and not self._trains() and train.isEnabled():
            train.trigger()
        else:
            self._window.frame.pages.show_work()
            self._show_next_step()

    def _show_next_step(self) -> None:
        if self.bubble is None:
            return
        self._waits_for_training = False
        if self._place == len(_STEPS):
            self.bubble.leave()
            return
        step, _ = _STEPS[self._place]
        self._place += 1
        self._waits_for_training = step.trains and not self._trains()
        self._epoch_before = self._epoch()
        last = self._place == len(_STEPS)
        self._show_step(step.text, "Train" if self._waits_for_training else "Done" if last else "Next")

    def _show_step(self, text: str, button: str) -> None:
        """Shows the current step with its part, which is opened if need be."""
        assert self.bubble is not None
        step, find = _STEPS[self._place - 1]
        target = find(self._window)
        assert target is not None  # these parts exist in every experiment
        target.show()  # an empty timeline is hidden; it is again when the tour ends
        open_around(target)
        train = self._window.frame.actions["train"]
        title = train.text() if step.trains else step.title  # as the button says at present
        self.bubble.show_at(
            target, f"{self._place} of {len(_STEPS)}", title, text, button, beside=step.beside
        )

    @Slot()
    def _follow_training(self) -> None:
        """Goes on once the network that was to be trained has counted epochs, and the bubble is seen."""
        if not self._waits_for_training or self.bubble is None or not self._trains():
            return
        if self.bubble.isHidden():
            return
        if 0 < self._epoch() != self._epoch_before:
            self._show_next_step()
        elif self.bubble.further.text() == "Train":
            self._show_step(_BEGUN, "Next")

    def _trains(self) -> bool:
        return self._session.status in (Status.PREPARING, Status.TRAINING)

    def _epoch(self) -> int:
        progress = self._session.result.progress
        return progress.epoch if progress else 0

    @Slot()
    def _on_closed(self) -> None:
        self.bubble = None
        for dock in self._floating:
            dock.setFloating(True)
        self._window.frame.docks.visibility.update()  # hides an empty timeline again
        self._window.frame.window.setFocus()
