"""Dask's settings: in the owner's process, and in a worker's process, which preloads this module."""

import _socket
import asyncio
import logging
import os
import socket
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from cadl_desktop import __version__
from cadl_desktop.system.libraries import restrain_libraries
from cadl_desktop.system.machine import limit_cores
from cadl_desktop.system.signals import hangups_blocked, on_termination

Result = TypeVar("Result")
LOOPBACK = "127.0.0.1"
THREADS = 1
RESOURCE = f"cadl_desktop {__version__}"
"""Resource that a worker has once and each slice requires, so that workers of other programs and versions get
none."""


def worker_options() -> dict[str, Any]:
    """Options of workers, as Dask's `Worker` and `Nanny` name them."""
    return {
        "nthreads": THREADS,
        "resources": {RESOURCE: 1},
        "preload": [__name__],
        "memory_limit": 0,  # or Dask would end a worker whose network is large
    }


def dask_setup(worker: Any) -> None:
    """Prepares a worker's process; called by Dask, as `preload` names this module. Signals of a terminal
    reach all processes, but the owner alone decides; printed text and logs would mix with results."""
    limit_cores(THREADS)  # TensorFlow uses so many from the first slice on
    restrain_libraries()
    logging.disable()
    on_termination(lambda: None)
    with suppress(OSError):  # workers of a program without a console have neither on Windows
        os.dup2(2, 1)


def run_in_loop(main: Coroutine[Any, Any, Result]) -> Result:
    """Runs a coroutine in a new loop of Dask's kind; on Windows tornado can't use Python's own."""
    from distributed.config import get_loop_factory

    with asyncio.Runner(loop_factory=get_loop_factory()) as runner:
        return runner.run(main)


CONNECT_SECONDS = 10
"""Time for a scheduler to answer, at first and after a loss of the connection."""
SILENT = logging.CRITICAL + 1
_LOGGERS = ("distributed", "distributed.client", "tornado.application", "asyncio")
_SETTINGS = {
    "distributed.worker.profile.enabled": False,
    # The owner resubmits slices itself, and counts losses.
    "distributed.scheduler.allowed-failures": 0,
    # Restarting a lost worker may take long on a busy machine; by default Dask gives it up after 15 s.
    "distributed.deploy.lost-worker-timeout": "1 day",
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.multiprocessing-method": "spawn",
}
_WARNINGS = "PYTHONWARNINGS"
"""Environment variable with Python's filters of warnings; an empty one is as good as none."""


@contextmanager
def configured_dask(scratch: Path) -> Iterator[None]:
    """Dask with the program's settings within the context, and temporary files in `scratch`. Its logs are for
    developers and switched off; lost workers are reported by notices."""
    _start_resource_tracker()
    import dask
    import distributed  # noqa: F401  # its import sets the levels of its loggers

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(SILENT)
    own = {"distributed.comm.timeouts.connect": CONNECT_SECONDS, "temporary-directory": str(scratch)}
    restrained, socket.has_ipv6 = socket.has_ipv6, _socket.has_ipv6  # a scheduler's address may be of IPv6
    try:
        with dask.config.set(_SETTINGS | own):
            yield
    finally:
        socket.has_ipv6 = restrained
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _start_resource_tracker() -> None:
    """Starts multiprocessing's resource tracker, which Ctrl-C doesn't end, in advance: a closed terminal
    would end it, and the next one would print errors. After a killed owner it cleans up without a word."""
    if sys.platform != "win32":
        from multiprocessing import resource_tracker

        filters = os.environ.get(_WARNINGS, "")
        os.environ[_WARNINGS] = f"{filters},ignore:resource_tracker:UserWarning".lstrip(",")
        with hangups_blocked():
            resource_tracker.ensure_running()
        os.environ[_WARNINGS] = filters
