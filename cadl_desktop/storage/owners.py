"""Which process of which machine something on disk belongs to, and whether it still runs."""

import platform

_MARGIN = 60.0
"""Seconds by which what the system says of a process's start may differ from what a file system says."""


def this_machine() -> str:
    return platform.node()


def is_running(process: int, at: float) -> bool:
    """Whether a process of this machine that was there at a time, in seconds since 1970, still is. Numbers
    are given again: one that has begun since is another."""
    import psutil  # which a window needs at no earlier time

    try:
        began: float = psutil.Process(process).create_time()
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return False
    except psutil.Error:
        return True  # it is there, and nothing more is known of it
    return began <= at + _MARGIN
