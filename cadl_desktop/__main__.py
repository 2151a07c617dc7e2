"""`cadl-desktop`, and `python -m cadl_desktop`: where the command line and the window meet."""

import atexit
import gc
import logging
import os
import sys

from cadl_desktop.system import signals
from cadl_desktop.system.child_side import RUN, run_for_parent


def main(argv: list[str] | None = None) -> int:
    """Runs one command (`sys.argv` where none is given) and returns its exit code; a window that was opened
    ends the process."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == [RUN] and len(words) == 2:
        return run_for_parent(words[1])  # and nothing of the command line
    # Where TensorFlow has all cores, NumPy would wait for threads of its own ten times as long as it works.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from cadl_desktop.cli import run_command

    return run_command(words, _run_window)


def program() -> int:
    """What the process does: `main`, and after a sweep without taking its packages apart, for which a person
    would wait for seconds on a busy machine. What Python warns of isn't told on
    the terminal, unless -W asks for it."""
    code = 1
    if not sys.warnoptions:
        logging.captureWarnings(True)

    def leave() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    if sys.argv[1:2] == ["sweep"]:
        atexit.register(leave)  # called last, as the first that was registered
    code = main()
    return code


def _run_window(file: str | None, diagnostics: bool) -> int:
    # Nothing of what is imported becomes garbage, and looking for it takes a tenth of the start.
    gc.disable()
    signals.on_termination(lambda: os._exit(0))  # until there is a window to close, nothing can be lost
    # Both bring Qt along, which other commands do without.
    from cadl_desktop.ui.window.unread_sources import leave_sources_unread

    leave_sources_unread()
    from cadl_desktop.ui.window.application import run

    run(file, diagnostics)


if __name__ == "__main__":
    sys.exit(program())
