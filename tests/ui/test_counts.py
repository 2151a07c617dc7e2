"""How much a first start puts in front of a person: Tab stops, and words on screen."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from cadl_desktop.session.document import Document
from cadl_desktop.session.session import Session
from cadl_desktop.ui.intake.examples import example
from cadl_desktop.ui.start.page import SHOWN
from cadl_desktop.ui.window.main_window import MainWindow
from tests.settling import until, wait_for_timers
from tests.ui.driving import shown_words, tab_walk


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window as a fresh account has it, on the start page."""
    window = MainWindow(Session(Document(example(SHOWN))))
    window.resize(1440, 900)
    window.features.start.show_first()
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close_without_asking()
    window.deleteLater()


def counts(window: MainWindow) -> tuple[int, int]:
    return len(tab_walk(window)), len(shown_words(window))


def test_the_start_page_is_quiet(qtbot: QtBot, window: MainWindow) -> None:
    until(qtbot, lambda: window.session.result.psnr is not None)
    stops, words = counts(window)
    assert stops <= 30, stops
    assert words <= 150, shown_words(window)


def test_a_painting_in_training_is_quiet(qtbot: QtBot, window: MainWindow) -> None:
    window.features.start.leave()
    window.features.intake.projects.begin("lecture-painting")
    window.session.train()
    until(qtbot, lambda: window.session.result.psnr is not None)
    until(qtbot, lambda: window.features.timeline.isVisible() and window.frame.docks["cost"].isVisible())
    wait_for_timers(qtbot, window.frame.docks.visibility)
    stops, words = counts(window)
    assert stops <= 60, stops
    assert words <= 125, shown_words(window)
