"""How the process of a window ends: soon, at whatever moment, and with nothing left half done."""

import logging
import os
import subprocess
import sys
from contextlib import suppress
from time import monotonic
from typing import NoReturn

from PySide6.QtCore import QTimer

from cadl_desktop.storage.atomic import remove_unfinished, wait_for_writers
from cadl_desktop.storage.temporary_files import temporary_folder
from cadl_desktop.system.child_process import module_environment
from cadl_desktop.system.signals import on_termination
from cadl_desktop.ui.settings.preference import finish_settings
from cadl_desktop.ui.window.main_window import MainWindow

log = logging.getLogger(__name__)

PATIENCE, LEAST_PATIENCE = 1.2, 0.1
"""Seconds that files have to be written whole, or to be cancelled, from when the window began to close, and
at least when it has closed: the last copy for recovery may have taken most of them."""
_LISTENS_MS = 100


def close_on_signals(window: MainWindow) -> None:
    """Whoever asks the process to end closes its window, and nobody is asked anything: there may be nobody.
    Python hears signals between Qt's events."""
    on_termination(lambda: QTimer.singleShot(0, window.close_without_asking))
    listening = QTimer(window, interval=_LISTENS_MS)
    listening.timeout.connect(lambda: None)
    listening.start()


def patience_left(closing_since: float) -> float:
    """Of `PATIENCE`, once the window has closed."""
    return min(PATIENCE, max(LEAST_PATIENCE, PATIENCE - (monotonic() - closing_since)))


def end_process(code: int, closing_since: float, next_command: list[str] | None = None) -> NoReturn:
    """Ends the process without waiting for its threads, for which Python's own end does; what they make is
    wanted by nobody any more. Whatever goes wrong with that is for the log: its window has gone, and nobody
    could end it otherwise.
    `closing_since` is a moment of `monotonic`, infinite where the window wasn't closed before. `next_command`
    is started as a process of its own, which finds settings and files written and nothing in use."""
    try:
        _leave_nothing(min(closing_since, monotonic()))
        if next_command:
            _start_apart(next_command)
    except Exception:
        log.exception("the process ended before all was cleared away")
    finally:
        os._exit(code)


def _leave_nothing(closing_since: float) -> None:
    from cadl_desktop.computing.compute_process import processes
    from cadl_desktop.decoding.decoder import decoder  # the window is on screen sooner

    finish_settings(patience_left(closing_since))
    wait_for_writers(patience_left(closing_since))
    decoder.close()
    processes.close()
    with suppress(OSError):
        temporary_folder().cleanup()
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    remove_unfinished()


def _start_apart(command: list[str]) -> None:
    """Starts a process that goes on when this one has ended and its terminal is closed."""
    subprocess.Popen(command, stdin=subprocess.DEVNULL, env=module_environment(), start_new_session=True)
