"""Dask with our settings, and without its words."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cadl_desktop.system.signals import spared_hangups

CONNECT_SECONDS = 10
"""In which a scheduler answers, at first and after it was away."""
SILENT = logging.CRITICAL + 1
_LOGGERS = ("distributed", "distributed.client", "tornado.application", "asyncio")
_SETTINGS = {
    "distributed.worker.profile.enabled": False,
    # Slices are given anew by the owner, which counts.
    "distributed.scheduler.allowed-failures": 0,
    # A worker that was lost is started anew, which takes as long as it takes on a busy machine; 15 s later
    # Dask would give up its place.
    "distributed.deploy.lost-worker-timeout": "1 day",
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.multiprocessing-method": "spawn",
}


@contextmanager
def quiet_dask(scratch: Path) -> Iterator[None]:
    """Dask with our settings, and with its temporary files in `scratch`. What it logs is for those who change
    it; a lost worker is told in a sentence."""
    _start_tracker()
    import dask
    import distributed  # noqa: F401  # which sets the levels of its loggers

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(SILENT)
    own = {"distributed.comm.timeouts.connect": CONNECT_SECONDS, "temporary-directory": str(scratch)}
    try:
        with dask.config.set(_SETTINGS | own):
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _start_tracker() -> None:
    """Of what processes share; Python's own, which Ctrl-C doesn't end, and a closed terminal would, amid
    errors of the next one."""
    if sys.platform != "win32":
        from multiprocessing import resource_tracker

        with spared_hangups():
            resource_tracker.ensure_running()
