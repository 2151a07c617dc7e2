"""Entry point of the stand-alone application, whose child processes and workers are the same executable."""

import multiprocessing
import os
import sys
import warnings

from libraries import missing_libraries, please_install
from processes import say

from cadl_desktop.__main__ import program, replace_missing_streams
from cadl_desktop.cli.commands import opens_window
from cadl_desktop.system.child_side import RUN

if __name__ == "__main__":
    # PYTHONWARNINGS tells it to the tracker of a sweep's semaphores; a packed Python reads no such variables.
    warnings.filterwarnings("ignore", "resource_tracker:", UserWarning)
    replace_missing_streams()  # for a sweep's workers, too, which go no further than the next line
    multiprocessing.freeze_support()
    # A browser or ffmpeg must not find the application's libraries; children of our own set the path again.
    os.environ.pop("LD_LIBRARY_PATH", None)
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    words = sys.argv[1:]
    # Qt would abort.
    missing = missing_libraries() if words[:1] != [RUN] and opens_window(words) else []
    if missing:
        say(please_install(missing))
        sys.exit(2)
    sys.exit(program())
