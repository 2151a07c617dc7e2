"""Log file of tracebacks, crashes and messages of libraries, without private paths."""

import faulthandler
import logging
import os
import re
import sys
import sysconfig
from collections import deque
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, TextIO

from platformdirs import user_log_path

import cadl_desktop
from cadl_desktop.sentences import SentenceError
from cadl_desktop.storage.temporary_files import temporary_folder

_MOST_BYTES, _MOST_EARLIER = 1_000_000, 2
_MOST_CRASH = 100_000
"""Bytes; Python writes a hundredth of it about a crash."""
_LOG, _CRASH = "cadl_desktop.log", "crash.txt"
_log = logging.getLogger("cadl_desktop")

_BEGIN = r"(?:/(?![/\s]|job:|device:)|[A-Za-z]:[/\\]|\\\\(?=\w))"
"""Beginning of an absolute path on any system; not of a URL, a fraction or a TensorFlow device."""
_PARTS = r"(?:[^/\\\n\"':]+[/\\]+)*"
_LAST = r"(?:[^/\\\n\"':,;]{0,80}?\.\w{1,12}(?![\w.])|[^/\\\s\"':,;)\]]*)"
"""Last part of a path: with spaces up to an extension, otherwise up to the first space."""
_EXTENSION = re.compile(r"\.\w{1,12}$")


class _RedactingFormatter(logging.Formatter):
    """Formatter of the log, which shortens private paths in messages, tracebacks and stacks."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return redact_paths(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return redact_traceback(super().formatException(ei), ei[1])

    def formatStack(self, stack_info: str) -> str:
        return redact_paths(super().formatStack(stack_info))


def log_file() -> Path:
    """Path of the log."""
    return user_log_path("cadl_desktop", appauthor=False) / _LOG


def start_log() -> Path | None:
    """Starts logging to a file. If the log folder isn't writable, returns it and logs to a temporary
    folder."""
    logging.raiseExceptions = False  # don't report a full disk on the terminal
    wanted = log_file().parent
    try:
        _start_in(wanted)
    except OSError:
        _start_in(Path(temporary_folder().name))
        return wanted
    return None


def last_lines(count: int) -> str:
    """Newest `count` lines of the log."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, RotatingFileHandler):
            with open(handler.baseFilename, encoding="utf-8", errors="replace") as log:
                return redact_paths("".join(deque(log, count)))
    return ""


def _start_in(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    crash = (folder / _CRASH).open("a+", encoding="utf-8", errors="replace")
    handler = RotatingFileHandler(
        folder / _LOG, maxBytes=_MOST_BYTES, backupCount=_MOST_EARLIER, encoding="utf-8"
    )
    handler.setFormatter(_RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, trace: _log.error("unexpected", exc_info=(kind, error, trace))
    _log_crashes(crash)


def _log_crashes(crash: TextIO) -> None:
    """Logs the crash of an earlier process, and has a crash of this one written to its own file: names can't
    be shortened in a crash, and the log may have been rotated. The next start moves it to the log."""
    crash.seek(0)
    if seen := crash.read(_MOST_CRASH):
        _log.error("the program has crashed before:\n%s", seen)
        crash.truncate(0)
    faulthandler.enable(crash)


def redact_paths(text: str) -> str:
    """Shortens the absolute paths in a text: those of the program and its libraries to
    '…/cadl_desktop/session/session.py', others to '….png', or '…' without an extension."""
    home = os.path.expanduser("~").rstrip("/\\") or "~"
    return _path_pattern(home).sub(lambda found: _shortened(found[0]), text)


def redact_traceback(text: str, error: BaseException | None) -> str:
    """Removes the file names of an error and its causes from its traceback, and shortens paths. The names are
    taken from the errors, as the end of an unquoted path is ambiguous."""
    while error is not None:
        if isinstance(error, SentenceError):
            text = text.replace(str(error), error.template)
        if isinstance(error, OSError):
            for name in (error.filename, error.filename2):
                if isinstance(name, str):
                    text = text.replace(repr(name), f"'{_shortened(name)}'")
        error = error.__cause__ or error.__context__
    return redact_paths(text)


def _shortened(path: str) -> str:
    own = _own_folders().match(path)
    if own:
        return f"…/{path[own.end() :]}"
    extension = _EXTENSION.search(path)
    return f"…{extension[0]}" if extension else "…"


@cache
def _path_pattern(home: str) -> re.Pattern[str]:
    """Pattern of absolute paths. An unquoted path may have spaces before its last part; the home folder may
    have them anywhere."""
    home = rf"{re.escape(home)}(?![\w.-])[/\\]*"
    begin = rf"(?:file:///?|(?<![\w.~/\\<…-])(?:{home}|{_BEGIN}))"
    return re.compile(rf"(?<=([\"']))(?P<quoted>{begin}[^\n]*?)(?=\1)|(?P<plain>{begin}{_PARTS}{_LAST})")


@cache
def _own_folders() -> re.Pattern[str]:
    """Pattern of the folders of the program, its libraries and Python's."""
    package = Path(cadl_desktop.__file__).parent
    libraries = {sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib", "platstdlib")}
    places = [re.escape(str(place)) + r"[/\\]+" for place in sorted(libraries, key=len, reverse=True)]
    program = rf"{re.escape(str(package.parent))}[/\\]+(?={re.escape(package.name)}[/\\])"
    return re.compile("|".join([*places, program]))
