"""Run the tests, setting up whatever they need first: `python3 packaging/test.py [PYTEST ARGUMENTS]`."""

import sys

from environment import CHECKOUT, start

if __name__ == "__main__":
    start(["-m", "pytest", *sys.argv[1:]], needs_display=True, folder=CHECKOUT)
