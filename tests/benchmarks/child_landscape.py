"""A child that times the landscape: what it costs a training, and how soon it is seen in a pause."""

import time
from dataclasses import replace
from statistics import median

from cadl_desktop.lessons.cost_plane import SIDES
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.landscape_survey import Landscape
from cadl_desktop.ui.landscape.panel import LandscapePanel
from cadl_desktop.ui.window.main_window import MainWindow
from tests.benchmarks.child_window import WARM_UP_MS
from tests.benchmarks.showing import let_pass, open_window, wait, wait_for_tensorflow

TURN_MS = 2500
"""How long each speed of training is taken: long enough for some of the questions, which have long rests."""
SETTLE_MS = 300
PLANES = 3


def landscape(name: str, seconds: str) -> dict[str, float]:
    """`with` and `without`: steps a second of one training with the landscape's dock and without, in short
    turns. `first` and `whole`: seconds in a pause from another plane's choice to its coarsest picture, and
    to all of it."""
    window = open_window(name)
    wait_for_tensorflow(window)
    session = window.session
    session.train()
    wait(session.status_changed, lambda: session.status is Status.TRAINING)
    panel = _opened(window)
    let_pass(WARM_UP_MS)
    wait(panel.landscape.changed, lambda: panel.landscape.survey is not None)
    speeds: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(max(int(float(seconds) * 1000) // TURN_MS, 2)):
        for shown in (True, False) if turn % 2 == 0 else (False, True):
            window.frame.docks["landscape"].setVisible(shown)
            let_pass(SETTLE_MS)
            speeds[shown].append(_speed(window))
    window.frame.docks["landscape"].show()
    session.pause()
    wait(session.status_changed, lambda: session.status is Status.PAUSED)
    wait(panel.landscape.changed, lambda: panel.landscape.complete)
    looks = [_look(panel.landscape, seed) for seed in range(PLANES)]
    session.close()
    return {
        "with": median(speeds[True]),
        "without": median(speeds[False]),
        "first": median(first for first, _ in looks),
        "whole": median(whole for _, whole in looks),
    }


def _opened(window: MainWindow) -> LandscapePanel:
    window.frame.docks["landscape"].toggleViewAction().trigger()
    panel = window.frame.docks["landscape"].findChild(LandscapePanel)
    if panel is None:
        raise RuntimeError("the dock has not made its content")
    return panel


def _speed(window: MainWindow) -> float:
    """Steps a second, from the first to the last that is told in a turn."""
    steps: list[tuple[float, int]] = []
    session = window.session

    def note() -> None:
        if session.result.progress is not None:
            steps.append((time.perf_counter(), session.result.progress.step))

    session.updated.connect(note)
    let_pass(TURN_MS)
    wait(session.updated, lambda: len(steps) > 1)
    session.updated.disconnect(note)
    return (steps[-1][1] - steps[0][1]) / (steps[-1][0] - steps[0][0])


def _look(found: Landscape, seed: int) -> tuple[float, float]:
    """Seconds to the first picture of a random plane, and to the finest."""
    began, first = time.perf_counter(), 0.0
    before = found.survey

    def is_whole() -> bool:
        nonlocal first
        survey = found.survey
        if survey is not before and survey is not None and not first and survey.side >= SIDES[0]:
            first = time.perf_counter() - began
        return survey is not before and found.complete

    found.choose(replace(found.choice, directions="random", seed=seed))
    wait(found.changed, is_whole)
    return first, time.perf_counter() - began
