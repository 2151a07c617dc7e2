"""Start cadl_desktop, setting up whatever it needs first: `python3 packaging/run.py [ARGUMENTS]`."""

import sys

from environment import start

# Commands of the program that open no window.
WITHOUT_WINDOW = {"train", "list", "--help", "-h", "--version"}

if __name__ == "__main__":
    # -P keeps the current folder, which may hold a numpy.py of somebody's own, off the import path.
    start(
        ["-P", "-m", "cadl_desktop", *sys.argv[1:]],
        needs_display=WITHOUT_WINDOW.isdisjoint(sys.argv[1:2]),
    )
