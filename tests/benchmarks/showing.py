"""Helpers of children that show the window: opening it, running its event loop, recording its heartbeat."""

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from cadl_desktop.session.session import Session
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.application import make_window
from cadl_desktop.ui.window.main_window import MainWindow
from cadl_desktop.ui.window.pyside_workarounds import GarbageCollector
from tests.benchmarks.figures import percentile
from tests.benchmarks.workloads import workload

BEAT_MS = 5
PATIENCE_MS = 120_000


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
        """Begins a phase, to which gaps from now on are counted."""
        self._phases.append((name, time.perf_counter()))

    def gaps(self) -> dict[str, dict[str, float]]:
        """Milliseconds between beats, by phase; one that reaches into two phases is counted to both."""
        self._timer.stop()
        self.phase("")
        found: dict[str, list[float]] = {}
        for (name, began), (_, ended) in zip(self._phases, self._phases[1:], strict=False):
            found.setdefault(name, []).extend(
                (after - before) * 1000
                for before, after in zip(self._beats, self._beats[1:], strict=False)
                if after > began and before < ended
            )
        return {
            name: {
                "median": percentile(gaps, 50),
                "longest": max(gaps),
                "beats": len(gaps),
            }
            for name, gaps in found.items()
        }


def open_window(name: str, shown: bool = True) -> MainWindow:
    app = QApplication.instance() or QApplication([])
    app.setApplicationName("cadl_desktop")
    set_theme("light")
    collector = GarbageCollector(app)  # as the program has it
    window = make_window("lecture-painting")
    window.session.speed = "full"
    collector.keep()
    window.document.open(workload(name), None)
    window.resize(1440, 900)
    if shown:
        window.show()
    return window


def wait_for_tensorflow(window: MainWindow) -> None:
    wait(window.session.device_changed, lambda: bool(window.session.device))


def wait(signal: Any, happened: Callable[[], bool]) -> None:
    """Runs the event loop until a signal has come that made this true."""
    if happened():
        return
    loop = QEventLoop()

    def look(*_: object) -> None:
        if happened():
            loop.quit()

    signal.connect(look)
    patience = QTimer(singleShot=True, interval=PATIENCE_MS)
    patience.timeout.connect(loop.quit)
    patience.start()
    loop.exec()
    patience.stop()
    signal.disconnect(look)
    if not happened():
        raise TimeoutError("what this benchmark waits for did not happen")


def have_done(session: Session, work: Callable[[], Any]) -> Any:
    """Runs `work` in the worker process and waits for its answer."""
    loop, answers = QEventLoop(), list[Any]()

    def done(answer: Any) -> None:
        answers.append(answer)
        loop.quit()

    session.ask(work, (), done, done)
    loop.exec()
    if isinstance(answers[0], Exception):
        raise answers[0]
    return answers[0]


def let_pass(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
