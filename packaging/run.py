"""Start cadl_desktop, setting up whatever it needs first: `python3 packaging/run.py [ARGUMENTS]`."""

import runpy
import sys

from environment import CHECKOUT, start

# By its place: importing the package would run what an old interpreter can't read.
COMMANDS = runpy.run_path(str(CHECKOUT / "cadl_desktop" / "cli" / "commands.py"))

if __name__ == "__main__":
    words = sys.argv[1:]
    # -P keeps the current folder, which may hold a numpy.py of somebody's own, off the import path.
    start(["-P", "-m", "cadl_desktop", *words], needs_display=COMMANDS["opens_window"](words))
