"""Exports in a process of their own, which can be ended at any moment.

A library that loads or converts something can't: TensorFlow Lite's holds the interpreter for seconds.
"""

import atexit
import os
import shutil
import subprocess
from pathlib import Path
from threading import Lock

from cadl_desktop.cli.endings import Exit, voice
from cadl_desktop.cli.export_marks import Marks
from cadl_desktop.storage.atomic import remove_unfinished
from cadl_desktop.storage.temporary_files import new_temporary_folder
from cadl_desktop.system.child_process import ChildProcess, kill_all_started
from cadl_desktop.system.child_side import on_parent_exit
from cadl_desktop.system.signals import interrupted_by

GRACE = 0.1
"""Seconds in which an interrupted export may end by itself."""
_CANCELLED = "Cancelled; nothing was written."
_KILLED = "The export was ended by the system, and nothing was written; the machine may lack memory."
_MARKS = "CADL_DESKTOP_EXPORT_MARKS"
_ending = Lock()
"""Held for good by whichever thread ends the process."""


def run_export(arguments: list[str]) -> int:
    """Has another process export, or is it, and returns the exit code."""
    folder = os.environ.pop(_MARKS, "")
    if folder:
        atexit.register(_ending.acquire)
        on_parent_exit(lambda: _end_at_once(folder))
        from cadl_desktop.cli.export import run_export_here

        return run_export_here(arguments, Marks(Path(folder)))
    with new_temporary_folder() as scratch:
        # Libraries leave behind there what they had begun.
        places = dict.fromkeys(("TMPDIR", "TEMP", "TMP", _MARKS), scratch)
        marks = Marks(Path(scratch))
        with ChildProcess("export", *arguments, environment=places, stdin=subprocess.PIPE) as process:
            try:
                with interrupted_by(_interrupt):
                    code = process.wait()
            except _InterruptedError:
                with interrupted_by(lambda: None):
                    # A film's encoder would begin the file once that has been removed.
                    code = process.end(GRACE, may_finish=lambda: marks.settled)
                    return _told(code, marks, _CANCELLED, Exit.INTERRUPTED)
            return _told(code, marks, _KILLED, Exit.FAILED)


class _InterruptedError(Exception):
    pass


def _interrupt() -> None:
    raise _InterruptedError


def _end_at_once(scratch: str) -> None:
    """Where nobody waits for this process any more, who would remove what it leaves behind. That an encoder
    is gone fails the export, which must not end the process before all is removed."""
    _ending.acquire()
    kill_all_started()
    remove_unfinished()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(Exit.INTERRUPTED)


def _told(code: int, marks: Marks, sentence: str, otherwise: Exit) -> int:
    """The process's own exit code where it has said what became of it; after a signal nobody has, but where
    it was about to end anyway."""
    if code >= 0 and code != Exit.INTERRUPTED:
        return code
    if marks.settled:
        return Exit.DONE
    marks.clear()
    voice()(sentence)
    return otherwise
