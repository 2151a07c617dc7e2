"""A child that times the network drawing, apart from everything else."""

import time

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QWidget

from cadl_desktop.runs.events import Probed
from cadl_desktop.runs.neurons import columns_of
from cadl_desktop.session.session import Status
from cadl_desktop.ui.main_window import MainWindow
from cadl_desktop.ui.network_view import LINES_MS
from tests.benchmarks.showing import let_pass, open_window, wait, wait_for_tensorflow

NEWS = 12
"""How many moments of a training are drawn, again and again."""
NEWS_MS = 80
"""How soon one follows the other, as in a training."""


def drawing(name: str, seconds: str) -> dict[str, list[float]]:
    """Milliseconds that repaints of the designer's canvas take when its neurons have news: one by one as in a
    training, and where all lines are due as well.

    The part of it that can be seen is painted into an image of the window's size. The cards' controls are
    not part of it: news don't touch them.
    """
    window = open_window(name)
    wait_for_tensorflow(window)
    news = _news(window)
    # So far apart, none comes while the lines of the one before are still new enough.
    rarely = 2 * LINES_MS + NEWS_MS
    answer = {
        "news": _repaints(window, news, NEWS_MS, float(seconds)),
        "news and lines": _repaints(window, news, rarely, float(seconds)),
    }
    window.session.close()
    return answer


def _news(window: MainWindow) -> list[Probed]:
    """What the neurons were in the first moments of a training, which has ended."""
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


def _repaints(window: MainWindow, news: list[Probed], interval: int, seconds: float) -> list[float]:
    canvas, image = window.designer.canvas, QImage(window.size(), QImage.Format.Format_RGB32)
    times: list[float] = []
    for turn in range(int(seconds * 1000) // interval):
        let_pass(interval)
        probed, seen = news[turn % len(news)], canvas.visibleRegion().boundingRect()
        began = time.perf_counter()
        canvas.show_columns(columns_of(window.document.experiment, probed), probed.grid)
        canvas.render(image, QPoint(), QRegion(seen), QWidget.RenderFlag.DrawWindowBackground)
        times.append((time.perf_counter() - began) * 1000)
    return times
