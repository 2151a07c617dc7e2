"""Who goes first where threads of this process want the same core, or Python's interpreter."""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Set
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Lock, get_native_id

from cadl_desktop.machine import CORES

SWITCH_SECONDS = 0.0001
"""After how long Python asks a thread to hand the interpreter over. Between two calls of its steps training
needs it while the window or a measurement may be holding it; the window gives it away at every call of Qt,
some hundred times a drawing, and would wait for 5 ms each time while another thread computes in Python."""
_GIVES_WAY = 5
"""How much nicer a thread is that gives way: on a core that both want it gets a third of what others get."""
_IS_LINUX = sys.platform == "linux"
"""Only there have threads priorities and cores of their own; elsewhere all are alike."""
_PROCESSOR = 36
"""Where, behind the name, the system says on which core a thread ran last."""


def hand_over_soon() -> None:
    """Has Python's threads wait less for one another."""
    sys.setswitchinterval(SWITCH_SECONDS)


def give_way() -> None:
    """Has the calling thread give way to the others, as will all threads that it starts: it gets less of a
    core that others want, and doesn't interrupt them when it has something to do. It may use every core.
    Where the system allows none of it, it is as all others."""
    if _IS_LINUX:
        thread = get_native_id()
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _GIVES_WAY)
        with suppress(OSError):
            os.sched_setscheduler(thread, os.SCHED_BATCH, os.sched_param(0))
    use_every_core()


def use_every_core() -> None:
    """Lets the calling thread use all of them, also where the one that has started it stays on one."""
    if _IS_LINUX:
        _bind(get_native_id(), CORES)


class WindowsCore:
    """The core on which the window's thread is kept, as long as others compute in Python behind it.

    Python hands its interpreter round and knows no priorities. Beside a thread that computes in Python on
    another core, a turn of the window that takes 20 ms alone took 80, half of them on handing over. On one
    core the system's own priorities decide: it took 25, and the other thread was no slower, as two threads
    that compute in Python never do so at once.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._window: int | None = None
        self._core: Set[int] = CORES
        self._behind = Counter[int]()
        """How often each thread is to be there."""

    def is_here(self) -> None:
        """The calling thread is the window's."""
        self._window = get_native_id()

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Keeps the calling thread, which has to give way, on one core with the window meanwhile. Threads and
        processes that it starts would stay there for good."""
        window, own = self._window, get_native_id()
        if not _IS_LINUX or window is None or window == own or len(CORES) < 2:
            yield
            return
        with self._lock:
            if not self._behind:
                self._core = _core_of(window)
                _bind(window, self._core)
            self._behind[own] += 1
            _bind(own, self._core)
        try:
            yield
        finally:
            with self._lock:
                self._behind[own] -= 1
                if not self._behind[own]:
                    del self._behind[own]
                    _bind(own, CORES)
                if not self._behind:
                    _bind(window, CORES)

    @contextmanager
    def left(self) -> Iterator[None]:
        """Lets the window's thread, where it is the calling one, start what may use every core; who wants
        to share its core waits meanwhile."""
        if not _IS_LINUX or self._window != get_native_id():
            yield
            return
        with self._lock:
            _bind(self._window, CORES)
            try:
                yield
            finally:
                if self._behind:
                    _bind(self._window, self._core)


WINDOWS_CORE = WindowsCore()


class Stay:
    """A thread's on the window's core, for as long as it is wanted there."""

    def __init__(self) -> None:
        self._left = ExitStack()
        self._is_there = False

    def want(self, there: bool) -> None:
        """Has the calling thread, which is always the same, stay there or anywhere from now on."""
        if there != self._is_there:
            self._is_there = there
            if there:
                self._left.enter_context(WINDOWS_CORE.shared())
            else:
                self._left.close()


def _bind(thread: int, cores: Set[int]) -> None:
    with suppress(OSError):  # the thread, or one of these cores, may be gone
        os.sched_setaffinity(thread, cores)


def _core_of(thread: int) -> Set[int]:
    """The one that it ran on last; all where the system doesn't say."""
    try:
        told = Path(f"/proc/self/task/{thread}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return CORES
    return {int(told.rpartition(")")[2].split()[_PROCESSOR])}
