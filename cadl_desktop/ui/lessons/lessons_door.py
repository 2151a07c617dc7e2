"""The lessons in this window: as a page in its middle, or as a dock beside the studio.

What they are made of is imported when they are first asked for.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from cadl_desktop.sentences import sentence_of, shown
from cadl_desktop.session.views.lesson_progress import LessonProgress
from cadl_desktop.storage.atomic import FileError
from cadl_desktop.ui.controls.action import Action, add_action
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.frame.door import Dock, Door, Entry, Place
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.late_libraries import load_libraries
from cadl_desktop.ui.frame.pages import Page
from cadl_desktop.ui.settings.preference import Preference, preferences
from cadl_desktop.ui.settings.remembered import LESSONS_FOLDER
from cadl_desktop.ui.theme.theme import GRID

if TYPE_CHECKING:
    from cadl_desktop.ui.lessons.page import LessonsPage
    from cadl_desktop.ui.lessons.reader import Reader
    from cadl_desktop.ui.lessons.reading import Reading

_WIDTH = 42 * GRID
"""Of a lesson beside the studio, at first."""


class Lessons(QObject):
    """Page and dock show one reading, so that a lesson goes on where it was left."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._frame = frame
        self._reading: Reading | None = None
        self._page: LessonsPage | None = None
        preferences().changed.connect(self._follow_preference)
        self.page = Page(self._make_page, self._once_loaded)
        text = "From one error to a painted picture: pages to play with, each with a figure and a goal."
        switch = add_action(frame.window, Action("Lessons", self.page.toggle, "F1", text, checked=False))
        self.page.shown.connect(switch.setChecked)
        self.door = Door(
            entries=(Entry("lessons", switch, "help"),),
            docks=(Dock("lesson", "Lesson", self._make_dock, Place.ABOVE, width=_WIDTH),),
            pages=(self.page,),
        )

    @property
    def reading(self) -> "Reading":
        if self._reading is None:
            from cadl_desktop.ui.lessons.reading import Reading

            self._reading = Reading(LessonProgress(self._frame.session))
        return self._reading

    def _once_loaded(self, then: Callable[[], None]) -> None:
        """Calls `then` when what formulas need has been imported, which takes a third of a second."""
        self._frame.session.background.do(load_libraries, lambda _: then(), lambda _: then())

    def _make_page(self, _: QWidget) -> QWidget:
        from cadl_desktop.ui.lessons.page import LessonsPage

        page = self._page = LessonsPage(self.reading, self._frame.pages)
        page.left.connect(self.page.leave)
        page.studio_wanted.connect(self.show_beside)
        page.control_wanted.connect(self.show_control)
        page.trial_wanted.connect(self.try_on)
        return page

    def _make_dock(self, dock: QWidget) -> QWidget:
        from cadl_desktop.ui.lessons.reader import Reader

        reader = Reader(self.reading, dock)
        back = QPushButton("Figure")
        describe(back, "Figure", "Shows this lesson as a page again, with its figure.")
        back.clicked.connect(self.page.show)
        reader.have_keys(reader)
        reader.buttons.insertWidget(1, back)
        reader.control_wanted.connect(self.show_control)
        reader.trial_wanted.connect(self.try_on)
        return reader

    def show_contents(self, on: bool) -> None:
        if self._page is not None:
            self._page.show_contents(on)

    @Slot()
    def show_beside(self) -> None:
        """Leaves the page; its words stay beside the studio."""
        self._frame.pages.show_work()
        self._frame.docks.open("lesson")
        self._dock_reader().text.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def show_control(self, name: str) -> None:
        """Shows the control that a lesson speaks of."""
        self.show_beside()
        if self._frame.show_control(name) is None:
            text = "This experiment has no such setting; load what the lesson offers to try."
            self._frame.messages.say("info", text)

    @Slot(str)
    def try_on(self, name: str) -> None:
        """Loads what a lesson offers to try: one edit, which keeps the runs and can be undone."""
        trial = self.reading.trial(name)
        if trial is None:
            self._frame.messages.say("warning", f"There is no “{shown(name)}” to try.")
            return
        try:
            experiment = trial.experiment()
        except FileError as error:
            self._frame.messages.say("error", sentence_of(error))
            return
        title = shown(trial.label)
        self.show_beside()
        self.reading.progress.try_on(name, f"Lesson: {title}", experiment)
        text = f"“{title}” is open: your runs are kept, and Undo goes back."
        self._frame.messages.say("info", text)
        self._frame.show_control("train")

    def _dock_reader(self) -> "Reader":
        from cadl_desktop.ui.lessons.reader import Reader

        reader = self._frame.docks["lesson"].widget()
        assert isinstance(reader, Reader)
        return reader

    @Slot(object)
    def _follow_preference(self, preference: Preference[object]) -> None:
        if preference is LESSONS_FOLDER and self._reading is not None:
            self._reading.list_again()
