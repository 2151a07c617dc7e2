"""Who goes first where threads want the same core, or those of one process Python's interpreter."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import get_native_id

SWITCH_SECONDS = 0.0001
"""After how long Python asks a thread to hand the interpreter over. Between two calls of its steps training
needs it while a measurement may be holding it; the window gives it away at every call of Qt, some hundred
times a drawing, and would wait for 5 ms each time while another of its threads computes in Python."""
_BESIDE, _APART, _BACKGROUND = 5, 10, 10
"""How much nicer a thread is that gives way: on a core that both want it gets a third of what others get, or
a tenth. Of the window's own threads no less than a third: it would wait for one that was interrupted while
it held Python's interpreter."""
_IS_LINUX = sys.platform == "linux"
"""Only there have threads priorities of their own; elsewhere all are alike."""


def hand_over_soon() -> None:
    """Has Python's threads wait less for one another."""
    sys.setswitchinterval(SWITCH_SECONDS)


def give_way(apart: bool = False) -> None:
    """Has the calling thread give way to the others, as will all threads that it starts: it gets less of a
    core that others want, and doesn't interrupt them when it has something to do; even less where it is
    `apart`, in a process without a window.
    Where the system allows none of it, it is as all others."""
    if _IS_LINUX:
        thread, nicer = get_native_id(), _APART if apart else _BESIDE
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + nicer)
        with suppress(OSError):
            os.sched_setscheduler(thread, os.SCHED_BATCH, os.sched_param(0))


def make_background(process: int) -> None:
    """Has another process, and those that it will start, leave the cores to whoever wants them. On Windows it
    is started so."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process, _BACKGROUND)
    # Where Linux shares its cores among sessions, it is the session that steps back.
    with suppress(OSError):
        Path(f"/proc/{process}/autogroup").write_text(str(_BACKGROUND))
