"""What can be seen of a file without reading it."""

from pathlib import Path

Look = tuple[int, int]
"""A file's modification time in nanoseconds, and its size."""


def look_at(path: Path) -> Look | None:
    """None where there is no file."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size
