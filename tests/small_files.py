"""A system where files may not grow beyond a few kilobytes."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def small_files_alone() -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
