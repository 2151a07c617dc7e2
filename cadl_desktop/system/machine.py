"""What this machine has to give. Nothing here is part of an experiment, which is the same everywhere."""

import os
import re
from contextlib import suppress
from pathlib import Path

CONTROL_GROUP = Path("/sys/fs/cgroup")
_CORES = "CADL_DESKTOP_CORES"
MOST_CORES = 256
"""Of more a step of so many parts would have nothing to do, and take minutes to be made ready."""


def _given() -> frozenset[int]:
    try:
        return frozenset(os.sched_getaffinity(0))
    except AttributeError:
        return frozenset(range(os.cpu_count() or 1))


CORES = _given()
"""The processor cores that this process may use, by their numbers."""


def usable_cores() -> int:
    """How many processor cores this process may use."""
    return len(CORES)


def wanted_cores() -> int:
    """How many of them a person wants used at most; 0 for all."""
    count = os.environ.get(_CORES, "")
    return int(count) if count.isdecimal() else 0


def want_cores(count: int) -> None:
    """Has networks that are built from now on use so many cores at most; 0 for all."""
    os.environ[_CORES] = str(count)


def cores() -> int:
    """How many processor cores this process may use, and shall."""
    return min(usable_cores(), wanted_cores() or usable_cores(), MOST_CORES)


def free_memory() -> int | None:
    """How many bytes can be had before the system starts to swap; None where it doesn't say so."""
    # Not at the start of the window, which small networks don't need it for.
    import psutil

    try:
        free: int = psutil.virtual_memory().available
    except OSError:
        return None
    limit = _left_in_container()
    return free if limit is None else min(free, limit)


def _left_in_container() -> int | None:
    """What a container's limit leaves; files that are only kept in case they are read again don't count."""
    with suppress(OSError, ValueError):
        limit = int((CONTROL_GROUP / "memory.max").read_text())
        used = int((CONTROL_GROUP / "memory.current").read_text())
        kept = re.search(r"^inactive_file (\d+)", (CONTROL_GROUP / "memory.stat").read_text(), re.MULTILINE)
        return max(0, limit - used + (int(kept[1]) if kept else 0))
    return None
