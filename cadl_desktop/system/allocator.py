"""How a process takes memory from the system, and gives it back."""

import ctypes
from contextlib import suppress

HEAPS = 2
MOST_IN_HEAP = 2 * 2**20
"""Bytes of what still comes from a heap: more than what lies between the bands of a picture that is scored,
which the system would have to make anew for each of them."""
MOST_KEPT = 32 * 2**20
"""Bytes that a heap keeps at its end, for the same reason: usually it is an eighth of a megabyte."""
_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # of malloc.h


def share_heaps() -> None:
    """Has all threads take their memory from a few heaps, and what is large from the system (glibc).

    Otherwise each has a heap of its own, and keeps for itself what it has freed, and so do heaps of pieces of
    up to 32 megabytes, once one such has been freed: of twelve megapixels, computed in the window's
    process, two tenths of a gigabyte that nobody used.
    """
    with suppress(AttributeError, OSError, TypeError):
        options = ctypes.CDLL(None).mallopt
        options(_ARENA_MAX, HEAPS)
        options(_MMAP_THRESHOLD, MOST_IN_HEAP)
        options(_TRIM_THRESHOLD, MOST_KEPT)


def give_back_memory() -> None:
    """Has heaps give back to the system what has been freed in them (glibc): much, after a compilation."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
