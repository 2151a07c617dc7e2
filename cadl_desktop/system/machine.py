"""Processor cores, memory and priorities of this machine and process.

Nothing here is part of an experiment, which is the same on every machine.
"""

import ctypes
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from threading import get_native_id

CONTROL_GROUP = Path("/sys/fs/cgroup")
_CORES = "CADL_DESKTOP_CORES"
MOST_CORES = 256
"""Limit of the parts of a training step: with more it takes minutes to compile and gains nothing."""


def _affinity() -> frozenset[int]:
    try:
        return frozenset(os.sched_getaffinity(0))
    except AttributeError:
        return frozenset(range(os.cpu_count() or 1))


CORES = _affinity()
"""Numbers of the processor cores that this process may use."""


def usable_cores() -> int:
    """Number of processor cores that this process may use."""
    return len(CORES)


def core_limit() -> int:
    """Largest number of cores that the user allows; 0 means all."""
    count = os.environ.get(_CORES, "")
    return int(count) if count.isdecimal() else 0


def limit_cores(count: int) -> None:
    """Limits the cores of networks that are built from now on; 0 means all."""
    os.environ[_CORES] = str(count)


def cores() -> int:
    """Number of processor cores to compute with, within the limits of the process and of the user."""
    return min(usable_cores(), core_limit() or usable_cores(), MOST_CORES)


def free_memory() -> int | None:
    """Bytes that can be allocated before the system starts to swap; None where the system doesn't report
    it."""
    # Imported late: the window doesn't need it to start.
    import psutil

    try:
        free: int = psutil.virtual_memory().available
    except OSError:
        return None
    limit = _left_in_container()
    return free if limit is None else min(free, limit)


def _left_in_container() -> int | None:
    """Bytes left below a container's memory limit. Cached files don't count as used."""
    with suppress(OSError, ValueError):
        limit = int((CONTROL_GROUP / "memory.max").read_text())
        used = int((CONTROL_GROUP / "memory.current").read_text())
        kept = re.search(r"^inactive_file (\d+)", (CONTROL_GROUP / "memory.stat").read_text(), re.MULTILINE)
        return max(0, limit - used + (int(kept[1]) if kept else 0))
    return None


ARENAS = 2
MMAP_THRESHOLD_BYTES = 2 * 2**20
"""Larger allocations are mapped by the system. More than a band of a picture that is scored, which would
otherwise be mapped anew for each band."""
TRIM_THRESHOLD_BYTES = 32 * 2**20
"""Free bytes that an arena keeps at its end, for the same reason (glibc's default is 128 kB)."""
_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # of malloc.h


def configure_malloc() -> None:
    """Makes all threads share a few malloc arenas, and maps large allocations (glibc only).

    By default every thread has an arena that keeps freed memory to itself, and after one allocation of up to
    32 MB was freed, arenas also serve and keep blocks of that size: with a picture of twelve megapixels,
    computed in the window's process, 0.2 GB stayed allocated and unused.
    """
    with suppress(AttributeError, OSError, TypeError):
        options = ctypes.CDLL(None).mallopt
        options(_ARENA_MAX, ARENAS)
        options(_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)
        options(_TRIM_THRESHOLD, TRIM_THRESHOLD_BYTES)


def trim_malloc() -> None:
    """Returns freed memory to the system (glibc only): much, after a network was compiled."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


SWITCH_SECONDS = 0.001 if sys.platform == "win32" else 0.0001
"""Switch interval of Python's interpreter lock, whose default is 5 ms. Training needs the lock between two
steps while a measurement may hold it; the window releases it at every Qt call, some hundred times a repaint,
and would wait 5 ms each time while another thread computes in Python. On Windows Python waits for whole
milliseconds: for less it would not rest between its looks at the lock, and keep a core busy."""
_BESIDE, _APART, _BACKGROUND = 5, 10, 10
"""Increments of niceness. On a contended core 5 leaves a thread a third of what others get, 10 a tenth.
Threads of the window's process keep a third: the window waits for a thread that was interrupted while holding
the interpreter lock."""
_IS_LINUX = sys.platform == "linux"
"""Only Linux has priorities per thread."""


def shorten_switch_interval() -> None:
    """Shortens the time for which Python threads wait for the interpreter lock."""
    sys.setswitchinterval(SWITCH_SECONDS)


def lower_thread_priority(apart: bool = False) -> None:
    """Lowers the priority of the calling thread and of all threads that it starts.

    They get a smaller share of a contended core and don't preempt other threads; the share is smaller still
    with `apart`, for a process without a window, which is lowered as a whole where threads have no
    priorities. Does nothing where the system doesn't allow it.
    """
    if _IS_LINUX:
        thread, nicer = get_native_id(), _APART if apart else _BESIDE
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + nicer)
        with suppress(OSError):
            os.sched_setscheduler(thread, os.SCHED_BATCH, os.sched_param(0))
    elif apart:
        lower_process_priority(os.getpid())


def lower_process_priority(process: int) -> None:
    """Lowers the priority of a process and of its future children."""
    if sys.platform == "win32":
        import psutil

        with suppress(psutil.Error):
            psutil.Process(process).nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process, _BACKGROUND)
    # With autogroup scheduling Linux shares cores among sessions, and niceness counts within one only.
    with suppress(OSError):
        Path(f"/proc/{process}/autogroup").write_text(str(_BACKGROUND))
