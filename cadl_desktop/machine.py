"""What this machine has to give. Nothing here is part of an experiment, which is the same everywhere."""

import ctypes
import re
import sys
from contextlib import suppress
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")


def free_memory() -> int | None:
    """How many bytes can be had before the system starts to swap; None where it doesn't say so."""
    if sys.platform == "win32":
        return _free_on_windows()
    free = _free_on_linux()
    limit = _left_in_container()
    return free if limit is None or free is None else min(free, limit)


def _free_on_linux() -> int | None:
    with suppress(OSError):
        found = re.search(r"^MemAvailable:\s+(\d+) kB", _MEMINFO.read_text(), re.MULTILINE)
        return int(found[1]) * 1024 if found else None
    return None


def _left_in_container() -> int | None:
    """What a container's limit leaves; files that are only kept in case they are read again don't count."""
    with suppress(OSError, ValueError):
        limit = int((_GROUP / "memory.max").read_text())
        used = int((_GROUP / "memory.current").read_text())
        kept = re.search(r"^inactive_file (\d+)", (_GROUP / "memory.stat").read_text(), re.MULTILINE)
        return max(0, limit - used + (int(kept[1]) if kept else 0))
    return None


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows interface."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        *((name, ctypes.c_uint64) for name in ("total", "free", "page", "page_free", "space", "space_free")),
        ("extended", ctypes.c_uint64),
    )


def _free_on_windows() -> int | None:
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - exists on Windows only
    return int(status.free) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
