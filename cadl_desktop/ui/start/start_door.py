"""Door of the start page."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence

from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.session.training.result import Status
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
        super().__init__(lambda _: self.page, manual="first-steps.md#the-start-page")
        self._frame, self._session, self._projects = frame, frame.session, intake.projects
        self.widget = self.page = page = StartPage(frame.session)
        page.chosen.connect(self._open_preset)
        page.open_wanted.connect(intake.choose)
        page.picture_wanted.connect(intake.pictures.choose)
        page.points_wanted.connect(intake.tables.choose)
        intake.projects.opened.connect(frame.session.end_demonstration)
        page.recent_chosen.connect(intake.projects.read)
        page.left.connect(self.leave)
        page.lessons_wanted.connect(self.lessons_wanted)
        page.tour_wanted.connect(lambda: frame.actions["tour"].trigger())
        self.shown.connect(self._settle_demonstration)
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

    def show_first(self) -> None:
        """Shows the page of a window that has just been made, and the open example as it is being learned,
        once TensorFlow is loaded."""
        self._session.document.is_shown_only = True
        self.show()
        self._session.device_changed.connect(self._demonstrate)

    @Slot()
    def _demonstrate(self) -> None:
        if self._session.document.is_shown_only and self._session.status is Status.EMPTY:
            self._session.demonstrate()

    @Slot(bool)
    def _settle_demonstration(self, shown: bool) -> None:
        """Hands the training over to who goes to look at it; another page ends it."""
        if shown:
            return
        if self._frame.pages.page is None:
            self._session.take_over()
        else:
            self._session.end_demonstration()

    @Slot(str)
    def _open_preset(self, name: str) -> None:
        if self.page.tries and can_be_tried_on(self._frame.session.document.experiment, name):
            self._projects.try_on_own(name)
        else:
            self._projects.begin(name)
        if not self.is_shown:
            self._frame.show_control("train")
