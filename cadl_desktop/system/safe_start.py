"""Safe start: one start of the program without remembered layout, recovery and other packages' parts.

For who can't start otherwise. Nothing is forgotten: the next start has all of it again.
"""

import os

SAFE = "CADL_DESKTOP_SAFE"
"""Environment variable that is set in a safe start, for child processes, too."""


def start_safely() -> None:
    os.environ[SAFE] = "1"


def is_safe() -> bool:
    return SAFE in os.environ
