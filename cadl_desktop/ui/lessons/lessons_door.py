"""Lessons as a feature of the window: a page in its middle, and a dock beside the studio.

Their widgets are imported on first use.
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
from cadl_desktop.ui.frame.door import Dock, Door, MenuEntry, Place
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.frame.pages import Page
from cadl_desktop.ui.frame.preload import import_libraries
from cadl_desktop.ui.settings.preference import Preference, preferences
from cadl_desktop.ui.settings.settings_table import LESSONS_FOLDER
from cadl_desktop.ui.theme.theme import GRID

if TYPE_CHECKING:
    from cadl_desktop.ui.lessons.lessons_model import LessonsModel
    from cadl_desktop.ui.lessons.page import LessonsPage

_WIDTH = 42 * GRID
"""Initial width of the dock."""


class Lessons(QObject):
    """Lessons of a window. Page and dock share one model, so that a lesson continues in either."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._frame = frame
        self._model: LessonsModel | None = None
        self._page: LessonsPage | None = None
        preferences().changed.connect(self._follow_preference)
        self.page = Page(self._make_page, self._load_libraries, manual="lessons.md")
        text = "From one error to a painted picture: pages to play with, each with a figure and a goal."
        switch = add_action(frame.window, Action("Lessons", self.page.toggle, "F1", text, checked=False))
        self.page.shown.connect(switch.setChecked)
        self.door = Door(
            entries=(MenuEntry("lessons", switch, "help", anywhere=True),),
            docks=(
                Dock("lesson", "Lesson", self._make_dock, Place.ABOVE, width=_WIDTH, manual="lessons.md"),
            ),
            pages=(self.page,),
        )

    @property
    def reading(self) -> "LessonsModel":
        if self._model is None:
            from cadl_desktop.ui.lessons.lessons_model import LessonsModel

            self._model = LessonsModel(LessonProgress(self._frame.session))
        return self._model

    def _load_libraries(self, then: Callable[[], None]) -> None:
        """Calls `then` after the libraries for formulas have been imported, which takes a third of a
        second."""
        self._frame.session.background.do(import_libraries, lambda _: then(), lambda _: then())

    def _make_page(self, _: QWidget) -> QWidget:
        from cadl_desktop.ui.lessons.page import LessonsPage

        page = self._page = LessonsPage(self.reading, self._frame.pages)
        page.left.connect(self.page.leave)
        page.studio_wanted.connect(self.show_beside)
        page.control_wanted.connect(self.show_control)
        page.trial_wanted.connect(self.try_on)
        return page

    def _make_dock(self, dock: QWidget) -> QWidget:
        from cadl_desktop.ui.lessons.text_panel import TextPanel

        panel = TextPanel(self.reading, dock)
        back = QPushButton("Figure")
        describe(back, "Figure", "Shows this lesson as a page again, with its figure.")
        back.clicked.connect(self.page.show)
        panel.add_shortcuts(panel)
        panel.buttons.insertWidget(1, back)
        panel.control_wanted.connect(self.show_control)
        panel.trial_wanted.connect(self.try_on)
        return panel

    def show_contents(self, on: bool) -> None:
        if self._page is not None:
            self._page.show_contents(on)

    @Slot()
    def show_beside(self) -> None:
        """Replaces the page by the dock beside the studio."""
        from cadl_desktop.ui.lessons.text_panel import TextPanel

        self._frame.pages.show_work()
        self._frame.docks.open("lesson")
        panel = self._frame.docks["lesson"].widget()
        assert isinstance(panel, TextPanel)
        panel.text.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def show_control(self, name: str) -> None:
        """Shows the control that a link in a lesson points to."""
        self.show_beside()
        if self._frame.show_control(name) is None:
            text = "This experiment has no such setting; load what the lesson offers to try."
            self._frame.messages.say("info", text)

    @Slot(str)
    def try_on(self, name: str) -> None:
        """Loads a trial of a lesson: one edit, which keeps the runs and can be undone."""
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

    @Slot(object)
    def _follow_preference(self, preference: Preference[object]) -> None:
        if preference is LESSONS_FOLDER and self._model is not None:
            self._model.list_again()
