"""Which commands there are, and whether one opens a window.

No other module is imported and no syntax newer than Python 3.8 used: `packaging/run.py` reads this before the
program's own interpreter is there.
"""

from __future__ import annotations

WITHOUT_WINDOW = {
    "train": "cadl_desktop.cli.train:run_training",
    "sweep": "cadl_desktop.cli.sweeps.sweep:run_sweep_command",
    "worker": "cadl_desktop.cli.sweeps.worker:run_worker",
    "export": "cadl_desktop.cli.apart:run_export",
    "lesson": "cadl_desktop.cli.lesson:run_lesson",
    "list": "cadl_desktop.cli.listing:run_listing",
}
"""Each command, and what runs it; all else on the command line opens the window."""

_ANSWERED_AT_ONCE = {"--help", "-h", "--version"}


def opens_window(words: list[str]) -> bool:
    """Whether the program, started with these words, is going to open a window."""
    first = words[0] if words else ""
    return first not in WITHOUT_WINDOW and _ANSWERED_AT_ONCE.isdisjoint(words)
