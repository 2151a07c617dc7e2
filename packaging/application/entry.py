"""Entry point of the stand-alone application, whose child processes and workers are the same executable."""

import multiprocessing
import sys

from cadl_desktop.__main__ import program

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(program())
