"""All shipped pages on the screen: opened, with every control used and every figure painted."""

import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.lessons.demonstration import Button, Choice, Control, Slider, Switch
from cadl_desktop.lessons.figure import Handle
from cadl_desktop.lessons.page_list import PAGES
from cadl_desktop.session.session import Session
from cadl_desktop.session.views.lesson_progress import LessonProgress
from cadl_desktop.ui.lessons.figure_plane import ranges_of
from cadl_desktop.ui.lessons.lessons_model import LessonsModel
from cadl_desktop.ui.lessons.page import LessonsPage
from cadl_desktop.ui.settings.settings_table import REACHED_LESSONS
from tests.settling import process_events
from tests.ui.driving import show, unnamed_controls


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> LessonsPage:
    page = LessonsPage(LessonsModel(LessonProgress(session), PAGES))
    page.resize(1400, 800)
    show(qtbot, page)
    return page


def use(reading: LessonsModel, control: Control) -> None:
    """Sets a slider to both ends, a choice to every option, a switch to both values, or presses a button."""
    match control:
        case Slider(name=name, least=least, most=most):
            for value in (least, most):
                reading.set_value(name, value)
        case Choice(name=name, options=options):
            for key, _ in options:
                reading.set_value(name, key)
        case Switch(name=name, value=value):
            reading.set_value(name, not value)
            reading.set_value(name, value)
        case Button(name=name, possible=True):
            reading.press(name)


def test_opening_every_page_ticks_nothing(qtbot: QtBot, page: LessonsPage) -> None:
    for place in range(len(PAGES)):
        page._model.open(place)
        process_events(qtbot)
        assert page.text_panel.text.toPlainText()
        assert not page.grab().isNull()
        assert unnamed_controls(page) == []
    assert REACHED_LESSONS.get() == []


def test_figures_are_painted_after_every_control_of_every_page(qtbot: QtBot, page: LessonsPage) -> None:
    reading = page._model
    for place in range(len(PAGES)):
        reading.open(place)
        state = reading.demonstration
        for control in state.controls() if state else ():
            use(reading, control)
            assert not page.stage.grab().isNull()
            reading.reset_demonstration()
        for figure in state.figures() if state else ():
            (left, right), (low, high) = ranges_of(figure)
            names = [item.name for item in figure.items if isinstance(item, Handle)]
            for name in (*names, *([figure.clicked] if figure.clicked else [])):
                for x, y in ((left, low), (right, high), ((left + right) / 2, (low + high) / 2)):
                    reading.move(name, x, y)
                    assert not page.stage.grab().isNull()
        process_events(qtbot)
