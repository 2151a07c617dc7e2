"""The middle of the window: the network and what it makes, or the start page, the lessons or a sweep."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.intake.examples import can_be_tried_on, is_own
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.start.page import StartPage
from cadl_desktop.ui.theme.turns import NEXT_TURN_MS


class Pages(QStackedWidget):
    """Shows the start page, the lessons or a sweep when asked, and leaves them when anything is begun, here
    or elsewhere. `make_lessons` and `make_sweep` make their pages when they are first shown."""

    start_page_shown = Signal(bool)
    lessons_shown = Signal(bool)
    sweep_shown = Signal(bool)
    preset_opened = Signal()

    def __init__(
        self,
        work: QWidget,
        session: Session,
        intake: Intake,
        make_lessons: Callable[[], QWidget],
        once_lessons_can_be_made: Callable[[Callable[[], None]], None],
        make_sweep: Callable[[], QWidget],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._make_lessons, self._make_sweep = make_lessons, make_sweep
        self._once_lessons_can_be_made = once_lessons_can_be_made
        self._lessons_wanted = False
        self.lessons: QWidget | None = None
        self.sweep: QWidget | None = None
        self._work, self._projects = work, intake.projects
        self._document, self._status = session.document, session.status
        self.start = StartPage()
        self.addWidget(work)
        self.addWidget(self.start)
        self.start.chosen.connect(self._open_preset)
        self.start.open_wanted.connect(intake.choose)
        self.start.picture_wanted.connect(intake.pictures.choose)
        self.start.points_wanted.connect(intake.tables.choose)
        self.start.recent_chosen.connect(intake.projects.read)
        self.start.left.connect(self.leave_start_page)
        self.start.lessons_wanted.connect(self.show_lessons)
        for reader in (intake.projects, intake.pictures):
            reader.opened.connect(self.show_work)
        session.document.changed.connect(self.show_work)
        session.status_changed.connect(self._leave_for_training)

    @property
    def on_start_page(self) -> bool:
        return self.currentWidget() is self.start

    @property
    def on_lessons(self) -> bool:
        return self.lessons is not None and self.currentWidget() is self.lessons

    # What is made when it is first asked for is shown in the next turn: to make it and to draw it together
    # take a tenth of a second beside a training.

    @property
    def on_sweep(self) -> bool:
        return self.sweep is not None and self.currentWidget() is self.sweep

    @Slot()
    def show_sweep(self) -> None:
        if self.on_sweep:
            return
        if self.sweep is None:
            self.sweep = self._make_sweep()
            self.addWidget(self.sweep)
            QTimer.singleShot(NEXT_TURN_MS, self, self.show_sweep)
            return
        self.show_work()
        self.setCurrentWidget(self.sweep)
        self.sweep.setFocus(Qt.FocusReason.OtherFocusReason)
        self.sweep_shown.emit(True)

    @Slot(bool)
    def toggle_sweep(self, on: bool) -> None:
        if on:
            self.show_sweep()
        else:
            self.leave_sweep()

    @Slot()
    def leave_sweep(self) -> None:
        if self.on_sweep:
            self._leave()
            self.sweep_shown.emit(False)

    @Slot()
    def show_lessons(self) -> None:
        if self.on_lessons:
            return
        if self.lessons is None:
            self._lessons_wanted = True
            self._once_lessons_can_be_made(self._begin_lessons)
            return
        self.show_work()
        self.setCurrentWidget(self.lessons)
        self.lessons.setFocus(Qt.FocusReason.OtherFocusReason)
        self.lessons_shown.emit(True)

    def _begin_lessons(self) -> None:
        """Unless they have been made by now, or another thing is looked at."""
        if self.lessons is None and self._lessons_wanted:
            self.lessons = self._make_lessons()
            self.addWidget(self.lessons)
            QTimer.singleShot(NEXT_TURN_MS, self, self.show_lessons)

    @Slot(bool)
    def toggle_lessons(self, on: bool) -> None:
        if on:
            self.show_lessons()
        else:
            self.leave_lessons()

    @Slot()
    def leave_lessons(self) -> None:
        self._lessons_wanted = False
        if self.on_lessons:
            self._leave()
            self.lessons_shown.emit(False)

    @Slot()
    def show_work(self) -> None:
        """Leaves whatever stands in place of the network."""
        self.leave_start_page()
        self.leave_lessons()
        self.leave_sweep()

    @Slot()
    def show_start_page(self) -> None:
        if self.on_lessons or self.on_sweep:
            # To give the room back to the docks takes as long as to show the page.
            self.show_work()
            QTimer.singleShot(NEXT_TURN_MS, self, self.show_start_page)
            return
        experiment = self._document.experiment
        own = is_own(experiment.data)
        self.start.set_own("picture" if own and is_painting(experiment) else "curve" if own else "")
        self.setCurrentWidget(self.start)
        self.start.setFocus(Qt.FocusReason.OtherFocusReason)
        self.start_page_shown.emit(True)

    @Slot(bool)
    def toggle_start_page(self, on: bool) -> None:
        if on:
            self.show_start_page()
        else:
            self.leave_start_page()

    @Slot()
    def leave_start_page(self) -> None:
        if self.on_start_page:
            self._leave()
            self.start_page_shown.emit(False)

    def _leave(self) -> None:
        focused = QApplication.focusWidget()
        here = focused is not None and self.isAncestorOf(focused)
        self.setCurrentWidget(self._work)
        if here:
            # Qt would give the focus to whichever control comes next.
            self.window().setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _leave_for_training(self, status: Status) -> None:
        """When it begins, or goes on after a pause; a page that is opened meanwhile stays."""
        before, self._status = self._status, status
        if status is Status.PREPARING or (before is Status.PAUSED and status is Status.TRAINING):
            self.show_work()

    @Slot(str)
    def _open_preset(self, name: str) -> None:
        if self.start.tries and can_be_tried_on(self._document.experiment, name):
            self._projects.try_on_own(name)
        else:
            self._projects.begin(name)
        if not self.on_start_page:
            self.preset_opened.emit()
