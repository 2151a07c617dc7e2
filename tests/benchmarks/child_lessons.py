"""A child that times the answers of the lessons' figures to a hand, without TensorFlow."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtWidgets import QApplication

from cadl_desktop.drawing.lesson_figures import ranges_of
from cadl_desktop.lessons.figure import Handle
from cadl_desktop.session.views.lesson_progress import LessonProgress
from cadl_desktop.ui.lessons.control_panel import SliderRow
from cadl_desktop.ui.lessons.lessons_model import LessonsModel
from cadl_desktop.ui.lessons.page import LessonsPage
from tests.benchmarks.showing import let_pass, open_window

SHARES = [place / 25 for place in range(26)]
"""Positions of a slider, handle or click between its ends."""
SETTLE_MS = 50


def lessons() -> dict[str, list[float]]:
    """Milliseconds from a hand's move to the painted figures, by page: the page computes, every figure is
    painted, words and numbers are written. The first move of each thing isn't counted: it fills caches."""
    window = open_window("lecture", shown=False)  # which would load TensorFlow meanwhile
    reading = LessonsModel(LessonProgress(window.session))
    page = LessonsPage(reading)
    page.resize(window.size())
    page.show()
    answer: dict[str, list[float]] = {}
    for place, chapter in enumerate(reading.chapters):
        reading.open(place)
        let_pass(SETTLE_MS)
        times = [_timed(page, move) for moves in _hands(page, reading) for move in moves[1:]]
        if times:
            answer[chapter.page.name] = times
    page.close()
    window.session.close()
    return answer


def _timed(page: LessonsPage, move: Callable[[], None]) -> float:
    began = time.perf_counter()
    move()
    for view in page.stage.board.views:
        if view.isVisible():
            view.repaint()
    page.stage.words.viewport().repaint()
    QApplication.sendPostedEvents()
    return (time.perf_counter() - began) * 1000


def _hands(page: LessonsPage, reading: LessonsModel) -> Iterator[list[Callable[[], None]]]:
    """Every slider, handle and click of a page, each as the moves from its one end to its other."""
    state = reading.demonstration
    if state is None:
        return
    for control in state.controls():
        row = page.stage.controls.rows.get(control.name)
        if isinstance(row, SliderRow):
            most = row.slider.maximum()
            yield [partial(row.slider.setValue, round(most * share)) for share in SHARES]
            reading.reset_demonstration()
    for figure in state.figures():
        handles = [item.name for item in figure.items if isinstance(item, Handle)]
        for name in (*handles, *([figure.clicked] if figure.clicked else [])):
            x, y = ranges_of(figure)
            yield [partial(reading.move, name, _along(x, share), _along(y, share)) for share in SHARES]
            reading.reset_demonstration()


def _along(ends: tuple[float, float], share: float) -> float:
    return ends[0] + share * (ends[1] - ends[0])
