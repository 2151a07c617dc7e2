"""Child processes that show the window: its speed, its heartbeat, and its time to the first picture."""

import time
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QDockWidget

from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.diagnosis.histograms_panel import HistogramsPanel
from cadl_desktop.ui.window.main_window import MainWindow
from tests.benchmarks.memory import peak_megabytes
from tests.benchmarks.showing import (
    PATIENCE_MS,
    Heart,
    have_done,
    let_pass,
    open_window,
    wait,
    wait_for_tensorflow,
)
from tests.benchmarks.workloads import untrained_picture

WARM_UP_MS = 2000
AFTERWARDS_MS = 300
"""How long after Stop the heartbeat is still counted to it."""

Floats = np.typing.NDArray[np.float32]


def speed(name: str, seconds: str) -> dict[str, float]:
    """Training with everything live: steps a second between the first and the last news of a while."""
    window = open_window(name)
    histograms = show_histograms(window)
    wait_for_tensorflow(window)
    session = window.session
    news: list[tuple[float, int]] = []

    def note() -> None:
        if session.result.progress:
            news.append((time.perf_counter(), session.result.progress.step))

    session.train()
    wait(session.status_changed, lambda: session.status is Status.TRAINING)
    let_pass(WARM_UP_MS)
    told = _told(histograms, window)
    session.updated.connect(note)
    let_pass(int(float(seconds) * 1000))
    session.updated.disconnect(note)
    if _told(histograms, window) <= told:
        raise RuntimeError("the histograms stood still, so this was no speed with everything live")
    peak = peak_megabytes()
    session.close()
    (began, first), (ended, last) = news[0], news[-1]
    return {
        "steps_per_second": (last - first) / (ended - began),
        "updates_per_second": (len(news) - 1) / (ended - began),
        "peak_megabytes": peak,
    }


def show_histograms(window: MainWindow) -> HistogramsPanel:
    """Opens them as the View menu does, before the tabs that lie in the same place."""
    dock = window.findChild(QDockWidget, "histograms")
    assert isinstance(dock, QDockWidget)
    dock.toggleViewAction().trigger()
    dock.raise_()
    panel = dock.findChild(HistogramsPanel)
    assert isinstance(panel, HistogramsPanel)
    return panel


def _told(histograms: HistogramsPanel, window: MainWindow) -> int:
    """How many slices the histograms on screen have taken; 0 where none can be seen."""
    seen = not histograms.strips.visibleRegion().isEmpty()
    return window.session.result.histograms[histograms.quantity].count if seen else 0


def heartbeat(name: str, seconds: str) -> dict[str, Any]:
    """Gaps between heartbeats in each phase of a session, and how long Stop took."""
    window = open_window(name, shown=False)
    session, duration = window.session, int(float(seconds) * 1000)
    window.show()
    heart = Heart()
    heart.phase("opening")
    # The window asks for TensorFlow a moment after it has been shown; its own first drawing is over by then.
    let_pass(90)
    heart.phase("loading")
    wait_for_tensorflow(window)
    heart.phase("settling")
    let_pass(1000)
    heart.phase("idle")
    let_pass(duration)
    heart.phase("train")
    window.frame.actions["train"].trigger()
    wait(session.status_changed, lambda: session.status is Status.TRAINING)
    heart.phase("training")
    let_pass(duration)
    heart.phase("stop")
    began = time.perf_counter()
    window.frame.actions["stop"].trigger()
    wait(session.status_changed, lambda: session.status is Status.RESULT)
    stopping = time.perf_counter() - began
    let_pass(AFTERWARDS_MS)
    answer = {"gaps": heart.gaps(), "stop_milliseconds": stopping * 1000}
    session.close()
    return answer


def first_picture(name: str) -> dict[str, float]:
    """Seconds from Train to the first picture of weights that have learned, for a new structure and again."""
    window = open_window(name)
    wait_for_tensorflow(window)
    let_pass(1000)
    start = have_done(window.session, partial(untrained_picture, window.document.experiment))
    let_pass(500)
    answer = {}
    for round_ in ("new", "known"):
        untrained, trained = _seconds_to_pictures(window, start)
        answer[f"{round_}_untrained"], answer[round_] = untrained, trained
        let_pass(500)
        window.session.stop()
        wait(window.session.status_changed, lambda: window.session.status is Status.RESULT)
        window.session.reset()
        let_pass(500)
    window.session.close()
    return answer


def _seconds_to_pictures(window: MainWindow, start: Floats) -> tuple[float, float]:
    """Seconds to the first picture and to the first that training has changed, drawing included."""
    session, loop = window.session, QEventLoop()
    moments: list[float] = []
    seen: list[object] = [session.result.prediction]

    def look() -> None:
        prediction = session.result.prediction
        if prediction is None or prediction is seen[0]:
            return
        seen[0] = prediction
        learned = not np.allclose(prediction, start, atol=1e-3)
        # The views take it in their next turn and are painted before the one after that.
        QTimer.singleShot(1, lambda: QTimer.singleShot(1, lambda: note(learned)))

    def note(learned: bool) -> None:
        moments.append(time.perf_counter() - began)
        if learned:
            loop.quit()

    session.updated.connect(look)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    began = time.perf_counter()
    session.train()
    loop.exec()
    session.updated.disconnect(look)
    return moments[0], moments[-1]
