"""Slice that kills its worker, for tests of lost workers."""

import os
from pathlib import Path
from typing import NoReturn

from cadl_desktop.sweeps.workers.slice_messages import Slice

MARKS = "CADL_DESKTOP_TEST_MARKS"
"""Environment variable with the folder for marks."""


def run_deadly_slice(order: Slice) -> NoReturn:
    """Ends the worker's process; leaves a mark if the test wants one."""
    if marks := os.environ.get(MARKS):
        Path(marks, str(os.getpid())).touch()
    os._exit(1)
