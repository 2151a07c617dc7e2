"""Heartbeat of the event loop: gaps, in which the window is blocked, are logged with the code that ran."""

import faulthandler
import logging
import re
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Thread, get_ident
from time import monotonic, thread_time

from PySide6.QtCore import QObject, Qt, QTimer, Slot

GAP_SECONDS = 0.1
"""Seconds; shorter gaps aren't noticed, and not logged."""
_BEAT_MS = 5
"""Accuracy of the beginning of a gap."""
_POLL_SECONDS = 0.02
_MOST_SAMPLES, _MOST_FRAMES = 3, 12
_THREAD = re.compile(r"^(?:Current thread|Thread) (0x[0-9a-f]+).*:$", re.MULTILINE)
_PLACE = re.compile(r'^  File "(.*)", line (\d+) in (.*)$', re.MULTILINE)
_SCHEDULED = Path("/proc/thread-self/schedstat")
"""Linux file about the reading thread: nanoseconds it has run, and has waited for a processor."""
_MOST_BYTES = 100
_log = logging.getLogger(__name__)


class _ProcessorWait:
    """Time that the creating thread has waited for a processor; 0 where the system doesn't count it."""

    def __init__(self) -> None:
        self._file = _SCHEDULED.open("rb", buffering=0) if _SCHEDULED.exists() else None

    def seconds(self) -> float:
        if self._file is None:
            return 0.0
        self._file.seek(0)
        return int(self._file.read(_MOST_BYTES).split()[1]) / 1e9

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class Heartbeat(QObject):
    """Timer on the main thread, watched by another thread, which records what runs when the timer stops."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread = get_ident()
        self._processor_wait = _ProcessorWait()
        self._beat, self._computed, self._waited = monotonic(), thread_time(), self._processor_wait.seconds()
        self._samples: list[str] = []
        self._over = Event()
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start()
        Thread(target=self._watch, name="heartbeat", daemon=True).start()

    @Slot()
    def stop(self) -> None:
        self._timer.stop()
        self._over.set()
        self._processor_wait.close()

    @Slot()
    def _on_beat(self) -> None:
        now, computed = monotonic(), thread_time()
        waited, seen = self._processor_wait.seconds(), self._samples
        gap, busy, idle = now - self._beat, computed - self._computed, waited - self._waited
        self._samples, self._beat, self._computed, self._waited = [], now, computed, waited
        if gap > GAP_SECONDS:
            _log.warning(
                "the window stood still for %.0f ms, of which its thread computed for %.0f "
                "and waited for a processor for %.0f:\n%s",
                1000 * gap,
                1000 * busy,
                1000 * idle,
                "\n".join(seen) or "  nobody could look: the interpreter was held all the time",
            )

    def _watch(self) -> None:
        while not self._over.wait(_POLL_SECONDS):
            silent = monotonic() - self._beat
            if silent > GAP_SECONDS * (1 + len(self._samples)) / 2 and len(self._samples) < _MOST_SAMPLES:
                self._samples.append(f"  after {1000 * silent:.0f} ms:\n{self._stacks()}")

    def _stacks(self) -> str:
        """Stack of the main thread, innermost call last, and a line for each other thread.

        Read from a text dump: frame objects would keep painters and widgets alive and destroy them here.
        """
        with TemporaryFile("w+", encoding="utf-8", errors="replace") as seen:
            faulthandler.dump_traceback(seen)
            seen.seek(0)
            _, *threads = _THREAD.split(seen.read())
        places = {
            int(ident, 16): _places(text) for ident, text in zip(threads[::2], threads[1::2], strict=True)
        }
        lines = places.pop(self._thread, [])[:_MOST_FRAMES][::-1]
        places.pop(get_ident(), None)
        others = [f"beside it: {innermost}" for innermost, *_ in filter(None, places.values())]
        return "\n".join(f"    {line}" for line in [*lines, *others])


def _places(dumped: str) -> list[str]:
    """Calls of one thread, innermost first."""
    return [f"{file}:{line} {name}" for file, line, name in _PLACE.findall(dumped)]
