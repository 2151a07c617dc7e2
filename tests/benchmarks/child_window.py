"""Children that show the window: its speed, its heartbeat, and how soon it shows a picture."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from cadl_desktop.session.session import Status
from cadl_desktop.ui.application import make_window
from cadl_desktop.ui.main_window import MainWindow
from cadl_desktop.ui.theme import set_theme
from tests.benchmarks.figures import percentile
from tests.benchmarks.workloads import workload

WARM_UP_MS = 2000
BEAT_MS = 5
AFTERWARDS_MS = 300
"""How long after Stop the heartbeat is still counted to it."""
PATIENCE_MS = 120_000

Floats = np.typing.NDArray[np.float32]


def speed(name: str, seconds: str) -> dict[str, float]:
    """Training with everything live: steps a second between the first and the last news of a while."""
    window = _open(name)
    _wait_for_tensorflow(window)
    session = window.session
    news: list[tuple[float, int]] = []

    def note() -> None:
        if session.result.progress:
            news.append((time.perf_counter(), session.result.progress.step))

    session.train()
    _wait(session.status_changed, lambda: session.status is Status.TRAINING)
    _let_pass(WARM_UP_MS)
    session.updated.connect(note)
    _let_pass(int(float(seconds) * 1000))
    session.updated.disconnect(note)
    session.close()
    (began, first), (ended, last) = news[0], news[-1]
    from tests.benchmarks.child_training import peak_megabytes

    return {
        "steps_per_second": (last - first) / (ended - began),
        "updates_per_second": (len(news) - 1) / (ended - began),
        "peak_megabytes": peak_megabytes(),
    }


class Heart(QObject):
    """Beats every 5 ms when nothing keeps the event loop, and remembers when it did."""

    def __init__(self) -> None:
        super().__init__()
        self._beats: list[float] = []
        self._phases: list[tuple[str, float]] = []
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(lambda: self._beats.append(time.perf_counter()))
        self._timer.start()

    def phase(self, name: str) -> None:
        """What happens from now on belongs to this phase."""
        self._phases.append((name, time.perf_counter()))

    def gaps(self) -> dict[str, dict[str, float]]:
        """Milliseconds between beats, by phase; one that reaches into two phases is counted to both."""
        self._timer.stop()
        self.phase("")
        answer = {}
        for (name, began), (_, ended) in zip(self._phases, self._phases[1:], strict=False):
            gaps = [
                (after - before) * 1000
                for before, after in zip(self._beats, self._beats[1:], strict=False)
                if after > began and before < ended
            ]
            answer[name] = {
                "median": percentile(gaps, 50),
                "p99": percentile(gaps, 99),
                "longest": max(gaps),
                "beats": len(gaps),
            }
        return answer


def heartbeat(name: str, seconds: str) -> dict[str, Any]:
    """Gaps between heartbeats in each phase of a session, and how long Stop took."""
    window = _open(name, shown=False)
    session, duration = window.session, int(float(seconds) * 1000)
    window.show()
    heart = Heart()
    heart.phase("opening")
    # The window asks for TensorFlow a moment after it has been shown; its own first drawing is over by then.
    _let_pass(90)
    heart.phase("loading")
    _wait_for_tensorflow(window)
    heart.phase("settling")
    _let_pass(1000)
    heart.phase("idle")
    _let_pass(duration)
    heart.phase("train")
    window.actions_.train.trigger()
    _wait(session.status_changed, lambda: session.status is Status.TRAINING)
    heart.phase("training")
    _let_pass(duration)
    heart.phase("stop")
    began = time.perf_counter()
    window.actions_.stop.trigger()
    _wait(session.status_changed, lambda: session.status is Status.RESULT)
    stopping = time.perf_counter() - began
    _let_pass(AFTERWARDS_MS)
    answer = {"gaps": heart.gaps(), "stop_milliseconds": stopping * 1000}
    session.close()
    return answer


def first_picture(name: str) -> dict[str, float]:
    """Seconds from Train to the first picture of weights that have learned, for a new structure and again."""
    window = _open(name)
    _wait_for_tensorflow(window)
    _let_pass(1000)
    start = _untrained_picture(window)
    _let_pass(500)
    answer = {}
    for round_ in ("new", "known"):
        untrained, trained = _seconds_to_pictures(window, start)
        answer[f"{round_}_untrained"], answer[round_] = untrained, trained
        _let_pass(500)
        window.session.stop()
        _wait(window.session.status_changed, lambda: window.session.status is Status.RESULT)
        window.session.reset()
        _let_pass(500)
    window.session.close()
    return answer


def _seconds_to_pictures(window: MainWindow, start: Floats) -> tuple[float, float]:
    """To the first picture of all and to the first that training has changed, each with its drawing."""
    session, loop = window.session, QEventLoop()
    moments: list[float] = []
    seen: list[object] = [session.result.prediction]

    def look() -> None:
        prediction = session.result.prediction
        if prediction is None or prediction is seen[0]:
            return
        seen[0] = prediction
        learned = not np.allclose(prediction, start, atol=1e-3)
        # The views have taken it by now; they draw before this timer's turn comes.
        QTimer.singleShot(0, lambda: note(learned))

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


def _untrained_picture(window: MainWindow) -> Floats:
    """What the network paints before its first step. Compiles nothing that training uses."""
    experiment = window.document.experiment

    def work() -> Floats:
        from cadl_desktop.engine import initial_weights, training_samples

        current, weights = training_samples(experiment)[0], initial_weights(experiment)
        for layer in range(0, len(weights) - 2, 2):
            current = np.maximum(current @ weights[layer] + weights[layer + 1], 0)
        side = int(experiment.data["longest"])
        picture: Floats = (current @ weights[-2] + weights[-1]).reshape(side, side, 3)
        return picture

    loop, answers = QEventLoop(), list[Any]()

    def done(answer: Any) -> None:
        answers.append(answer)
        loop.quit()

    window.session.do(work, done, done)
    loop.exec()
    if isinstance(answers[0], Exception):
        raise answers[0]
    return answers[0]  # type: ignore[no-any-return]


def _open(name: str, shown: bool = True) -> MainWindow:
    app = QApplication.instance() or QApplication([])
    app.setApplicationName("cadl_desktop")
    set_theme("light")
    window = make_window("lecture-painting")
    window.document.open(workload(name), None)
    window.resize(1440, 900)
    if shown:
        window.show()
    return window


def _wait_for_tensorflow(window: MainWindow) -> None:
    _wait(window.session.device_changed, lambda: bool(window.session.device))


def _wait(signal: Any, happened: Callable[[], bool]) -> None:
    """Runs the event loop until a signal has come that made this true."""
    if happened():
        return
    loop = QEventLoop()

    def look(*_: object) -> None:
        if happened():
            loop.quit()

    signal.connect(look)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()
    signal.disconnect(look)
    if not happened():
        raise TimeoutError("what this benchmark waits for did not happen")


def _let_pass(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
