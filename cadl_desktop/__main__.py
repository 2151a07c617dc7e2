"""Entry point of `cadl-desktop` and `python -m cadl_desktop`: connects the command line and the window."""

import atexit
import gc
import logging
import os
import sys

from cadl_desktop.system import signals
from cadl_desktop.system.child_side import RUN, run_for_parent


def main(argv: list[str] | None = None) -> int:
    """Runs one command (default `sys.argv`) and returns its exit code; with a window, ends the process."""
    arguments = sys.argv[1:] if argv is None else argv
    replace_missing_streams()
    if arguments[:1] == [RUN] and len(arguments) == 2:
        return run_for_parent(arguments[1])  # a child process, without the command line
    # While TensorFlow uses all cores, NumPy would wait for its own threads ten times as long as it computes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if "_ARGCOMPLETE" in os.environ:  # set by a shell that completes a line
        from cadl_desktop.cli.completion_command import complete_line

        complete_line()
    from cadl_desktop.cli import run_command

    return run_command(arguments, _run_window)


def program() -> int:
    """Runs `main` as the process's program, as named in pyproject.toml.

    After a sweep, skips the interpreter's shutdown, which takes seconds on a busy machine. Python's warnings
    don't go to the terminal unless -W is given.
    """
    code = 1
    if not sys.warnoptions:
        logging.captureWarnings(True)

    def leave() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    if sys.argv[1:2] == ["sweep"]:
        atexit.register(leave)  # registered first, so called last
    code = main()
    return code


def replace_missing_streams() -> None:
    """Gives libraries the null device to print to where standard streams are closed, or, as in Windows'
    programs without a console, missing."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # until the process ends


def _run_window(file: str | None) -> int:
    # Collecting garbage, of which imports make none, would take a tenth of the start-up time.
    gc.disable()
    signals.on_termination(lambda: os._exit(0))  # before the window is there, nothing can be lost
    # Imported here, as both import Qt, which other commands don't need.
    from cadl_desktop.ui.window.pyside_workarounds import skip_source_scanning

    skip_source_scanning()
    from cadl_desktop.ui.window.application import run

    run(file)


if __name__ == "__main__":
    sys.exit(program())
