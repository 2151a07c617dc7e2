"""`cadl-desktop export` in a child process, which can be ended at any time.

Libraries can't be interrupted while they load or convert: TensorFlow Lite's converter holds the interpreter
lock for seconds. `commands.py` names `run_export`.
"""

import atexit
import os
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Lock

from cadl_desktop.cli.arguments import STANDARD_STREAM
from cadl_desktop.cli.export_status import ExportStatus
from cadl_desktop.cli.output import Exit, OutputError, stderr_writer
from cadl_desktop.storage.atomic import remove_unfinished
from cadl_desktop.storage.temporary_files import new_temporary_folder
from cadl_desktop.system.child_process import ChildProcess, kill_all_started
from cadl_desktop.system.child_side import on_parent_exit
from cadl_desktop.system.signals import interrupted_by

GRACE = 0.1
"""Seconds in which an interrupted export may end on its own."""
_CANCELLED = "Cancelled; nothing was written."
_KILLED = "The export was ended by the system, and nothing was written; the machine may lack memory."
_STATUS_VARIABLE = "CADL_DESKTOP_EXPORT_MARKS"
"""Environment variable with the folder of the `ExportStatus`; set in the child process only."""
_ending = Lock()
"""Acquired, and never released, by the thread that ends the process."""


def run_export(arguments: list[str]) -> int:
    """Exports in a child process, or is that process, and returns the exit code."""
    folder = os.environ.pop(_STATUS_VARIABLE, "")
    if folder:
        atexit.register(_ending.acquire)
        on_parent_exit(lambda: _end_at_once(folder))
        from cadl_desktop.cli.export_command import run_export_here

        return run_export_here(arguments, ExportStatus(Path(folder)))
    prints = any(word.removeprefix("--to=").startswith(f"{STANDARD_STREAM}.") for word in arguments)
    if prints and sys.__stdout__ is None:
        raise OutputError("The results can't be printed: standard output is closed.")
    with new_temporary_folder() as scratch:
        # Temporary files that libraries leave behind are removed with the folder.
        places = dict.fromkeys(("TMPDIR", "TEMP", "TMP", _STATUS_VARIABLE), scratch)
        status = ExportStatus(Path(scratch))
        with ChildProcess("export", *arguments, environment=places, stdin=subprocess.PIPE) as process:
            try:
                with interrupted_by(_interrupt):
                    code = process.wait()
            except _InterruptedError:
                with interrupted_by(lambda: None):
                    # A film's encoder might still create the file after its removal.
                    code = process.end(GRACE, may_finish=lambda: status.settled)
                    return _exit_code(code, status, _CANCELLED, Exit.INTERRUPTED)
            return _exit_code(code, status, _KILLED, Exit.FAILED)


class _InterruptedError(Exception):
    pass


def _interrupt() -> None:
    raise _InterruptedError


def _end_at_once(scratch: str) -> None:
    """Cleans up and ends this process after its parent has died. Killing an encoder makes the export fail on
    its own thread, which must not end the process before everything is removed."""
    _ending.acquire()
    kill_all_started()
    remove_unfinished()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(Exit.INTERRUPTED)


def _exit_code(code: int, status: ExportStatus, sentence: str, otherwise: Exit) -> int:
    """Exit code of the child process, which has then reported the outcome; DONE if a signal came after the
    file was complete. Otherwise removes the partial file, and reports `sentence`."""
    if code >= 0 and code != Exit.INTERRUPTED:
        return code
    if status.settled:
        return Exit.DONE
    status.clear()
    stderr_writer()(sentence)
    return otherwise
