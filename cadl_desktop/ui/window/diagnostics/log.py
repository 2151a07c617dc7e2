"""The log: tracebacks, crashes, and what libraries have to say. Nothing of it reaches a person."""

import faulthandler
import logging
import sys
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO

from platformdirs import user_log_path

from cadl_desktop.storage.temporary_files import temporary_folder
from cadl_desktop.ui.window.diagnostics.private_paths import without_private_names, without_private_paths

_MOST_BYTES, _MOST_EARLIER = 1_000_000, 2
_MOST_CRASH = 100_000
"""What Python writes of a crash is a hundredth of it."""
_LOG, _CRASH = "cadl_desktop.log", "crash.txt"
_log = logging.getLogger("cadl_desktop")


class _WithoutPrivatePaths(logging.Formatter):
    """The one door into the log: messages, tracebacks and stacks."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return without_private_paths(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return without_private_names(super().formatException(ei), ei[1])

    def formatStack(self, stack_info: str) -> str:
        return without_private_paths(super().formatStack(stack_info))


def begin_log() -> Path | None:
    """Begins to write it, and gives the folder that can't be written to, if so: the log then lasts only as
    long as the program."""
    logging.raiseExceptions = False  # a disk that is full isn't the terminal's business
    wanted = user_log_path("cadl_desktop", appauthor=False)
    try:
        _begin_in(wanted)
    except OSError:
        _begin_in(Path(temporary_folder().name))
        return wanted
    return None


def last_lines(count: int) -> str:
    """The newest lines of the log."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, RotatingFileHandler):
            with open(handler.baseFilename, encoding="utf-8", errors="replace") as log:
                return without_private_paths("".join(deque(log, count)))
    return ""


def _begin_in(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    crash = (folder / _CRASH).open("a+", encoding="utf-8", errors="replace")
    handler = RotatingFileHandler(
        folder / _LOG, maxBytes=_MOST_BYTES, backupCount=_MOST_EARLIER, encoding="utf-8"
    )
    handler.setFormatter(_WithoutPrivatePaths("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, trace: _log.error("unexpected", exc_info=(kind, error, trace))
    _follow_crashes(crash)


def _follow_crashes(crash: TextIO) -> None:
    """Where the process ends by a crash, where it was is written to a file of its own: Python can't shorten
    names then, and the log may have another name by then. The next start takes it into the log."""
    crash.seek(0)
    if seen := crash.read(_MOST_CRASH):
        _log.error("the program has crashed before:\n%s", seen)
        crash.truncate(0)
    faulthandler.enable(crash)
