"""Door of the six painters: their page, and the action that shows it."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.painting_six import SixPainters
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.pages import Page
from cadl_desktop.ui.intake.intake import Intake


class Painters(QObject):
    """Shows the page by the action, and after a person has brought a picture."""

    def __init__(self, frame: Frame, intake: Intake) -> None:
        super().__init__(frame.window)
        self._session, self._messages = frame.session, frame.messages
        self.six = SixPainters(frame.session)
        self.six.message.connect(frame.messages.say)
        self.six.chosen.connect(frame.pages.show_work)
        self.page = Page(self._make_page, of_studio=True, manual="data.md#six-painters")
        self.page.shown.connect(self._begin_or_stop)
        intake.pictures.brought.connect(self._show_brought)
        text = "Six small networks paint this picture side by side, each with a look of its own."
        self.action = Action("Six painters…", self.show, tip=text, possible=lambda: self.six.is_possible)
        self.door = Door(entries=(MenuEntry("painters", self.action, "run", 1),), pages=(self.page,))

    @Slot()
    def show(self) -> None:
        if self.six.is_possible:
            self.page.show()
        elif self._session.document.problems:
            text = "Nothing can be painted yet: the warning sign beside a setting says why."
            self._messages.say("info", text)
        else:
            text = "Pause the training first: six painters paint while nothing else trains."
            self._messages.say("info", text)

    @Slot()
    def _show_brought(self) -> None:
        """Shows the page unless a training goes on with the new picture."""
        if self.six.is_possible:
            self.page.show()

    @Slot(bool)
    def _begin_or_stop(self, shown: bool) -> None:
        if shown:
            self.six.begin()
        else:
            self.six.stop()

    def _make_page(self, within: QWidget) -> QWidget:
        from cadl_desktop.ui.painters.painters_page import PaintersPage

        page = PaintersPage(self.six, within)
        page.left.connect(self.page.leave)
        return page
