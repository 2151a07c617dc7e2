"""Model of the lessons without widgets: the open page and reached goals."""

from pytestqt.qtbot import QtBot

from cadl_desktop.lessons.page import Page
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.lesson_progress import LessonProgress
from cadl_desktop.ui.lessons.lessons_model import LessonsModel
from cadl_desktop.ui.settings.settings_table import REACHED_LESSONS
from tests.settling import WAIT
from tests.ui.lessons.pages import DOWNHILL, PAGES

TRAINED = Page("07-first-network", "Train", "Train.", reached_in_studio=lambda studio: studio.epochs >= 1)


def test_condition_that_held_before_the_page_was_opened_ticks_nothing(qtbot: QtBot, session: Session) -> None:
    session.train()
    qtbot.waitUntil(lambda: bool(session.result.progress and session.result.progress.epoch), timeout=WAIT)
    reading = LessonsModel(LessonProgress(session), [DOWNHILL, TRAINED])
    reading.open(1)
    epoch = session.result.progress.epoch
    qtbot.waitUntil(lambda: session.result.progress.epoch > epoch + 2)
    session.stop()
    qtbot.waitUntil(lambda: session.status is Status.RESULT)
    assert REACHED_LESSONS.get() == []
    session.reset()
    session.train()
    qtbot.waitUntil(lambda: bool(REACHED_LESSONS.get()), timeout=WAIT)


def test_the_page_that_was_read_last_is_open_at_the_next_start(session: Session) -> None:
    progress = LessonProgress(session)
    LessonsModel(progress, PAGES).open(1)
    assert LessonsModel(progress, PAGES).page is PAGES[1]
    assert LessonsModel(progress, PAGES[:1]).page is PAGES[0]  # the last page is missing


def test_model_without_pages_does_nothing(session: Session) -> None:
    reading = LessonsModel(LessonProgress(session), [])
    reading.open(0)
    reading.set_value("rate", 1.0)
    reading.press("step")
    reading.move("start", 0.0, 0.0)
    reading.reset_demonstration()
    reading.start_over()
    assert (reading.page, reading.demonstration, reading.is_reached) == (None, None, False)
    assert reading.text.title == "Lessons"
