"""Every page that comes along, on the screen: opened, each of its controls used, every figure painted."""

import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.lessons.controls import Button, Choice, Control, Slider, Switch
from cadl_desktop.lessons.figure import Handle
from cadl_desktop.lessons.pages import PAGES
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.lesson_progress import LessonProgress
from cadl_desktop.ui.lessons.figures.plane import ranges_of
from cadl_desktop.ui.lessons.page import LessonsPage
from cadl_desktop.ui.lessons.reading import Reading
from cadl_desktop.ui.settings.remembered import REACHED_LESSONS
from tests.settling import process_events
from tests.ui.driving import show, unnamed_controls


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> LessonsPage:
    page = LessonsPage(Reading(LessonProgress(session), PAGES))
    page.resize(1400, 800)
    show(qtbot, page)
    return page


def use(reading: Reading, control: Control) -> None:
    """From one end to the other, every choice, both ways, or once."""
    match control:
        case Slider(name=name, least=least, most=most):
            for value in (least, most):
                reading.turn(name, value)
        case Choice(name=name, options=options):
            for key, _ in options:
                reading.turn(name, key)
        case Switch(name=name, value=value):
            reading.turn(name, not value)
            reading.turn(name, value)
        case Button(name=name, possible=True):
            reading.press(name)


def test_opening_every_page_ticks_nothing(qtbot: QtBot, page: LessonsPage) -> None:
    for place in range(len(PAGES)):
        page._reading.open(place)
        process_events(qtbot)
        assert page.reader.text.toPlainText()
        assert not page.grab().isNull()
        assert unnamed_controls(page) == []
    assert REACHED_LESSONS.get() == []


def test_every_control_of_every_page_is_answered_by_its_figures(qtbot: QtBot, page: LessonsPage) -> None:
    reading = page._reading
    for place in range(len(PAGES)):
        reading.open(place)
        state = reading.demonstration
        for control in state.controls() if state else ():
            use(reading, control)
            assert not page.stage.grab().isNull()
            reading.begin_again()
        for figure in state.figures() if state else ():
            (left, right), (low, high) = ranges_of(figure)
            names = [item.name for item in figure.items if isinstance(item, Handle)]
            for name in (*names, *([figure.clicked] if figure.clicked else [])):
                for x, y in ((left, low), (right, high), ((left + right) / 2, (low + high) / 2)):
                    reading.move(name, x, y)
                    assert not page.stage.grab().isNull()
        process_events(qtbot)
