"""What Dask runs in a worker's process as it starts, and does with it: `preload` names this module."""

import logging
import os
from typing import Any

from cadl_desktop import __version__
from cadl_desktop.system.libraries import restrain_libraries
from cadl_desktop.system.machine import want_cores
from cadl_desktop.system.signals import on_request_to_end

THREADS = 1
RESOURCE = f"cadl_desktop {__version__}"
"""What a worker has one of, and each slice needs: workers of strangers and of other versions get none."""


def worker_options() -> dict[str, Any]:
    """How workers are, as Dask's `Worker` and `Nanny` call it."""
    return {
        "nthreads": THREADS,
        "resources": {RESOURCE: 1},
        "preload": [__name__],
        "memory_limit": 0,  # Dask would end a worker whose network is large
    }


def dask_setup(worker: Any) -> None:
    """A terminal's Ctrl-C or end, and a machine's, come to all processes: the owner alone decides. What
    libraries print is no result, and what Dask logs is for those who change it."""
    want_cores(THREADS)  # TensorFlow takes so many with the first slice
    restrain_libraries()
    logging.disable()
    on_request_to_end(lambda: None)
    os.dup2(2, 1)
