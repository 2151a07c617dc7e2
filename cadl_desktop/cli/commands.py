"""Table of commands, and whether a command line opens the window.

Imports only the standard library, and uses no syntax newer than Python 3.8, as `packaging/run.py` runs it
before the program's own interpreter is there.
"""

from __future__ import annotations

import os

WITHOUT_WINDOW = {
    "train": "cadl_desktop.cli.train_command:run_training",
    "sweep": "cadl_desktop.cli.sweeping.sweep_command:run_sweep_command",
    "worker": "cadl_desktop.cli.sweeping.worker_command:run_worker",
    "certificates": "cadl_desktop.cli.sweeping.certificates_command:run_certificates",
    "export": "cadl_desktop.cli.export_process:run_export",
    "lesson": "cadl_desktop.cli.lesson_command:run_lesson",
    "painters": "cadl_desktop.cli.painters_command:run_painters",
    "thumbnail": "cadl_desktop.cli.thumbnail_command:run_thumbnail",
    "list": "cadl_desktop.cli.list_command:run_listing",
    "completion": "cadl_desktop.cli.completion_command:run_completion",
}
"""Function that runs each command, as a reference for `load_reference`; anything else opens the window."""

_WITHOUT_COMMAND = {"--help", "-h", "--version"}


def opens_window(arguments: list[str]) -> bool:
    """Whether the program opens a window for these arguments."""
    first = arguments[0] if arguments else ""
    if "_ARGCOMPLETE" in os.environ:  # a shell completes a line
        return False
    return first not in WITHOUT_WINDOW and _WITHOUT_COMMAND.isdisjoint(arguments)
