"""A child that times the network drawing, apart from everything else."""

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QWidget

from cadl_desktop.runs.events import Probed
from cadl_desktop.runs.probed_columns import columns_of
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.window.main_window import MainWindow
from tests.benchmarks.child_window import WARM_UP_MS, show_histograms
from tests.benchmarks.showing import let_pass, open_window, wait, wait_for_tensorflow

NEWS = 12
"""How many moments of a training are drawn, again and again."""
NEWS_MS = 80
"""How soon one follows the other, as in a training."""
SETTLE_MS = 150
"""How long the training goes on after the drawing came or went before its speed is taken."""
TURN_MS = 600
"""How long each speed is taken: long enough for six drawings, short enough for both sides to find the machine
in the same mood."""
LONG_TURN_MS = 3000


def drawing(name: str, seconds: str) -> dict[str, list[float]]:
    """Milliseconds that repaints of the designer's canvas take when its neurons have news, as in a training,
    and when its lines have, which are painted in a turn of their own.

    The part of it that can be seen is painted into an image of the window's size. The cards' controls are
    not part of it: news don't touch them.
    """
    window = open_window(name)
    wait_for_tensorflow(window)
    news = _news(window)
    answer = _repaints(window, news, float(seconds))
    window.session.close()
    return answer


def cost(name: str, seconds: str) -> dict[str, list[float]]:
    """Steps a second of one training with everything live, and with only the drawing left out of the window.

    A canvas that is hidden leaves its room empty, so that everything else stays as large as it was; neurons
    are asked on, for the histograms. `news` is how often a second the live drawing had some.
    """
    window = _training(name)
    return _in_turns(window, window.features.designer.canvas.setVisible, TURN_MS, seconds)


def readouts_cost(name: str, seconds: str) -> dict[str, list[float]]:
    """Measures redraws with and without readouts, in turns long enough for several refreshes."""
    window = _training(name)
    readouts, found = window.features.designer.readouts, set[object]()
    readouts.changed.connect(lambda: found.add(readouts.readouts))
    answer = _in_turns(window, window.features.designer.bar.readouts.setChecked, LONG_TURN_MS, seconds)
    if len(found) < 3:  # nothing at first, and more than one answer
        raise RuntimeError("what the layers know stood still, so this was no speed with it")
    return answer


def _training(name: str) -> MainWindow:
    """A window in which everything is live, and a training that has found its pace."""
    window = open_window(name)
    show_histograms(window)
    wait_for_tensorflow(window)
    window.session.train()
    wait(window.session.status_changed, lambda: window.session.status is Status.TRAINING)
    let_pass(WARM_UP_MS)
    return window


def _in_turns(
    window: MainWindow, switch: Callable[[bool], object], length: int, seconds: str
) -> dict[str, list[float]]:
    """The sides take turns within one training, as a process keeps a speed of its own: live, without,
    without, live. Ends the training."""
    session = window.session
    answer: dict[str, list[float]] = {"live": [], "without": [], "news": []}
    for turn in range(max(int(float(seconds) * 1000) // length, 2)):
        for live in (True, False) if turn % 2 == 0 else (False, True):
            switch(live)
            let_pass(SETTLE_MS)
            speed, news = _speed(session, length)
            answer["live" if live else "without"].append(speed)
            if live:
                answer["news"].append(news)
    session.close()
    return answer


def _speed(session: Session, length: int) -> tuple[float, float]:
    """Steps and news of the neurons a second, from the first of them to the last of a turn."""
    steps: list[tuple[float, int]] = []
    probed: list[tuple[float, Probed]] = []

    def note() -> None:
        now, result = time.perf_counter(), session.result
        if result.progress is not None:
            steps.append((now, result.progress.step))
        if result.probed is not None and (not probed or probed[-1][1] is not result.probed):
            probed.append((now, result.probed))

    session.updated.connect(note)
    let_pass(length)
    # On a machine that is busy with something else there may be too few to say how fast they come.
    wait(session.updated, lambda: len(probed) > 1 and len(steps) > 1)
    session.updated.disconnect(note)
    return (
        (steps[-1][1] - steps[0][1]) / (steps[-1][0] - steps[0][0]),
        (len(probed) - 1) / (probed[-1][0] - probed[0][0]),
    )


def _news(window: MainWindow) -> list[Probed]:
    """Collects probes of the neurons in the first moments of a training, and ends it."""
    session = window.session
    found: list[Probed] = []

    def note() -> None:
        probed = session.result.probed
        if probed is not None and (not found or probed is not found[-1]):
            found.append(probed)

    session.updated.connect(note)
    session.train()
    wait(session.updated, lambda: len(found) >= NEWS)
    session.updated.disconnect(note)
    session.stop()
    wait(session.status_changed, lambda: session.status is Status.RESULT)
    return found


def _repaints(window: MainWindow, news: list[Probed], seconds: float) -> dict[str, list[float]]:
    canvas, image = window.features.designer.canvas, QImage(window.size(), QImage.Format.Format_RGB32)
    times: dict[str, list[float]] = {"news": [], "lines": []}

    def paint(kind: str, change: Callable[[], object]) -> None:
        seen = canvas.visibleRegion().boundingRect()
        began = time.perf_counter()
        change()
        canvas.render(image, QPoint(), QRegion(seen), QWidget.RenderFlag.DrawWindowBackground)
        times[kind].append((time.perf_counter() - began) * 1000)

    def show(probed: Probed) -> None:
        canvas.show_columns(columns_of(window.document.experiment, probed), probed.grid)

    for turn in range(int(seconds * 1000) // NEWS_MS):
        let_pass(NEWS_MS)
        paint("news", partial(show, news[turn % len(news)]))
        paint("lines", canvas.view.show_values)  # drops what was drawn of them
    return times
