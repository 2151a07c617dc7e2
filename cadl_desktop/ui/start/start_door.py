"""Door of the start page."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence

from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.pages import Page
from cadl_desktop.ui.intake.examples import can_be_tried_on, is_own
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.start.page import StartPage


class Start(Page):
    """Start page as a page of the window's middle. After a choice the focus is on Train."""

    lessons_wanted = Signal()

    def __init__(self, frame: Frame, intake: Intake) -> None:
        super().__init__(lambda _: self.page)
        self._frame, self._projects = frame, intake.projects
        self.widget = self.page = page = StartPage()
        page.chosen.connect(self._open_preset)
        page.open_wanted.connect(intake.choose)
        page.picture_wanted.connect(intake.pictures.choose)
        page.points_wanted.connect(intake.tables.choose)
        page.recent_chosen.connect(intake.projects.read)
        page.left.connect(self.leave)
        page.lessons_wanted.connect(self.lessons_wanted)
        text = "Shows the experiments to begin with, as pictures."
        new = Action("New…", self.show, QKeySequence.StandardKey.New, text, "new")
        text = "Shows the experiments that come along in place of the network."
        switch = add_action(frame.window, Action("Start page", self.toggle, tip=text, checked=False))
        self.shown.connect(switch.setChecked)
        self.door = Door(
            entries=(
                MenuEntry("new", new, "file", anywhere=True),
                MenuEntry("start_page", switch, "view", anywhere=True),
            ),
            pages=(self,),
        )

    @Slot()
    def show(self) -> None:
        experiment = self._frame.session.document.experiment
        own = is_own(experiment.data)
        self.page.set_own("picture" if own and is_painting(experiment) else "curve" if own else "")
        super().show()

    @Slot(str)
    def _open_preset(self, name: str) -> None:
        if self.page.tries and can_be_tried_on(self._frame.session.document.experiment, name):
            self._projects.try_on_own(name)
        else:
            self._projects.begin(name)
        if not self.is_shown:
            self._frame.show_control("train")
