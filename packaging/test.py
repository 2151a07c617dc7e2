"""Run the tests, setting up whatever they need first: `python3 packaging/test.py [PYTEST ARGUMENTS]`."""

import os
import sys

from environment import CHECKOUT, DEVELOPMENT, start

WORKERS = ["-n", "2"]
"""Two processes at a time, which takes little more than half as long; `-n 0` uses one."""

if __name__ == "__main__":
    # Each of the hundred processes that the tests start would compile the program's modules anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    words = ["-m", "pytest", *WORKERS, *sys.argv[1:]]
    start(words, needs_display=True, requirements=DEVELOPMENT, folder=CHECKOUT)
