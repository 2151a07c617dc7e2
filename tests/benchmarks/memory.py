"""How much memory a program takes: its own process, and those it has started to compute and to decode."""

import gc
import resource
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from cadl_desktop.system.machine import trim_malloc


def megabytes() -> float:
    """Memory of all processes of the program, in MB; shared libraries count once for each."""
    return sum(map(_bytes, processes())) / 1e6


def peak_megabytes() -> float:
    """The sum of the most that each has held so far; on macOS, of what others hold now."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    own_bytes = own if sys.platform == "darwin" else own * 1024
    return (own_bytes + sum(_peak_bytes(each) for each in processes()[1:])) / 1e6


def give_back() -> None:
    """Has the process that this is called in give back to the system what it holds and nobody needs."""
    gc.collect()
    trim_malloc()


def processes() -> list[psutil.Process]:
    """Lists this process and all its descendants."""
    own = psutil.Process()
    return [own, *own.children(recursive=True)]


def _peak_bytes(process: psutil.Process) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    return _bytes(process)


def _bytes(process: psutil.Process) -> int:
    with suppress(psutil.Error):  # it may have ended
        return int(process.memory_info().rss)
    return 0
