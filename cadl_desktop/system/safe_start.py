"""Safe start: one start of the program without remembered layout, recovery and other packages' parts.

For a program that fails with them. Nothing is forgotten: the next start has all of it again.
"""

import os

SAFE = "CADL_DESKTOP_SAFE"
"""Environment variable that is set in a safe start, for child processes, too."""


def start_safely() -> None:
    """Makes this start of the program a safe one."""
    os.environ[SAFE] = "1"


def is_safe() -> bool:
    """Tells whether this start is a safe one."""
    return SAFE in os.environ
